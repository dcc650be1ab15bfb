"""Practising, as a Django application."""

from __future__ import annotations

from django.apps import AppConfig
from django.db.backends.signals import connection_created


class PracticeConfig(AppConfig):
    name = "portal.practice"
    label = "practice"

    def ready(self) -> None:
        """Registers the system checks, and looks at each connection to a database before anything uses it."""
        from portal.practice import checks, place  # noqa: F401

        # The one moment that no process, command or thread gets past.
        connection_created.connect(place.look, dispatch_uid="practice-place")
