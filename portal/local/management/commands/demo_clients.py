"""`manage.py demo_clients`: lets a program of each connected agency in, in the demo."""

from __future__ import annotations

import os
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from portal.access.clients import AlreadyIssued, issue_client
from portal.catalogue import catalogue, connectors
from portal.local.environment import DEMO_CLIENT_VARIABLE, demo_client_id
from portal.people.actor import Actor


class Command(BaseCommand):
    """Their secret is in the demo's own file of secrets. Again changes nothing."""

    help = "Let a test program of each connected agency in (demo only)"

    def handle(self, *args: Any, **options: Any) -> None:
        """Exit code 1 where there is no secret: outside a demo."""
        secret = os.environ.get(DEMO_CLIENT_VARIABLE)
        if not secret:
            raise CommandError(f"{DEMO_CLIENT_VARIABLE} is not set: this is for the demo only")
        for agency in connectors().destinations:
            if agency in catalogue().agencies:
                self._let_in(agency, secret)

    def _let_in(self, agency: str, secret: str) -> None:
        try:
            issue_client(
                actor=Actor.system(),
                client_id=demo_client_id(agency),
                agency=agency,
                name="Demo",
                services=catalogue().services_at(catalogue().agencies[agency]),
                may_write=True,
                secret=secret,
            )
        except AlreadyIssued:
            pass
