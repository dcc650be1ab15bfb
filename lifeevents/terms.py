"""The legal clock: working days and the last day of a term, after the Algemene termijnenwet (Atw).

Dates are legal dates in the Netherlands; nothing here looks at the clock of the machine.
"""

from __future__ import annotations

from datetime import date, timedelta
from functools import cache
from pathlib import Path

from pydantic import ConfigDict, TypeAdapter
from pydantic.dataclasses import dataclass

from lifeevents.model import Term
from lifeevents.shape import parse
from lifeevents.yamlfile import CatalogueError, Problem, read

_DECREED = Path(__file__).parent / "parameters" / "decreed-days.yaml"
_DAY = timedelta(days=1)
_SATURDAY, _SUNDAY = 5, 6


@dataclass(config=ConfigDict(extra="forbid", frozen=True))
class DecreedDays:
    """Days equal to holidays by royal decree (Atw 3(3)), and whether somebody here read the decrees."""

    verified: bool
    days: tuple[date, ...]


_DECREED_DAYS = TypeAdapter(DecreedDays)


def read_decreed_days(file: Path, problems: list[Problem]) -> DecreedDays | None:
    """The days of a file; None, with a problem added for each thing wrong, when it cannot be used.

    A file that does not exist means that there are no such days.
    """
    if not file.exists():
        return DecreedDays(verified=True, days=())
    document = read(file, problems)
    return parse(_DECREED_DAYS, document.data, document, problems) if document else None


def holidays(year: int) -> dict[date, str]:
    """The holidays of a year by day, with Dutch names: Atw 3(1), Good Friday (3(2)), decreed days (3(3)).

    Raises `CatalogueError` when the file of decreed days is wrong.
    """
    return dict(_holidays(year))


def is_working_day(day: date) -> bool:
    """Whether a day is neither a Saturday, nor a Sunday, nor a holiday (Atw 1(1), 3)."""
    return day.weekday() not in (_SATURDAY, _SUNDAY) and day not in _holidays(day.year)


def last_day(start: date, term: Term) -> date:
    """The last day of a term that `start` sets going.

    `start` is the day of receipt, of making known or of the event; it does not count itself (Awb
    4:13(2) "after receipt", 6:8(1)). A term of weeks ends on the weekday on which it started.

    Within the scope of the Atw (article 4) the end moves to the next working day (1(1)), and a term
    of three days or more is made so long that it holds two working days (2).
    """
    end = start + timedelta(weeks=term.weeks, days=term.days)
    if not _atw_applies(term):
        return end
    if term.weeks or term.days >= 3:
        end = max(end, _second_working_day(start))
    while not is_working_day(end):
        end += _DAY
    return end


def _atw_applies(term: Term) -> bool:
    """Atw 4(a): not for more than twelve weeks or more than ninety days; exactly twelve is inside."""
    return term.weeks <= 12 and term.days <= 90


def _second_working_day(start: date) -> date:
    """The second working day after a day (Atw 2)."""
    day, found = start, 0
    while found < 2:
        day += _DAY
        found += is_working_day(day)
    return day


@cache
def _decreed_days() -> DecreedDays:
    problems: list[Problem] = []
    decreed = read_decreed_days(_DECREED, problems)
    if decreed is None or problems:
        raise CatalogueError(problems)
    return decreed


@cache
def _holidays(year: int) -> dict[date, str]:
    easter = _easter(year)
    decreed = {day: "Gelijkgestelde dag" for day in _decreed_days().days if day.year == year}
    return decreed | {
        date(year, 1, 1): "Nieuwjaarsdag",
        easter - 2 * _DAY: "Goede Vrijdag",
        easter + _DAY: "Tweede Paasdag",
        _kings_day(year): "Koningsdag",
        date(year, 5, 5): "Bevrijdingsdag",
        easter + 39 * _DAY: "Hemelvaartsdag",
        easter + 50 * _DAY: "Tweede Pinksterdag",
        date(year, 12, 25): "Eerste Kerstdag",
        date(year, 12, 26): "Tweede Kerstdag",
    }


def _kings_day(year: int) -> date:
    """27 April, or 30 April before 2014 (Koninginnedag); the day before when that is a Sunday."""
    day = date(year, 4, 27) if year >= 2014 else date(year, 4, 30)
    return day - _DAY if day.weekday() == _SUNDAY else day


def _easter(year: int) -> date:
    """Easter Sunday in the Gregorian calendar (the algorithm of Meeus, Jones and Butcher)."""
    golden = year % 19
    century, of_century = divmod(year, 100)
    leap_centuries, rest = divmod(century, 4)
    moon = (century - (century + 8) // 25 + 1) // 3
    epact = (19 * golden + century - leap_centuries - moon + 15) % 30
    leaps, years = divmod(of_century, 4)
    weekday = (32 + 2 * rest + 2 * leaps - epact - years) % 7
    late = (golden + 11 * epact + 22 * weekday) // 451
    month, day = divmod(epact + weekday - 7 * late + 114, 31)
    return date(year, month, day + 1)
