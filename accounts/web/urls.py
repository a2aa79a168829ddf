"""Addresses of pairing."""

from __future__ import annotations

from django.urls import path

from accounts.web import views

app_name = "accounts"
urlpatterns = [
    path("language", views.language, name="language"),
    path("pair", views.pair, name="pair"),
    path("pair/<uuid:pairing_id>", views.waiting, name="waiting"),
]
