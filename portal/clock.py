"""The legal clock's "today": real time, or another day with `PORTAL_NOW`.

Only legal dates (received on, due, remedy until) come from here. Tokens, leases and sessions use
`django.utils.timezone.now`, which nothing shifts.
"""

from __future__ import annotations

from datetime import date, datetime

from django.conf import settings
from django.utils import timezone


def now() -> datetime:
    """This moment in Europe/Amsterdam, on the day of `PORTAL_NOW` where that is set."""
    real = timezone.localtime()
    day: date | None = settings.PORTAL_NOW
    if day is None:
        return real
    # The wall time is kept and given the offset of the other day, so that summer time stays right.
    return real.replace(year=day.year, month=day.month, day=day.day)


def today() -> date:
    """The date of `now`: the day on which terms are counted."""
    return now().date()


def day_of(moment: datetime) -> date:
    """The legal date of a moment that just passed: its own date here, or the day of `PORTAL_NOW`."""
    return settings.PORTAL_NOW or timezone.localdate(moment)
