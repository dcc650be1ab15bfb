"""People without a BSN: who they are, as they said it at a desk, by telephone or on paper.

No register confirms it, so that it stays provisional wherever it goes. It is sealed with the installation's
key, and goes when nothing of theirs is kept any more.
"""

from __future__ import annotations

import json
import uuid
from dataclasses import asdict, dataclass, field
from datetime import date
from typing import Any

from django.db import transaction

from portal.people.keys import decrypt, encrypt
from portal.people.models import Citizen, Unregistered
from portal.people.verbs import identity_hmac


@dataclass(frozen=True, slots=True)
class Details:
    """`address` has the parts of a typed address: street, number, suffix, postcode, city.

    `born` is an ISO day. `v_number` is that of the IND, "" where there is none; `spoken` the language that
    somebody speaks, in Dutch, and `interpreter` whether one must come.
    """

    first_names: str
    prefix: str
    surname: str
    born: str
    address: dict[str, str] = field(default_factory=dict)
    v_number: str = ""
    spoken: str = ""
    interpreter: bool = False

    @property
    def name(self) -> str:
        """In full."""
        return " ".join(part for part in (self.first_names, self.prefix, self.surname) if part)


def find_or_create_unregistered(*, details: Details, language: str) -> Citizen:
    """The person with these names, birth date and postcode: known here without a BSN, or new.

    Of somebody who is known, the address, V-number and language become those of today.
    """
    value = identity_hmac(
        surname=details.surname,
        birth_date=date.fromisoformat(details.born),
        postcode=details.address.get("postcode", ""),
    )
    with transaction.atomic():
        rows = Citizen.objects.select_for_update(no_key=True).filter(identity_hmac=value, bsn=None)
        same = [row for row in rows if _is_same(details_of(row), details)]
        citizen = same[0] if same else Citizen.objects.create(id=uuid.uuid4(), identity_hmac=value)
        citizen.language = language
        citizen.save(update_fields=["language"])
        sealed = encrypt(json.dumps(asdict(details)).encode(), context=_context(citizen.pk))
        Unregistered.objects.update_or_create(citizen=citizen, defaults={"sealed": sealed})
    return citizen


def details_of(citizen: Citizen) -> Details | None:
    """What such a person said; None for who has a BSN, and once it was forgotten."""
    if citizen.bsn is not None:
        return None
    row = Unregistered.objects.filter(citizen=citizen).first()
    if row is None:
        return None
    found: dict[str, Any] = json.loads(decrypt(bytes(row.sealed), context=_context(citizen.pk)))
    return Details(**found)


def forget_details(citizen: Citizen) -> bool:
    """Nothing of this person is kept any more. Whether there was something to forget."""
    return bool(Unregistered.objects.filter(citizen=citizen).delete()[0])


def _is_same(known: Details | None, details: Details) -> bool:
    return known is not None and known.first_names.casefold() == details.first_names.casefold()


def _context(citizen_id: uuid.UUID) -> bytes:
    return f"people.unregistered:{citizen_id}".encode()
