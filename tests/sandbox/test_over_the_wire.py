"""The running sandbox as the portal meets it: the BRP, its faults and tally, and the municipality."""

from __future__ import annotations

import re
import secrets
import string
from datetime import date
from typing import Any

import pytest
import requests

from connectors.base import ConnectorError, Subject
from connectors.sources.bag.source import BagSource
from connectors.sources.brp.source import BrpSource
from tests.sandbox.conftest import QUERY, SECONDS, Ask, SetFault
from tests.sandbox.shapes import Shapes

pytestmark = pytest.mark.story

EVA, IRIS, FEMKE, RUBEN = "999000135", "999000159", "999000172", "999000196"
SANNE, MILAN = "999000056", "999000081"
TRACE = "0af7651916cd43dd8448eb211c80319c"
NOBODY = "999099992"
PATH = "/haalcentraal/api/brp/personen"
EVERYTHING = [
    "naam",
    "geboorte",
    "geslacht",
    "verblijfplaats",
    "adressering",
    "kinderen",
    "partners",
    "gezag",
]


def new_name() -> str:
    """A first name that no earlier test gave."""
    return "".join(secrets.choice(string.ascii_lowercase) for _ in range(12)).capitalize()


def register(sandbox_url: str, **form: str) -> requests.Response:
    """Sends the form of the municipality, as a browser would."""
    with requests.Session() as browser:
        page = browser.get(f"{sandbox_url}/gemeente/geboorte/", timeout=SECONDS)
        token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page.text)
        assert token
        body = {"csrfmiddlewaretoken": token[1], "birth_date": "2026-01-31", "place": "9001", **form}
        return browser.post(f"{sandbox_url}/gemeente/geboorte/", data=body, timeout=SECONDS)


def tally(sandbox_url: str, of: str = "brp") -> dict[str, Any]:
    counted: dict[str, Any] = requests.get(f"{sandbox_url}/tellers/", timeout=SECONDS).json()[of]
    return counted


def set_fault_of(sandbox_url: str, of: str, kind: str) -> None:
    requests.post(f"{sandbox_url}/storingen/{of}", json={"fault": kind}, timeout=SECONDS).raise_for_status()


# --- Asking ---------------------------------------------------------------------------------------


def test_persons_come_in_the_order_asked_with_what_was_asked(ask: Ask) -> None:
    answer = ask(RUBEN, NOBODY, EVA, fields=["naam.voornamen"])
    assert answer.status_code == 200
    assert answer.json() == {
        "type": QUERY,
        "personen": [{"naam": {"voornamen": "Ruben"}}, {"naam": {"voornamen": "Eva"}}],
    }


def test_an_unknown_person_is_an_empty_answer(ask: Ask) -> None:
    answer = ask(NOBODY, fields=["naam"])
    assert (answer.status_code, answer.json()) == (200, {"type": QUERY, "personen": []})


def test_a_municipality_narrows_the_question(ask: Ask) -> None:
    answer = ask(EVA, RUBEN, fields=["burgerservicenummer"], gemeenteVanInschrijving="9002")
    assert [one["burgerservicenummer"] for one in answer.json()["personen"]] == [RUBEN]


def test_answers_have_the_published_shape(ask: Ask, shapes: Shapes) -> None:
    answer = ask(EVA, FEMKE, RUBEN, fields=EVERYTHING).json()
    assert len(answer["personen"]) == 3
    for person in answer["personen"]:
        assert shapes.errors("Persoon", person) == []


@pytest.mark.parametrize("fields", [["inOnderzoek"], ["naam.bestaatNiet"], []])
def test_a_wrong_question_is_a_problem(ask: Ask, shapes: Shapes, fields: list[str]) -> None:
    answer = ask(EVA, fields=fields)
    assert answer.status_code == 400
    assert answer.headers["Content-Type"] == "application/problem+json"
    problem = answer.json()
    assert problem["code"] == "paramsValidation"
    assert problem["invalidParams"][0]["name"].startswith("fields")
    assert EVA not in answer.text
    assert shapes.errors("InvalidParam", {**problem["invalidParams"][0], "name": "fields"}) == []


