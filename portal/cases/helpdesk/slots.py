"""When we can call back: the hours of the helpdesk on working days, as far as there are people for it."""

from __future__ import annotations

from collections import Counter
from datetime import date, datetime, time, timedelta
from typing import Final

from django.conf import settings
from django.utils import timezone

from lifeevents.terms import is_working_day
from portal.cases.helpdesk.models import ContactMoment

HOUR: Final = timedelta(hours=1)
DAYS: Final = 3
"""Working days ahead that can be chosen from."""
SOONEST: Final = timedelta(minutes=30)


def free_slots(now: datetime | None = None) -> list[datetime]:
    """The hours that begin half an hour from now or later and still have room, soonest first.

    Real time in the Netherlands; a slot is its first moment, and lasts an hour.
    """
    now = timezone.localtime(now)
    taken = _taken(now)
    return [one for one in _hours(now) if taken[one] < settings.HELPDESK_CALLS_AN_HOUR]


def end_of_next_working_day(now: datetime | None = None) -> datetime:
    """When the helpdesk closes on the first working day after today: by then we answer what has no hour."""
    day = timezone.localtime(now).date() + timedelta(days=1)
    while not is_working_day(day):
        day += timedelta(days=1)
    return _at(day, settings.HELPDESK_HOURS[1])


def _hours(now: datetime) -> list[datetime]:
    day, found, days = now.date(), list[datetime](), 0
    first, last = settings.HELPDESK_HOURS
    while days < DAYS:
        hours = [_at(day, hour) for hour in range(first, last)] if is_working_day(day) else []
        hours = [one for one in hours if one >= now + SOONEST]
        found += hours
        days += bool(hours)
        day += timedelta(days=1)
    return found


def _taken(now: datetime) -> Counter[datetime]:
    rows = ContactMoment.objects.filter(slot__gte=now - HOUR, closed_at=None)
    return Counter(timezone.localtime(slot) for slot in rows.values_list("slot", flat=True) if slot)


def _at(day: date, hour: int) -> datetime:
    return datetime.combine(day, time(hour), tzinfo=timezone.get_default_timezone())
