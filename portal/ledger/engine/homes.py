"""Secrecy covers everybody at an address: who lives with somebody who asked for it has a secret address too.

The register marks the person who asked. So beside an address we keep of which dwelling it is, as a keyed
HMAC, and whether this very person asked: what is secret by a housemate makes nobody else's address secret,
and ends when the register says so of the one who asked. We know of housemates whom we know, and of no others:
the register is not asked who lives with whom for this.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

from portal.ledger.engine.facts import Absent, Known
from portal.ledger.models import Fact
from portal.people.keys import keyed_hmac
from portal.people.models import Citizen

_ADDRESS: Final = "brp.address"


@dataclass(frozen=True, slots=True)
class Home:
    """A dwelling, by a value that says nothing of where it is; `asked`: this person asked for secrecy."""

    hmac: str
    asked: bool


def home_in(field: str, answer: Known | Absent) -> Home | None:
    """Which dwelling an answer is about; None where it is about none, or one without a number in the BAG."""
    if field != _ADDRESS or not isinstance(answer, Known) or answer.value.get("function") == "post":
        return None
    dwelling = answer.value.get("object_id")
    return Home(keyed_hmac("dwelling", str(dwelling)), answer.secret) if dwelling else None


def covered(answer: Known, home: Home, citizen: Citizen) -> Known:
    """The answer, secret also where somebody else at that dwelling asked for it."""
    if answer.secret:
        return answer
    others = Fact.objects.filter(home_hmac=home.hmac, asked_secrecy=True).exclude(citizen=citizen)
    return replace(answer, secret=others.exists())


def cover_others(home_hmac: str, citizen: Citizen) -> None:
    """When somebody asked for it, also the address of whom we know there already is secret."""
    Fact.objects.filter(home_hmac=home_hmac).exclude(citizen=citizen).update(secret=True)
