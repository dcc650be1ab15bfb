"""Looking up who calls. The answer is the same for nobody, a wrong birth date and who must not be found.

Each search is a line for the auditor, and who was found reads it in the own log. No answer has an address.
"""

from __future__ import annotations

from datetime import date
from typing import Final

from django.views.decorators.debug import sensitive_variables

from connectors.base import ConnectorError
from connectors.people import FindsPeople, Person, TooManyPeople
from portal.access.assist import trail
from portal.access.assist.register import ask_register
from portal.cases.models import Case, new_trace_id
from portal.catalogue import connectors
from portal.ledger.engine.gather import Known
from portal.ledger.engine.plan import source_of
from portal.people.actor import Actor
from portal.people.models import Citizen
from portal.people.staff.attempts import search_attempt
from portal.people.verbs import find_or_create_citizen

MOST_SHOWN: Final = 3
"""So many people of one name and birth date are shown at once."""


class NotFound(Exception):
    """Nobody, or nobody who may be found in this way. It is not said which."""


class TooManyFound(Exception):
    """So many have this name and birth date that a first name is needed: nobody else is shown."""


class RegisterSilent(Exception):
    """The register of persons did not answer, or cannot be searched. That is not nobody."""


class TooManySearches(Exception):
    """So many in so short a time are not people who call."""


_ENDED: Final = {TooManyFound: "many", RegisterSilent: "silent"}
"""How a search by name ends that found too much, or nothing out."""


def find_by_reference(*, staff: Actor, reference: str) -> Citizen:
    """Whose request this is; also of people with a safety flag. Raises `NotFound`, `TooManySearches`."""
    _count(staff, "reference")
    case = Case.objects.select_related("citizen").filter(reference=reference.strip().upper()).first()
    if case is None:
        return _nobody(staff, "reference")
    return _found(staff, case.citizen, case.reference, how="reference")


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
    return _found(staff, citizen, str(citizen.pk), how="bsn")


def find_by_name(*, staff: Actor, family_name: str, born: date, first_names: str = "") -> list[Citizen]:
    """The people whom the register knows by this name and birth date, with an account here or not.

    Never flagged people. Each of them reads that they were found. Raises `NotFound`, `TooManySearches`,
    `TooManyFound`, and `RegisterSilent`.
    """
    _count(staff, "name")
    user = staff.require_user()
    trail.note_staff(user, "helpdesk-search:name", "")
    try:
        shown = _shown_by_name(family_name, born, first_names)
    except (TooManyFound, RegisterSilent) as error:
        trail.note_staff(user, f"helpdesk-search-{_ENDED[type(error)]}:name", "")
        raise
    return [_found(staff, one, str(one.pk), how="name") for one in shown] or [_nobody(staff, "name")]


def _shown_by_name(family_name: str, born: date, first_names: str) -> list[Citizen]:
    people = _ask_by_name(family_name, born, first_names)
    citizens = [find_or_create_citizen(one.bsn) for one in people]
    shown = [citizen for citizen in citizens if not citizen.safety_flag]
    if len(shown) > MOST_SHOWN:
        raise TooManyFound
    return shown


def _ask_by_name(family_name: str, born: date, first_names: str) -> list[Person]:
    source = connectors().source(source_of("brp.name"))
    if not isinstance(source, FindsPeople):
        raise RegisterSilent
    try:
        return source.find_people(
            family_name=family_name, born=born, first_names=first_names, trace_id=new_trace_id()
        )
    except TooManyPeople:
        raise TooManyFound from None
    except ConnectorError:
        raise RegisterSilent from None


def may_search(*, staff: Actor, how: str) -> bool:
    """Whether this member of staff did not ask too often yet; this time is counted."""
    user = staff.require_user()
    if search_attempt(user.pk) is None:
        trail.note_staff(user, f"helpdesk-search-limited:{how}", "")
        return False
    return True


def _count(staff: Actor, how: str) -> None:
    """The limit counts what was tried: somebody who guesses finds nobody."""
    if not may_search(staff=staff, how=how):
        raise TooManySearches


def _nobody(staff: Actor, how: str) -> Citizen:
    trail.note_staff(staff.require_user(), f"helpdesk-search-nobody:{how}", "")
    raise NotFound


def _found(staff: Actor, citizen: Citizen, reference: str, *, how: str) -> Citizen:
    ask_register(citizen)
    trail.note_seen(
        citizen,
        staff=staff.require_user(),
        what=trail.FOUND,
        reference=reference,
        did=f"{trail.FOUND}:{how}",
    )
    return citizen
