"""`manage.py create_operator EMAIL NAME`: the first one, who invites all others on a screen."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.core.validators import validate_email

from portal.people.models import Role
from portal.people.staff.invitations import AddressTaken, new_link


class Command(BaseCommand):
    help = "prints a link, good for three days and for once, by which an operator chooses a password."

    def add_arguments(self, parser: CommandParser) -> None:
        """Who."""
        parser.add_argument("email")
        parser.add_argument("name")

    def handle(self, *args: Any, **options: Any) -> None:
        """Exit status 1 for an address that is none, or that has an account."""
        try:
            validate_email(options["email"])
            _row, link = new_link(
                email=options["email"], name=options["name"], role=Role.OPERATOR, agency="", by=None
            )
        except ValidationError:
            raise CommandError("that is no e-mail address") from None
        except AddressTaken:
            raise CommandError(
                "there is an account with this address: renew its access on the screen"
            ) from None
        self.stdout.write(link)
