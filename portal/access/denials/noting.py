"""Counting doors that stayed shut: in the cache while a request runs, in the table a minute later.

A denial costs a request no question to the database, so that nobody can make it work by knocking, and what
is foreign takes as long as what is not there. The line in the security log stands apart from this: where the
cache is lost, that is where the denials of the last minutes still are.
"""

from __future__ import annotations

import time
from collections import Counter, defaultdict
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

import structlog
from django.core.cache import cache
from django.db.models import QuerySet
from django.utils import timezone
from redis.exceptions import RedisError

from lifeevents.retention import retention
from portal.access.denials.models import Denial
from portal.access.policy import who_may_enter
from portal.people.actor import Actor

log = structlog.get_logger(__name__)

KEPT: Final = 6 * 60
"""Minutes that the cache keeps them: so long the timetable may stand still."""
MOST_A_MINUTE: Final = 2_000
"""Different doors in one minute, of everybody together; the security log has what comes on top."""
MOST_OF_ONE: Final = 30
"""Of one person or program; what comes on top is one row."""
_MINUTE: Final = 60


@dataclass(frozen=True, slots=True)
class Shut:
    """Which door, for whom."""

    user: str
    client: str
    agency: str
    capacity: str
    route: str
    why: str


def note(actor: Actor, *, route: str, was_reading: bool = False) -> None:
    """Counts a door that stayed shut for a member of staff or a program; of citizens nothing is counted.

    `was_reading`: it stayed shut because one who looks along only reads.
    """
    if actor.program is None and not actor.is_staff:
        return
    shut = Shut(
        user=str(actor.user.pk) if actor.user else "",
        client=actor.program.client_id if actor.program else "",
        agency=actor.agency if actor.program else "",
        capacity=actor.capacity,
        route=route,
        why=_why(actor, route, was_reading=was_reading),
    )
    try:
        _count(shut, int(time.time()) // _MINUTE)
    except RedisError as error:
        # Whoever gets a 404 gets it all the same; the security log has the line.
        log.warning("denial-not-counted", error=type(error).__name__)


def write() -> int:
    """Moves the minutes that are over from the cache into the table; again is harmless. Gives how many rows.

    The last minute waits for one more, for what is still on its way.
    """
    now = int(time.time()) // _MINUTE
    counts = cache.get_many([_places_of(minute) for minute in range(now - KEPT, now - 1)])
    rows = [
        row
        for minute in range(now - KEPT, now - 1)
        if (places := counts.get(_places_of(minute)))
        for row in _rows_of(minute, min(places, MOST_A_MINUTE))
    ]
    Denial.objects.bulk_create(rows, ignore_conflicts=True)
    cache.delete_many(list(counts))
    return len(rows)


def past_term() -> QuerySet[Denial]:
    """The rows that may not be kept any longer."""
    return Denial.objects.filter(minute__lt=timezone.now() - timedelta(days=retention().denials_days))


def _why(actor: Actor, route: str, *, was_reading: bool) -> Denial.Why:
    if was_reading:
        return Denial.Why.READING
    is_open = actor.program is not None or who_may_enter(route).admits(actor)
    return Denial.Why.OBJECT if is_open else Denial.Why.DOOR


def _count(shut: Shut, minute: int) -> None:
    key = _key(shut, minute)
    if cache.add(key, 1, timeout=KEPT * _MINUTE):
        place = _next_place(minute)
        if place <= MOST_A_MINUTE:
            cache.set(_place(minute, place), asdict(shut), timeout=KEPT * _MINUTE)
        return
    try:
        cache.incr(key)
    except ValueError:
        return  # its time was over meanwhile


def _next_place(minute: int) -> int:
    if cache.add(_places_of(minute), 1, timeout=KEPT * _MINUTE):
        return 1
    place: int = cache.incr(_places_of(minute))
    return place


def _rows_of(minute: int, places: int) -> list[Denial]:
    found = cache.get_many([_place(minute, place) for place in range(1, places + 1)])
    shut = [Shut(**one) for one in found.values()]
    times = cache.get_many([_key(one, minute) for one in shut])
    counts = Counter({one: times.get(_key(one, minute), 1) for one in shut})
    at = datetime.fromtimestamp(minute * _MINUTE, UTC)
    return [_row(one, at, count) for one, count in _capped(counts).items()]


def _row(shut: Shut, at: datetime, times: int) -> Denial:
    return Denial(
        minute=at,
        user_id=shut.user or None,
        client=shut.client,
        agency=shut.agency,
        capacity=shut.capacity,
        route=shut.route,
        why=shut.why,
        times=times,
    )


def _capped(counts: Counter[Shut]) -> Counter[Shut]:
    """Who knocks on very many doors fills a few rows; how often it was stays right."""
    by_one: dict[tuple[str, str], list[tuple[Shut, int]]] = defaultdict(list)
    for shut, times in sorted(counts.items(), key=lambda one: (-one[1], one[0].route, one[0].why)):
        by_one[shut.user, shut.client].append((shut, times))
    kept: Counter[Shut] = Counter()
    for doors in by_one.values():
        kept.update(dict(doors[:MOST_OF_ONE]))
        for shut, times in doors[MOST_OF_ONE:]:
            kept[Shut(shut.user, shut.client, shut.agency, shut.capacity, "", shut.why)] += times
    return kept


def _key(shut: Shut, minute: int) -> str:
    return f"denied:{minute}:{shut.user}{shut.client}:{shut.capacity}:{shut.route}:{shut.why}"


def _places_of(minute: int) -> str:
    return f"denied:{minute}:places"


def _place(minute: int, place: int) -> str:
    return f"denied:{minute}:place:{place}"
