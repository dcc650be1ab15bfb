"""An address on a page: found by postcode and house number, chosen, or typed where it cannot be found."""

from __future__ import annotations

import dataclasses
from html import unescape
from typing import Any

import pytest
from django.test import Client

from connectors.base import Refused, Unavailable
from lifeevents.model import AgencyByKind, Question, QuestionGroup, Text, dump
from portal.cases.journey.answers import answers_of
from portal.cases.journey.payloads import requests_of
from portal.cases.models import Journey
from tests.cases.steps import ANSWERS, begun
from tests.cast import Cast, actor, logged_in, make_cast
from tests.factories import redefine
from tests.registers import Register

NOT_NOW = "Wij kunnen uw gegevens nu niet ophalen. Uw antwoorden zijn bewaard."
FIND = {"postcode": "9001aa", "house_number": "12", "addition": ""}
NARROWED = {"postcode": "9001AA", "house_number": "12", "house_letter": "A", "suffix": "2"}


def _at_gracht(letter: str = "", suffix: str = "") -> dict[str, Any]:
    found = {
        "street": "Gracht",
        "number": 12,
        "letter": letter,
        "suffix": suffix,
        "postcode": "9001AA",
        "city": "Waterstad",
        "object_id": f"900101000000{letter}{suffix}",
        "number_id": f"900120000000{letter}{suffix}",
    }
    return {name: part for name, part in found.items() if part}


@pytest.fixture
def cast(db: None, register: Register) -> Cast:
    return make_cast()


@pytest.fixture
def journey(cast: Cast, register: Register) -> Journey:
    """Noor's, begun while the BRP was down; it is up again, and so is the register of addresses."""
    register.failure = Unavailable("down")
    journey = begun(actor(cast.citizen))
    register.failure = None
    return journey


@pytest.fixture
def noor(cast: Cast) -> Client:
    return logged_in(cast.citizen)


@pytest.fixture
def page(journey: Journey) -> str:
    """Where Noor types her address."""
    return f"/levensgebeurtenissen/kind-krijgen/{journey.pk}/gegevens/brp.address/invullen/"


def _finds(register: Register, *found: dict[str, Any]) -> None:
    register.people[""] = {"bag.addresses": list(found)}


def _read(client: Client, page: str) -> str:
    return unescape(client.get(page).content.decode()).replace("\N{NO-BREAK SPACE}", " ")


def _typed(journey: Journey) -> dict[str, Any]:
    journey.refresh_from_db()
    return answers_of(journey).entered["brp.address"]


def test_one_address_is_shown_to_confirm(
    noor: Client, page: str, journey: Journey, register: Register
) -> None:
    _finds(register, _at_gracht())
    assert noor.post(page, FIND).headers["Location"] == page
    shown = _read(noor, page)
    assert "Is dit het adres?" in shown
    assert "Gracht 12, 9001 AA Waterstad" in shown
    assert noor.post(page, {"chosen": "900120000000"}).status_code == 302
    assert _typed(journey) == {
        "street": "Gracht",
        "number": "12",
        "postcode": "9001 AA",
        "city": "Waterstad",
        "object_id": "900101000000",
    }
    assert answers_of(journey).lookups == {}


def test_the_register_of_addresses_gets_no_bsn_and_only_what_it_needs(
    noor: Client, page: str, register: Register
) -> None:
    _finds(register, _at_gracht())
    noor.post(page, FIND)
    assert register.asked[-1] == ("", frozenset({"bag.addresses"}))
    assert register.given[-1] == {"postcode": "9001AA", "house_number": "12"}


def test_several_addresses_are_a_list_to_choose_from(
    noor: Client, page: str, journey: Journey, register: Register
) -> None:
    _finds(register, _at_gracht(), _at_gracht("A"), _at_gracht("A", "2"))
    noor.post(page, FIND)
    assert _read(noor, page).count('type="radio"') == 3
    nothing = noor.post(page, {})
    assert nothing.status_code == 422
    assert "Kies een adres, of vul het zelf in." in nothing.content.decode()
    noor.post(page, {"chosen": "900120000000A2"})
    assert _typed(journey)["suffix"] == "A-2"


def test_an_addition_leaves_only_its_own_address(noor: Client, page: str, register: Register) -> None:
    _finds(register, _at_gracht(), _at_gracht("A"), _at_gracht("A", "2"))
    noor.post(page, FIND | {"house_number": "12a 2"})
    assert "Gracht 12 A-2, 9001 AA Waterstad" in _read(noor, page)
    assert "Gracht 12 A, " not in _read(noor, page)


