"""A page of a citizen's inbox: what must be done first, then everything else, newest first."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from hashlib import sha256
from typing import Any, Final

from django.db.models import Q, QuerySet
from django.db.models.functions import Left

from portal import clock
from portal.cases.inbox.models import InboxItem
from portal.cases.inbox.search import finding
from portal.cases.models import (
    Case,
    CitizenTask,
    Delivery,
    Document,
    Journey,
    Message,
    Outcome,
    Phase,
    StatusUpdate,
    Suggestion,
    unknown_definitions,
)
from portal.cases.own import as_seen_by, own_items
from portal.cases.paging import Page, first_page, page_of
from portal.cases.reading.together import Counted, OwnQuestion, Part, Question, Rows, keep, keep_one
from portal.ledger.states import agencies_down, agency_key
from portal.people.actor import Actor
from portal.people.models import Citizen

A_PAGE: Final = 20

MOST_COUNTED: Final = 100
"""So many are counted, and no further: more than that is "99+" on the page."""

BEGINNING: Final = 240
"""Characters of a text that stand in the list."""

_ORDER: Final = ("-place", "-id")


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which part of the inbox: of an agency, a life event, unread only, from and until a day (both included).

    `archived`: what was put away, and else what was not. `words`: as `search.words_of` gives them.
    """

    agency: str = ""
    event: str = ""
    unread: bool = False
    since: date | None = None
    until: date | None = None
    archived: bool = False
    words: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Entry:
    """An item with the row that it stands for; a message has its `beginning` only."""

    item: InboxItem
    row: Case | CitizenTask | Message | Document | Suggestion


@dataclass(frozen=True, slots=True)
class Counts:
    """Things to do, and things that were not read: `MOST_COUNTED` where there are more."""

    open: int
    unread: int


@dataclass(frozen=True, slots=True)
class Listed:
    """A page. `newer` and `older` are the marks of the pages beside it, "" where there is none.

    `down` are the agencies that cannot be reached now; `version` changes when anything on the page does.
    """

    entries: list[Entry]
    newer: str
    older: str
    counts: Counts
    down: frozenset[str]
    version: str
    more: Rows = field(default_factory=dict)


def listed(
    *,
    actor: Actor,
    wanted: Wanted,
    after: str = "",
    before: str = "",
    more: Part | None = None,
    beside: Part | None = None,
) -> Listed:
    """A page, in two or three questions to the database. `more` is asked along with it (`together`).

    `after` and `before` are marks (`paging`); raises `paging.WrongMark`.
    So is what stands `beside` the list, which is none the newer for it: it does not count in its `version`.
    """
    page, counts = _page_and_counts(actor, wanted, after, before)
    items = page.rows
    rows = _BEHIND(*(part for part in (more, beside) if part), **_ids(items))
    entries = _entries(actor, items, rows)
    counting = more.names if more else []
    return Listed(
        entries=entries,
        newer=page.before,
        older=page.after,
        counts=counts,
        down=frozenset(state.name.removeprefix(agency_key("")) for state in rows["down"]),
        version=_version(entries, counts, [one.pk for name in counting for one in rows[name]]),
        more={name: rows[name] for name in [*counting, *(beside.names if beside else [])]},
    )


def _page_and_counts(actor: Actor, wanted: Wanted, after: str, before: str) -> tuple[Page[InboxItem], Counts]:
    """What nearly everybody wants, the first page of everything, is asked in one question."""
    if after or before or wanted != Wanted():
        page = page_of(_part(actor, wanted), keys=_ORDER, size=A_PAGE, after=after, before=before)
        return page, counts_of(actor)
    rows = _FIRST(actor=actor)
    return first_page(rows["items"], keys=_ORDER, size=A_PAGE), _counts(rows)


def _part(actor: Actor, wanted: Wanted) -> QuerySet[InboxItem]:
    items = own_items(actor).filter(archived_at__isnull=not wanted.archived)
    # The name of a municipality says where somebody lives.
    by_agency = not actor.hides_places
    if wanted.agency and by_agency:
        items = items.filter(agency=wanted.agency)
    if wanted.event:
        items = items.filter(event=wanted.event)
    if wanted.unread:
        items = items.filter(read_at=None)
    # By the day in the Netherlands, as the page shows it.
    if wanted.since:
        items = items.filter(moment__date__gte=wanted.since)
    if wanted.until:
        items = items.filter(moment__date__lte=wanted.until)
    return finding(items, wanted.words, by_agency=by_agency).only(*_SHOWN)


_SHOWN: Final = ("case", "kind", "source", "moment", "is_open", "place", "read_at", "changed_at")
"""What a page of the list shows, or goes by."""


# --- What stands behind the items -----------------------------------------------------------------


def _ids(items: Iterable[InboxItem]) -> dict[str, list[Any]]:
    """What the items are about, and the rows that they stand for by kind."""
    ids: dict[str, list[Any]] = {"about": [], **{kind.value: [] for kind in InboxItem.Kind}}
    for item in items:
        if item.case_id is not None:
            ids["about"].append(item.case_id)
        ids[item.kind].append(item.source)
    return ids


