"""Room at an agency: how many of our calls it gets at the same moment, whichever process makes them.

One that hangs holds that many workers, and the others deliver to the others. What finds no room stays
due; whoever leaves wakes it (`outbox.pass_on`).
"""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone

from portal.cases.models import Case
from portal.catalogue import connectors
from portal.ledger.models import ConnectorState
from portal.ledger.states import agency_key, locked, locked_counting, note_waiting
from portal.rows import Statement, in_one_go

_IN_FLIGHT = """
SELECT (
    SELECT count(*) FROM cases_delivery
    WHERE destination = %s AND delivered_at IS NULL AND lease_until > %s AND kind <> 'release'
) + (SELECT count(*) FROM cases_case WHERE agency = %s AND reading_until > %s)
"""
"""A release asks registers; what then goes to the agency is a row of its own."""

TURN = timedelta(seconds=10)
"""How often the timetable rings for cases to read; so much of the minute may be used in one go."""


def enter(agency: str, now: datetime) -> bool:
    """Whether one more call may begin; in the transaction that writes it down, so nobody counts beside it.

    False while the agency is down or full. What stays in the portal is no call, and always has room.
    """
    destination = connectors().destination(agency)
    if destination is None or destination.pulls:
        return True
    state, running = locked_counting(agency_key(agency), _in_flight(agency, now))
    if state.down_since is not None:
        return False
    if running < connectors().limits_of(agency).max_in_flight:
        return True
    if state.waiting_since is None:
        note_waiting(agency_key(agency))
    return False


def enter_to_read(agency: str, now: datetime) -> bool:
    """The same for reading a case; it leaves room for what goes out, and keeps to what a minute holds."""
    destination = connectors().destination(agency)
    if destination is None or destination.pulls:
        return False
    limits = connectors().limits_of(agency)
    state, running = locked_counting(agency_key(agency), _in_flight(agency, now))
    if state.down_since is not None:
        return False
    if reading(agency, now) >= max(1, limits.max_in_flight - 1):
        return False
    return running < limits.max_in_flight and _book(state, limits.reads_a_minute, now)


def reads_a_turn(agency: str) -> int:
    """How many cases may be read in one turn of the timetable; at least one is tried."""
    minute = timedelta(minutes=1) + TURN
    return max(1, connectors().limits_of(agency).reads_a_minute * TURN // minute)


def _book(state: ConnectorState, reads_a_minute: int, now: datetime) -> bool:
    """Takes a place in the minute for the first call of a reading; what follows it is booked afterwards.

    Of any 60 s no more than `reads_a_minute` fall in places that were given.

    Places are `_apart` from each other, and may be taken `TURN` too early (GCRA: the reads numbered 0
    to n are at least n x apart - turn from each other, which for n = reads_a_minute is the minute).
    """
    taken = state.reads_booked_until
    if taken is not None and taken > now + TURN:
        return False
    booked = max(taken or now, now) + _apart(reads_a_minute)
    ConnectorState.objects.filter(pk=state.pk).update(reads_booked_until=booked)
    return True


def book_more(agency: str, calls: int) -> None:
    """What a reading took beside the one call that was booked for it: the next ones wait so much longer."""
    if calls < 1:
        return
    with transaction.atomic():
        state, now = locked(agency_key(agency)), timezone.now()
        booked = max(state.reads_booked_until or now, now) + calls * _apart(
            connectors().limits_of(agency).reads_a_minute
        )
        ConnectorState.objects.filter(pk=state.pk).update(reads_booked_until=booked)


def _apart(reads_a_minute: int) -> timedelta:
    return (timedelta(minutes=1) + TURN) / reads_a_minute


def reading(agency: str, now: datetime) -> int:
    """How many of its cases are read now."""
    return Case.objects.filter(agency=agency, reading_until__gt=now).count()


def in_flight(agency: str, now: datetime) -> int:
    """How many calls to it run now. One whose worker died counts until its lease is over."""
    ((answer,),) = in_one_go(_in_flight(agency, now))
    return int(answer[0])


def _in_flight(agency: str, now: datetime) -> Statement:
    return _IN_FLIGHT, [agency, now, agency, now]
