"""Is this who calls? Questions of which only that person, and those around them, know the answer.

An answer is right or not, and it is not said which of them was wrong: nobody finds out an address so. Few
tries for one citizen, whoever asks; every one is a line.
"""

from __future__ import annotations

import hmac
from datetime import date
from typing import Final

from portal.access.assist import trail
from portal.access.assist.register import ask_register
from portal.cases.helpdesk.finding import TooManySearches
from portal.ledger.engine.gather import Known
from portal.people.actor import Actor
from portal.people.models import Citizen
from portal.people.staff.attempts import check_attempt
from portal.people.unregistered import details_of

QUESTIONED: Final = "assist-questions"
"""The outcome of a line: somebody of the staff asked questions to see who this is."""


def check_answers(*, staff: Actor, citizen: Citizen, born: date, postcode: str, house_number: str) -> bool:
    """Whether birth date, postcode and house number are those of this citizen. Never for flagged people.

    Raises `TooManySearches`.
    """
    user = staff.require_user()
    attempt = check_attempt(citizen.pk)
    if attempt is None:
        trail.note_staff(user, "helpdesk-check-limited", str(citizen.pk))
        raise TooManySearches
    known = _known_of(citizen)
    said = _folded(born.isoformat(), postcode, house_number)
    # Compared also where nothing is known, so that it takes as long.
    is_right = hmac.compare_digest(said.encode(), (known or "?").encode()) and not citizen.safety_flag
    if not is_right:
        trail.note_staff(user, "helpdesk-check-wrong", str(citizen.pk))
        return False
    attempt.was_right()
    trail.note_seen(citizen, staff=user, what=QUESTIONED, reference=str(citizen.pk))
    return True


def _known_of(citizen: Citizen) -> str | None:
    """What the answers should be; None where it is not known."""
    if details := details_of(citizen):
        address = details.address
        return _folded(details.born, address.get("postcode", ""), address.get("number", ""))
    facts = ask_register(citizen)
    birth, address_fact = facts.get("brp.birth"), facts.get("brp.address")
    if not isinstance(birth, Known) or not isinstance(address_fact, Known):
        return None
    lines = [str(line) for line in address_fact.value.get("lines", [])]
    if len(lines) < 2 or len(lines[1]) < 7:
        return None
    numbers = [word for word in lines[0].split() if word[:1].isdigit()]
    return _folded(str(birth.value.get("date")), lines[1][:7], numbers[-1] if numbers else "")


def _folded(born: str, postcode: str, house_number: str) -> str:
    """In one value; spaces and capitals make no difference, and of 12 A and 12a the number counts."""
    digits = ""
    for sign in house_number.strip():
        if not sign.isdigit():
            break
        digits += sign
    return f"{born}|{postcode.replace(' ', '').upper()}|{digits}"
