"""In which orders lists of cases are read, and the indexes that give them so, however long they are.

They are the work lists of agencies, and the list of a citizen's own cases.

Every order ends in the case's id, so that no two cases stand in the same place.
"""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from typing import Final

from django.db.models import Expression, F, Index, Q, Value
from django.db.models.functions import Coalesce

AT_THE_DESK: Final = ("arrived", "handled", "needs_you")
"""The phases of a case that its agency has and did not end."""

CLOSED: Final = ("decided", "done", "withdrawn", "stopped")

_NO_DATE = date(9999, 12, 31)


def due() -> Expression:
    """The legal date to sort by: what has none comes last. Written as in the indexes."""
    return Coalesce(F("due_on"), Value(_NO_DATE))


class Order(StrEnum):
    """`DUE`: soonest legal date first. `WAITING`: longest waiting first. `FLAGS`: flagged, then by date.

    `ENDED` is for closed cases: the last one on top.
    """

    DUE = "due"
    WAITING = "waiting"
    FLAGS = "flags"
    ENDED = "ended"

    @property
    def keys(self) -> tuple[str, ...]:
        """Names to sort by, as Django writes them; `due_key` is `due()`."""
        return _KEYS[self]


_KEYS: dict[str, tuple[str, ...]] = {
    Order.DUE: ("due_key", "created_at", "id"),
    Order.WAITING: ("created_at", "id"),
    Order.FLAGS: ("-is_flagged", "due_key", "created_at", "id"),
    Order.ENDED: ("-phase_since", "-id"),
}

_OPEN = Q(phase__in=AT_THE_DESK)

WORKLIST_INDEXES: Final = (
    # With the date itself, so that what is late is counted in the index alone.
    Index(
        F("agency"),
        due(),
        F("created_at"),
        F("id"),
        include=["due_on"],
        condition=_OPEN,
        name="desk_by_date",
    ),
    Index(fields=["agency", "created_at", "id"], condition=_OPEN, name="desk_by_age"),
    Index(
        F("agency"),
        F("is_flagged").desc(),
        due(),
        F("created_at"),
        F("id"),
        condition=_OPEN,
        name="desk_by_flag",
    ),
    Index(fields=["agency", "-phase_since", "-id"], condition=Q(phase__in=CLOSED), name="desk_closed"),
    Index(
        F("agency"),
        F("handler"),
        due(),
        F("created_at"),
        F("id"),
        condition=_OPEN,
        name="desk_by_handler",
    ),
)

RUNNING_FIRST: Final = ("due_key", "created_at", "id")
"""A citizen's cases that run: soonest legal date first, as on the desk."""

LAST_ENDED_FIRST: Final = ("-phase_since", "-id")

CASE_LIST_INDEXES: Final = (
    Index(
        F("citizen"),
        due(),
        F("created_at"),
        F("id"),
        condition=~Q(phase__in=CLOSED),
        name="cases_running",
    ),
    Index(fields=["citizen", "-phase_since", "-id"], condition=Q(phase__in=CLOSED), name="cases_ended"),
)
