"""News of a document or a decision: asked of the agency by a worker, and never believed."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from connectors.base import Refused, Unavailable
from portal.cases.back import hints
from portal.cases.back.hints import follow, sweep
from portal.cases.back.subscriptions import subscribe
from portal.cases.models import Case, NewsHint
from portal.cases.out import outbox
from portal.people.actor import Actor
from tests.cases.steps import deliver_all, submitted
from tests.cases.test_hearing import ZAAK, BackOffice

AGENCY = "gemeente-waterstad"
URL = f"/api/v1/notificaties/{AGENCY}/"
LETTER = "https://agency.test/documenten/api/v1/enkelvoudiginformatieobjecten/1"


class Office(BackOffice):
    """An agency that says which cases a thing of its own belongs to, and fails first where a test says so."""

    points_at: tuple[str, ...] = (ZAAK,)
    fails: Exception | None = None
    asked: int = 0

    def pointed_at(self, channel: str, main_object: str) -> tuple[str, ...]:
        self.asked += 1
        if self.fails is not None:
            raise self.fails
        return self.points_at if main_object == LETTER else ()


@pytest.fixture
def office(monkeypatch: pytest.MonkeyPatch) -> Office:
    office = Office()
    monkeypatch.setattr("connectors.registry.Connectors.destination", lambda _self, _name: office)
    return office


@pytest.fixture
def case(noor: Actor, office: Office) -> Case:
    """A birth that the agency has, and that was read just now."""
    case = submitted(noor)["geboorteaangifte"]
    deliver_all()
    Case.objects.filter(pk=case.pk).update(read_at=timezone.now())
    return Case.objects.get(pk=case.pk)


@pytest.fixture
def rung(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, str]]:
    rung: list[tuple[str, str]] = []
    monkeypatch.setattr(outbox, "ring", lambda row, task="": rung.append((row, task)))
    return rung


def told(office: Office, *, channel: str = "documenten", thing: str = LETTER, action: str = "update") -> int:
    subscribe(agency=AGENCY, destination=office, callback="x")
    hint = {"kanaal": channel, "hoofdObject": thing, "resource": "x", "actie": action}
    headers = {"Authorization": office.subscribed[-1][1]}
    return Client().post(URL, hint, content_type="application/json", headers=headers).status_code


def has_news(case: Case) -> bool:
    return Case.objects.get(pk=case.pk).read_at is None


@pytest.mark.parametrize("channel", hints.CHANNELS)
def test_news_of_a_document_or_a_decision_is_news_of_its_case(
    case: Case, office: Office, rung: list[Any], channel: str
) -> None:
    assert told(office, channel=channel) == 204
    assert office.asked == 0, "nobody is asked while the agency waits for our answer"
    hint = NewsHint.objects.get()
    assert rung == [(str(hint.pk), hints.FOLLOW)]
    follow(hint_id=hint.pk)
    assert has_news(case)
    assert rung[1:] == [(str(case.pk), outbox.READ)]
    assert not NewsHint.objects.exists()


def test_a_hundred_of_the_same_are_asked_once(case: Case, office: Office, rung: list[Any]) -> None:
    for _ in range(100):
        assert told(office) == 204
    hint = NewsHint.objects.get()
    for _ in range(3):
        follow(hint_id=hint.pk)
    assert office.asked == 1


def test_a_thing_that_is_nobodys_marks_nothing(case: Case, office: Office, rung: list[Any]) -> None:
    assert told(office, thing="https://evil.example/documenten/1") == 204
    follow(hint_id=NewsHint.objects.get().pk)
    assert not has_news(case)
    assert not NewsHint.objects.exists()


def test_a_document_that_is_new_is_in_no_case_yet_and_asks_nothing(
    case: Case, office: Office, rung: list[Any]
) -> None:
    assert told(office, action="create") == 204
    assert not NewsHint.objects.exists()
    assert told(office, channel="besluiten", action="create") == 204
    assert NewsHint.objects.count() == 1


def test_another_channel_is_let_go(case: Case, office: Office, rung: list[Any]) -> None:
    assert told(office, channel="autorisaties") == 204
    assert not NewsHint.objects.exists()


def test_an_agency_that_is_away_is_asked_later_until_the_poll_has_come_by(
    case: Case, office: Office, rung: list[Any]
) -> None:
    told(office)
    hint = NewsHint.objects.get()
    office.fails = Unavailable("zgw: no answer")
    follow(hint_id=hint.pk)
    follow(hint_id=hint.pk)
    assert office.asked == 1, "not again before its time"
    rung.clear()
    sweep()
    assert rung == []
    NewsHint.objects.update(not_before=timezone.now())
    sweep()
    assert rung == [(str(hint.pk), hints.FOLLOW)]
    office.fails = None
    follow(hint_id=hint.pk)
    assert has_news(case)


def test_what_stays_unanswered_for_an_hour_is_dropped(case: Case, office: Office, rung: list[Any]) -> None:
    told(office)
    NewsHint.objects.update(created_at=timezone.now() - timedelta(hours=1))
    sweep()
    assert not NewsHint.objects.exists()


def test_what_the_agency_refuses_is_not_asked_again(case: Case, office: Office, rung: list[Any]) -> None:
    told(office)
    office.fails = Refused("zgw: gone")
    follow(hint_id=NewsHint.objects.get().pk)
    assert not NewsHint.objects.exists()
