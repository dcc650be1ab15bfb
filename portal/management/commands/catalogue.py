"""`manage.py catalogue`: checks it, counts what people need not fill in, and writes schemas for editors."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from lifeevents.burden import burdens
from lifeevents.catalogue import ROOT, CatalogueError, load_catalogue
from lifeevents.model import Catalogue
from lifeevents.rules import load_rules
from lifeevents.rules.scenarios import scenario_problems
from lifeevents.schema import write_schemas
from portal.checks import catalogue_and_connectors

SCENARIOS = ROOT.parent / "tests" / "scenarios"


class Command(BaseCommand):
    help = "Checks the catalogue of agencies, fields, services, life events and rules, or counts with it."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        """An action, and another folder to read where wanted."""
        parser.add_argument("action", choices=["check", "burden", "schema"])
        parser.add_argument("--root", type=Path, help="a folder other than lifeevents/")
        parser.add_argument("--scenarios", type=Path, help="a folder of situations for the rules of law")

    def handle(self, *args: Any, **options: Any) -> None:
        """Prints each problem on a line of its own; exit status 1 when there is any."""
        if options["action"] == "schema":
            self.stdout.write("\n".join(str(file) for file in write_schemas()))
            return
        root: Path | None = options["root"]
        try:
            found, rules = load_catalogue(root or ROOT), load_rules(root or ROOT)
        except CatalogueError as error:
            raise CommandError("\n".join(str(problem) for problem in error.problems)) from None
        if options["action"] == "burden":
            self._burden(found)
            return
        scenarios: Path | None = options["scenarios"] or (None if root else SCENARIOS)
        if scenarios and scenarios.is_dir() and (wrong := scenario_problems(scenarios, rules)):
            raise CommandError("\n".join(str(problem) for problem in wrong))
        if not root and (problems := catalogue_and_connectors(None)):
            raise CommandError("\n".join(str(problem.msg) for problem in problems))
        self.stdout.write(
            f"{len(found.events)} life event(s), {len(found.services)} service(s), "
            f"{len(found.fields)} field(s), {len(found.agencies)} agencies, {len(rules.rules)} rule(s): "
            "no problems"
        )

    def _burden(self, catalogue: Catalogue) -> None:
        """What agencies need for each event, and how much of it somebody types."""
        for one in burdens(catalogue):
            self.stdout.write(
                f"{one.event}: agencies need {one.needed}, people type {one.typed} ({one.saved}% less)"
            )
