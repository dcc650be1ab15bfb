"""Looking up who calls. The answer is the same for nobody, a wrong birth date and who must not be found.

Each search is a line for the auditor, and who was found reads it in the own log. No answer has an address.
"""

from __future__ import annotations

from datetime import date

from django.views.decorators.debug import sensitive_variables

from portal.access.assist import trail
from portal.access.assist.register import ask_register
from portal.cases.models import Case
from portal.ledger.engine.gather import Known
from portal.people.actor import Actor
from portal.people.models import Citizen
from portal.people.staff.attempts import search_attempt
from portal.people.verbs import find_or_create_citizen


class NotFound(Exception):
    """Nobody, or nobody who may be found in this way. It is not said which."""


class TooManySearches(Exception):
    """So many in so short a time are not people who call."""


def find_by_reference(*, staff: Actor, reference: str) -> Citizen:
    """Whose request this is; also of people with a safety flag. Raises `NotFound`, `TooManySearches`."""
    _count(staff, "reference")
    case = Case.objects.select_related("citizen").filter(reference=reference.strip().upper()).first()
    if case is None:
        return _nobody(staff, "reference")
    return _found(staff, case.citizen, case.reference)


@sensitive_variables("bsn")
def find_by_bsn(*, staff: Actor, bsn: str, born: date) -> Citizen:
    """Who has this number, where the register says that they were born on this day; never flagged people.

    Raises `InvalidBsn`, `NotFound`, `TooManySearches`.
    """
    _count(staff, "bsn")
    citizen = find_or_create_citizen(bsn)
    answer = ask_register(citizen).get("brp.birth")
    is_right = isinstance(answer, Known) and answer.value.get("date") == born.isoformat()
    if not is_right or citizen.safety_flag:
        return _nobody(staff, "bsn")
    return _found(staff, citizen, str(citizen.pk))


def _count(staff: Actor, how: str) -> None:
    """The limit counts what was tried: somebody who guesses finds nobody."""
    user = staff.require_user()
    if search_attempt(user.pk) is None:
        trail.note_staff(user, f"helpdesk-search-limited:{how}", "")
        raise TooManySearches


def _nobody(staff: Actor, how: str) -> Citizen:
    trail.note_staff(staff.require_user(), f"helpdesk-search-nobody:{how}", "")
    raise NotFound


def _found(staff: Actor, citizen: Citizen, reference: str) -> Citizen:
    ask_register(citizen)
    trail.note_seen(citizen, staff=staff.require_user(), what=trail.FOUND, reference=reference)
    return citizen
