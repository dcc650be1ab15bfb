"""The citizen's face: start, life events, inbox, my data."""

from __future__ import annotations

from django.apps import AppConfig


class CitizenConfig(AppConfig):
    name = "portal.citizen"