def test_other_ways_of_searching_are_refused_clearly(ask: Ask) -> None:
    answer = ask(EVA, fields=["naam"], type="ZoekMetPostcodeEnHuisnummer")
    assert answer.status_code == 400
    assert "zandbak" in answer.json()["title"]


@pytest.mark.parametrize("key", [None, "", "wrong"])
def test_without_the_key_nothing_is_said(sandbox_url: str, key: str | None) -> None:
    body = {"type": QUERY, "burgerservicenummer": [EVA], "fields": ["naam"]}
    answer = requests.post(
        sandbox_url + PATH, json=body, headers={"X-API-KEY": key} if key is not None else {}, timeout=SECONDS
    )
    assert (answer.status_code, answer.json()["code"]) == (401, "authentication")


@pytest.mark.parametrize(
    ("method", "headers", "status"),
    [
        ("GET", {}, 405),
        ("POST", {"Content-Type": "text/plain"}, 415),
        ("POST", {"Content-Type": "application/json", "Accept": "text/html"}, 406),
        ("POST", {"Content-Type": "application/json"}, 400),
    ],
)
def test_a_call_that_is_no_question_is_a_problem(
    sandbox_url: str, settings_of_sandbox: dict[str, str], method: str, headers: dict[str, str], status: int
) -> None:
    key = {"X-API-KEY": settings_of_sandbox["BRP_API_KEY"]}
    answer = requests.request(
        method, sandbox_url + PATH, data="{", headers={**key, **headers}, timeout=SECONDS
    )
    assert (answer.status_code, answer.json()["status"]) == (status, status)


# --- As the portal's sources ask it ---------------------------------------------------------------


def test_the_source_learns_who_lives_with_whom(sandbox_url: str, settings_of_sandbox: dict[str, str]) -> None:
    brp = BrpSource(f"{sandbox_url}/haalcentraal/api/brp", settings_of_sandbox["BRP_API_KEY"])
    address = brp.fetch(Subject(SANNE), ["brp.address"], trace_id=TRACE)["brp.address"].data
    household = brp.fetch(Subject(SANNE, {"brp.address": address}), ["brp.household"], trace_id=TRACE)
    assert household["brp.household"].data == [
        {
            "full": "Milan van Dijk",
            "bsn": MILAN,
            "first_names": "Milan",
            "prefix": "van",
            "family_name": "Dijk",
            "birth_date": "1995-01-30",
        }
    ]


def test_the_source_finds_who_has_a_name(sandbox_url: str, settings_of_sandbox: dict[str, str]) -> None:
    brp = BrpSource(f"{sandbox_url}/haalcentraal/api/brp", settings_of_sandbox["BRP_API_KEY"])
    found = brp.find_people(family_name="wit", born=date(1994, 3, 2), first_names="noor", trace_id=TRACE)
    assert [one.full for one in found] == ["Noor de Wit"]
    assert brp.find_people(family_name="Wit", born=date(1994, 3, 3), trace_id=TRACE) == []
    assert brp.find_people(family_name="Wit", born=date(1994, 3, 2), first_names="No", trace_id=TRACE) == []


def test_the_source_learns_which_addresses_there_are(
    sandbox_url: str, settings_of_sandbox: dict[str, str]
) -> None:
    bag = BagSource(f"{sandbox_url}/lvbag/individuelebevragingen/v2", settings_of_sandbox["BAG_API_KEY"])
    bag.check()
    typed = Subject("", {"postcode": "9001 bx", "house_number": "8"})
    found = bag.fetch(typed, ["bag.addresses"], trace_id=TRACE)["bag.addresses"].data
    assert [one["lines"][0] for one in found] == ["Kadeplein 8 A", "Kadeplein 8 B", "Kadeplein 8 C"]
    nowhere = Subject("", {"postcode": "9001BX", "house_number": "999"})
    assert bag.fetch(nowhere, ["bag.addresses"], trace_id=TRACE)["bag.addresses"].data == []


