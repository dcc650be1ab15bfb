"""Who people are: users, citizens, keys, login."""

from __future__ import annotations

from django.apps import AppConfig


class PeopleConfig(AppConfig):
    name = "portal.people"
    label = "people"
    verbose_name = "people"

    def ready(self) -> None:
        """Registers the system checks."""
        from portal.people import checks  # noqa: F401
