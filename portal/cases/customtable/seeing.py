"""What somebody at a table sees of the request: what the own agency has a ground for, or the citizen allowed.

The ground is looked at as for sending (`portal.cases.out.grounds`): a field counts where a running request of
this citizen at that agency needs it, and its activity covers it. Who has no ground sees the question and what
is said, and neither a name nor a value. Each look is a line in the citizen's log.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any, Final, Literal

from lifeevents.model import Activity, Service
from portal.cases.customtable.consent import ACTIVITY, allowed_at
from portal.cases.customtable.models import CustomTable, Seat
from portal.cases.journey.payloads import Payload, payload_or_none
from portal.cases.models import Case, Phase
from portal.cases.reading.inbox import worklist_for
from portal.cases.reading.showing import Row, payload_rows, sent_context
from portal.cases.restricting.standing import require_usable, restriction_of_case
from portal.catalogue import catalogue
from portal.ledger.log.uses import NoLegalGround, Use, record_staff_view, require_ground
from portal.ledger.models import DataUse
from portal.people.actor import Actor

TABLE_OPENED: Final = "table-opened"
"""The outcome of a line: somebody at the table looked."""

Basis = Literal["own", "allowed", "ground", "nothing"]
_NOT_SENT: Final = (Phase.PREPARED, Phase.WAITING)


@dataclass(frozen=True, slots=True)
class Sight:
    """What is shown of a request, as `_sent.html` takes it, and on what it rests.

    `own`: the agency has the request; `allowed`: the citizen has no objection; `ground`: fields that the
    agency uses already; `nothing`: no value at all.
    """

    basis: Basis
    shown: dict[str, Any]


def look(*, seat: Seat) -> Sight:
    """What this person sees of the request; it stands in the citizen's log, without a name."""
    case = seat.table.case
    payload = None if restriction_of_case(case) else payload_or_none(case)
    own = [one.definition for one in _running_at(seat.agency, case)]
    names = _covered(own, payload) if payload else []
    basis = _basis(seat, payload, names)
    fields = list(payload["facts"]) if payload and basis in ("own", "allowed") else names
    activities = [one.activity for one in own if set(one.activity.fields) & set(fields)]
    use = Use(
        citizen=case.citizen,
        trace_id=case.journey.trace_id,
        operation=DataUse.Operation.VIEW,
        activities=(*activities, catalogue().activities[ACTIVITY]),
        fields=tuple(fields),
        recipient=seat.agency,
    )
    record_staff_view(use, staff=seat.user, what=TABLE_OPENED, reference=case.reference)
    return Sight(basis, _shown(case, payload, basis, names))


def tables_of_case(*, actor: Actor, reference: str) -> tuple[Case, list[CustomTable]]:
    """A case of the actor's own agency with its tables, newest first. It stands in the citizen's log.

    Raises `Case.DoesNotExist` and `UseIsRestricted`.
    """
    case = worklist_for(actor=actor).get(reference=reference)
    require_usable(case, actor)
    tables = list(case.tables.order_by("-opened_at"))
    if tables:
        use = Use(
            citizen=case.citizen,
            trace_id=case.journey.trace_id,
            operation=DataUse.Operation.VIEW,
            activities=(catalogue().activities[ACTIVITY],),
            fields=(),
            recipient=case.agency,
        )
        record_staff_view(use, staff=actor.require_user(), what=TABLE_OPENED, reference=reference)
    return case, tables


def _basis(seat: Seat, payload: Payload | None, names: list[str]) -> Basis:
    if payload is None:
        return "nothing"
    if seat.agency == seat.table.case.agency:
        return "own"
    if seat.agency in allowed_at(seat.table):
        return "allowed"
    return "ground" if names else "nothing"


def _shown(case: Case, payload: Payload | None, basis: Basis, names: list[str]) -> dict[str, Any]:
    if payload is None or basis in ("own", "nothing"):
        # The own agency has the page of the case for it.
        return {}
    grounded = payload_rows(replace(case.definition, needs=tuple(names)), payload)
    if basis == "ground":
        return {"facts": grounded}
    return _allowed(case, payload, {row.name: row for row in grounded})


def _allowed(case: Case, payload: Payload, grounded: dict[str, Row]) -> dict[str, Any]:
    """All of it, but where somebody lives only on a ground of one's own: that is not allowed by this."""
    case.hides_places = True
    context = sent_context(case, payload)
    context["facts"] = [grounded.get(row.name, row) for row in context["facts"]]
    return context


def _covered(own: list[Service], payload: Payload) -> list[str]:
    """The fields of the request that an agency uses already, for running requests of its own."""
    return [
        name
        for name in payload["facts"]
        if any(name in one.needs and _has_ground(name, one.activity) for one in own)
    ]


def _running_at(agency: str, case: Case) -> Iterator[Case]:
    own = Case.objects.filter(citizen=case.citizen, agency=agency).select_related("journey")
    final = [phase for phase in Phase if phase.is_final]
    yield from own.exclude(phase__in=[*final, *_NOT_SENT])


def _has_ground(field: str, activity: Activity) -> bool:
    try:
        require_ground(field, [activity])
    except NoLegalGround:
        return False
    return True
