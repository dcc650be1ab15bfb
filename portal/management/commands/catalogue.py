"""`manage.py catalogue check`: reads the catalogue and says what is wrong, with file and line."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from lifeevents.catalogue import CatalogueError, load_catalogue
from portal.checks import catalogue_and_connectors


class Command(BaseCommand):
    help = "Checks the catalogue of agencies, fields, services and life events."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        """One action, `check`, and another folder to read where wanted."""
        parser.add_argument("action", choices=["check"])
        parser.add_argument("--root", type=Path, help="a folder other than lifeevents/")

    def handle(self, *args: Any, **options: Any) -> None:
        """Prints each problem on a line of its own; exit status 1 when there is any."""
        root: Path | None = options["root"]
        try:
            found = load_catalogue(root) if root else load_catalogue()
        except CatalogueError as error:
            raise CommandError("\n".join(str(problem) for problem in error.problems)) from None
        if not root and (problems := catalogue_and_connectors(None)):
            raise CommandError("\n".join(str(problem.msg) for problem in problems))
        self.stdout.write(
            f"{len(found.events)} life event(s), {len(found.services)} service(s), "
            f"{len(found.fields)} field(s), {len(found.agencies)} agencies: no problems"
        )
