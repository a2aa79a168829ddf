"""Addresses of accounts, controls, settings and what comes of them."""

from __future__ import annotations

from django.urls import path

from controls.api import device, graph, parent, platform, requests

urlpatterns = [
    path("v1/accounts/<str:external_id>", platform.AccountOne.as_view()),
    path("v1/accounts/<str:external_id>/settings", platform.AccountSettings.as_view()),
    path("v1/accounts/<str:external_id>/follows/<str:other_id>", graph.FollowOne.as_view()),
    path("v1/accounts/<str:external_id>/blocks/<str:other_id>", graph.BlockOne.as_view()),
    path("v1/accounts/<str:external_id>/ties", graph.TiesOf.as_view()),
    path("v1/controls", parent.Catalogue.as_view()),
    path("v1/family", parent.Family.as_view()),
    path("v1/teens/<uuid:teen_id>/controls", parent.TeenControls.as_view()),
    path("v1/teens/<uuid:teen_id>/history", parent.TeenHistory.as_view()),
    path("v1/teens/<uuid:teen_id>/upcoming", parent.TeenUpcoming.as_view()),
    path("v1/teens/<uuid:teen_id>/simulate", parent.TeenSimulate.as_view()),
    path("v1/teens/<uuid:teen_id>/arrival", parent.TeenArrival.as_view()),
    path("v1/pairings", device.PairingStart.as_view()),
    path("v1/pairings/<uuid:pairing_id>", parent.PairingOne.as_view()),
    path("v1/pairings/<uuid:pairing_id>/end", device.PairingLeave.as_view()),
    path("v1/me/requests", requests.MyRequests.as_view()),
    path("v1/me/requests/<uuid:request_id>/cancel", requests.MyRequestCancel.as_view()),
    path("v1/requests", requests.Requests.as_view()),
    path("v1/requests/<uuid:request_id>/approve", requests.RequestApprove.as_view()),
    path("v1/requests/<uuid:request_id>/refuse", requests.RequestRefuse.as_view()),
    path("v1/me/choices/<str:key>", device.ChoiceOne.as_view()),
    path("v1/me/applied", device.Applied.as_view()),
    path("v1/me/supervision", device.Supervision.as_view()),
    path("v1/me/history", device.History.as_view()),
    path("v1/me/upcoming", device.MyUpcoming.as_view()),
    path("v1/me/simulate", device.MySimulate.as_view()),
]
