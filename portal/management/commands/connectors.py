"""`manage.py connectors check` and `manage.py connectors subscribe`."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.urls import reverse

from connectors.base import ConnectorError
from portal.cases.back.reconcile import too_many_for_an_hour
from portal.cases.back.subscriptions import subscribe
from portal.cases.reading.connections import Connection, check_all
from portal.catalogue import connectors


class Command(BaseCommand):
    help = "check: can every register and agency be reached? subscribe: ask agencies to tell us of news."

    def add_arguments(self, parser: CommandParser) -> None:
        """One action."""
        parser.add_argument("action", choices=["check", "subscribe"])

    def handle(self, *args: Any, **options: Any) -> None:
        """Exit status 1 when any connector failed."""
        failed = self._check() if options["action"] == "check" else self._subscribe()
        if failed:
            raise CommandError(f"{len(failed)} failed: {', '.join(failed)}")

    def _check(self) -> list[str]:
        shown = check_all()
        for connection in shown:
            self.stdout.write(_line(connection))
        for agency, cases in too_many_for_an_hour():
            self.stderr.write(
                f"{agency}: {cases} open cases are too many to read each hour; raise its reads_a_minute"
            )
        return [connection.name for connection in shown if connection.error]

    def _subscribe(self) -> list[str]:
        failed = []
        for agency, destination in connectors().destinations.items():
            if not destination.notifies:
                continue
            callback = settings.SITE_URL + reverse("api:notifications", args=[agency])
            try:
                subscribe(agency=agency, destination=destination, callback=callback)
            except ConnectorError as error:
                self.stderr.write(f"{agency}: {error}")
                failed.append(agency)
            else:
                self.stdout.write(f"{agency}: subscribed, calls {callback}")
        return failed


def _line(connection: Connection) -> str:
    state = f"NOT reachable ({connection.error})" if connection.error else "reachable"
    since = f", since {connection.down_since:%Y-%m-%d %H:%M}" if connection.down_since else ""
    last = f", last success {connection.last_success:%Y-%m-%d %H:%M}" if connection.last_success else ""
    return f"{connection.name} ({connection.connector}, {connection.contract} contract): {state}{since}{last}"
