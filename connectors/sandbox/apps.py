"""The one Django app of the sandbox."""

from __future__ import annotations

from django.apps import AppConfig


class SandboxConfig(AppConfig):
    name = "connectors.sandbox"
    label = "sandbox"
    verbose_name = "Zandbak"
    default_auto_field = "django.db.models.BigAutoField"
