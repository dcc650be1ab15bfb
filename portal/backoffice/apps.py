"""The officer's face: a work list and a case page, for agencies that work in the portal."""

from __future__ import annotations

from django.apps import AppConfig


class BackofficeConfig(AppConfig):
    name = "portal.backoffice"
