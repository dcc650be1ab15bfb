"""Bewind: the person acts alone, and money goes to the account that the administrator manages (BW 1:438).

The register of persons does not know of bewind: an officer recorded it with the ruling, and the account.
"""

from __future__ import annotations

from portal import clock
from portal.access.models import Representation
from portal.people import keys
from portal.people.models import Citizen


def managed_account(citizen: Citizen) -> str | None:
    """The account number of the administrator who was recorded last; None for who is not under bewind.

    "" where the account was not recorded: then no number is known to be right.
    """
    rows = Representation.objects.standing(clock.today()).filter(
        represented=citizen, kind=Representation.Kind.ADMINISTRATOR
    )
    row = rows.order_by("-created_at").first()
    return None if row is None else account_of(row)


def account_of(row: Representation) -> str:
    """What was recorded with it; "" where nothing was."""
    if row.sealed_account is None:
        return ""
    return keys.decrypt(bytes(row.sealed_account), context=_context(row)).decode()


def seal_account(row: Representation, number: str) -> None:
    """Keeps it with the row, which is not saved."""
    row.sealed_account = keys.encrypt(number.encode(), context=_context(row))


def _context(row: Representation) -> bytes:
    return f"managed-account:{row.pk}".encode()