def _behind(
    *,
    about: list[Any],
    case: list[Any],
    task: list[Any],
    message: list[Any],
    letter: list[Any],
    proposal: list[Any],
) -> dict[str, QuerySet[Any]]:
    """The rows that the items stand for, and what their words need."""
    cases = Case.objects.filter(pk__among=about)
    return {
        "cases": cases.defer("sealed_payload"),
        "journeys": Journey.objects.filter(pk__in=cases.values("journey")).defer(
            "definitions", "sealed_answers"
        ),
        "outcomes": Outcome.objects.filter(case__pk__among=about),
        "tasks": CitizenTask.objects.filter(pk__among=task).only(
            "kind", "what", "why", "is_hearing", "due_on", "case"
        ),
        "messages": Message.objects.filter(pk__among=message)
        .only("side", "case")
        .annotate(beginning=Left("text", BEGINNING)),
        "letters": Document.objects.filter(pk__among=letter).only("title", "state", "case", "decision"),
        "suggestions": Suggestion.objects.filter(pk__among=proposal),
        "deliveries": Delivery.objects.filter(
            Q(kind__in=[Delivery.Kind.FILE, Delivery.Kind.WITHDRAW]) | Q(delivered_at=None),
            case__pk__among=case,
        ).only("case", "kind", "needs_human", "delivered_at"),
        "updates": StatusUpdate.objects.filter(case__pk__among=case, case__phase=Phase.STOPPED),
        "down": agencies_down(),
    }


_BEHIND: Final = Question(_behind)


_ROWS = ("tasks", "messages", "letters", "suggestions")


def _entries(actor: Actor, items: Sequence[InboxItem], rows: Rows) -> list[Entry]:
    cases = _cases(actor, rows)
    by_id: dict[Any, Any] = {row.pk: row for name in _ROWS for row in rows[name]}
    entries = []
    for item in items:
        row = by_id.get(item.source)
        if item.case_id is None:
            entries += [Entry(item, row)] if row is not None else []
            continue
        case = item.case = cases[item.case_id]
        if item.kind == InboxItem.Kind.CASE:
            keep(case, deliveries=_of(case, rows["deliveries"]))
            if case.phase == Phase.STOPPED:
                keep(case, updates=_of(case, rows["updates"]))
            entries.append(Entry(item, case))
        elif row is not None:
            row.case = case
            entries.append(Entry(item, row))
    return entries


def case_of(item: InboxItem) -> Case:
    """The case of an item. Raises `LookupError` for a proposal, which alone has none."""
    if item.case is None:
        raise LookupError(item.source)
    return item.case


def _cases(actor: Actor, rows: Rows) -> dict[Any, Case]:
    """The cases by their id, each with its journey and outcome."""
    journeys = {one.pk: one for one in rows["journeys"]}
    outcomes = {one.case_id: one for one in rows["outcomes"]}
    _read_definitions(journeys.values())
    for case in rows["cases"]:
        case.journey = journeys[case.journey_id]
        keep_one(case, "outcome", outcomes.get(case.pk))
    return {case.pk: case for case in as_seen_by(actor, rows["cases"])}


def _read_definitions(journeys: Iterable[Journey]) -> None:
    """Those that this process has not read yet: one question, the first time that it meets them."""
    if unknown := unknown_definitions(journeys):
        for journey in Journey.objects.filter(pk__in=unknown).only("definitions", "definitions_hash"):
            _ = journey.services


def _of(case: Case, rows: Iterable[Any]) -> list[Any]:
    return [row for row in rows if row.case_id == case.pk]


# --- What waits, and the first page --------------------------------------------------------------


def _waiting(actor: Actor) -> dict[str, QuerySet[Any]]:
    own = own_items(actor).order_by()
    todo, unread = own.filter(is_open=True), own.filter(read_at=None, archived_at=None)
    counts = Citizen.objects.filter(pk=actor.require_citizen().pk).only("pk")
    return {"counts": counts.annotate(todo=_up_to(todo), unread=_up_to(unread))}


def _up_to(items: QuerySet[InboxItem]) -> Counted:
    return Counted(items.values("pk")[:MOST_COUNTED])


def _first(actor: Actor) -> dict[str, QuerySet[Any]]:
    items = _part(actor, Wanted()).order_by(*_ORDER)
    return {**_waiting(actor), "items": items[: A_PAGE + 1]}


_WAITING: Final = OwnQuestion(_waiting)
# Of two citizens one may have four messages and the other five thousand.
_FIRST: Final = OwnQuestion(_first, by_values=True)


def counts_of(actor: Actor) -> Counts:
    """What waits for the citizen."""
    return _counts(_WAITING(actor=actor))


def _counts(rows: Rows) -> Counts:
    (row,) = rows["counts"]
    return Counts(open=row.todo, unread=row.unread)


def _version(entries: Iterable[Entry], counts: Counts, more: Iterable[Any]) -> str:
    """What is on the page, in one word; also which day it is, because lateness follows from that."""
    parts = [str(clock.today()), repr(counts), *(str(one) for one in more)]
    for entry in entries:
        version = entry.item.case.version if entry.item.case else ""
        parts.append(f"{entry.item.pk} {entry.item.changed_at.isoformat()} {version}")
    return sha256("\n".join(parts).encode()).hexdigest()[:20]
