"""Addresses of help."""

from __future__ import annotations

from django.urls import path

from safety.api import device

urlpatterns = [
    path("v1/me/help", device.MyHelp.as_view()),
]
