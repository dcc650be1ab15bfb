"""Nothing goes to an agency that it has no ground for, and whoever is in it reads of it."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from itertools import islice
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lifeevents.catalogue import load_catalogue
from lifeevents.model import Catalogue
from portal.cases.journey.answers import Answers
from portal.cases.journey.payloads import Payload, build_payload, payload_of, seal_payload
from portal.cases.models import Case, Delivery
from portal.cases.out.delivery import deliver
from portal.cases.out.grounds import too_much
from portal.ledger.engine.gather import Absent, Answer, Failed, Known
from portal.ledger.log.uses import uses_of
from portal.ledger.models import DataUse
from portal.people.actor import Actor
from tests.cases.steps import ANSWERS, deed_made, deliver_all, submitted
from tests.cast import NOOR_BSN
from tests.factories import make_citizen, spare_bsns
from tests.registers import Register

CATALOGUE = load_catalogue()
PARTNER, MIA = islice(spare_bsns(), 40, 42)


@pytest.fixture
def row(noor: Actor) -> Delivery:
    """A registration of a birth on its way."""
    return Delivery.objects.get(case=submitted(noor)["geboorteaangifte"])


def _sent(row: Delivery) -> tuple[bool, str]:
    """Whether it arrived, and why a person must look."""
    deliver(delivery_id=row.pk)
    row.refresh_from_db()
    return row.delivered_at is not None, row.needs_human


def _disclosed() -> bool:
    return DataUse.objects.filter(operation=DataUse.Operation.DISCLOSURE).exists()


def _change(row: Delivery, change: Payload) -> None:
    case = Case.objects.select_related("citizen", "journey").get(pk=row.case_id)
    payload = payload_of(case)
    for part, more in change.items():
        payload[part] = {**payload.get(part, {}), **more} if isinstance(more, dict) else more
    seal_payload(case, payload)
    case.save(update_fields=["sealed_payload"])


@pytest.mark.parametrize(
    "change",
    [
        {"facts": {"brp.children": {"value": []}}},
        {"facts": {"income.wages": {"value": 1}}},
        {"not_fetched": ["brp.custody"]},
        {"answers": {"benefit": [{"iban": "NL02ABNA0123456789"}]}},
        {"answers": {"remark": [{"remark": "", "iban": "NL02ABNA0123456789"}]}},
        {"more": {"bsn": 1}},
    ],
)
def test_what_is_not_the_services_own_stops_the_sending_and_asks_a_person(
    row: Delivery, change: Payload
) -> None:
    _change(row, change)
    assert _sent(row) == (False, "config")
    assert not _disclosed()
    assert "NL02" not in row.last_error


def test_what_was_seen_is_sent(row: Delivery) -> None:
    assert _sent(row) == (True, "")
    assert _disclosed()


def test_a_ground_that_was_withdrawn_since_stops_the_sending(
    row: Delivery, monkeypatch: pytest.MonkeyPatch
) -> None:
    service = CATALOGUE.services["geboorteaangifte"]
    less = replace(service.activity, fields=("brp.name", "brp.birth"))
    today = Catalogue(
        agencies=dict(CATALOGUE.agencies),
        fields=dict(CATALOGUE.fields),
        services={**CATALOGUE.services, service.id: replace(service, activity=less)},
        events=dict(CATALOGUE.events),
    )
    monkeypatch.setattr("portal.cases.out.grounds.catalogue", lambda: today)
    assert _sent(row) == (False, "config")
    assert not _disclosed()


# --- Whatever the state of the facts -----------------------------------------------------------------

NOW = datetime(2026, 11, 25, tzinfo=UTC)
STANDS: dict[str, Answer] = {
    "known": Known("x", "brp", NOW, NOW),
    "absent": Absent("brp", NOW, NOW),
    "failed": Failed("brp", "unavailable", NOW),
}


@given(st.data())
def test_no_service_ever_gets_what_its_activity_does_not_cover(data: st.DataObject) -> None:
    service = data.draw(st.sampled_from(list(CATALOGUE.services.values())))
    needs = data.draw(st.lists(st.sampled_from(sorted(CATALOGUE.fields)), unique=True))
    covered = data.draw(st.lists(st.sampled_from(sorted(CATALOGUE.fields)), unique=True))
    facts = {name: STANDS[data.draw(st.sampled_from(sorted(STANDS)))] for name in CATALOGUE.fields}
    typed = data.draw(st.lists(st.sampled_from(sorted(CATALOGUE.fields))))
    answers = Answers(groups=dict(ANSWERS), entered={name: {"x": "y"} for name in typed})
    other = replace(service, needs=tuple(needs), activity=replace(service.activity, fields=tuple(covered)))
    payload = build_payload(other, answers, facts, {})
    assert set(payload["facts"]) <= set(needs)
    refused = too_much(other, payload)
    assert set(payload["facts"]) - set(covered) <= set(refused)
    assert set(payload["facts"]) - set(service.activity.fields) <= set(refused)
    assert too_much(service, build_payload(service, answers, facts, {})) == []


# --- Who is in it ------------------------------------------------------------------------------------


def _told(bsn: str) -> list[tuple[str, list[Any]]]:
    return [(line.recipient, line.fields) for line in reversed(uses_of(make_citizen(bsn)))]


def test_a_partner_reads_who_asked_and_who_got_it_and_a_child_too(noor: Actor, register: Register) -> None:
    register.people[NOOR_BSN]["brp.partner"] = {"bsn": PARTNER, "full": "Sam Wit"}
    register.people[NOOR_BSN]["brp.household"] = [{"bsn": PARTNER, "full": "Sam Wit"}]
    cases = submitted(noor)
    deliver_all()
    names = ["brp.birth", "brp.name"]
    told = _told(PARTNER)
    assert told[0] == ("levensloket", names)
    assert told[-1] == ("gemeente-waterstad", names)
    deed_made(cases["geboorteaangifte"])
    register.born(NOOR_BSN, MIA, "Mia", "2026-11-20")
    deliver_all()
    deliver_all()
    assert ("svb", names) in _told(MIA)
    svb = payload_of(Case.objects.get(pk=cases["kinderbijslag"].pk))
    assert svb["facts"]["home.with_partner"]["value"] == {"answer": True}
    assert PARTNER not in str(svb)
    assert "svb" not in [recipient for recipient, _fields in _told(PARTNER)]
