"""Addresses of the demo; they exist only where the demo is on."""

from __future__ import annotations

from django.urls import path

from family_pairing.demo import views

app_name = "demo"
urlpatterns = [
    path("", views.index, name="index"),
    path("phone", views.phone, name="phone"),
    path("mail", views.mail, name="mail"),
]
