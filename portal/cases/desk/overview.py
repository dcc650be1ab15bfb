"""What stands around an agency's work list: how much there is of each part, who works there, and the views
that an officer keeps. In one question to the database.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any, Final
from uuid import UUID

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Func, IntegerField, QuerySet

from portal import clock
from portal.cases.desk.models import SavedView
from portal.cases.desk.order import AT_THE_DESK, due
from portal.cases.desk.verbs import who_works_at
from portal.cases.models import Case
from portal.cases.reading.inbox import works_here
from portal.cases.reading.together import Question
from portal.people.actor import Actor
from portal.people.models import User

MOST_COUNTED: Final = 1000
"""So many are counted, and no further: more than that is "1.000+" on the page."""


@dataclass(frozen=True, slots=True)
class Counts:
    """Open cases: all, mine, nobody's, late ones; `MOST_COUNTED` where there are as many or more."""

    all: int
    mine: int
    nobodys: int
    late: int


@dataclass(frozen=True, slots=True)
class Overview:
    """`colleagues` by name, with oneself; `views` are the officer's own, by name."""

    counts: Counts
    colleagues: list[User]
    views: list[SavedView]


def overview_of(*, actor: Actor) -> Overview:
    """Reads it. Where the agency works elsewhere, nothing is at the desk."""
    me, agency = actor.require_user().pk, actor.agency
    rows = _question(MOST_COUNTED)(agency=agency, me=me, today=clock.today())
    (counted,) = rows["counts"]
    counts = Counts(counted.all, counted.mine, counted.nobodys, counted.late)
    if not works_here(actor=actor):
        counts = Counts(all=0, mine=0, nobodys=0, late=0)
    return Overview(counts, rows["colleagues"], rows["views"])


@cache
def _question(most: int) -> Question:
    def how_many(cases: QuerySet[Case]) -> Func:
        some = ArraySubquery(cases.order_by().values("pk")[:most])
        return Func(some, function="cardinality", output_field=IntegerField())

    def wanted(*, agency: str, me: UUID, today: date) -> dict[str, QuerySet[Any]]:
        open_ones = _at_the_desk(agency)
        counts = User.objects.filter(pk=me).annotate(
            all=how_many(open_ones),
            mine=how_many(open_ones.filter(handler=me)),
            nobodys=how_many(open_ones.filter(handler=None)),
            late=how_many(open_ones.annotate(due_key=due()).filter(due_key__lt=today)),
        )
        return {
            "counts": counts.only("pk"),
            "colleagues": who_works_at(agency).only("pk", "name"),
            "views": SavedView.objects.filter(user=me),
        }

    return Question(wanted)


def _at_the_desk(agency: str) -> QuerySet[Case]:
    """By the phase alone, so that an index counts them without a look at the cases themselves.

    Where an agency works here a case comes to such a phase in the transaction in which its delivery is done
    (`portal.cases.out.delivery`), and leaves it in the one in which it goes to another agency.
    """
    return Case.objects.filter(agency=agency, phase__in=AT_THE_DESK)
