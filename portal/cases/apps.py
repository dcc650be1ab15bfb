"""Journeys, cases, delivery, status and outcomes."""

from __future__ import annotations

from django.apps import AppConfig


class CasesConfig(AppConfig):
    name = "portal.cases"

    def ready(self) -> None:
        """Lets the door find the object of an address, for the log of who is represented."""
        from portal.access import acting
        from portal.cases.own import trace_of

        acting.find_trace = trace_of
