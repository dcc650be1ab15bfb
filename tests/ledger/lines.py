"""Many lines quickly, for tests and measurements of the log."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime, timedelta

from portal.ledger.log import chain
from portal.ledger.models import DataUse
from portal.people.models import Citizen

_BEGUN = datetime(2026, 1, 5, 9, 0, 0, 125, tzinfo=UTC)
_AT_ONCE = 5_000


def write_lines(citizens: list[Citizen], *, each: int) -> None:
    """Appends `each` lines to the chain of every citizen, as the portal would."""
    made = [_line(citizen, number) for citizen in citizens for number in range(each)]
    for first in range(0, len(made), _AT_ONCE):
        chain.append(made[first : first + _AT_ONCE])


def _line(citizen: Citizen, number: int) -> DataUse:
    at = _BEGUN + timedelta(seconds=number)
    return DataUse(
        citizen=citizen,
        chain=citizen.pk,
        subject="c3ViamVjdA==" * 4,
        at=at,
        started_at=at - timedelta(milliseconds=number % 900),
        trace_id=uuid.uuid4().hex,
        operation_id=uuid.uuid4(),
        operation=DataUse.Operation.DISCLOSURE,
        moment=DataUse.Moment.END,
        status=DataUse.Status.OK,
        activities=["svb.kinderbijslag"],
        ground="artikel 7 Algemene Kinderbijslagwet; § 3 «é»",
        fields=["brp.address", "brp.children", "brp.name"],
        recipient="svb",
        outcome="delivered",
        retention="kinderbijslag-2-jaar/2026",
        commitment=f"{number:064x}",
    )
