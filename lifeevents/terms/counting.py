"""From a first day to a last day: the Algemene termijnenwet (Atw), articles 1, 2 and 4, and hours.

Dates are legal dates in the Netherlands; nothing here looks at the clock of the machine.
"""

from __future__ import annotations

from calendar import monthrange
from datetime import UTC, date, datetime, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

from lifeevents.legal import Term
from lifeevents.terms.calendar import DAY, is_working_day, next_working_day

AMSTERDAM = ZoneInfo("Europe/Amsterdam")


def last_day(start: date, term: Term) -> date:
    """The last day of a term that `start` sets going.

    `start` is the day of receipt, of making known or of the event; it does not count itself (Awb
    4:13(2) "after receipt", 6:8(1)). A term of weeks ends on the weekday on which it started.

    Within the scope of the Atw (article 4) the end moves to the next working day (1(1)), and a term
    of three days or more is made so long that it holds two working days (2).
    """
    return moved(start, add(start, term), term)


def first_day_before(event: date, term: Term) -> date:
    """The day that lies a term before an event: "not earlier than four weeks before" (Wet BRP 2.39(2)).

    Counted backward, so it never moves (Atw 1(2)).
    """
    return (
        event - timedelta(weeks=term.weeks, days=term.days)
        if not _in_months(term)
        else _shift(event, term, -1)
    )


def end_of_hours(start: datetime, hours: int) -> datetime:
    """The moment at which a term of hours is over, in Amsterdam time; it never moves (Atw 4(a)).

    Hours that went by count, so a night on which the clock changes makes no difference to them.
    Raises `ValueError` for a moment without a time zone.
    """
    return (_aware(start).astimezone(UTC) + timedelta(hours=hours)).astimezone(AMSTERDAM)


def legal_date(moment: datetime) -> date:
    """The day on which something happened by the Dutch calendar. Raises `ValueError` without a time zone."""
    return _aware(moment).astimezone(AMSTERDAM).date()


def received_on(
    intake: Literal["portal", "agency"], *, submitted: datetime, arrived: datetime | None
) -> date | None:
    """The day of receipt (Awb 2:17(2)): when it reached the system that the agency answers for.

    With intake `portal` the agency has made this portal its own, so sending it is enough. Otherwise the
    agency must have it; None as long as it does not.
    """
    if intake == "portal":
        return legal_date(submitted)
    return legal_date(arrived) if arrived is not None else None


def add(start: date, term: Term) -> date:
    """The end of a term by the calendar alone, before the Atw moves it."""
    return _shift(start, term, 1) if _in_months(term) else start + timedelta(weeks=term.weeks, days=term.days)


def moved(start: date, end: date, term: Term) -> date:
    """Where the Atw leaves an end that the calendar gives; `term` says whether it holds at all."""
    if not is_covered(term):
        return end
    if term.days not in (1, 2):
        end = max(end, _second_working_day(start))
    return next_working_day(end)


def is_covered(term: Term) -> bool:
    """Whether the Atw holds for a term: not for more than ninety days, twelve weeks or three months, nor
    for years (Atw 4(a)). Exactly so many is inside. Hours have no `Term`; see `end_of_hours`.
    """
    return term.weeks <= 12 and term.days <= 90 and term.months <= 3 and not term.years


def _second_working_day(start: date) -> date:
    """The second working day after a day (Atw 2)."""
    day, found = start, 0
    while found < 2:
        day += DAY
        found += is_working_day(day)
    return day


def _in_months(term: Term) -> bool:
    return bool(term.months or term.years)


def _shift(day: date, term: Term, direction: int) -> date:
    """The same day of another month, or the last one of that month where it has no such day.

    That follows article 4(2) of the European Convention on the Calculation of Time-limits, which was not
    read here. 29 February and a year later: 28 February.
    """
    month = day.year * 12 + day.month - 1 + direction * (term.months + 12 * term.years)
    year, number = divmod(month, 12)
    return date(year, number + 1, min(day.day, monthrange(year, number + 1)[1]))


def _aware(moment: datetime) -> datetime:
    if moment.tzinfo is None:
        raise ValueError("a moment needs a time zone")
    return moment