def test_an_addition_that_does_not_exist_is_said(noor: Client, page: str, register: Register) -> None:
    _finds(register, _at_gracht("A"), _at_gracht("B"))
    noor.post(page, FIND | {"addition": "C"})
    assert "Wij vonden geen adres met nummer 12 C bij 9001 AA. Wel deze adressen." in _read(noor, page)


def test_an_address_that_was_not_found_cannot_be_sent_back(
    noor: Client, page: str, journey: Journey, register: Register
) -> None:
    _finds(register, _at_gracht())
    noor.post(page, FIND)
    assert noor.post(page, {"chosen": "elsewhere"}).status_code == 422
    assert "brp.address" not in answers_of(Journey.objects.get(pk=journey.pk)).entered


@pytest.mark.parametrize("found", [{"bag.addresses": []}, {}], ids=["an-empty-list", "nothing"])
def test_an_address_that_is_not_there_can_be_corrected_or_typed(
    noor: Client, page: str, journey: Journey, register: Register, found: dict[str, Any]
) -> None:
    register.people[""] = found
    noor.post(page, FIND | {"addition": "c"})
    assert "Wij vonden geen adres met nummer 12 c bij 9001 AA." in _read(noor, page)
    noor.post(page, {"step": "again"})
    assert 'name="postcode" value="9001 AA"' in _read(noor, page)
    noor.post(page, FIND | {"addition": "c"})
    assert noor.post(page, {"street": "Gracht", "city": ""}).status_code == 422
    assert noor.post(page, {"street": "Gracht", "city": "Waterstad"}).status_code == 302
    assert _typed(journey) == {
        "street": "Gracht",
        "number": "12",
        "suffix": "c",
        "postcode": "9001 AA",
        "city": "Waterstad",
    }


def test_when_the_register_of_addresses_is_down_the_rest_is_typed(
    noor: Client, page: str, journey: Journey, register: Register
) -> None:
    register.failure = Unavailable("down")
    noor.post(page, FIND)
    shown = _read(noor, page)
    assert NOT_NOW in shown
    assert "9001 AA, 12" in shown
    noor.post(page, {"street": "Gracht", "city": "Waterstad"})
    assert _typed(journey)["number"] == "12"
    assert "object_id" not in _typed(journey)


def test_when_it_is_back_trying_again_finds_it(noor: Client, page: str, register: Register) -> None:
    register.failure = Unavailable("down")
    noor.post(page, FIND)
    register.failure = None
    _finds(register, _at_gracht())
    noor.post(page, {"step": "retry"})
    assert "Is dit het adres?" in _read(noor, page)


def test_a_number_with_too_many_addresses_is_narrowed_by_what_was_typed(
    noor: Client, page: str, register: Register, monkeypatch: pytest.MonkeyPatch
) -> None:
    _finds(register, _at_gracht("A", "2"))
    fetch = Register.fetch

    def refuse_at_first(self: Register, subject: Any, fields: Any, *, trace_id: str) -> Any:
        if "house_letter" not in subject.given:
            raise Refused("too many")
        return fetch(self, subject, fields, trace_id=trace_id)

    monkeypatch.setattr(Register, "fetch", refuse_at_first)
    noor.post(page, FIND | {"addition": "a 2"})
    assert register.given[-1] == NARROWED
    assert "Gracht 12 A-2" in _read(noor, page)


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"postcode": ""}, "Vul dit in."),
        ({"postcode": "12"}, "Deze postcode klopt niet."),
        ({"postcode": "0123 AB"}, "Deze postcode klopt niet."),
        ({"house_number": "twaalf"}, "Vul een nummer in, zoals 12."),
        ({"house_number": ""}, "Vul dit in."),
        ({"house_number": "12 bis rood aan"}, "Dit is te lang."),
    ],
)
def test_a_wrong_postcode_or_number_is_named_and_nobody_is_asked(
    noor: Client, page: str, register: Register, wrong: dict[str, str], sentence: str
) -> None:
    asked = len(register.asked)
    response = noor.post(page, FIND | {"addition": "achterhuis"} | wrong)
    assert response.status_code == 422
    shown = response.content.decode()
    assert sentence in shown
    assert "Kijk dit nog even na" in shown
    assert len(register.asked) == asked


def test_whoever_does_not_know_the_postcode_types_everything(
    noor: Client, page: str, journey: Journey
) -> None:
    noor.post(page, FIND)
    noor.post(page, {"step": "again"})
    noor.post(page, {"step": "type"})
    typed = {"street": "Rue Haute", "number": "7", "postcode": "1000", "city": "Brussel"}
    assert noor.post(page, typed).status_code == 302
    assert _typed(journey) == typed


