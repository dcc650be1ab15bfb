"""Journeys, cases, delivery, status and outcomes."""

from __future__ import annotations

from django.apps import AppConfig


class CasesConfig(AppConfig):
    name = "portal.cases"
