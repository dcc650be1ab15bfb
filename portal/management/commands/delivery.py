"""`manage.py delivery list` and `delivery replay`: what did not arrive by itself, and trying it again."""

from __future__ import annotations

import getpass
from typing import Any
from uuid import UUID

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db.models import QuerySet

from portal.cases.models import Delivery
from portal.cases.out import outbox
from portal.people.verbs import user_at_the_machine

_NARROW = ("reference", "agency", "kind", "human")


class Command(BaseCommand):
    help = "list: the rows of the outbox that a person must look at. replay: lets them try again."

    def add_arguments(self, parser: CommandParser) -> None:
        """An action, and which rows it is about."""
        parser.add_argument("action", choices=["list", "replay"])
        parser.add_argument("ids", nargs="*", type=UUID, metavar="ID", help="the rows themselves")
        parser.add_argument("--reference", help="those of one case")
        parser.add_argument("--agency", help="those to one agency, by its id in the catalogue")
        parser.add_argument("--kind", choices=Delivery.Kind.values, help="what they bring")
        parser.add_argument("--human", choices=Delivery.Human.values, help="why a person must look")
        parser.add_argument("--all", action="store_true", help="replay: every one of them")
        parser.add_argument("--dry-run", action="store_true", help="replay: say which, and change nothing")

    def handle(self, *args: Any, **options: Any) -> None:
        """Exit status 1 for an id that does not exist, and for `replay` without saying which."""
        rows = self._chosen(options)
        if options["action"] == "list":
            self._list(rows)
        else:
            self._replay(rows, options)

    def _chosen(self, options: dict[str, Any]) -> QuerySet[Delivery]:
        narrow = {name: options[name] for name in _NARROW if options[name]}
        rows = outbox.waiting_for_a_person(**narrow)
        ids = options["ids"]
        unknown = set(ids) - set(Delivery.objects.filter(pk__in=ids).values_list("pk", flat=True))
        if unknown:
            raise CommandError(f"no such row: {', '.join(sorted(map(str, unknown)))}")
        return rows.filter(pk__in=ids) if ids else rows

    def _list(self, rows: QuerySet[Delivery]) -> None:
        for row in rows:
            self.stdout.write(_line(row))
        self.stdout.write(f"{len(rows)} to look at")

    def _replay(self, rows: QuerySet[Delivery], options: dict[str, Any]) -> None:
        if not (options["ids"] or options["all"] or any(options[name] for name in _NARROW)):
            raise CommandError("say which: an ID, --reference, --agency, --kind, --human or --all")
        if not options["ids"] and options["human"] != Delivery.Human.CALL:
            # Nothing to mend: somebody must make that call, and then close this one row.
            rows = rows.exclude(needs_human=Delivery.Human.CALL)
        done, is_dry = 0, options["dry_run"]
        staff = None if is_dry else user_at_the_machine(getpass.getuser())
        for row in rows:
            self.stdout.write(_line(row))
            done += staff is not None and outbox.replay(row_id=row.pk, staff=staff)
        said = f"{len(rows)} would be tried again" if is_dry else f"{done} will be tried again"
        self.stdout.write(said)


def _line(row: Delivery) -> str:
    since = f"{row.created_at:%Y-%m-%d %H:%M}"
    about = f"{row.case.reference} {row.kind} to {row.destination}"
    return f"{row.pk} {about}, since {since}, {row.attempts} attempts, {row.needs_human}: {row.last_error}"
