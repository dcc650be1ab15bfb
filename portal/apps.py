"""The portal itself as a Django application: commands, template tags, checks."""

from __future__ import annotations

from django.apps import AppConfig
from django.forms import ChoiceField, Field
from django.utils.translation import gettext_lazy


class PortalConfig(AppConfig):
    name = "portal"

    def ready(self) -> None:
        """Registers the system checks, and sets up Celery in every process that may ring the bell.

        What a form says where something was left empty is said plainly: Django's own words are not.
        """
        from portal import celery, checks  # noqa: F401

        Field.default_error_messages["required"] = gettext_lazy("Vul dit in.")
        ChoiceField.default_error_messages["required"] = gettext_lazy("Kies een antwoord.")
