"""`manage.py catalogue`: checks it, shows and compares it, begins new parts, counts, and writes schemas."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from lifeevents import drafting
from lifeevents.burden import burdens
from lifeevents.catalogue import CatalogueError, load_catalogue
from lifeevents.comparing import catalogue_changes
from lifeevents.model import Catalogue
from lifeevents.outline import event_outline, service_outline
from lifeevents.rulechecks import rule_problems
from lifeevents.rules import Rules, load_rules
from lifeevents.rules.scenarios import scenario_problems
from lifeevents.schema import write_schemas
from portal import clock
from portal.catalogue import root as own_root
from portal.checks import catalogue_and_connectors
from portal.settings import BASE_DIR

SCENARIOS = BASE_DIR / "tests" / "scenarios"


class Command(BaseCommand):
    help = "Checks the catalogue of agencies, fields, services, life events and rules, or works with it."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        """An action with the names that it is about, and another folder to read where wanted."""
        actions = ["check", "burden", "schema", "show", "diff", "new-service", "new-event"]
        parser.add_argument("action", choices=actions)
        parser.add_argument(
            "names", nargs="*", help="show: a service or event; diff: an older folder; new-…: its name"
        )
        parser.add_argument("--root", type=Path, help="a folder other than that of CATALOGUE_FOLDER")
        parser.add_argument("--scenarios", type=Path, help="a folder of situations for the rules of law")
        parser.add_argument("--agency", default="", help="new-service: who does it")
        parser.add_argument("--event", help="new-service: the life event that gets it")
        parser.add_argument("--service", action="append", default=[], help="new-event: a service of it")
        parser.add_argument("--title", default="", help="new-…: what it is called")

    def handle(self, *args: Any, **options: Any) -> None:
        """Prints each problem on a line of its own; exit status 1 when there is any."""
        if options["action"] == "schema":
            self.stdout.write("\n".join(str(file) for file in write_schemas()))
            return
        folder: Path = options["root"] or own_root()
        try:
            match options["action"]:
                case "new-service" | "new-event":
                    self._begin(folder, **options)
                case "diff":
                    self._diff(load_catalogue(Path(_one(options))), load_catalogue(folder))
                case "show":
                    self._show(load_catalogue(folder), load_rules(folder), _one(options))
                case "burden":
                    self._burden(load_catalogue(folder))
                case _:
                    self._check(folder, options["root"], options["scenarios"])
        except CatalogueError as error:
            raise CommandError("\n".join(str(problem) for problem in error.problems)) from None

    def _check(self, folder: Path, other: Path | None, scenarios: Path | None) -> None:
        found, rules = load_catalogue(folder), load_rules(folder)
        if wrong := rule_problems(folder, found, rules):
            raise CommandError("\n".join(str(problem) for problem in wrong))
        scenarios = scenarios or (None if other else SCENARIOS)
        if scenarios and scenarios.is_dir() and (wrong := scenario_problems(scenarios, rules)):
            raise CommandError("\n".join(str(problem) for problem in wrong))
        if not other and (problems := catalogue_and_connectors(None)):
            raise CommandError("\n".join(str(problem.msg) for problem in problems))
        self.stdout.write(
            f"{len(found.events)} life event(s), {len(found.services)} service(s), "
            f"{len(found.fields)} field(s), {len(found.agencies)} agencies, {len(rules.rules)} rule(s): "
            "no problems"
        )

    def _begin(self, folder: Path, *, action: str, title: str, **options: Any) -> None:
        name = _one(options)
        title = title or name.replace("-", " ").capitalize()
        try:
            if action == "new-service":
                files = drafting.new_service(
                    folder, name, agency=options["agency"], title=title, event=options["event"]
                )
            else:
                files = drafting.new_event(folder, name, title=title, services=tuple(options["service"]))
        except drafting.Exists as error:
            raise CommandError(f"{error} is there already: choose another name") from None
        except KeyError as error:
            raise CommandError(f"{error} is not in the catalogue: name one that is there") from None
        self.stdout.write("\n".join(str(file) for file in files))

    def _diff(self, before: Catalogue, after: Catalogue) -> None:
        for name, changed in catalogue_changes(before, after).items():
            self.stdout.write(name)
            for change in changed:
                self.stdout.write(f"  {change}")

    def _show(self, found: Catalogue, rules: Rules, name: str) -> None:
        if name in found.services:
            lines = service_outline(found, rules, found.services[name], on=clock.today())
        elif name in found.events:
            lines = event_outline(found, found.events[name])
        else:
            raise CommandError(f"'{name}' is no service and no life event of the catalogue")
        for line in lines:
            self.stdout.write(line)

    def _burden(self, catalogue: Catalogue) -> None:
        """What agencies need for each event, and how much of it somebody types."""
        for one in burdens(catalogue):
            self.stdout.write(
                f"{one.event}: agencies need {one.needed}, people type {one.typed} ({one.saved}% less)"
            )


def _one(options: dict[str, Any]) -> str:
    """The one name that an action is about."""
    names: list[str] = options["names"]
    if len(names) != 1:
        raise CommandError("say which one: this action takes one name")
    return names[0]
