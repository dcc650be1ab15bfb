"""A page of an agency's work list, and how much there is of each part. Nobody's name is in it.

A page begins after a mark (the place of the last case of the page before), and not at a number: what comes
in meanwhile moves nothing from one page to another, and the last page costs what the first one does.
"""

from __future__ import annotations

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any, Final
from uuid import UUID

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Exists, Func, IntegerField, OuterRef, Q, QuerySet

from portal import clock
from portal.cases.desk.order import AT_THE_DESK, CLOSED, Order, due
from portal.cases.models import Case, Dispute, DisputeMark, Message, Proposal, Side
from portal.cases.reading.inbox import worklist_for, works_here
from portal.people.actor import Actor
from portal.people.models import User

A_PAGE: Final = 50

MOST_COUNTED: Final = 1000
"""So many are counted, and no further: more than that is "1.000+" on the page."""


class Whose(StrEnum):
    """In whose hands."""

    ALL = ""
    MINE = "mij"
    NOBODY = "niemand"


class Mark(StrEnum):
    """What stands out about a case."""

    LATE = "te-laat"
    DISPUTED = "betwist"
    UNREAD = "bericht"
    FLAGGED = "vlag"
    TO_CONFIRM = "te-bevestigen"


@dataclass(frozen=True, slots=True)
class Wanted:
    """A part of the work list. "" or None: any. `handler` is a colleague, in place of `whose`."""

    closed: bool = False
    service: str = ""
    phase: str = ""
    whose: Whose = Whose.ALL
    handler: UUID | None = None
    mark: Mark | None = None
    order: Order = Order.DUE


@dataclass(frozen=True, slots=True)
class Page:
    """`cases` carry `is_disputed`, `is_to_confirm` and `has_unread`.

    `after` and `before` are places, "" where no page is.
    """

    cases: list[Case]
    after: str
    before: str


@dataclass(frozen=True, slots=True)
class Counts:
    """Open cases: all, mine, nobody's, late ones; `MOST_COUNTED` where there are as many or more."""

    all: int
    mine: int
    nobodys: int
    late: int


class WrongPlace(ValueError):
    """This is no place in this list."""


def page_of(*, actor: Actor, wanted: Wanted, after: str = "", before: str = "") -> Page:
    """A page of the part that is wanted. Raises `WrongPlace` for a place that is none."""
    order = Order.ENDED if wanted.closed else wanted.order
    cases = _part(actor, wanted)
    if before:
        cases = cases.filter(_past(order.keys, _read(order, before), back=True))
        found = list(cases.order_by(*(_turned(key) for key in order.keys))[: A_PAGE + 1])
        page, more = found[:A_PAGE][::-1], len(found) > A_PAGE
        return Page(page, _place(order, page[-1:]), _place(order, page[:1]) if more else "")
    if after:
        cases = cases.filter(_past(order.keys, _read(order, after), back=False))
    found = list(cases.order_by(*order.keys)[: A_PAGE + 1])
    page, more = found[:A_PAGE], len(found) > A_PAGE
    return Page(page, _place(order, page[-1:]) if more else "", _place(order, page[:1]) if after else "")


def find(*, actor: Actor, reference: str) -> Case | None:
    """A case by its reference, as somebody reads it aloud: any case, with or without dashes."""
    letters = "".join(filter(str.isalnum, reference.upper())).removeprefix("LL")
    return worklist_for(actor=actor).filter(reference=f"LL-{letters[:4]}-{letters[4:]}").first()


# --- Which cases ----------------------------------------------------------------------------------


def _part(actor: Actor, wanted: Wanted) -> QuerySet[Case]:
    cases = worklist_for(actor=actor).filter(phase__in=CLOSED if wanted.closed else AT_THE_DESK)
    if wanted.service:
        cases = cases.filter(service=wanted.service)
    if wanted.phase:
        cases = cases.filter(phase=wanted.phase)
    if wanted.handler is not None:
        cases = cases.filter(handler=wanted.handler)
    elif wanted.whose is Whose.MINE:
        cases = cases.filter(handler=actor.require_user())
    elif wanted.whose is Whose.NOBODY:
        cases = cases.filter(handler=None)
    cases = cases.annotate(
        due_key=due(),
        is_disputed=_is_disputed(),
        is_to_confirm=_is_to_confirm(),
        has_unread=_has_unread(),
    )
    if wanted.mark is not None:
        cases = cases.filter(_marked(wanted.mark))
    return cases.select_related("handler").defer(*_NOT_IN_A_LIST)


