"""The addresses of the API, version 1."""

from __future__ import annotations

from django.urls import path

from portal.api.notifications import Notifications

app_name = "api"

urlpatterns = [
    path("notificaties/<slug:agency>/", Notifications.as_view(), name="notifications"),
]
