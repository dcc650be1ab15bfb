"""Rows for tests, made by the verbs that make them in real life where there are any."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import count
from typing import Any, Final

from portal.cases.models import Journey
from portal.ledger.keys import content_hash
from portal.people.bsn import is_valid_bsn
from portal.people.models import Citizen, Role, User
from portal.people.verbs import find_or_create_citizen, find_or_create_citizen_user

_FIRST_FREE: Final = 999_050_000


def spare_bsns() -> Iterator[str]:
    """Artificial BSNs that pass the eleven test and belong to nobody in the cast or the sandbox."""
    return (str(number) for number in count(_FIRST_FREE) if is_valid_bsn(str(number)))


def make_citizen(bsn: str) -> Citizen:
    """A citizen, with or without an account."""
    return find_or_create_citizen(bsn)


def make_citizen_user(bsn: str) -> User:
    """The account of the citizen with this BSN."""
    return find_or_create_citizen_user(make_citizen(bsn))


def make_officer(agency: str, *, name: str = "Een Medewerker") -> User:
    """An officer of an agency (catalogue id)."""
    return make_staff(Role.OFFICER, agency, name=name)


def make_operator(agency: str = "levensloket", *, name: str = "Een Beheerder") -> User:
    """Somebody who runs the portal."""
    return make_staff(Role.OPERATOR, agency, name=name)


def make_staff(role: Role, agency: str = "", *, name: str) -> User:
    """Somebody of the staff, who logs in by single sign-on."""
    return User.objects.create(role=role, agency=agency, name=name)


def redefine(journey: Journey, definitions: list[dict[str, Any]]) -> Journey:
    """The journey as if it had begun under these definitions."""
    changed = {"definitions": definitions, "definitions_hash": content_hash(definitions)}
    Journey.objects.filter(pk=journey.pk).update(**changed)
    return Journey.objects.select_related("citizen").get(pk=journey.pk)
