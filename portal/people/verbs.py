"""What is done with citizens and their accounts."""

from __future__ import annotations

import re
import unicodedata
import uuid
from collections.abc import Collection, Iterable
from datetime import date

from django.contrib.auth.hashers import make_password
from django.views.decorators.debug import sensitive_variables

from portal.people.bsn import InvalidBsn, is_valid_bsn, may_be_here
from portal.people.keys import decrypt, encrypt, keyed_hmac
from portal.people.models import Citizen, Role, User


class NoBsn(LookupError):
    """This person has none: no register of persons can be asked."""


@sensitive_variables("bsn")
def find_or_create_citizen(bsn: str) -> Citizen:
    """The citizen with this BSN, new or known; two calls at once get the same one. Raises `InvalidBsn`.

    That also for a real person's where one practises (`may_be_here`).
    """
    if not is_valid_bsn(bsn) or not may_be_here(bsn):
        raise InvalidBsn
    citizen_id = uuid.uuid4()
    citizen, _ = Citizen.objects.get_or_create(
        bsn_hmac=keyed_hmac("bsn", bsn),
        defaults={"id": citizen_id, "bsn": encrypt(bsn.encode(), context=_bound_to(citizen_id))},
    )
    return citizen


@sensitive_variables("bsns", "by_hmac")
def find_or_create_citizens(bsns: Iterable[str]) -> dict[str, Citizen]:
    """The same for many, in one question where all are known; by BSN.

    What is no BSN, or of nobody who may be here, is left out.
    """
    usable = (bsn for bsn in set(bsns) if is_valid_bsn(bsn) and may_be_here(bsn))
    by_hmac = {keyed_hmac("bsn", bsn): bsn for bsn in usable}
    found = _by_hmac(by_hmac)
    if missing := sorted(by_hmac.keys() - found.keys()):
        Citizen.objects.bulk_create(
            [_new_citizen(value, by_hmac[value]) for value in missing], ignore_conflicts=True
        )
        # Read again: another process may have been first.
        found |= _by_hmac(missing)
    return {by_hmac[value]: citizen for value, citizen in found.items()}


def _by_hmac(values: Collection[str]) -> dict[str, Citizen]:
    if not values:
        return {}
    rows = Citizen.objects.filter(bsn_hmac__in=values)
    return {row.bsn_hmac: row for row in rows if row.bsn_hmac is not None}


@sensitive_variables("bsn")
def _new_citizen(bsn_hmac: str, bsn: str) -> Citizen:
    citizen_id = uuid.uuid4()
    sealed = encrypt(bsn.encode(), context=_bound_to(citizen_id))
    return Citizen(id=citizen_id, bsn_hmac=bsn_hmac, bsn=sealed)


def bsn_of(citizen: Citizen) -> str:
    """The BSN in the clear, for connectors: never for a page, log or address. Nothing else opens it.

    Raises `NoBsn` for who has none.
    """
    if citizen.bsn is None:
        raise NoBsn
    return decrypt(bytes(citizen.bsn), context=_bound_to(citizen.pk)).decode()


def find_or_create_citizen_user(citizen: Citizen) -> User:
    """The one account of a citizen; two logins at once get the same one."""
    user, _ = User.objects.select_related("citizen").get_or_create(
        citizen=citizen, defaults={"role": Role.CITIZEN}
    )
    return user


def user_at_the_machine(login: str) -> User:
    """Who runs a command on the server, by the operating system's name for them. Nobody logs in as them."""
    user, _ = User.objects.get_or_create(
        username=f"machine:{login}"[:64],
        defaults={
            "role": Role.OPERATOR,
            "name": login,
            "is_active": False,
            "password": make_password(None),
        },
    )
    return user


def identity_hmac(*, surname: str, birth_date: date, postcode: str) -> str:
    """One value for the three together; case, accents, spaces and hyphens make no difference."""
    parts = (_plain(surname), birth_date.isoformat(), _plain(postcode))
    return keyed_hmac("identity", "|".join(parts))


def _plain(text: str) -> str:
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    return re.sub(r"[\W_]", "", "".join(char for char in decomposed if not unicodedata.combining(char)))


def _bound_to(citizen_id: uuid.UUID) -> bytes:
    return f"people.citizen.bsn:{citizen_id}".encode()
