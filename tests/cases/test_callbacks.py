"""Notifications of an agency's system at our address: forged, stale, replayed, doubled and out of order."""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from portal.cases.back.hearing import read_back
from portal.cases.back.subscriptions import subscribe
from portal.cases.models import Case, Outcome, Phase, StatusUpdate
from portal.cases.out import outbox
from portal.people.actor import Actor
from tests.cases.steps import deliver_all, submitted
from tests.cases.test_hearing import RESULT, STATUSES, ZAAK, BackOffice

AGENCY = "gemeente-waterstad"
URL = f"/api/v1/notificaties/{AGENCY}/"
MANY = 100

Call = Callable[..., int]


@pytest.fixture
def office(monkeypatch: pytest.MonkeyPatch) -> BackOffice:
    office = BackOffice()
    monkeypatch.setattr("connectors.registry.Connectors.destination", lambda _self, _name: office)
    return office


@pytest.fixture
def case(noor: Actor, office: BackOffice) -> Case:
    """A birth that the agency has."""
    case = submitted(noor)["geboorteaangifte"]
    deliver_all()
    return Case.objects.get(pk=case.pk)


@pytest.fixture
def credential(case: Case, office: BackOffice) -> str:
    """What the agency was given."""
    subscribe(agency=AGENCY, destination=office, callback="x")
    return office.subscribed[-1][1]


@pytest.fixture
def call(monkeypatch: pytest.MonkeyPatch) -> Call:
    """`call(credential, resource="resultaat")`: one notification, and all the work that its bell wakes."""
    rung: list[str] = []
    monkeypatch.setattr(outbox, "ring", lambda row, task="": rung.append(row))

    def call(credential: str | None, **change: Any) -> int:
        hint = {
            "kanaal": "zaken",
            "hoofdObject": ZAAK,
            "resource": "status",
            "resourceUrl": f"{ZAAK}/statussen/1",
            "actie": "create",
            "aanmaakdatum": "2026-11-21T12:00:00Z",
            "kenmerken": {},
        }
        headers = {"Authorization": credential} if credential else {}
        answer = Client().post(URL, hint | change, content_type="application/json", headers=headers)
        for row in rung:
            read_back(case_id=row)
        rung.clear()
        return int(answer.status_code)

    return call


def _state(case: Case) -> dict[str, Any]:
    """All that a notification could have moved."""
    kept = Case.objects.get(pk=case.pk)
    return {
        "phase": kept.phase,
        "version": kept.version,
        "updates": list(
            StatusUpdate.objects.filter(case=case)
            .order_by("pk")
            .values_list("external_id", "phase", "set_at")
        ),
        "outcomes": list(Outcome.objects.filter(case=case).values_list("kind", "motivation")),
    }


@pytest.mark.parametrize(("forged", "status"), [(None, 401), ("Bearer guessed", 403), ("x", 403)])
def test_who_forges_a_notification_makes_us_read_nothing(
    case: Case, office: BackOffice, credential: str, call: Call, forged: str | None, status: int
) -> None:
    office.heard = [*STATUSES, RESULT]
    office.calls.clear()
    before = _state(case)
    for _ in range(MANY):
        assert call(forged) == status
    assert (office.calls, _state(case)) == ([], before)


def test_the_credential_of_an_earlier_subscription_is_stale(
    case: Case, office: BackOffice, credential: str, call: Call
) -> None:
    subscribe(agency=AGENCY, destination=office, callback="x")
    office.heard = [*STATUSES, RESULT]
    office.calls.clear()
    assert call(credential) == 403
    assert office.calls == []
    assert call(office.subscribed[-1][1]) == 204
    assert office.calls == ["read"]


@pytest.mark.parametrize(
    "lie",
    [
        {"resource": "resultaat", "kenmerken": {"resultaat": "Niet mogelijk"}},
        {"resource": "zaak", "actie": "destroy"},
        {"resource": "status", "resourceUrl": "https://evil.example/statussen/1"},
        {"aanmaakdatum": "1999-01-01T00:00:00Z"},
        {"aanmaakdatum": "2999-01-01T00:00:00Z"},
    ],
)
def test_what_a_notification_says_is_not_believed(
    case: Case, office: BackOffice, credential: str, call: Call, lie: dict[str, Any]
) -> None:
    office.heard = STATUSES[:2]
    assert call(credential, **lie) == 204
    assert Case.objects.get(pk=case.pk).phase == Phase.HANDLED
    assert not Outcome.objects.exists()


def test_one_about_another_case_reads_nothing_of_ours(
    case: Case, office: BackOffice, credential: str, call: Call
) -> None:
    office.calls.clear()
    before = _state(case)
    for stranger in (f"{ZAAK}0", "https://evil.example/zaken/1", ""):
        assert call(credential, hoofdObject=stranger) == 204
    assert (office.calls, _state(case)) == ([], before)


def test_a_notification_that_is_replayed_a_hundred_times_says_it_once(
    case: Case, office: BackOffice, credential: str, call: Call
) -> None:
    office.heard = [*STATUSES, RESULT]
    assert call(credential) == 204
    once = _state(case)
    assert once["phase"] == Phase.DECIDED
    assert len(once["outcomes"]) == 1
    for _ in range(MANY):
        assert call(credential) == 204
    assert _state(case) == once


@pytest.mark.parametrize("seed", range(2))
def test_a_hundred_doubled_and_out_of_order_end_where_one_ends(
    case: Case, office: BackOffice, credential: str, call: Call, seed: int
) -> None:
    chance = random.Random(seed)
    everything = [*STATUSES, RESULT]
    for number in range(MANY):
        # What the agency has by then, in any order; the notifications come twice, and late.
        known = everything[: 1 + number * len(everything) // MANY]
        office.heard = chance.sample(known, len(known))
        resource = chance.choice(("zaak", "status", "resultaat", "rol"))
        for _ in range(chance.randint(1, 2)):
            assert call(credential, resource=resource) == 204
    state = _state(case)
    assert state["phase"] == Phase.DECIDED
    assert state["outcomes"] == [(Outcome.Kind.GRANTED, RESULT.text)]
    assert len({external for external, _, _ in state["updates"]}) == len(state["updates"])
