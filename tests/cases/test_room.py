"""An agency that hangs holds a few workers and delays nobody; what waits goes as soon as there is room."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from itertools import product
from typing import Any
from unittest.mock import patch

import pytest
from django.db import connection
from django.forms.models import model_to_dict
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from connectors.base import Destination, Envelope, Once, Reading, Receipt, Report, Unavailable
from connectors.registry import Limits
from portal.cases.models import Case, Delivery, Journey
from portal.cases.out import delivery, outages, outbox, room
from portal.cases.out.leases import pause_of
from portal.cases.out.taking import take
from portal.catalogue import connectors
from portal.ledger.models import ConnectorState
from portal.ledger.states import agency_key, mark_down
from tests.factories import make_citizen, spare_bsns

BUSY, QUIET = "gemeente-waterstad", "svb"


def _waits(agency: str) -> bool:
    """Whether something is due there that could not go yet."""
    return ConnectorState.objects.filter(name=agency_key(agency), waiting_since__isnull=False).exists()


class Office(Destination):
    """An agency with an intake of its own, which nobody reaches in these tests."""

    name = "test"

    def file(self, envelope: Envelope, once: Once) -> Receipt:
        raise Unavailable("away")

    def report(self, their_reference: str, report: Report, once: Once) -> None:
        raise AssertionError

    def read(self, their_reference: str, *, version: str, trace_id: str) -> Reading | None:
        raise AssertionError

    def check(self) -> None:
        return None


@pytest.fixture
def two_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    _set_up(monkeypatch, Limits(2))


def _set_up(monkeypatch: pytest.MonkeyPatch, limits: Limits) -> None:
    offices: dict[str, Destination] = {name: Office() for name in (BUSY, QUIET)}
    set_up = replace(connectors(), destinations=offices, limits=dict.fromkeys(offices, limits))
    for module in ("out.outbox", "out.room", "out.delivery"):
        monkeypatch.setattr(f"portal.cases.{module}.connectors", lambda: set_up)


@pytest.fixture
def rung() -> Iterator[list[str]]:
    bells: list[str] = []
    with patch.object(outbox, "ring", lambda row, **_: bells.append(row)):
        yield bells


def _rows(agency: str, many: int) -> list[Any]:
    """So many rows that are due, the one that waits longest first."""
    citizen = make_citizen(next(spare_bsns()))
    made = []
    for number in range(many):
        journey = Journey.objects.create(
            citizen=citizen, event="kind-krijgen", state="submitted", definitions=[]
        )
        case = Case.objects.create(
            citizen=citizen, journey=journey, service="x", agency=agency, sealed_payload=b"", phase="sent"
        )
        since = timezone.now() - timedelta(minutes=many - number)
        made.append(Delivery.objects.create(case=case, kind="file", destination=agency, not_before=since).pk)
    return made


@pytest.mark.django_db
@pytest.mark.usefixtures("two_at_once")
class TestAClaim:
    """What one worker may take."""

    def test_an_agency_gets_no_more_calls_at_once_than_it_takes(self) -> None:
        busy, quiet = _rows(BUSY, 3), _rows(QUIET, 1)
        assert [bool(outbox.claim(pk)) for pk in (*busy, *quiet)] == [True, True, False, True]
        Delivery.objects.filter(pk=busy[2]).get(lease_until=None, attempts=0)

    def test_who_leaves_rings_for_who_waits_longest(self, rung: list[str]) -> None:
        first, _, third, fourth, _ = rows = _rows(BUSY, 5)
        claimed = [outbox.claim(pk) for pk in rows]
        assert claimed[0] is not None
        outbox.mark_delivered(claimed[0])
        outages.leave(BUSY, answered=False)
        assert rung == [str(third), str(fourth)]
        assert outbox.claim(third) is not None
        assert outbox.claim(first) is None

    def test_where_nothing_waits_nobody_is_rung(self, rung: list[str]) -> None:
        rows = _rows(BUSY, 3)
        for pk in rows:
            outbox.claim(pk)
        assert _waits(BUSY)
        Delivery.objects.update(delivered_at=timezone.now())
        outages.leave(BUSY, answered=False)
        assert (rung, _waits(BUSY)) == ([], False)
        assert outbox.claim(_rows(QUIET, 1)[0])
        outages.leave(QUIET, answered=False)
        assert rung == []

    def test_a_worker_that_died_gives_its_room_back_when_its_lease_is_over(self) -> None:
        rows = _rows(BUSY, 3)
        assert [bool(outbox.claim(pk)) for pk in rows] == [True, True, False]
        Delivery.objects.filter(pk=rows[0]).update(lease_until=timezone.now() - timedelta(seconds=1))
        assert outbox.claim(rows[2])

    def test_while_the_agency_is_down_nothing_is_taken(self) -> None:
        (row,) = _rows(BUSY, 1)
        mark_down(agency_key(BUSY))
        assert outbox.claim(row) is None
        assert outbox.due(timezone.now()).count() == 0

    def test_a_row_that_ends_each_worker_is_shown_to_a_person(self) -> None:
        (row,) = _rows(BUSY, 1)
        for _ in range(outbox.MAX_ATTEMPTS):
            assert outbox.claim(row)
            Delivery.objects.update(lease_until=timezone.now() - timedelta(seconds=1))
        assert outbox.claim(row) is None
        assert Delivery.objects.get(pk=row).needs_human == Delivery.Human.EXCEEDED
        assert room.in_flight(BUSY, timezone.now()) == 0


@pytest.mark.django_db
def test_with_many_places_and_a_long_backlog_the_bells_do_not_pile_up(
    rung: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    _set_up(monkeypatch, Limits(20))
    rows = [str(pk) for pk in _rows(BUSY, 30)]
    outbox.sweep()
    assert rung == rows[:20]
    rung.clear()
    for _ in range(10):
        outages.leave(BUSY, answered=False)
    # Each end rings for two, of which one always waited longest: so the places fill, and no more.
    assert len(rung) == 20
    assert rung[::2] == rows[:1] * 10
    assert set(rung[1::2]) <= set(rows[1:20])


@pytest.mark.django_db
@pytest.mark.usefixtures("two_at_once")
def test_a_backlog_of_one_agency_stands_before_nobody_elses_rows(
    rung: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(outbox, "ROWS_A_SWEEP", 2)
    busy, quiet = _rows(BUSY, 5), _rows(QUIET, 2)
    outbox.sweep()
    assert sorted(rung) == sorted(map(str, [*busy[:2], *quiet]))
    # The others need not wait for the next turn of the timetable.
    assert _waits(BUSY)
    assert not _waits(QUIET)


@pytest.mark.django_db
@pytest.mark.usefixtures("two_at_once")
def test_an_agency_that_is_away_costs_its_rows_no_attempt(monkeypatch: pytest.MonkeyPatch) -> None:
    def away(_self: Office) -> None:
        raise Unavailable("away")

    monkeypatch.setattr(Office, "check", away)
    monkeypatch.setitem(delivery._WORK, Delivery.Kind.FILE, _unavailable)
    (row,) = _rows(BUSY, 1)
    delivery.deliver(delivery_id=row)
    stands = Delivery.objects.get(pk=row)
    assert (stands.attempts, stands.needs_human, stands.last_error) == (0, "", "away")
    assert stands.not_before <= timezone.now()


def _unavailable(_row: Delivery, _case: Case) -> None:
    raise Unavailable("away")


# --- Several workers at the same moment -----------------------------------------------------------


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("two_at_once")
@settings(
    max_examples=5, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture], database=None
)
@given(order=st.permutations([*range(6)] * 3), most=st.integers(1, 4))
def test_workers_that_claim_at_the_same_moment_take_each_row_once_and_no_more_than_fit(
    order: list[int], most: int
) -> None:
    set_up = replace(room.connectors(), limits={BUSY: Limits(most)})
    rows = _rows(BUSY, 6)
    with (
        patch.object(room, "connectors", lambda: set_up),
        ThreadPoolExecutor(6) as workers,
    ):
        claimed = list(workers.map(_claim, (rows[number] for number in order)))
    taken = [row.pk for row in claimed if row is not None]
    assert len(taken) == len(set(taken)) == most
    assert room.in_flight(BUSY, timezone.now()) == most
    Delivery.objects.update(delivered_at=timezone.now())


def _claim(pk: Any) -> Delivery | None:
    try:
        return outbox.claim(pk)
    finally:
        connection.close()


@given(attempts=st.integers(1, 60))
@settings(max_examples=100, deadline=None)
def test_the_pause_is_drawn_between_a_second_and_a_bound_that_doubles_up_to_ten_minutes(
    attempts: int,
) -> None:
    drawn = [pause_of(attempts) for _ in range(50)]
    bound = min(600.0, 2.0 * 2**attempts)
    assert all(1.0 <= pause <= bound for pause in drawn)
    # Full jitter: rows that failed together do not come back together.
    assert max(drawn) - min(drawn) > bound / 10


@pytest.mark.django_db
def test_the_wait_that_an_agency_asks_for_is_kept() -> None:
    (pk,) = _rows(BUSY, 1)
    row = Delivery.objects.get(pk=pk)
    outbox.try_later(row, error="busy", pause=3600.0)
    assert row.not_before > timezone.now() + timedelta(minutes=59)


@pytest.mark.django_db
def test_what_a_claim_takes_is_what_the_timetable_rings_for() -> None:
    """The same question twice: of one row in SQL of our own, and of all of them."""
    now = timezone.now()
    before, later = now - timedelta(seconds=1), now + timedelta(minutes=1)
    (row,) = _rows(QUIET, 1)
    case = Case.objects.filter(deliveries=row)
    taken = 0
    for kind, reference, lease, start, done, human in product(
        ("file", "message"), ("", "Z-1"), (None, before, later), (before, later), (None, before), ("", "call")
    ):
        case.update(their_reference=reference)
        Delivery.objects.update(
            kind=kind, lease_until=lease, not_before=start, delivered_at=done, needs_human=human
        )
        found = take(row, now, after_arrival=outbox.ABOUT_A_CASE)
        assert (found is not None) == outbox.due(now).exists()
        if found is not None:
            taken += 1
            by_the_orm = Delivery.objects.select_related("case__journey", "case__citizen").get()
            for ours, theirs in (
                (found, by_the_orm),
                (found.case, by_the_orm.case),
                (found.case.journey, by_the_orm.case.journey),
                (found.case.citizen, by_the_orm.case.citizen),
            ):
                assert ours == theirs
                assert model_to_dict(ours) == model_to_dict(theirs)
    assert taken == 3 * 2