def test_who_may_not_ask_the_register_lets_the_citizen_type_it(
    noor: Client, page: str, journey: Journey, register: Register
) -> None:
    activity = journey.services[0].activity
    _changed(journey, activity=dataclasses.replace(activity, fields=tuple(activity.fields[:-1])))
    asked = len(register.asked)
    noor.post(page, FIND)
    shown = _read(noor, page)
    assert 'name="street"' in shown
    assert NOT_NOW not in shown
    assert len(register.asked) == asked


def test_what_was_typed_stands_in_the_form_when_it_is_changed(
    noor: Client, page: str, register: Register
) -> None:
    _finds(register, _at_gracht("A"))
    noor.post(page, FIND)
    noor.post(page, {"chosen": "900120000000A"})
    shown = _read(noor, page)
    assert 'value="9001 AA"' in shown
    assert 'value="12"' in shown
    assert 'value="A"' in shown


# --- Where it goes ----------------------------------------------------------------------------------


def test_a_chosen_address_goes_out_as_provisional_with_its_number(
    noor: Client, page: str, journey: Journey, register: Register
) -> None:
    _finds(register, _at_gracht())
    noor.post(page, FIND)
    noor.post(page, {"chosen": "900120000000"})
    journey.refresh_from_db()
    (birth, *_) = requests_of(journey, answers_of(journey))
    entry = birth.payload["facts"]["brp.address"]
    assert (entry["source"], entry["provisional"]) == ("citizen", True)
    assert entry["value"]["object_id"] == "900101000000"


def _changed(journey: Journey, **changes: Any) -> Journey:
    """The journey with its first service defined in another way."""
    first, *others = journey.services
    services = (dataclasses.replace(first, **changes), *others)
    return redefine(journey, dump(services))


def test_the_municipality_is_asked_only_where_it_decides_who_gets_the_request(
    noor: Client, page: str, journey: Journey, register: Register
) -> None:
    _finds(register, _at_gracht())
    noor.post(page, FIND)
    assert 'name="municipality"' not in _read(noor, page)
    journey = _changed(journey, agency=AgencyByKind(kind="gemeente", by="brp.address"))
    assert 'name="municipality"' in _read(noor, page)
    noor.post(page, {"chosen": "900120000000", "municipality": "9002"})
    assert _typed(journey)["municipality"] == "9002"
    (birth, *_) = requests_of(journey, answers_of(journey))
    assert birth.agency is not None
    assert birth.agency.id == "gemeente-heidedorp"


NEW_HOME = QuestionGroup(
    id="new_home",
    title=Text(nl="Uw nieuwe adres", en="Your new address"),
    questions=(
        Question(
            id="new_address",
            kind="address",
            label=Text(nl="Waar gaat u wonen?", en="Where are you going to live?"),
            lookup="bag.addresses",
        ),
    ),
)


def test_a_question_can_be_an_address(noor: Client, journey: Journey, register: Register) -> None:
    journey = _changed(journey, ask=(NEW_HOME, *journey.services[0].ask))
    base = f"/levensgebeurtenissen/kind-krijgen/{journey.pk}/"
    _finds(register, _at_gracht("A"), _at_gracht("B"))
    shown = _read(noor, f"{base}vragen/new_home/1/")
    assert "Uw nieuwe adres" in shown
    assert "Waar gaat u wonen?" in shown
    noor.post(f"{base}vragen/new_home/1/", FIND)
    chosen = noor.post(f"{base}vragen/new_home/1/", {"chosen": "900120000000B"})
    assert chosen.headers["Location"] == f"{base}vragen/birth/1/"
    noor.post(f"{base}gegevens/")
    for group, items in ANSWERS.items():
        assert noor.post(f"{base}vragen/{group}/1/", items[0]).status_code == 302
    review = _read(noor, f"{base}controle/")
    assert "Gracht 12 B" in review
    assert "Gemeente Waterstad krijgt 10 gegevens. U vulde er 6 zelf in." in review
    assert "niet opgezocht" not in review


def test_an_address_that_no_register_knows_says_so(
    noor: Client, journey: Journey, register: Register
) -> None:
    journey = _changed(journey, ask=(NEW_HOME, *journey.services[0].ask))
    base = f"/levensgebeurtenissen/kind-krijgen/{journey.pk}/"
    register.people[""] = {}
    noor.post(f"{base}vragen/new_home/1/", FIND)
    noor.post(f"{base}vragen/new_home/1/", {"street": "Gracht", "city": "Waterstad"})
    noor.post(f"{base}gegevens/")
    for group, items in ANSWERS.items():
        noor.post(f"{base}vragen/{group}/1/", items[0])
    assert "Dit adres is niet opgezocht in het adressenregister (BAG)." in _read(noor, f"{base}controle/")
