"""Who acts for somebody by law: parents by the register, and what an officer records with the paper."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client

from portal import clock
from portal.access.administration import account_of
from portal.access.models import Representation
from portal.access.recording import record
from portal.access.settling import contact_person
from portal.access.standing import comes_of_age, standing_of
from portal.cases.journey.payloads import payload_of
from portal.cases.journey.submit import NotReady, submit
from portal.cases.models import Case, Journey
from portal.cases.notices.letters import address_lines
from portal.cases.reading.staff_words import attention_texts
from portal.ledger.engine.gather import expire
from portal.ledger.models import StaffAction
from portal.people.models import User
from tests.cases.steps import answered, deed_made, deliver_all, seen, submitted
from tests.cast import NEIGHBOUR_BSN, NOOR_BSN, Cast, actor, citizen_of, logged_in, make_cast
from tests.factories import make_citizen
from tests.registers import NOOR, Register

CHILD_BSN = "999000445"
MANAGED = "NL20INGB0001234567"
"""The account that the administrator manages."""
DESK = "/medewerker/vertegenwoordiging/"


@pytest.fixture
def cast(db: None, register: Register) -> Cast:
    """The register knows Noor and her neighbour Lotte, who will act for her."""
    register.people[NEIGHBOUR_BSN] = {**NOOR, "brp.name": {"full": "Lotte Smit"}}
    return make_cast()


def _says(register: Register, **facts: Any) -> None:
    register.people[NOOR_BSN] |= {f"brp.{name}": value for name, value in facts.items()}


def _form(kind: str, **changes: str) -> dict[str, str]:
    both = {"represented": NOOR_BSN, "representative": NEIGHBOUR_BSN}
    if kind == "administrator":
        both["account"] = MANAGED
    return {"kind": kind, **both, "document": "Verklaring 2026/12", "seen": "on", **changes}


def _record(cast: Cast, kind: str, **changes: str) -> Any:
    return logged_in(cast.officer).post(DESK, _form(kind, **changes))


def _acts(helper: User) -> tuple[Client, int]:
    browser = logged_in(helper)
    return browser, browser.post(f"/namens/{Representation.objects.get().pk}/").status_code


def _text(browser: Client, path: str) -> str:
    return browser.get(path).content.decode()


# --- With the paper on the desk -----------------------------------------------------------------------


def test_an_heir_reads_answers_and_files_nothing_in_the_name_of_the_dead(
    cast: Cast, register: Register
) -> None:
    case = submitted(actor(cast.citizen))["geboorteaangifte"]
    deliver_all()
    _says(register, alive={"alive": False})
    expire(citizen_of(cast.citizen), "brp.alive")
    assert _record(cast, "heir").status_code == 302
    browser, status = _acts(cast.neighbour)
    assert status == 302
    home = _text(browser, "/")
    assert "Gecondoleerd met het overlijden van Noor de Wit." in home
    assert "Dan kunt u ook de schulden erven. Vraag eerst de notaris." in home
    assert browser.get(f"/aanvragen/{case.reference}/").status_code == 200
    thread = f"/aanvragen/{case.reference}/berichten/"
    told = {"text": "Zij is overleden.", "key": "0b5c1b9e-8a64-4f2e-9d5b-6f0f3b1c2d3e"}
    assert browser.post(thread, told).status_code == 302
    assert "Zij is overleden." in _text(browser, thread)
    for path in ("begin/", f"{case.journey_id}/controle/", f"{case.journey_id}/"):
        assert browser.post(f"/levensgebeurtenissen/kind-krijgen/{path}").status_code == 404
    for path in ("/mijn-gegevens/", "/mijn-gegevens/gebruik/"):
        assert browser.get(path).status_code == 404


def test_letters_go_on_to_the_heirs_at_one_contact_person(cast: Cast, register: Register) -> None:
    case = submitted(actor(cast.citizen))["geboorteaangifte"]
    assert address_lines(case)[0] == "Noor de Wit"
    _says(register, alive={"alive": False})
    expire(citizen_of(cast.citizen), "brp.alive")
    standing_of(citizen_of(cast.citizen))
    assert address_lines(case) == ["Aan de erven van Noor de Wit", "Gracht 1", "9001 AA Waterstad"]
    home = {"kind": "address", "lines": ["Heidepad 27", "9002 CB Heidedorp"], "function": "home"}
    register.people[NEIGHBOUR_BSN] |= {
        "brp.address": home,
        "brp.name": {"full": "Lotte Smit", "first_names": "Lotte", "family_name": "Smit"},
    }
    _record(cast, "heir")
    assert address_lines(case) == [
        "Aan de erven van Noor de Wit",
        "p/a Lotte Smit",
        "Heidepad 27",
        "9002 CB Heidedorp",
    ]
    register.secret = {"brp.address"}
    expire(citizen_of(cast.neighbour), "brp.address")
    standing_of(citizen_of(cast.neighbour))
    assert address_lines(case)[1:] == ["Gracht 1", "9001 AA Waterstad"]


def test_the_executor_is_the_contact_person_before_an_heir(cast: Cast, register: Register) -> None:
    _says(register, alive={"alive": False})
    other = "999000433"
    register.people[other] = dict(NOOR)
    _record(cast, "heir")
    _record(cast, "executor", representative=other)
    assert contact_person(citizen_of(cast.citizen)) == make_citizen(other)


@pytest.mark.parametrize(
    ("kind", "facts", "words"),
    [
        ("heir", {}, "niet dat deze persoon is overleden"),
        ("executor", {}, "niet dat deze persoon is overleden"),
        ("curator", {}, "niet dat deze persoon onder curatele staat"),
        ("administrator", {"alive": {"alive": False}}, "Dan eindigt curatele of bewind"),
    ],
)
def test_what_the_register_contradicts_is_not_recorded(
    cast: Cast, register: Register, kind: str, facts: dict[str, Any], words: str
) -> None:
    _says(register, **facts)
    response = _record(cast, kind)
    assert response.status_code == 422
    assert words in response.content.decode()
    assert not Representation.objects.exists()


@pytest.mark.parametrize(
    "changes",
    [
        {"represented": "999000018"},
        {"representative": NOOR_BSN},
        {"document": ""},
        {"seen": ""},
        {"until_on": "2001-01-01"},
        {"kind": "parent"},
        {"kind": "authorised"},
    ],
)
def test_a_form_that_is_not_whole_records_nothing(
    cast: Cast, register: Register, changes: dict[str, str]
) -> None:
    _says(register, guardianship={"under_guardianship": True})
    assert _record(cast, **({"kind": "curator"} | changes)).status_code == 422
    assert not Representation.objects.exists()


def test_a_curator_acts_in_everything_and_both_read_who_recorded_it(cast: Cast, register: Register) -> None:
    home = NOOR["brp.address"] | {"object_id": "9001010000000001"}
    _says(register, guardianship={"under_guardianship": True}, address=home)
    register.people[NEIGHBOUR_BSN]["brp.address"] = home
    _record(cast, "curator")
    browser, _ = _acts(cast.neighbour)
    assert browser.post("/levensgebeurtenissen/kind-krijgen/begin/").status_code == 302
    assert "legde vast wie voor u mag handelen" in _text(browser, "/mijn-gegevens/gebruik/")
    assert "regelen voor Noor de Wit" in _text(logged_in(cast.neighbour), "/mijn-gegevens/gebruik/")
    assert StaffAction.objects.filter(user=cast.officer, what="representation-recorded").count() == 1


def test_a_curator_who_lives_elsewhere_sees_no_address(cast: Cast, register: Register) -> None:
    _says(register, guardianship={"under_guardianship": True})
    _record(cast, "curator")
    browser, _ = _acts(cast.neighbour)
    assert browser.get("/mijn-gegevens/").status_code == 404


def test_under_bewind_the_person_acts_too(cast: Cast) -> None:
    _record(cast, "administrator")
    assert logged_in(cast.citizen).post("/levensgebeurtenissen/kind-krijgen/begin/").status_code == 302
    assert "Uw bewindvoerder" in _text(logged_in(cast.citizen), "/namens/")


BENEFIT = "/levensgebeurtenissen/kind-krijgen/{}/vragen/benefit/1/"
OTHER = "NL02ABNA0123456789"


def _answers(browser: Client, journey: Journey, **answers: str) -> Any:
    return browser.post(BENEFIT.format(journey.pk), {"recipient": "me", "works_abroad": "no", **answers})


def test_bewind_is_not_recorded_without_the_account_that_money_goes_to(cast: Cast) -> None:
    for account in ("", "NL20INGB0001234560"):
        assert _record(cast, "administrator", account=account).status_code == 422
    assert not Representation.objects.exists()
    assert _record(cast, "administrator").status_code == 302
    row = Representation.objects.get()
    assert MANAGED.encode() not in bytes(row.sealed_account or b"")
    assert account_of(row) == MANAGED
    with pytest.raises(ValueError, match="manages an account"):
        record(
            actor=actor(cast.officer),
            kind=Representation.Kind.CURATOR,
            represented=NOOR_BSN,
            representative=NEIGHBOUR_BSN,
            document="Beschikking",
            until_on=None,
            account=MANAGED,
        )


def test_under_bewind_money_goes_to_the_administrators_account_and_to_no_other(cast: Cast) -> None:
    _record(cast, "administrator")
    journey, noor = answered(actor(cast.citizen)), logged_in(cast.citizen)
    page = _text(noor, BENEFIT.format(journey.pk))
    assert f'value="{MANAGED}"' in page
    assert "U staat onder bewind." in page
    refused = _answers(noor, journey, iban=OTHER)
    assert refused.status_code == 422
    assert "NL20 INGB 0001 2345 67" in refused.content.decode()
    assert _answers(noor, journey, iban=MANAGED).status_code == 302
    helper, _ = _acts(cast.neighbour)
    assert helper.get("/").status_code == 200


def test_what_was_filled_in_before_the_bewind_is_not_sent(cast: Cast) -> None:
    journey, noor = answered(actor(cast.citizen)), logged_in(cast.citizen)
    review = f"/levensgebeurtenissen/kind-krijgen/{journey.pk}/controle/"
    assert noor.get(review).status_code == 200
    seen_before = seen(journey)
    _record(cast, "administrator")
    assert noor.get(review)["Location"] == BENEFIT.format(journey.pk)
    with pytest.raises(NotReady):
        submit(journey=journey, seen=seen_before, follow_ups=(), level="midden")
    _answers(noor, journey, iban=MANAGED)
    assert noor.get(review).status_code == 200


def test_the_other_parents_account_is_no_concern_of_the_administrator(cast: Cast) -> None:
    _record(cast, "administrator")
    journey, noor = answered(actor(cast.citizen)), logged_in(cast.citizen)
    assert _answers(noor, journey, recipient="other_parent", iban=OTHER).status_code == 302


def test_when_the_bewind_ends_the_account_is_free_again(cast: Cast) -> None:
    _record(cast, "administrator")
    journey, noor = answered(actor(cast.citizen)), logged_in(cast.citizen)
    row = Representation.objects.get()
    logged_in(cast.officer).post(f"{DESK}{row.pk}/beeindigen/")
    assert _answers(noor, journey, iban=OTHER).status_code == 302


def test_an_older_record_without_an_account_takes_no_number_at_all(cast: Cast) -> None:
    _record(cast, "administrator")
    Representation.objects.update(sealed_account=None)
    journey, noor = answered(actor(cast.citizen)), logged_in(cast.citizen)
    refused = _answers(noor, journey, iban=OTHER)
    assert "bij een gemeente laten vastleggen" in refused.content.decode()


def test_what_waits_goes_out_with_the_administrators_account_and_the_officer_reads_why(
    cast: Cast, register: Register
) -> None:
    cases = submitted(actor(cast.citizen))
    deliver_all()
    deed_made(cases["geboorteaangifte"])
    _record(cast, "administrator")
    register.born(NOOR_BSN, CHILD_BSN, "Mia", "2026-11-20")
    deliver_all()
    case = Case.objects.get(pk=cases["kinderbijslag"].pk)
    payload = payload_of(case)
    assert payload["answers"]["benefit"][0]["iban"] == MANAGED
    assert "account" in payload["attention"]
    assert "onder bewind" in attention_texts(payload["attention"])[0]


def test_what_an_officer_recorded_the_officer_ends_and_nobody_else(cast: Cast) -> None:
    _record(cast, "administrator")
    row = Representation.objects.get()
    browser, _ = _acts(cast.neighbour)
    for who in (cast.citizen, cast.neighbour):
        assert logged_in(who).post(f"/namens/{row.pk}/stoppen/").status_code == 404
    assert logged_in(cast.officer).post(f"{DESK}{row.pk}/beeindigen/").status_code == 302
    assert browser.get("/")["Location"] == "/namens/"


def test_the_list_of_the_desk_has_no_names_and_no_numbers(cast: Cast) -> None:
    _record(cast, "administrator")
    page = _text(logged_in(cast.officer), DESK)
    assert "Verklaring 2026/12" in page
    for secret in (NOOR_BSN, NEIGHBOUR_BSN, "Noor", "Lotte"):
        assert secret not in page


# --- Parents ------------------------------------------------------------------------------------------


def _child(register: Register, born: str, kind: str = "single") -> None:
    register.people[CHILD_BSN] = {
        **NOOR,
        "brp.name": {"full": "Luuk de Wit", "first_names": "Luuk", "family_name": "de Wit"},
        "brp.birth": {"date": born},
    }
    _says(register, custody=[{"type": "x", "kind": kind, "minor_bsn": CHILD_BSN}])


def test_a_parent_acts_until_midnight_before_the_eighteenth_birthday(
    cast: Cast, register: Register, settings: Any
) -> None:
    """The clock is that of the Netherlands: PORTAL_NOW shifts the day."""
    born = date(2009, 1, 15)
    settings.PORTAL_NOW = date(2027, 1, 14)
    _child(register, born.isoformat())
    parent = logged_in(cast.citizen)
    assert parent.post("/namens/kinderen/").status_code == 302
    row = Representation.objects.get()
    assert (row.kind, row.until_on) == ("parent", date(2027, 1, 14))
    assert parent.post(f"/namens/{row.pk}/").status_code == 302
    assert "U regelt dit voor Luuk de Wit" in _text(parent, "/")
    settings.PORTAL_NOW = date(2027, 1, 15)
    assert parent.get("/aanvragen/")["Location"] == "/namens/"
    assert parent.post(f"/namens/{row.pk}/").status_code == 404
    expire(citizen_of(cast.citizen), "brp.custody")
    parent.post("/namens/kinderen/")
    assert "Luuk" not in _text(parent, "/namens/")


@pytest.mark.parametrize(
    ("born", "adult"),
    [("2009-01-15", "2027-01-15"), ("2008-02-29", "2026-03-01"), ("2008-12-31", "2026-12-31")],
)
def test_the_day_one_comes_of_age(born: str, adult: str) -> None:
    assert comes_of_age(date.fromisoformat(born)) == date.fromisoformat(adult)


@pytest.mark.parametrize("kind", ["none", "temporarily-none", "undetermined", "guardian"])
def test_without_a_clear_custody_nobody_acts_for_a_child(cast: Cast, register: Register, kind: str) -> None:
    _child(register, "2015-01-15", kind)
    browser = logged_in(cast.citizen)
    browser.post("/namens/kinderen/")
    assert not Representation.objects.exists()
    assert ("Bel ons, dan zoekt een medewerker het uit." in _text(browser, "/namens/")) is (
        kind == "undetermined"
    )


def test_a_register_that_is_down_gives_no_child(cast: Cast, register: Register) -> None:
    from connectors.base import Unavailable

    register.failure = Unavailable("down")
    logged_in(cast.citizen).post("/namens/kinderen/")
    assert not Representation.objects.exists()


def test_custody_that_is_gone_ends_at_once(cast: Cast, register: Register) -> None:
    _child(register, "2015-01-15")
    acting = logged_in(cast.citizen)
    acting.post("/namens/kinderen/")
    acting.post(f"/namens/{Representation.objects.get().pk}/")
    _says(register, custody=[])
    expire(citizen_of(cast.citizen), "brp.custody")
    logged_in(cast.citizen).post("/namens/kinderen/")
    assert acting.get("/")["Location"] == "/namens/"


def test_looking_twice_makes_one_mandate(cast: Cast, register: Register) -> None:
    _child(register, (clock.today() - timedelta(days=3000)).isoformat())
    for _ in range(2):
        logged_in(cast.citizen).post("/namens/kinderen/")
    assert Representation.objects.filter(represented=make_citizen(CHILD_BSN)).count() == 1
