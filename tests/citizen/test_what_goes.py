"""What goes to an agency, before and after: a value, none, not sure, or not fetched, never mixed."""

from __future__ import annotations

import json

import pytest
from django.test import Client

from portal.cases.journey.answers import answers_of
from portal.cases.journey.payloads import payload_of, requests_of
from portal.cases.journey.submit import submit
from portal.cases.models import Case
from tests.cases.steps import answered, deliver_all, seen
from tests.cast import NOOR_BSN, Cast, actor, logged_in, make_cast
from tests.factories import make_officer
from tests.registers import Register

NOT_SURE = "Dit is niet zeker. De organisatie zoekt dit zelf uit."
TOGETHER, PARTNER = "Woont samen met partner", "Partner"


@pytest.fixture
def cast(db: None, register: Register) -> Cast:
    return make_cast()


@pytest.fixture
def noor(cast: Cast) -> Client:
    return logged_in(cast.citizen)


def _page(client: Client, path: str) -> str:
    return client.get(path).content.decode()


def _value(page: str, label: str) -> str:
    """What stands with each value of this label."""
    found = page.split(f'll-known__label">{label}</dt>')[1:]
    return " ".join(part.partition("</div>")[0] for part in found)


def _reviewed_and_sent(cast: Cast, client: Client) -> tuple[str, dict[str, Case]]:
    """The review page, and the cases by service after sending."""
    journey = answered(actor(cast.citizen))
    review = _page(client, f"/levensgebeurtenissen/{journey.event}/{journey.pk}/controle/")
    cases = submit(journey=journey, seen=seen(journey), follow_ups=("kinderbijslag",), level="midden")
    deliver_all()
    return review, {case.service: case for case in cases}


def test_a_yes_or_no_that_the_registers_left_open_reads_as_that_before_and_after_sending(
    cast: Cast, noor: Client, register: Register
) -> None:
    register.people[NOOR_BSN]["brp.partner"] = {"full": "Sam, without a number"}
    review, cases = _reviewed_and_sent(cast, noor)
    sent = _page(noor, f"/aanvragen/{cases['kinderbijslag'].reference}/")
    for page in (review, sent):
        assert NOT_SURE in _value(page, TOGETHER)
        assert "Bron: " in _value(page, TOGETHER)
        assert "Klopt dit niet?" not in _value(page, TOGETHER)
        assert f"{TOGETHER}: kon niet worden opgehaald" not in page


def test_the_agency_reads_that_it_was_left_open_and_must_look_itself(cast: Cast, register: Register) -> None:
    register.people[NOOR_BSN]["brp.partner"] = {"full": "Sam, without a number"}
    journey = answered(actor(cast.citizen))
    payloads = {one.service.id: one.payload for one in requests_of(journey, answers_of(journey))}
    assert payloads["kinderbijslag"]["undecided"] == ["home.with_partner"]
    assert payloads["kinderbijslag"]["not_fetched"] == ["home.with_partner"]
    assert "undecided" not in payloads["geboorteaangifte"]


def test_that_a_register_has_none_stands_before_and_after_sending(cast: Cast, noor: Client) -> None:
    review, cases = _reviewed_and_sent(cast, noor)
    case = cases["geboorteaangifte"]
    assert "brp.partner" not in payload_of(case)["facts"]
    staff = logged_in(make_officer(case.agency))
    for page in (
        review,
        _page(noor, f"/aanvragen/{case.reference}/"),
        _page(staff, f"/medewerker/{case.reference}/"),
    ):
        assert "Geen partner bekend" in _value(page, PARTNER)
        assert "Bron: Basisregistratie Personen (BRP)" in _value(page, PARTNER)
    assert "Klopt dit niet?" in _value(review, PARTNER)
    document = json.loads(noor.post("/mijn-gegevens/download.json").content)
    (sent,) = [one for one in document["sent"] if one["reference"] == case.reference]
    assert {"label": PARTNER, "lines": ["Geen partner bekend"]} in sent["shown"]


def test_what_is_still_awaited_does_not_read_as_none(cast: Cast, noor: Client) -> None:
    review, cases = _reviewed_and_sent(cast, noor)
    sent = _page(noor, f"/aanvragen/{cases['kinderbijslag'].reference}/")
    for page in (review, sent):
        assert "Geen kinderen bekend" not in page
