"""One case of an agency, by its reference: the same as in `worklist_for`, in one statement of our own.

Every call of a program and every page of a case begins with it: as a query set it would take four times as
long.
"""

from __future__ import annotations

from typing import Any, Final

from portal import clock
from portal.cases.journey.payloads import Payload, payload_or_none
from portal.cases.models import Case, Journey
from portal.cases.reading.inbox import FETCHED, works_here
from portal.cases.restricting.standing import require_usable
from portal.ledger.log.uses import Use, record_staff_view, record_use
from portal.ledger.models import DataUse
from portal.people.actor import Actor
from portal.people.models import Citizen
from portal.prepared import prepared
from portal.rows import Columns

# The definitions are large, and most often known already (`Journey.services`).
_CASE, _JOURNEY = Columns(Case, "request"), Columns(Journey, "journey", without=["definitions"])
_CITIZEN = Columns(Citizen, "citizen")

_FIND: Final = f"""
SELECT {_CASE.sql}, {_JOURNEY.sql}, {_CITIZEN.sql}, EXISTS (
    SELECT FROM cases_restriction AS restriction WHERE restriction.case_id = request.id
    AND restriction.ended_at IS NULL AND (restriction.ends_on IS NULL OR restriction.ends_on > %s)
)
FROM cases_case AS request
JOIN cases_journey AS journey ON journey.id = request.journey_id
JOIN people_citizen AS citizen ON citizen.id = request.citizen_id
WHERE request.reference = %s AND request.agency = %s AND EXISTS (
    SELECT FROM cases_delivery AS delivery WHERE delivery.case_id = request.id
    AND delivery.kind = 'file' AND delivery.delivered_at IS NOT NULL
)
"""  # noqa: S608  # nosec B608
_OF_A_PROGRAM: Final = f"{_FIND}AND request.service = ANY(%s)\n"
_LOCK: Final = f"{_OF_A_PROGRAM}FOR UPDATE OF request"


def case_for_program(
    *, actor: Actor, reference: str, locked: bool = False, elsewhere: bool = False
) -> tuple[Case, bool]:
    """A case of the program's agency and services, and whether the citizen restricted its use (AVG 18).

    With its journey and its citizen; with `locked`, locked until the transaction ends, and with `elsewhere`
    also where the agency works in a system of its own: what it says there, it does not say here. Raises
    `Case.DoesNotExist` for any other, as for one that is not there, and `PermissionError` where no program
    acts.
    """
    if actor.program is None:
        raise PermissionError("no program acts")
    if not (elsewhere or works_here(actor=actor)):
        raise Case.DoesNotExist(reference)
    statement = _LOCK if locked else _OF_A_PROGRAM
    return _found(statement, reference, actor.agency, sorted(actor.program.services))


def case_for_officer(*, actor: Actor, reference: str) -> tuple[Case, bool]:
    """The same for an officer, whose agency's services are all theirs."""
    actor.require_user()
    if not works_here(actor=actor):
        raise Case.DoesNotExist(reference)
    return _found(_FIND, reference, actor.agency)


def _found(statement: str, reference: str, *values: Any) -> tuple[Case, bool]:
    with prepared() as cursor:
        cursor.execute(statement, [clock.today(), reference, *values])
        found = cursor.fetchone()
    if found is None:
        raise Case.DoesNotExist(reference)
    columns = iter(found)
    case = _CASE.read(columns)
    case.journey, case.citizen = _JOURNEY.read(columns), _CITIZEN.read(columns)
    return case, next(columns)


def staff_case(*, actor: Actor, reference: str) -> tuple[Case, Payload | None]:
    """A case of the actor's own agency with what was sent, or None where that was destroyed.

    The actor is the agency's officer or its program; the look itself stands in the citizen's log.
    Raises `Case.DoesNotExist` for another agency's case, as for one that is not there, and
    `UseIsRestricted` where the citizen restricted the use and no ground was named today.
    """
    find = case_for_officer if actor.program is None else case_for_program
    case, is_restricted = find(actor=actor, reference=reference)
    if is_restricted:
        require_usable(case, actor)
    payload = payload_or_none(case)
    use = Use(
        citizen=case.citizen,
        trace_id=case.journey.trace_id,
        operation=DataUse.Operation.VIEW,
        activities=(case.definition.activity,),
        fields=tuple(payload["facts"]) if payload else (),
        recipient=case.agency,
    )
    if actor.program is not None:
        record_use(use, outcome=FETCHED)
    else:
        record_staff_view(use, staff=actor.require_user(), what="case-opened", reference=reference)
    return case, payload
