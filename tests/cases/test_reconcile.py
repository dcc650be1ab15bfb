"""What an agency did is heard within the hour, however many notifications get lost, doubled or reordered."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from unittest.mock import patch

import pytest
from django.test import override_settings
from django.utils import timezone
from hypothesis import given, settings
from hypothesis import strategies as st

from connectors.base import Destination, Envelope, Heard, Once, Reading, Receipt, Report, Unavailable
from connectors.registry import Limits
from connectors.tally import note_call
from portal.cases.back import reconcile
from portal.cases.back.reconcile import note_news, read_when_due
from portal.cases.models import Case, Journey, Outcome, Phase
from portal.cases.out import leases, outbox, room
from portal.catalogue import connectors
from portal.checks import open_cases_are_read_each_hour
from portal.ledger.models import ConnectorState
from portal.ledger.states import agency_key, mark_down
from portal.people.actor import Actor
from tests.cases.steps import deliver_all, submitted
from tests.factories import make_citizen, spare_bsns

AGENCY = "gemeente-waterstad"
NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)
MOVES = [
    Heard("s1", "status", "Geregistreerd", "", NOON),
    Heard("s2", "status", "In behandeling", "", NOON + timedelta(hours=1)),
    Heard("s3", "status", "Afgehandeld", "", NOON + timedelta(hours=2)),
    Heard("r1", "result", "Akte opgemaakt", "De akte is gemaakt.", NOON + timedelta(hours=2)),
]


class Office(Destination):
    """An agency that counts how often it is read, and with which version."""

    name = "zgw"
    notifies = True

    def __init__(self) -> None:
        self.heard: list[Heard] = []
        self.reads: list[str] = []
        self.away = False
        self.meanwhile: list[Case] = []

    def file(self, envelope: Envelope, once: Once) -> Receipt:
        return Receipt(f"https://agency.example/zaken/{envelope.reference}", timezone.now())

    def report(self, their_reference: str, report: Report, once: Once) -> None:
        raise AssertionError

    def read(self, their_reference: str, *, version: str, trace_id: str) -> Reading | None:
        self.reads.append(version)
        if self.away:
            raise Unavailable("away")
        now, heard = str(len(self.heard)), tuple(self.heard)
        while self.meanwhile:
            note_news(case=self.meanwhile.pop())
        return None if version == now else Reading(heard, now)

    def check(self) -> None:
        return None


@pytest.fixture
def office(monkeypatch: pytest.MonkeyPatch) -> Office:
    office = Office()
    _set_up(monkeypatch, office, Limits())
    return office


def _set_up(monkeypatch: pytest.MonkeyPatch, office: Office, limits: Limits) -> None:
    set_up = replace(connectors(), destinations={AGENCY: office}, limits={AGENCY: limits})
    for module in ("out.outbox", "out.room", "out.delivery", "back.hearing", "back.reconcile"):
        monkeypatch.setattr(f"portal.cases.{module}.connectors", lambda: set_up)


@pytest.fixture
def bells() -> Iterator[list[str]]:
    rung: list[str] = []
    with patch.object(outbox, "ring", lambda row, **_: rung.append(row)):
        yield rung


@pytest.fixture
def case(noor: Actor, office: Office) -> Case:
    """A birth that the agency has, and that was read just now."""
    case = submitted(noor)["geboorteaangifte"]
    deliver_all()
    read_when_due(case_id=case.pk)
    office.reads.clear()
    return Case.objects.get(pk=case.pk)


def _cases(many: int, *, read: datetime | None) -> list[Case]:
    citizen = make_citizen(next(spare_bsns()))
    journeys = [
        Journey(citizen=citizen, event="kind-krijgen", state="submitted", definitions=[]) for _ in range(many)
    ]
    Journey.objects.bulk_create(journeys)
    return Case.objects.bulk_create(
        Case(
            citizen=citizen,
            journey=journey,
            service="x",
            agency=AGENCY,
            sealed_payload=b"",
            phase=Phase.ARRIVED,
            their_reference=f"A-{number}",
            read_at=read and read + timedelta(milliseconds=number),
        )
        for number, journey in enumerate(journeys)
    )


class TestNews:
    """Notifications: lost, doubled, reordered."""

    def test_a_hundred_of_the_same_are_one_look(self, case: Case, office: Office, bells: list[str]) -> None:
        office.heard = MOVES[:2]
        for _ in range(100):
            note_news(case=case)
        for pk in bells:
            read_when_due(case_id=pk)
        assert (len(bells), len(office.reads)) == (100, 1)
        assert Case.objects.get(pk=case.pk).phase == Phase.HANDLED

    def test_one_that_comes_while_we_look_is_looked_at_again(
        self, case: Case, office: Office, bells: list[str]
    ) -> None:
        note_news(case=case)
        office.meanwhile = [case]
        read_when_due(case_id=case.pk)
        office.heard = MOVES
        # The bell of the notification itself came too early; the one who looked rings again.
        assert bells == [str(case.pk)] * 3
        read_when_due(case_id=case.pk)
        assert Outcome.objects.filter(case=case).count() == 1

    def test_while_one_looks_another_does_not(self, case: Case, office: Office) -> None:
        note_news(case=case)
        Case.objects.update(reading_until=timezone.now() + timedelta(seconds=20))
        read_when_due(case_id=case.pk)
        assert office.reads == []
        Case.objects.update(reading_until=timezone.now() - timedelta(seconds=1))
        read_when_due(case_id=case.pk)
        assert len(office.reads) == 1

    def test_a_bell_without_news_reads_nothing(self, case: Case, office: Office) -> None:
        read_when_due(case_id=case.pk)
        assert office.reads == []

    def test_where_there_is_no_room_the_news_is_kept(
        self, case: Case, office: Office, bells: list[str]
    ) -> None:
        ConnectorState.objects.update(reads_booked_until=timezone.now() + timedelta(minutes=1))
        note_news(case=case)
        read_when_due(case_id=case.pk)
        assert office.reads == []
        bells.clear()
        reconcile.reconcile()
        assert bells == [str(case.pk)]

    def test_an_agency_that_is_down_is_not_asked(self, case: Case, office: Office, bells: list[str]) -> None:
        note_news(case=case)
        mark_down(agency_key(AGENCY))
        bells.clear()
        reconcile.reconcile()
        read_when_due(case_id=case.pk)
        assert (bells, office.reads) == ([], [])


class TestTheClock:
    """Without any notification."""

    def test_what_was_not_read_for_long_is_asked_by_its_version(
        self, case: Case, office: Office, bells: list[str]
    ) -> None:
        office.heard = MOVES[:1]
        for _ in range(2):
            Case.objects.update(read_at=timezone.now() - timedelta(hours=1))
            bells.clear()
            reconcile.reconcile()
            assert bells == [str(case.pk)]
            read_when_due(case_id=case.pk)
        assert office.reads == ["0", "1"]

    def test_a_closed_case_is_asked_no_more(self, case: Case, office: Office, bells: list[str]) -> None:
        office.heard = MOVES
        note_news(case=case)
        read_when_due(case_id=case.pk)
        Case.objects.update(read_at=timezone.now() - timedelta(hours=1))
        bells.clear()
        reconcile.reconcile()
        assert bells == []

    def test_one_that_cannot_be_read_comes_again_after_a_minute_and_stands_in_nobodys_way(
        self, case: Case, office: Office
    ) -> None:
        office.away = True
        note_news(case=case)
        read_when_due(case_id=case.pk)
        stands = Case.objects.get(pk=case.pk)
        assert stands.reading_until is None
        assert stands.read_at is not None
        due = stands.read_at + timedelta(seconds=300)
        assert timedelta(seconds=50) < due - timezone.now() <= timedelta(seconds=60)

    @pytest.mark.django_db
    def test_a_thousand_cases_of_one_moment_are_spread_over_the_whole_period(
        self, office: Office, bells: list[str], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        _set_up(monkeypatch, office, Limits(reads_a_minute=1000))
        _cases(1000, read=timezone.now() - timedelta(hours=1))
        reconcile.reconcile()
        assert len(bells) == 34  # of 300 s in turns of 10 s

    @pytest.mark.django_db
    def test_news_comes_first_and_keeps_the_others_not_from_their_turn(
        self, office: Office, bells: list[str], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        _set_up(monkeypatch, office, Limits(reads_a_minute=42))  # six in a turn
        news = _cases(20, read=None)
        old = _cases(400, read=timezone.now() - timedelta(hours=1))
        reconcile.reconcile()
        assert bells == [str(one.pk) for one in [*news[:3], *old[:3]]]

    @pytest.mark.django_db
    def test_who_has_looked_rings_for_the_next_with_news_first(
        self, office: Office, bells: list[str], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """Bells that came while somebody looked found no room, and are not heard again."""
        _set_up(monkeypatch, office, Limits(reads_a_minute=1000))
        old = _cases(90, read=timezone.now() - timedelta(hours=1))  # three in a turn
        (news,) = _cases(1, read=None)
        heard = [str(old[0].pk)]
        bells.append(heard[0])
        while bells:
            heard.append(bells.pop())
            with patch.object(reconcile, "read_back", return_value=True):
                read_when_due(case_id=heard[-1])
        assert heard[1:] == [str(one.pk) for one in (old[0], news, old[1], old[2])]

    @pytest.mark.django_db
    def test_a_look_that_broke_off_is_taken_up_again_before_the_others(
        self, office: Office, bells: list[str]
    ) -> None:
        """Its worker was killed, perhaps at news."""
        _cases(400, read=timezone.now() - timedelta(hours=1))
        (broken,) = _cases(1, read=timezone.now())
        Case.objects.filter(pk=broken.pk).update(reading_until=timezone.now() + timedelta(seconds=1))
        reconcile.reconcile()
        assert str(broken.pk) not in bells
        bells.clear()
        Case.objects.filter(pk=broken.pk).update(reading_until=timezone.now() - timedelta(seconds=1))
        reconcile.reconcile()
        assert bells[0] == str(broken.pk)

    @pytest.mark.django_db
    def test_an_agency_with_more_cases_than_an_hour_of_reads_is_named(
        self, office: Office, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        _cases(61, read=None)
        assert list(reconcile.too_many_for_an_hour()) == []
        _set_up(monkeypatch, office, Limits(reads_a_minute=1))
        assert list(reconcile.too_many_for_an_hour()) == [(AGENCY, 61)]

    @pytest.mark.parametrize(("seconds", "faults"), [(1, 0), (3600, 0), (3601, 1), (0, 1)])
    def test_a_period_of_more_than_an_hour_is_refused(self, seconds: int, faults: int) -> None:
        with override_settings(RECONCILE_SECONDS=seconds):
            assert len(open_cases_are_read_each_hour(None)) == faults


@pytest.mark.django_db
def test_reading_leaves_room_for_what_goes_out(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    _set_up(monkeypatch, office, Limits(max_in_flight=3))
    now = timezone.now()
    for number, case in enumerate(_cases(3, read=now)):
        assert room.enter_to_read(AGENCY, now) == (number < 2)
        Case.objects.filter(pk=case.pk).update(reading_until=now + leases.LEASE)
    Case.objects.filter(their_reference="A-2").update(reading_until=None)
    assert room.enter(AGENCY, now)


@pytest.mark.django_db
def test_a_reading_that_takes_five_calls_has_used_five_of_the_minute(
    case: Case, office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    _set_up(monkeypatch, office, Limits(reads_a_minute=14))  # one each five seconds
    plain = office.read

    def read(*args: Any, **more: Any) -> Any:
        for _ in range(5):
            note_call()
        return plain(*args, **more)

    monkeypatch.setattr(office, "read", read)
    before = timezone.now()
    note_news(case=case)
    read_when_due(case_id=case.pk)
    booked = ConnectorState.objects.get(name=agency_key(AGENCY)).reads_booked_until
    assert booked is not None
    assert timedelta(seconds=25) <= booked - before < timedelta(seconds=40)


# --- Within the agency's rate ---------------------------------------------------------------------


@given(
    limit=st.integers(1, 40),
    gaps=st.lists(st.one_of(st.just(0.0), st.floats(0.0, 20.0)), min_size=1, max_size=150),
)
@settings(max_examples=100, deadline=None)
def test_in_no_minute_an_agency_is_read_more_often_than_it_takes(limit: int, gaps: list[float]) -> None:
    """However the bells come: the places that are given never stand closer than its rate allows."""
    state, now, given_at = ConnectorState(name="agency:x"), NOON, list[datetime]()

    class Rows:
        """Stands for the one row in the table."""

        @staticmethod
        def filter(**_: object) -> type[Rows]:
            return Rows

        @staticmethod
        def update(*, reads_booked_until: datetime) -> None:
            state.reads_booked_until = reads_booked_until

    with patch.object(room.ConnectorState, "objects", Rows):
        for gap in gaps:
            now += timedelta(seconds=gap)
            if room._book(state, limit, now):
                given_at.append(now)
    for first in given_at:
        within = [one for one in given_at if first <= one < first + timedelta(minutes=1)]
        assert len(within) <= limit
    assert given_at