_NOT_IN_A_LIST = (
    "sealed_payload",
    "journey__definitions",
    "journey__sealed_answers",
    "citizen__bsn",
    "outcome__motivation",
    "outcome__deviation",
)


def _marked(mark: Mark) -> Q:
    return {
        Mark.LATE: Q(due_on__lt=clock.today()),
        Mark.DISPUTED: Q(is_disputed=True),
        Mark.UNREAD: Q(has_unread=True),
        Mark.FLAGGED: Q(is_flagged=True),
        Mark.TO_CONFIRM: Q(is_to_confirm=True),
    }[mark]


def _is_disputed() -> Exists:
    open_states = [state for state in Dispute.State if not state.is_final]
    return Exists(DisputeMark.objects.filter(case=OuterRef("pk"), dispute__state__in=open_states))


def _is_to_confirm() -> Exists:
    return Exists(Proposal.objects.filter(case=OuterRef("pk"), effective_at=None))


def _has_unread() -> Exists:
    return Exists(Message.objects.filter(case=OuterRef("pk"), side=Side.CITIZEN, read_at=None))


# --- Places ---------------------------------------------------------------------------------------


def _place(order: Order, cases: Sequence[Case]) -> str:
    """The place of a case, for an address; "" of none."""
    if not cases:
        return ""
    values = [getattr(cases[0], key.removeprefix("-")) for key in order.keys]
    written = json.dumps([value if isinstance(value, bool) else str(value) for value in values])
    return urlsafe_b64encode(written.encode()).decode().rstrip("=")


def _read(order: Order, place: str) -> list[Any]:
    try:
        written = json.loads(urlsafe_b64decode(f"{place}{'=' * (-len(place) % 4)}"))
        pairs = zip(order.keys, written, strict=True)
        return [_READ[key.removeprefix("-")](value) for key, value in pairs]
    except (ValueError, TypeError) as error:
        raise WrongPlace(place) from error


_READ: dict[str, Any] = {
    "due_key": date.fromisoformat,
    "created_at": datetime.fromisoformat,
    "phase_since": datetime.fromisoformat,
    "is_flagged": bool,
    "id": UUID,
}


def _past(keys: Sequence[str], values: Sequence[Any], *, back: bool) -> Q:
    """What stands after a place, or before it. The first condition is for the index: where it begins."""
    past = Q()
    for number in reversed(range(len(keys))):
        name, way = keys[number].removeprefix("-"), _way(keys[number], back)
        past = Q(**{f"{name}__{way}": values[number]}) | (Q(**{name: values[number]}) & past if past else Q())
    first = keys[0].removeprefix("-")
    return Q(**{f"{first}__{_way(keys[0], back)}e": values[0]}) & past


def _way(key: str, back: bool) -> str:
    return "gt" if key.startswith("-") is back else "lt"


def _turned(key: str) -> str:
    return key.removeprefix("-") if key.startswith("-") else f"-{key}"


# --- How much -------------------------------------------------------------------------------------


def counts_of(*, actor: Actor) -> Counts:
    """How much there is at the desk, in one question to the database."""
    me = actor.require_user()
    if not works_here(actor=actor):
        # No row can be theirs, and PostgreSQL has no type for the list of none.
        return Counts(all=0, mine=0, nobodys=0, late=0)
    at_the_desk = worklist_for(actor=actor).filter(phase__in=AT_THE_DESK)
    counts = User.objects.filter(pk=me.pk).values(
        all=_how_many(at_the_desk),
        mine=_how_many(at_the_desk.filter(handler=me)),
        nobodys=_how_many(at_the_desk.filter(handler=None)),
        late=_how_many(at_the_desk.filter(due_on__lt=clock.today())),
    )
    return Counts(**counts.get())


def _how_many(cases: QuerySet[Case]) -> Func:
    """Counts no further than `MOST_COUNTED`."""
    some = ArraySubquery(cases.order_by().values("pk")[:MOST_COUNTED])
    return Func(some, function="cardinality", output_field=IntegerField())
