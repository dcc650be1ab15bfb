"""When a case is read at its agency: at a notification, and by the clock, because notifications get lost.

Every open case is read at least once an hour, spread evenly, never more a minute than the agency takes,
and never twice at the same moment. A notification only marks that there is news (`read_at` is empty):
a hundred of them are one look, or two where they came while we looked.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from math import ceil
from typing import Any

import structlog
from django.conf import settings
from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from connectors.tally import counted_calls
from portal.cases.back.hearing import read_back
from portal.cases.models import Case, Phase
from portal.cases.out import outages, outbox, room
from portal.catalogue import connectors
from portal.ledger.states import down_agencies

log = structlog.get_logger(__name__)

_FINAL = [phase.value for phase in Phase if phase.is_final]
_OURS = [Phase.WITHDRAWN, Phase.STOPPED]
"""Ended by the citizen or by us: no outcome follows."""

_AGAIN_AFTER = timedelta(seconds=60)
"""A case that could not be read is read again then."""


_READING = timedelta(seconds=40)
"""How long a look holds a case: longer than it takes (30 s, the soft limit), and so short that somebody
looks again within a minute after a worker was killed. Two at once do no harm: what is heard is kept once."""


def note_news(*, case: Case) -> None:
    """The agency says that something happened: it is read as soon as there is room for that."""
    Case.objects.filter(pk=case.pk).update(read_at=None)
    outbox.ring(str(case.pk), task=outbox.READ)


def read_when_due(*, case_id: Any) -> None:
    """Reads a case that has news or was not read for a while, unless somebody does, or there is no room."""
    case = _claim(case_id)
    if case is None:
        return
    was_read = False
    with counted_calls() as tally:
        try:
            was_read = read_back(case_id=case.pk)
        finally:
            _leave(case, was_read=was_read)
            room.book_more(case.agency, tally.calls - 1)
    outages.leave(case.agency, answered=False)
    _pass_on(case.agency, timezone.now())


def reconcile() -> None:
    """Rings for the cases whose turn it is. What finds no room now is rung for at the next turn."""
    for agency in _agencies():
        for case_id in _turn_of(agency, timezone.now()):
            outbox.ring(str(case_id), task=outbox.READ)


def open_cases(agency: str) -> QuerySet[Case]:
    """What the agency has and has not ended."""
    cases = Case.objects.filter(agency=agency).exclude(their_reference="").exclude(phase__in=_OURS)
    return cases.exclude(phase__in=_FINAL, outcome__isnull=False)


def too_many_for_an_hour() -> Iterator[tuple[str, int]]:
    """Agencies that take fewer reads an hour than they have open cases, with how many those are."""
    for agency in _agencies():
        cases = open_cases(agency).count()
        if cases > 60 * connectors().limits_of(agency).reads_a_minute:
            yield agency, cases


def _pass_on(agency: str, now: datetime) -> None:
    """A look has ended: rings for the next, since a bell that found no room is not heard again.

    News first, also what came while we looked and may be newer than what we saw. Then the rest, of them
    no more than their even share.
    """
    cases = open_cases(agency)
    waiting = _first(_news(cases, now), 1)
    if not waiting and cases.filter(read_at__gt=now - room.TURN).count() < _share(cases):
        waiting = _first(_old(cases, now), 1)
    for case_id in waiting:
        outbox.ring(str(case_id), task=outbox.READ)


def _agencies() -> list[str]:
    away = down_agencies()
    found = connectors().destinations.items()
    return [name for name, destination in found if not destination.pulls and name not in away]


def _turn_of(agency: str, now: datetime) -> list[Any]:
    """The cases to ring for: those with news, and an even share of the rest, longest ago first.

    A look that broke off may have been at news: it counts as that.
    """
    cases = open_cases(agency)
    takes = room.reads_a_turn(agency)
    old = _first(_old(cases, now), _share(cases))
    news = _first(_news(cases, now), takes)
    # News comes first, but no stream of it keeps the others from their hour.
    kept = min(len(old), max(1, takes // 2))
    return [*news[: max(1, takes - kept)], *old][: max(2, takes)]


def _share(cases: QuerySet[Case]) -> int:
    """How many of them are read in one turn, for all to have theirs in time."""
    return ceil(cases.count() * room.TURN.total_seconds() / settings.RECONCILE_SECONDS)


def _news(cases: QuerySet[Case], now: datetime) -> QuerySet[Case]:
    return cases.filter(Q(read_at=None) | _broke_off(now), _free(now)).order_by("changed_at")


def _old(cases: QuerySet[Case], now: datetime) -> QuerySet[Case]:
    return cases.filter(read_at__lt=now - _period(), reading_until=None).order_by("read_at")


def _free(now: datetime) -> Q:
    """Nobody looks now."""
    return Q(reading_until=None) | _broke_off(now)


def _broke_off(now: datetime) -> Q:
    """Whoever looked never came back: its worker was killed."""
    return Q(reading_until__lt=now)


def _first(cases: QuerySet[Case], many: int) -> list[Any]:
    return list(cases.values_list("pk", flat=True)[:many])


def _period() -> timedelta:
    return timedelta(seconds=settings.RECONCILE_SECONDS)


def _claim(case_id: Any) -> Case | None:
    now = timezone.now()
    due = Q(read_at=None) | Q(read_at__lt=now - _period()) | _broke_off(now)
    with transaction.atomic():
        case = Case.objects.select_for_update(skip_locked=True).filter(due, _free(now), pk=case_id).first()
        if case is None or not room.enter_to_read(case.agency, now):
            return None
        Case.objects.filter(pk=case.pk).update(read_at=now, reading_until=now + _READING)
    return case


def _leave(case: Case, *, was_read: bool) -> None:
    stands = Case.objects.filter(pk=case.pk)
    stands.update(reading_until=None)
    if not was_read:
        later = min(_AGAIN_AFTER, _period())
        stands.exclude(read_at=None).update(read_at=timezone.now() - _period() + later)
