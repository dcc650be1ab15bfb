"""Ages, in one place: whole months and years since a birth, also where the day is only partly known.

Who was born on the 29th, 30th or 31st is a month older on the first of the next month where a month has no
such day; so who was born on 29 February is a year older on 1 March: only then has the last day of the year of
age passed.
"""

from __future__ import annotations

from datetime import date, timedelta


def whole_months(born: date, day: date) -> int:
    """Whole months from a birth to a day; less than 0 before it."""
    return (day.year - born.year) * 12 + day.month - born.month - (day.day < born.day)


def whole_years(born: date, day: date) -> int:
    """Whole years from a birth to a day."""
    return whole_months(born, day) // 12


def birthday(born: date, years: int) -> date:
    """The first day on which somebody is so many years old."""
    try:
        return born.replace(year=born.year + years)
    except ValueError:
        return date(born.year + years, 3, 1)


def has_years(born: str | None, years: int, today: date) -> bool | None:
    """Whether somebody is at least so old; None where a partial birth leaves it open.

    `born` is "2008-02-29", "2008-02", "2008" or None. Raises `ValueError` for what is no date.
    """
    if not born:
        return None
    first, last = date_bounds(born)
    oldest, youngest = whole_years(first, today) >= years, whole_years(last, today) >= years
    return oldest if oldest == youngest else None


def date_bounds(born: str) -> tuple[date, date]:
    """The first and the last day that a partial date may mean. Raises `ValueError` for what is no date."""
    parts = [int(part) for part in born.split("-")]
    match parts:
        case [year, month, day]:
            return date(year, month, day), date(year, month, day)
        case [year, month]:
            following = date(year + month // 12, month % 12 + 1, 1)
            return date(year, month, 1), following - timedelta(days=1)
        case _:
            return date(parts[0], 1, 1), date(parts[0], 12, 31)
