"""Addresses of a teen's page."""

from __future__ import annotations

from django.urls import path

from controls.web import answering, views

app_name = "controls"
urlpatterns = [
    path("family/<uuid:teen_id>", views.teen, name="teen"),
    path("family/<uuid:teen_id>/controls/<str:key>", views.control, name="control"),
    path("family/<uuid:teen_id>/controls/<str:key>/preview", views.preview, name="preview"),
    path("family/<uuid:teen_id>/undo", views.undo, name="undo"),
    path("family/<uuid:teen_id>/arrival", views.arrival, name="arrival"),
    path("family/<uuid:teen_id>/try", views.try_it, name="try"),
    path("family/<uuid:teen_id>/history", views.history, name="history"),
    path("requests", answering.inbox, name="requests"),
    path("requests/<uuid:request_id>/approve", answering.approve, name="approve"),
    path("requests/<uuid:request_id>/refuse", answering.refuse, name="refuse"),
    path("family/<uuid:teen_id>/end", views.end, name="end"),
]