@pytest.mark.parametrize(("kind", "error"), [("down", "unavailable"), ("wrong-person", "malformed")])
def test_a_fault_of_the_bag_is_a_failure_and_tries_are_counted_apart(
    sandbox_url: str, settings_of_sandbox: dict[str, str], kind: str, error: str
) -> None:
    before = tally(sandbox_url, "bag")
    set_fault_of(sandbox_url, "bag", kind)
    try:
        with pytest.raises(ConnectorError) as caught:
            BagSource(
                f"{sandbox_url}/lvbag/individuelebevragingen/v2", settings_of_sandbox["BAG_API_KEY"]
            ).fetch(
                Subject("", {"postcode": "9001BX", "house_number": "8"}), ["bag.addresses"], trace_id=TRACE
            )
    finally:
        set_fault_of(sandbox_url, "bag", "none")
    after = tally(sandbox_url, "bag")
    assert caught.value.kind == error
    assert after["calls"] - before["calls"] == 1
    assert after["retries"] - before["retries"] == (2 if kind == "down" else 0)
    assert after["persons"] == {}


# --- Faults and the tally -------------------------------------------------------------------------


def test_down_is_a_503(ask: Ask, set_fault: SetFault) -> None:
    set_fault("down")
    assert ask(EVA, fields=["naam"]).status_code == 503


def test_html_is_a_page(ask: Ask, set_fault: SetFault) -> None:
    set_fault("html")
    answer = ask(EVA, fields=["naam"])
    assert (answer.status_code, answer.headers["Content-Type"]) == (200, "text/html; charset=utf-8")


def test_wrong_person_is_somebody_else(ask: Ask, set_fault: SetFault) -> None:
    set_fault("wrong-person")
    people = ask(EVA, fields=["burgerservicenummer"]).json()["personen"]
    assert len(people) == 1
    assert people[0]["burgerservicenummer"] != EVA


def test_empty_knows_nobody(ask: Ask, set_fault: SetFault) -> None:
    set_fault("empty")
    assert ask(EVA, fields=["naam"]).json()["personen"] == []


def test_slow_keeps_a_caller_waiting_past_its_deadline(ask: Ask, set_fault: SetFault) -> None:
    set_fault("slow")
    with pytest.raises(requests.ReadTimeout):
        ask(EVA, fields=["naam"], timeout=5)


def test_slow_can_be_a_wait_that_a_caller_outlives(ask: Ask, set_fault: SetFault, sandbox_url: str) -> None:
    asked = {"fault": "slow", "ms": 300}
    told = requests.post(f"{sandbox_url}/storingen/brp", json=asked, timeout=SECONDS).json()
    assert told == {"register": "brp", **asked}
    answer = ask(EVA, fields=["naam"])
    assert answer.status_code == 200
    assert answer.elapsed.total_seconds() >= 0.3
    set_fault("none")


def test_a_fault_can_be_set_on_the_page(sandbox_url: str, ask: Ask, set_fault: SetFault) -> None:
    with requests.Session() as browser:
        page = browser.get(f"{sandbox_url}/storingen/", timeout=SECONDS)
        token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page.text)
        assert token
        body = {"csrfmiddlewaretoken": token[1], "register": "brp", "fault": "down"}
        assert browser.post(f"{sandbox_url}/storingen/", data=body, timeout=SECONDS).status_code == 200
    assert ask(EVA, fields=["naam"]).status_code == 503
    set_fault("none")
    assert ask(EVA, fields=["naam"]).status_code == 200


@pytest.mark.parametrize(
    "body",
    [
        '{"fault": "fire"}',
        '{"fault": []}',
        '{"fault": "down", "ms": 9}',
        '{"fault": "slow", "ms": 0}',
        "[]",
        "x",
    ],
)
def test_a_fault_that_does_not_exist_is_refused(sandbox_url: str, body: str) -> None:
    answer = requests.post(
        f"{sandbox_url}/storingen/brp",
        data=body,
        headers={"Content-Type": "application/json"},
        timeout=SECONDS,
    )
    assert answer.status_code == 400


def test_the_tally_counts_calls_and_persons(sandbox_url: str, ask: Ask, set_fault: SetFault) -> None:
    before = tally(sandbox_url)
    ask(EVA, RUBEN, fields=["naam"])
    set_fault("down")
    ask(EVA, fields=["naam"])
    after = tally(sandbox_url)
    assert after["calls"] - before["calls"] == 2
    assert after["persons"][EVA] - before["persons"].get(EVA, 0) == 2
    assert after["persons"][RUBEN] - before["persons"].get(RUBEN, 0) == 1


