"""Which days count: holidays after the Algemene termijnenwet (Atw) 3, decreed days, working days."""

from __future__ import annotations

from datetime import date, timedelta
from functools import cache
from pathlib import Path

from pydantic import TypeAdapter
from pydantic.dataclasses import dataclass

from lifeevents.legal import STRICT, NonEmpty
from lifeevents.shape import parse
from lifeevents.yamlfile import CatalogueError, Problem, read

DAY = timedelta(days=1)
_DECREED = Path(__file__).parents[1] / "parameters" / "decreed-days.yaml"
_SATURDAY, _SUNDAY = 5, 6


@dataclass(config=STRICT)
class DecreedDays:
    """Days equal to holidays by royal decree (Atw 3(3)), and whether somebody here read the decrees."""

    verified: bool
    source: NonEmpty
    days: tuple[date, ...]


_DECREED_DAYS = TypeAdapter(DecreedDays)


def read_decreed_days(file: Path, problems: list[Problem]) -> DecreedDays | None:
    """The days of a file; None, with a problem added for each thing wrong, when it cannot be used.

    A file that does not exist means that there are no such days.
    """
    if not file.exists():
        return DecreedDays(verified=True, source="none", days=())
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


def next_working_day(day: date) -> date:
    """The day itself where it is a working day, otherwise the first one after it (Atw 1(1))."""
    while not is_working_day(day):
        day += DAY
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
        easter - 2 * DAY: "Goede Vrijdag",
        easter + DAY: "Tweede Paasdag",
        _kings_day(year): "Koningsdag",
        date(year, 5, 5): "Bevrijdingsdag",
        easter + 39 * DAY: "Hemelvaartsdag",
        easter + 50 * DAY: "Tweede Pinksterdag",
        date(year, 12, 25): "Eerste Kerstdag",
        date(year, 12, 26): "Tweede Kerstdag",
    }


def _kings_day(year: int) -> date:
    """27 April, or 30 April before 2014 (Koninginnedag); the day before when that is a Sunday."""
    day = date(year, 4, 27) if year >= 2014 else date(year, 4, 30)
    return day - DAY if day.weekday() == _SUNDAY else day


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
