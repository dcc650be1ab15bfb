"""`python -m connectors.sandbox seed`: clients, key, persons and accounts. May be run again."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from connectors.sandbox.seeding import seed


class Command(BaseCommand):
    help = "Fills the sandbox with clients, a signing key, persons and accounts; may be run again."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--fresh", action="store_true", help="first forget births, faults and tallies")

    def handle(self, *args: Any, **options: Any) -> None:
        done = seed(is_fresh=options["fresh"])
        self.stdout.write(f"Sandbox ready: {done['persons']} persons, {done['accounts']} accounts.")
