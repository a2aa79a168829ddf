"""Addresses of devices and pairings."""

from __future__ import annotations

from django.urls import path

from accounts.api import views

urlpatterns = [
    path("v1/accounts/<str:external_id>/device-tokens", views.DeviceTokens.as_view()),
    path("v1/accounts/<str:external_id>/device-tokens/<uuid:device_id>", views.DeviceTokenOne.as_view()),
    path("v1/me/device-token/rotate", views.Rotate.as_view()),
    path("v1/pairings/claim", views.Claim.as_view()),
    path("v1/pairings/<uuid:pairing_id>/confirm", views.Confirm.as_view()),
    path("v1/pairings/<uuid:pairing_id>/decline", views.Decline.as_view()),
    path("v1/pairings/<uuid:pairing_id>/cancel", views.Cancel.as_view()),
]
