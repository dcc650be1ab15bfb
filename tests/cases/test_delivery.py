"""Nothing lost, nothing twice."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from connectors.base import (
    ConnectorError,
    Destination,
    Envelope,
    Misconfigured,
    Once,
    Reading,
    Receipt,
    Refused,
    Report,
    Unavailable,
)
from portal.cases.models import Delivery, Phase
from portal.cases.out import outbox
from portal.cases.out.delivery import deliver
from portal.cases.out.outbox import sweep
from portal.ledger.models import DataUse
from portal.people.actor import Actor
from tests.cases.steps import submitted
from tests.factories import make_citizen_user, make_operator, spare_bsns
from tests.registers import NOOR, Register

MOST_QUESTIONS = 27
"""Statements of one delivery, the first to its agency, with savepoints in place of transactions."""


class Agency(Destination):
    """An agency that counts what it gets, and fails in the ways that a test names."""

    name = "test"

    def __init__(self) -> None:
        self.filed: list[str] = []
        self.fail_before: list[Exception] = []
        self.fail_after: list[BaseException] = []

    def file(self, envelope: Envelope, once: Once) -> Receipt:
        def effect() -> Any:
            if self.fail_before:
                raise self.fail_before.pop()
            self.filed.append(envelope.reference)
            if self.fail_after:
                raise self.fail_after.pop()
            return {"number": len(self.filed)}

        def find() -> Any:
            return {"number": 1} if envelope.reference in self.filed else None

        step = once("file", effect, find)
        return Receipt(f"A-{step['number']}", timezone.now())

    def report(self, their_reference: str, report: Report, once: Once) -> None:
        raise AssertionError("nothing is in dispute here")

    def read(self, their_reference: str, *, version: str, trace_id: str) -> Reading | None:
        return None

    def check(self) -> None:
        return None


@pytest.fixture
def agency(monkeypatch: pytest.MonkeyPatch) -> Agency:
    agency = Agency()
    monkeypatch.setattr("connectors.registry.Connectors.destination", lambda _self, _name: agency)
    return agency


@pytest.fixture
def row(noor: Actor, agency: Agency) -> Delivery:
    return Delivery.objects.get(case=submitted(noor)["geboorteaangifte"])


def _again(row: Delivery) -> Delivery:
    row.refresh_from_db()
    Delivery.objects.filter(pk=row.pk).update(not_before=timezone.now())
    deliver(delivery_id=row.pk)
    row.refresh_from_db()
    return row


def test_a_request_arrives_with_the_agencys_own_reference(row: Delivery, agency: Agency) -> None:
    deliver(delivery_id=row.pk)
    case = row.case
    case.refresh_from_db()
    assert (case.phase, case.their_reference) == (Phase.ARRIVED, "A-1")
    assert agency.filed == [case.reference]


def test_a_delivery_asks_the_database_no_more_than_it_must(
    row: Delivery, agency: Agency, django_assert_max_num_queries: Callable[[int], Any]
) -> None:
    """Each costs every delivery a round trip."""
    with django_assert_max_num_queries(MOST_QUESTIONS):
        deliver(delivery_id=row.pk)
    assert agency.filed == [row.case.reference]


def test_a_second_bell_has_no_second_effect(row: Delivery, agency: Agency) -> None:
    for _ in range(3):
        deliver(delivery_id=row.pk)
    assert len(agency.filed) == 1


def test_an_agency_that_is_down_gets_it_later(row: Delivery, agency: Agency) -> None:
    agency.fail_before = [Unavailable("down")]
    deliver(delivery_id=row.pk)
    row.refresh_from_db()
    assert (row.delivered_at, row.needs_human, row.last_error) == (None, "", "down")
    assert row.not_before > timezone.now() - timedelta(seconds=1)
    assert _again(row).delivered_at
    assert len(agency.filed) == 1


def test_an_answer_that_was_lost_after_the_effect_files_nothing_twice(row: Delivery, agency: Agency) -> None:
    agency.fail_after = [Unavailable("lost")]
    deliver(delivery_id=row.pk)
    assert _again(row).delivered_at
    assert len(agency.filed) == 1


def test_a_worker_that_is_killed_after_the_effect_leaves_it_to_be_found(
    row: Delivery, agency: Agency
) -> None:
    agency.fail_after = [KeyboardInterrupt()]  # nobody catches it: nothing is written down any more
    with pytest.raises(KeyboardInterrupt):
        deliver(delivery_id=row.pk)
    Delivery.objects.update(lease_until=timezone.now() - timedelta(seconds=1))
    assert _again(row).delivered_at
    assert len(agency.filed) == 1


def test_what_was_done_before_a_failure_is_remembered(
    row: Delivery, agency: Agency, monkeypatch: pytest.MonkeyPatch
) -> None:
    done: list[str] = []
    errors: list[Exception] = [Unavailable("in between")]

    def in_two_steps(_self: Agency, envelope: Envelope, once: Once) -> Receipt:
        def second() -> Any:
            if errors:
                raise errors.pop()
            done.append("second")
            return {}

        def first() -> Any:
            done.append("first")
            return {}

        once("first", first, lambda: pytest.fail("it has a result"))
        once("second", second, lambda: None)
        return Receipt("A-1", timezone.now())

    monkeypatch.setattr(Agency, "file", in_two_steps)
    deliver(delivery_id=row.pk)
    assert _again(row).delivered_at
    assert done == ["first", "second"]


def test_a_worker_that_stood_still_until_its_lease_was_over_has_no_effect_any_more(
    row: Delivery, agency: Agency, monkeypatch: pytest.MonkeyPatch
) -> None:
    done: list[str] = []
    stands_still = [True]

    def does(name: str) -> dict[str, str]:
        done.append(name)
        return {}

    def in_two_steps(_self: Agency, envelope: Envelope, once: Once) -> Receipt:
        once("first", lambda: does("first"), lambda: {} if "first" in done else None)
        if stands_still:
            stands_still.pop()
            _a_minute_passes(monkeypatch)
            deliver(delivery_id=row.pk)  # another worker takes over, and does what is left
        once("second", lambda: does("second"), lambda: {} if "second" in done else None)
        return Receipt("A-1", timezone.now())

    monkeypatch.setattr(Agency, "file", in_two_steps)
    deliver(delivery_id=row.pk)
    row.refresh_from_db()
    assert done == ["first", "second"]
    assert (row.lease_until, row.last_error, row.attempts) == (None, "", 2)
    assert row.delivered_at


def test_what_goes_wrong_after_the_lease_takes_the_row_from_nobody(
    row: Delivery, agency: Agency, monkeypatch: pytest.MonkeyPatch
) -> None:
    def breaks_off_late(_self: Agency, envelope: Envelope, once: Once) -> Receipt:
        _a_minute_passes(monkeypatch)
        assert outbox.claim(row.pk)
        raise Unavailable("late")

    monkeypatch.setattr(Agency, "file", breaks_off_late)
    deliver(delivery_id=row.pk)
    row.refresh_from_db()
    assert row.lease_until
    assert row.lease_until > timezone.now()
    assert row.last_error == ""


def _a_minute_passes(monkeypatch: pytest.MonkeyPatch) -> None:
    now = timezone.now() + timedelta(minutes=1)
    monkeypatch.setattr(timezone, "now", lambda: now)


def test_after_a_replay_as_well_an_effect_of_before_is_found(row: Delivery, agency: Agency) -> None:
    agency.fail_after = [Refused("after all")]
    deliver(delivery_id=row.pk)
    assert outbox.replay(row_id=row.pk, staff=make_operator())
    assert _again(row).delivered_at
    assert len(agency.filed) == 1


@pytest.mark.parametrize(
    ("error", "kind"), [(Refused("no"), "refused"), (Misconfigured("zaaktype?"), "config")]
)
def test_what_trying_again_cannot_mend_goes_to_a_person(
    row: Delivery, agency: Agency, error: ConnectorError, kind: str
) -> None:
    agency.fail_before = [error]
    deliver(delivery_id=row.pk)
    row.refresh_from_db()
    assert row.needs_human == kind
    sweep()
    assert agency.filed == []


def test_a_bug_stops_one_row_and_is_tried_again(row: Delivery, agency: Agency) -> None:
    agency.fail_before = [KeyError("bug")]
    deliver(delivery_id=row.pk)
    assert _again(row).delivered_at


def test_after_too_many_times_a_person_looks(row: Delivery, agency: Agency) -> None:
    Delivery.objects.filter(pk=row.pk).update(attempts=outbox.MAX_ATTEMPTS - 1)
    agency.fail_before = [Unavailable("down")]
    deliver(delivery_id=row.pk)
    row.refresh_from_db()
    assert row.needs_human == "exceeded"


def test_the_agency_says_how_long_to_wait(row: Delivery, agency: Agency) -> None:
    agency.fail_before = [Unavailable("busy", retry_after=120.0)]
    deliver(delivery_id=row.pk)
    row.refresh_from_db()
    assert row.not_before > timezone.now() + timedelta(seconds=100)


def test_a_claimed_row_is_left_alone_until_its_lease_is_over(row: Delivery, agency: Agency) -> None:
    assert outbox.claim(row.pk)
    deliver(delivery_id=row.pk)
    assert agency.filed == []
    Delivery.objects.filter(pk=row.pk).update(lease_until=timezone.now() - timedelta(seconds=1))
    deliver(delivery_id=row.pk)
    assert len(agency.filed) == 1


def test_the_log_shows_the_disclosure_before_and_after(row: Delivery, agency: Agency) -> None:
    agency.fail_before = [Unavailable("down")]
    deliver(delivery_id=row.pk)
    lines = DataUse.objects.filter(operation="disclosure").order_by("id")
    assert [line.moment for line in lines] == ["begin"]
    _again(row)
    assert [line.moment for line in lines.all()] == ["begin", "begin", "end"]
    newest = lines.all()[2]
    assert newest.recipient == "gemeente-waterstad"
    assert newest.commitment


def test_ten_are_due_the_third_explodes_and_nine_arrive(
    noor: Actor, register: Register, agency: Agency
) -> None:
    bsns = spare_bsns()
    for _ in range(10):
        bsn = next(bsns)
        register.people[bsn] = dict(NOOR)
        submitted(Actor.of_user(make_citizen_user(bsn)))
    rows = list(Delivery.objects.values_list("pk", flat=True))
    for number, pk in enumerate(rows):
        agency.fail_before = [ZeroDivisionError()] if number == 2 else []
        deliver(delivery_id=pk)
    assert (len(rows), len(set(agency.filed))) == (10, 9)
