"""The address of help."""

from __future__ import annotations

from django.urls import path

from safety.web import views

app_name = "safety"
urlpatterns = [path("help", views.show_help, name="help")]
