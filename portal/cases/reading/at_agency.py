"""One case of an agency, as its program names it: the same as in `worklist_for`, in one statement of our own.

Every call of a program begins with it: as a query set it would take four times as long.
"""

from __future__ import annotations

from typing import Final

from django.db import connection

from portal import clock
from portal.cases.models import Case, Journey
from portal.cases.reading.inbox import works_here
from portal.people.actor import Actor
from portal.people.models import Citizen
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
WHERE request.reference = %s AND request.agency = %s AND request.service = ANY(%s) AND EXISTS (
    SELECT FROM cases_delivery AS delivery WHERE delivery.case_id = request.id
    AND delivery.kind = 'file' AND delivery.delivered_at IS NOT NULL
)
"""  # noqa: S608  # nosec B608
_LOCK: Final = f"{_FIND}FOR UPDATE OF request"


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
    found = None
    if elsewhere or works_here(actor=actor):
        services = sorted(actor.program.services)
        with connection.cursor() as cursor:
            cursor.execute(_LOCK if locked else _FIND, [clock.today(), reference, actor.agency, services])
            found = cursor.fetchone()
    if found is None:
        raise Case.DoesNotExist(reference)
    values = iter(found)
    case = _CASE.read(values)
    case.journey, case.citizen = _JOURNEY.read(values), _CITIZEN.read(values)
    return case, next(values)