# --- The municipality -----------------------------------------------------------------------------


def test_twins_are_found_with_both_parents(sandbox_url: str, ask: Ask, shapes: Shapes) -> None:
    names = [new_name(), new_name()]
    answer = register(
        sandbox_url,
        parent1=EVA,
        parent2=IRIS,
        prefix_name="van der",
        family_name="Mulder",
        first_names_1=names[0],
        sex_1="V",
        first_names_2=names[1],
        sex_2="M",
    )
    assert answer.status_code == 200
    people = ask(EVA, IRIS, fields=["kinderen", "gezag"]).json()["personen"]
    numbers = []
    for parent in people:
        twins = [one for one in parent["kinderen"] if one["naam"]["voornamen"] in names]
        assert [one["geboorte"]["datum"]["datum"] for one in twins] == ["2026-01-31"] * 2
        numbers.append([one["burgerservicenummer"] for one in twins])
        custody = {one["minderjarige"]["burgerservicenummer"]: one["type"] for one in parent["gezag"]}
        assert [custody[bsn] for bsn in numbers[-1]] == ["GezamenlijkOuderlijkGezag"] * 2
    assert numbers[0] == numbers[1]
    for child in ask(*numbers[0], fields=[*EVERYTHING, "ouders", "leeftijd"]).json()["personen"]:
        assert shapes.errors("Persoon", child) == []
        assert [one["burgerservicenummer"] for one in child["ouders"]] == [EVA, IRIS]


def test_sending_the_form_twice_registers_one_child(sandbox_url: str, ask: Ask) -> None:
    name = new_name()
    form = {"parent1": FEMKE, "family_name": "Postma", "first_names_1": name, "sex_1": "O"}
    first, second = register(sandbox_url, **form), register(sandbox_url, **form)
    assert "stond er al" not in first.text
    assert "stond er al" in second.text
    children = ask(FEMKE, fields=["kinderen"]).json()["personen"][0]["kinderen"]
    assert len([one for one in children if one["naam"]["voornamen"] == name]) == 1


@pytest.mark.parametrize(
    "change",
    [
        {"parent1": ""},
        {"parent1": NOBODY},
        {"parent2": RUBEN},
        {"birth_date": "2999-01-01"},
        {"birth_date": "31-02-2026"},
        {"place": "0518"},
        {"first_names_1": ""},
        {"first_names_1": "<b>"},
        {"first_names_2": "Puck", "sex_2": "V"},
        {"first_names_2": "Saar"},
    ],
)
def test_a_wrong_form_registers_nobody(sandbox_url: str, ask: Ask, change: dict[str, str]) -> None:
    form = {"parent1": RUBEN, "family_name": "Hoekstra", "first_names_1": "Puck", "sex_1": "V", **change}
    answer = register(sandbox_url, **form)
    assert answer.status_code == 400
    assert 'class="error"' in answer.text
    assert ask(RUBEN, fields=["kinderen"]).json()["personen"][0]["kinderen"] == []


def test_the_form_needs_its_token(sandbox_url: str) -> None:
    form = {"parent1": RUBEN, "family_name": "Hoekstra", "first_names_1": "Puck", "sex_1": "V"}
    answer = requests.post(f"{sandbox_url}/gemeente/geboorte/", data=form, timeout=SECONDS)
    assert answer.status_code == 403


# --- Pages ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", ["/", "/gemeente/", "/gemeente/geboorte/", "/storingen/"])
def test_every_page_says_that_it_is_a_test(sandbox_url: str, path: str) -> None:
    answer = requests.get(sandbox_url + path, timeout=SECONDS)
    assert answer.status_code == 200
    assert "Dit is een testomgeving." in answer.text
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
    assert not re.search(r"<script|style=|\son[a-z]+=", answer.text)


def test_it_lives(sandbox_url: str) -> None:
    assert requests.get(f"{sandbox_url}/health/live", timeout=SECONDS).status_code == 200
