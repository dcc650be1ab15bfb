"""What the citizen may do when an agency is late: notice of default, penalty, appeal (Awb 4:17, 4:18, 6:12).

Readings of the law, each here and nowhere else:

- A notice of default that arrives before the term is over counts for nothing.
- The Atw moves the two weeks of 4:17(3) and 6:12(2), not the 42 days (4:17(1)).
- The first day with a penalty is the day after those two weeks; the day of the late decision does not count.
- 4:17(3) counts from the day on which the agency has the notice, 6:12(2) from the day it was told.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Annotated

from pydantic import Field, TypeAdapter
from pydantic.dataclasses import dataclass as parsed

from lifeevents.legal import STRICT, Article, NonEmpty, Term
from lifeevents.shape import parse
from lifeevents.terms.calendar import DAY
from lifeevents.terms.counting import last_day
from lifeevents.yamlfile import CatalogueError, Problem, read

_FILE = Path(__file__).parents[1] / "parameters" / "penalty.yaml"
_AWB = "Algemene wet bestuursrecht"
TWO_WEEKS = Term(article=Article(name=f"artikel 4:17, derde lid, {_AWB}", verified=True), weeks=2)
_APPEAL = Term(article=Article(name=f"artikel 6:12, tweede lid, {_AWB}", verified=True), weeks=2)
_SETTLE = Term(article=Article(name=f"artikel 4:18 {_AWB}", verified=True), weeks=2)


@parsed(config=STRICT)
class Rate:
    """So many days at so many whole euros a day."""

    days: Annotated[int, Field(ge=1)]
    euros: Annotated[int, Field(ge=0)]


@parsed(config=STRICT)
class PenaltyTable:
    """The amounts of 4:17(2) that hold from a day on, the first days first; they may be indexed (11:2(2))."""

    since: date
    article: Article
    source: NonEmpty
    rates: Annotated[tuple[Rate, ...], Field(min_length=1)]

    @property
    def most_days(self) -> int:
        """For how many days there is a penalty at most."""
        return sum(rate.days for rate in self.rates)

    @property
    def most_euros(self) -> int:
        """What that comes to."""
        return self.euros(self.most_days)

    def euros(self, days: int) -> int:
        """What so many days come to, never more than the most; 0 for none."""
        total, left = 0, max(days, 0)
        for rate in self.rates:
            counted = min(left, rate.days)
            total, left = total + counted * rate.euros, left - counted
        return total


@parsed(config=STRICT)
class PenaltyTables:
    """All of them, by the day from which they hold."""

    tables: Annotated[tuple[PenaltyTable, ...], Field(min_length=1)]

    def __post_init__(self) -> None:
        days = [table.since for table in self.tables]
        if days != sorted(set(days)):
            raise ValueError("the tables must stand in order, each from a day of its own")


_TABLES = TypeAdapter(PenaltyTables)


def read_penalties(file: Path, problems: list[Problem]) -> PenaltyTables | None:
    """The tables of a file; None, with a problem added for each thing wrong, when it cannot be used."""
    document = read(file, problems)
    return parse(_TABLES, document.data, document, problems) if document else None


def penalty_table(on: date) -> PenaltyTable | None:
    """The table that holds on a day; None before there was one. Raises `CatalogueError` for a wrong file."""
    return next((table for table in reversed(_tables().tables) if table.since <= on), None)


@cache
def _tables() -> PenaltyTables:
    problems: list[Problem] = []
    found = read_penalties(_FILE, problems)
    if found is None or problems:
        raise CatalogueError(problems)
    return found


def is_late(due: date, today: date) -> bool:
    """Whether the last day has gone by without a decision."""
    return today > due


@dataclass(frozen=True, slots=True)
class Default:
    """A notice of default that counts.

    `decide_until` is the last day of the two weeks, `first_day` the first with a penalty, `last_day` the
    last one there can be. `appeal_from` is the first day on which appeal to the court is open; `settle_by`
    the last day for the agency to lay down a penalty that ran to its end.
    """

    decide_until: date
    first_day: date
    last_day: date
    appeal_from: date
    settle_by: date

    def days_with_penalty(self, decided: date) -> int:
        """How many there are when the decision is made known on a day; that day itself does not count."""
        return max(0, min((decided - self.first_day).days, (self.last_day - self.first_day).days + 1))


def default_of(due: date, *, received: date, told: date | None = None) -> Default | None:
    """What a notice of default sets going; None where it came too early, and counts for nothing.

    `received` is the day on which the agency had it, `told` the day on which the citizen sent it, where that
    is another one.
    """
    if received <= due:
        return None
    table = penalty_table(received)
    told = told or received
    decide_until = last_day(received, TWO_WEEKS)
    first = decide_until + DAY
    last = first + DAY * ((table.most_days if table else 42) - 1)
    return Default(
        decide_until=decide_until,
        first_day=first,
        last_day=last,
        appeal_from=last_day(max(told, due), _APPEAL) + DAY,
        settle_by=last_day(last, _SETTLE),
    )


def penalty_euros(default: Default, decided: date) -> int:
    """The penalty in whole euros when the decision is made known on a day, by the table of its first day."""
    table = penalty_table(default.first_day)
    return table.euros(default.days_with_penalty(decided)) if table else 0
