"""`manage.py practice`: requests to practise on, and everything fresh again."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from portal.cases.journey.submit import Changed, NotReady
from portal.practice.filling import agencies, fill
from portal.practice.fresh import reset


class Command(BaseCommand):
    """The sandbox must run: it is asked as the registers are."""

    help = (
        "fill: a request in every state, at each agency; again adds what is missing. reset: all of it fresh."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        """An action, and for which agencies."""
        parser.add_argument("action", choices=["fill", "reset"])
        parser.add_argument("agency", nargs="*", help="ids of agencies; none: all that work in the portal")
        parser.add_argument("--yes", action="store_true", help="reset: really throw away what is there")

    def handle(self, *args: Any, **options: Any) -> None:
        """Exit status 1 where one does not practise, for an unknown agency, and without the sandbox."""
        if not settings.PRACTICE:
            raise CommandError("PRACTICE is not set: this is for a place to practise only")
        wanted = options["agency"] or agencies()
        if unknown := sorted(set(wanted) - set(agencies())):
            raise CommandError(f"nothing can be asked to practise on at {', '.join(unknown)}")
        if options["action"] == "reset":
            if not options["yes"]:
                raise CommandError("this throws away everything but the accounts of staff: say --yes")
            reset()
        made = 0
        try:
            for name in fill(wanted):
                made += 1
                self.stdout.write(name)
        except (NotReady, Changed):
            raise CommandError("a register of the sandbox did not answer: start it, and fill again") from None
        self.stdout.write(f"{made} made")
