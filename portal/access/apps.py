"""Who may enter where."""

from __future__ import annotations

from django.apps import AppConfig


class AccessConfig(AppConfig):
    name = "portal.access"
    label = "access"
    verbose_name = "access"

    def ready(self) -> None:
        """Registers the system checks."""
        from portal.access import checks  # noqa: F401
