"""What the register of persons says of somebody who asks the helpdesk something."""

from __future__ import annotations

import secrets
from datetime import date
from typing import Final

from portal.access.assist.trail import activity
from portal.access.standing import day_of_birth
from portal.ledger.engine.gather import Absent, Answer, Known, gather
from portal.people.models import Citizen

_FIELDS: Final = ("brp.name", "brp.birth", "brp.address", "brp.alive")


def ask_register(citizen: Citizen) -> dict[str, Answer]:
    """Asks what we do not hold, on the ground of the helpdesk."""
    return gather(citizen=citizen, fields=_FIELDS, activities=[activity()], trace_id=secrets.token_hex(16))


def born_on(citizen: Citizen) -> date | None:
    """None where the day is not known in full, or the register did not answer."""
    return day_of_birth(ask_register(citizen).get("brp.birth"))


def hides_home(citizen: Citizen) -> bool:
    """Whether nothing may say where the citizen lives. What the register did not say counts as secret.

    Of who is in no register there is only what they said themselves.
    """
    if citizen.bsn is None:
        return citizen.safety_flag
    address = ask_register(citizen).get("brp.address")
    if isinstance(address, Known):
        return address.secret
    return not isinstance(address, Absent)
