"""What an auditor looks through: four lists, each with the parts that one press chooses.

Assists and denials have tables of their own; searches and exceptions are acts of staff, known by their word.
An auditor is bound to no agency: they check all of them, and choose one where they want.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any, Final

from django.db.models import Count, IntegerField, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.utils import timezone

from portal.access.assist import danger, trail
from portal.access.models import Assist, AssistPage, Denial
from portal.cases import paging
from portal.cases.auditing.models import Kind
from portal.cases.back.concluding import IN_PROCEEDING
from portal.cases.deciding.before import CONFIRMED, DEPARTING, UNCALLED, UNHEARD
from portal.cases.deciding.grounds import ARTICLES
from portal.cases.restricting.verbs import USED
from portal.ledger.models import StaffAction
from portal.people.actor import Actor

A_PAGE: Final = 50
MOST_COUNTED: Final = 1001
"""A count goes no further."""
PERIOD: Final = timedelta(days=30)
SETTLES: Final = timedelta(minutes=3)
"""After so long nothing comes into a minute of denials any more (`portal.access.denials`)."""

LISTS: Final = (Kind.ASSIST, Kind.SEARCH, Kind.DENIAL, Kind.EXCEPTION)
"""In the order of the tabs."""

WAYS: Final = ("reference", "bsn", "name", "person", "questions")
"""By what kind of key somebody is looked up, or says who they are."""
_ENDED: Final[Mapping[str, tuple[str, ...]]] = {
    "found": (
        trail.FOUND,
        *(f"{trail.FOUND}:{way}" for way in WAYS),
    ),
    "nobody": (*(f"helpdesk-search-nobody:{way}" for way in WAYS), "helpdesk-check-wrong"),
    "open": ("helpdesk-search-many:name", "helpdesk-search-silent:name"),
    "limited": (*(f"helpdesk-search-limited:{way}" for way in WAYS), "helpdesk-check-limited"),
}
REOPENED: Final = "case-reopened"
_UNHEARD: Final = tuple(f"{UNHEARD}:{ground}" for ground in ARTICLES)
_AFTER_DEPARTING: Final = (DEPARTING, "outcome-proposed", CONFIRMED, "outcome-taken-back")

_PARTS: Final[Mapping[Kind, Mapping[str, Q]]] = {
    Kind.ASSIST: {
        "danger": Q(agreement=Assist.Agreement.DANGER),
        "message": Q(agreement__in=(Assist.Agreement.SMS, Assist.Agreement.MAIL)),
        "filled": Q(fills_since__isnull=False),
        "words": Q(words_since__isnull=False),
        "sent-away": Q(ended_by=Assist.End.CITIZEN),
    },
    Kind.SEARCH: {part: Q(what__in=words) for part, words in _ENDED.items()},
    Kind.DENIAL: {
        "door": Q(why=Denial.Why.DOOR, client=""),
        "object": Q(why=Denial.Why.OBJECT, client=""),
        "reading": Q(why=Denial.Why.READING),
        "program": ~Q(client=""),
    },
    Kind.EXCEPTION: {
        "departed": Q(what=DEPARTING),
        "unheard": Q(what__in=_UNHEARD),
        "uncalled": Q(what=UNCALLED),
        "proceeding": Q(what=IN_PROCEEDING),
        "reopened": Q(what=REOPENED),
        "restricted": Q(what=USED),
        "danger": Q(what=danger.ASKED),
    },
}


@dataclass(frozen=True, slots=True)
class Wanted:
    """A part of a list: the days, both included; and "" for all staff, agencies and parts.

    `staff` is a part of a name, `agency` a catalogue id, `part` a key of `parts_of`.
    """

    kind: Kind
    since: date
    until: date
    staff: str = ""
    agency: str = ""
    part: str = ""

    def as_json(self) -> dict[str, str]:
        """What a sample keeps of it."""
        days = {"since": self.since.isoformat(), "until": self.until.isoformat()}
        return {
            "kind": self.kind.value,
            **days,
            "staff": self.staff,
            "agency": self.agency,
            "part": self.part,
        }

    @classmethod
    def from_json(cls, kept: Mapping[str, str]) -> Wanted:
        """What `as_json` gave."""
        return cls(
            kind=Kind(kept["kind"]),
            since=date.fromisoformat(kept["since"]),
            until=date.fromisoformat(kept["until"]),
            staff=kept["staff"],
            agency=kept["agency"],
            part=kept["part"],
        )


@dataclass(frozen=True, slots=True)
class _List:
    """Where the moment and the member of staff stand, and the order, newest first."""

    moment: str
    staff: str
    keys: tuple[str, ...]


_OF: Final[Mapping[Kind, _List]] = {
    Kind.ASSIST: _List("started_at", "staff", ("-started_at", "-id")),
    Kind.SEARCH: _List("at", "user", ("-id",)),
    Kind.DENIAL: _List("minute", "user", ("-minute", "-id")),
    Kind.EXCEPTION: _List("at", "user", ("-id",)),
}


def require_auditor(actor: Actor) -> None:
    """Raises `PermissionError` for everybody else."""
    if actor.capacity != "auditor":
        raise PermissionError("only an auditor checks this")


def parts_of(kind: Kind) -> tuple[str, ...]:
    """The parts of a list that one press chooses."""
    return tuple(_PARTS[kind])


def moment_of(kind: Kind, row: Any) -> datetime:
    """When it was."""
    found: datetime = getattr(row, _OF[kind].moment)
    return found


def staff_of(kind: Kind, row: Any) -> Any:
    """Who it was; None for a program."""
    return getattr(row, _OF[kind].staff)


def page_of(wanted: Wanted, *, after: str = "", before: str = "") -> paging.Page[Any]:
    """A page, newest first. Raises `paging.WrongMark`."""
    keys = _OF[wanted.kind].keys
    return paging.page_of(rows_of(wanted), keys=keys, size=A_PAGE, after=after, before=before)


def in_order(wanted: Wanted) -> QuerySet[Any]:
    """All of it, newest first."""
    return rows_of(wanted).order_by(*_OF[wanted.kind].keys)


def rows_of(wanted: Wanted) -> QuerySet[Any]:
    """The part that is wanted, with what a line of it shows."""
    rows = _with_more(wanted.kind, plain_rows_of(wanted))
    return rows.select_related(_OF[wanted.kind].staff)


def plain_rows_of(wanted: Wanted) -> QuerySet[Any]:
    """The same rows without more."""
    of = _OF[wanted.kind]
    rows = _table_of(wanted.kind).filter(
        **{
            f"{of.moment}__gte": _begin_of(wanted.since),
            f"{of.moment}__lt": _begin_of(wanted.until + timedelta(days=1)),
        }
    )
    if wanted.part:
        rows = rows.filter(_PARTS[wanted.kind][wanted.part])
    if wanted.staff:
        rows = rows.filter(**{f"{of.staff}__name__icontains": wanted.staff})
    if wanted.agency:
        at_agency = Q(**{f"{of.staff}__agency": wanted.agency})
        # Of a program too, where it is about what programs do as well.
        both = wanted.kind in (Kind.DENIAL, Kind.EXCEPTION)
        rows = rows.filter(at_agency | Q(agency=wanted.agency) if both else at_agency)
    return rows


def until_of(wanted: Wanted) -> datetime:
    """The moment up to which nothing is added to these rows any more."""
    now = timezone.now() - (SETTLES if wanted.kind == Kind.DENIAL else timedelta())
    return min(_begin_of(wanted.until + timedelta(days=1)), now)


def up_to(wanted: Wanted, moment: datetime) -> QuerySet[Any]:
    """The plain rows before a moment."""
    return plain_rows_of(wanted).filter(**{f"{_OF[wanted.kind].moment}__lt": moment})


def row_of(kind: Kind, key: str) -> Any | None:
    """One row with what a line of it shows; None where it is kept no longer."""
    rows = _with_more(kind, _table_of(kind)).select_related(_OF[kind].staff)
    return rows.filter(pk=key).first()


def counts_of(wanted: Wanted) -> dict[str, int]:
    """How many there are by part, and "" for all; no further than `MOST_COUNTED`."""
    whole = Wanted(wanted.kind, wanted.since, wanted.until, wanted.staff, wanted.agency)
    plain = plain_rows_of(whole)
    parts = {part: _count_of(plain.filter(chosen)) for part, chosen in _PARTS[wanted.kind].items()}
    return {"": _count_of(plain), **parts}


def _count_of(rows: QuerySet[Any]) -> int:
    return rows.order_by()[:MOST_COUNTED].count()


def _table_of(kind: Kind) -> QuerySet[Any]:
    if kind == Kind.ASSIST:
        return Assist.objects.all()
    if kind == Kind.DENIAL:
        return Denial.objects.all()
    every = Q()
    for chosen in _PARTS[kind].values():
        every |= chosen
    return StaffAction.objects.filter(every)


def _with_more(kind: Kind, rows: QuerySet[Any]) -> QuerySet[Any]:
    if kind == Kind.ASSIST:
        pages = AssistPage.objects.filter(assist=OuterRef("pk")).order_by().values("assist")
        seen = Subquery(pages.annotate(seen=Count("pk")).values("seen"), output_field=IntegerField())
        return rows.annotate(pages_seen=Coalesce(seen, 0))
    if kind == Kind.EXCEPTION:
        later = StaffAction.objects.filter(
            reference=OuterRef("reference"), what__in=_AFTER_DEPARTING, pk__gt=OuterRef("pk")
        ).order_by("pk")
        return rows.annotate(
            then_what=Subquery(later.values("what")[:1]), then_role=Subquery(later.values("user__role")[:1])
        )
    return rows


def _begin_of(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))
