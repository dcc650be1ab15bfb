"""The portal itself as a Django application: commands, template tags, checks."""

from __future__ import annotations

from django.apps import AppConfig


class PortalConfig(AppConfig):
    name = "portal"

    def ready(self) -> None:
        """Registers the system checks, and sets up Celery in every process that may ring the bell."""
        from portal import celery, checks  # noqa: F401
