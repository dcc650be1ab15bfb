"""Journeys, cases, delivery, status and outcomes."""

from __future__ import annotations

from django.apps import AppConfig


class CasesConfig(AppConfig):
    name = "portal.cases"

    def ready(self) -> None:
        """Lets the door find the object of an address, for the log, and tell who is helped."""
        from portal.access import acting
        from portal.access.assist import verbs as assist
        from portal.cases.notices.noting import tell_at_once
        from portal.cases.own import owner_among, trace_of

        acting.find_trace = trace_of
        acting.find_owner = owner_among
        assist.tell = tell_at_once
