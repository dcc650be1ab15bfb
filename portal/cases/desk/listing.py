"""A page of an agency's work list. The name of no citizen is in it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from functools import cache
from typing import Any, Final
from uuid import UUID

from django.db.models import BooleanField, Exists, F, OuterRef, Q, QuerySet, Subquery, Value

from lifeevents.model import Service
from portal import clock
from portal.cases import paging
from portal.cases.desk.order import AT_THE_DESK, CLOSED, Order, due
from portal.cases.models import Case, Dispute, DisputeMark, Journey, Message, Proposal, Side
from portal.cases.paging import Page
from portal.cases.reading.inbox import held_by, worklist_for, works_here
from portal.cases.reading.together import Question
from portal.people.actor import Actor

A_PAGE: Final = 25


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


def page_of(*, actor: Actor, wanted: Wanted, after: str = "", before: str = "") -> Page[Case]:
    """A page of the part that is wanted. The cases have what stands in a list and nothing else, and along
    with it `is_disputed`, `is_to_confirm`, `has_unread`, `handler_name` (None for nobody's) and
    `definitions_hash`, of their journey.

    Raises `paging.WrongMark` for a mark that is none.
    """
    if not works_here(actor=actor):
        return Page([], before="", after="")
    if wanted.whose is Whose.MINE and wanted.handler is None:
        wanted = replace(wanted, handler=actor.require_user().pk)
    keys = (Order.ENDED if wanted.closed else wanted.order).keys
    if after or before:
        part = _part(actor.agency, wanted, clock.today())
        page = paging.page_of(part, keys=keys, size=A_PAGE, after=after, before=before)
    else:
        page = paging.first_page(_first(actor.agency, wanted, keys), keys=keys, size=A_PAGE)
    return page


def service_of(case: Any) -> Service:
    """The service of a case on a page, as `case.definition` gives it, without a question for its journey."""
    known = Journey.from_db(case._state.db, _KNOWN_OF_JOURNEY, (case.journey_id, case.definitions_hash))
    return known.service(case.service)


_KNOWN_OF_JOURNEY: Final = ("id", "definitions_hash")


def find(*, actor: Actor, reference: str) -> Case | None:
    """A case by its reference, as somebody reads it aloud: any case, with or without dashes."""
    letters = "".join(filter(str.isalnum, reference.upper())).removeprefix("LL")
    return worklist_for(actor=actor).filter(reference=f"LL-{letters[:4]}-{letters[4:]}").first()


# --- Which cases ----------------------------------------------------------------------------------


def _part(agency: str, wanted: Wanted, today: date | None) -> QuerySet[Case]:
    """`today` is needed for what is late."""
    cases = held_by(agency).filter(phase__in=CLOSED if wanted.closed else AT_THE_DESK)
    if wanted.service:
        cases = cases.filter(service=wanted.service)
    if wanted.phase:
        cases = cases.filter(phase=wanted.phase)
    if wanted.handler is not None:
        cases = cases.filter(handler=wanted.handler)
    elif wanted.whose is Whose.NOBODY:
        cases = cases.filter(handler=None)
    cases = cases.annotate(
        due_key=due(),
        is_disputed=_has(_disputed()),
        is_to_confirm=_has(_to_confirm()),
        has_unread=_has(_unread()),
        definitions_hash=F("journey__definitions_hash"),
        handler_name=F("handler__name"),
    )
    if wanted.mark is not None:
        cases = cases.filter(_marked(wanted.mark, today))
    return cases.only(*_IN_A_LIST)


_IN_A_LIST = (
    "reference",
    "journey",
    "service",
    "phase",
    "phase_since",
    "received_on",
    "due_on",
    "is_flagged",
    "created_at",
)


def _marked(mark: Mark, today: date | None) -> Q:
    return {
        Mark.LATE: Q(due_key__lt=today),
        Mark.DISPUTED: Q(Exists(_disputed())),
        Mark.UNREAD: Q(Exists(_unread())),
        Mark.FLAGGED: Q(is_flagged=True),
        Mark.TO_CONFIRM: Q(Exists(_to_confirm())),
    }[mark]


def _has(rows: QuerySet[Any]) -> Subquery:
    """Whether there is one, or None: of each case on the page by itself.

    For an `Exists` the database may first read those of all cases, everybody's unread messages among them.
    """
    return Subquery(rows.order_by().values(one=Value(True))[:1], output_field=BooleanField(null=True))


def _disputed() -> QuerySet[DisputeMark]:
    open_states = [state for state in Dispute.State if not state.is_final]
    return DisputeMark.objects.filter(case=OuterRef("pk"), dispute__state__in=open_states)


def _to_confirm() -> QuerySet[Proposal]:
    return Proposal.objects.filter(case=OuterRef("pk"), effective_at=None)


def _unread() -> QuerySet[Message]:
    return Message.objects.filter(case=OuterRef("pk"), side=Side.CITIZEN, read_at=None)


# --- The first page, which is open all day ---------------------------------------------------------


def _first(agency: str, wanted: Wanted, keys: tuple[str, ...]) -> list[Case]:
    said = {name: value for name in _SAID if (value := getattr(wanted, name))}
    if wanted.mark is Mark.LATE:
        said["today"] = clock.today()
    question = _question(replace(wanted, **_NOTHING_SAID), frozenset(said), keys, A_PAGE + 1)
    cases: list[Case] = question(agency=agency, **said)["cases"]
    return cases


_SAID: Final = ("service", "phase", "handler")
_NOTHING_SAID: Final[dict[str, Any]] = {"service": "", "phase": "", "handler": None}


@cache
def _question(shape: Wanted, said: frozenset[str], keys: tuple[str, ...], most: int) -> Question:
    """The one for all filters of a shape: `said` names what differs from one time to the next."""

    def wanted(*, agency: str, today: date | None = None, **filters: Any) -> dict[str, QuerySet[Any]]:
        return {"cases": _part(agency, replace(shape, **filters), today).order_by(*keys)[:most]}

    # Of two officers one may have five cases and the other five hundred. What is late stands first by date.
    is_plain = not said or (said == {"today"} and keys == Order.DUE.keys)
    return Question(wanted, by_values=not is_plain)
