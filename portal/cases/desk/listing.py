"""A page of an agency's work list, and how much there is of each part. Nobody's name is in it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final
from uuid import UUID

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Exists, Func, IntegerField, OuterRef, Q, QuerySet

from portal import clock
from portal.cases import paging
from portal.cases.desk.order import AT_THE_DESK, CLOSED, Order, due
from portal.cases.models import Case, Dispute, DisputeMark, Message, Proposal, Side
from portal.cases.paging import Page
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
class Counts:
    """Open cases: all, mine, nobody's, late ones; `MOST_COUNTED` where there are as many or more."""

    all: int
    mine: int
    nobodys: int
    late: int


def page_of(*, actor: Actor, wanted: Wanted, after: str = "", before: str = "") -> Page[Case]:
    """A page of the part that is wanted: cases with `is_disputed`, `is_to_confirm` and `has_unread`.

    Raises `paging.WrongMark` for a mark that is none.
    """
    order = Order.ENDED if wanted.closed else wanted.order
    return paging.page_of(_part(actor, wanted), keys=order.keys, size=A_PAGE, after=after, before=before)


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
    return cases.select_related(None).select_related("journey", "handler").defer(*_NOT_IN_A_LIST)


_NOT_IN_A_LIST = (
    "sealed_payload",
    "journey__definitions",
    "journey__sealed_answers",
    "handler__password",
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
