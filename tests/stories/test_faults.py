"""What goes wrong around a life event, with the real processes: nothing is lost, doubled or empty."""

from __future__ import annotations

import re
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from time import monotonic

import pytest
import requests
from playwright.sync_api import expect

from portal.ledger.states import OPENS_AFTER
from portal.local.stack import Stack
from tests.stories.acting import Person
from tests.stories.by_wire import EVENT
from tests.stories.conftest import NewCaller, NewPerson, SetFault
from tests.stories.waiting import is_delivered, services_of, until

pytestmark = pytest.mark.story

NOT_NOW = "Wij kunnen uw gegevens nu niet ophalen. Uw antwoorden zijn bewaard."
NOT_FETCHED = "Nu niet op te halen"
FIELDS = ["brp.name", "brp.birth", "brp.address", "brp.partner", "home.with_partner"]
"""What the event needs from the register before it is sent."""

FOLLOW_UP = "kinderbijslag"
PATIENCE = 90.0
"""Seconds that other processes may take on a busy machine."""


# --- The register ---------------------------------------------------------------------------------


def test_whatever_ails_the_register_it_is_said_and_works_again_later(
    new_person: NewPerson, stack: Stack, set_fault: SetFault
) -> None:
    citizen = new_person()
    # Somebody of whom nothing was fetched yet in another story.
    citizen.logs_in("Bas Oefenaar")
    citizen.goes_to(EVENT)
    for fault, button in [
        ("down", "Begin"),
        ("html", "Probeer het nog eens"),
        ("wrong-person", "Probeer het nog eens"),
        ("empty", "Probeer het nog eens"),
        ("slow", "Probeer het nog eens"),
    ]:
        set_fault(fault)
        asked = monotonic()
        citizen.page.get_by_role("button", name=button, exact=True).click()
        citizen.page.wait_for_load_state()
        # We wait no longer than 5 s for the sandbox, which answers after 20; a busy machine adds to that.
        assert monotonic() - asked < float(stack.env["SANDBOX_SLOW_SECONDS"]), fault
        citizen.reads(NOT_NOW)
        _shows_nothing(citizen, fault)
        citizen.looks()
    set_fault("down")
    for _ in range(OPENS_AFTER):
        citizen.presses("Probeer het nog eens")
        citizen.reads(NOT_NOW)
    set_fault("none")
    citizen.presses("Probeer het nog eens")
    citizen.reads("Bas Oefenaar")
    assert citizen.page.get_by_text(NOT_FETCHED).count() == 0
    citizen.follows("Ga verder")


def _shows_nothing(citizen: Person, fault: str) -> None:
    """No value, and nothing that looks like one; the citizen cannot pass by what is missing."""
    page = citizen.page
    assert page.get_by_text(NOT_FETCHED).count() == len(FIELDS), fault
    for none in ("Niet bekend in het register", "Geen partner bekend"):
        assert page.get_by_text(none).count() == 0, fault
    assert page.get_by_text("Bron:").count() == 0, fault
    assert page.get_by_role("link", name="Ga verder").count() == 0, fault


def test_without_the_register_the_citizen_types_it(
    new_person: NewPerson, new_caller: NewCaller, stack: Stack, set_fault: SetFault
) -> None:
    set_fault("down")
    caller = new_caller("Joost Blom")
    assert NOT_NOW in caller.begins().text
    citizen = new_person(javascript=False)
    citizen.logs_in("Joost Blom")
    citizen.goes_to(f"{caller.journey}gegevens/")
    citizen.follows("Vul het zelf in (Naam)")
    citizen.presses("Bewaar")
    citizen.reads("Vul dit in.")
    _types(citizen, first_names="Robin", family_name="Jansen")
    citizen.reads("Robin Jansen")
    citizen.follows("Vul het zelf in (Geboortedatum)")
    _types(citizen, date="1990-05-17")
    citizen.reads("17 mei 1990")
    citizen.follows("Vul het zelf in (Adres)")
    # The register of addresses works: three homes have this number.
    citizen.fills_in(postcode="9001bx", house_number="8")
    citizen.presses("Zoek het adres")
    citizen.reads("Er zijn meer adressen met nummer 8 bij 9001 BX.")
    citizen.page.get_by_label("Kadeplein 8 B").check()
    citizen.presses("Kies dit adres")
    citizen.reads("Kadeplein 8 B")
    citizen.reads("Door u ingevuld")
    citizen.follows("Ga verder")
    caller.answers()

    citizen.goes_to(f"{caller.journey}controle/")
    citizen.reads("Robin Jansen")
    citizen.reads("Partner: kon niet worden opgehaald. De organisatie zoekt dit zelf op.")
    citizen.presses("Verstuur naar 1 organisatie")
    reference = caller.reference()
    until(lambda: is_delivered(stack, reference), seconds=PATIENCE, what="the delivery")
    citizen.goes_to(f"/aanvragen/{reference}/")
    citizen.page.get_by_text("Wat is verstuurd?").click()
    citizen.reads("Robin Jansen")
    citizen.looks()


def _types(citizen: Person, **answers: str) -> None:
    citizen.fills_in(**answers)
    citizen.presses("Bewaar")


def test_what_the_register_has_wrong_is_sent_with_a_mark(
    new_person: NewPerson, new_caller: NewCaller
) -> None:
    caller = new_caller("Ruben Hoekstra")
    caller.begins()
    citizen = new_person()
    citizen.logs_in("Ruben Hoekstra")
    citizen.goes_to(f"{caller.journey}gegevens/")
    citizen.reads("De gemeente onderzoekt of dit klopt.")
    citizen.follows("Klopt dit niet? (Naam)")
    citizen.fills_in(first_names="Reuben", family_name="Hoekstra", explanation="Ik heet Reuben.")
    citizen.presses("Bewaar en geef het door")
    citizen.reads("Ik heet Reuben.")
    caller.answers()
    citizen.goes_to(f"{caller.journey}controle/")
    citizen.reads("Ik heet Reuben.")


# --- Sending twice --------------------------------------------------------------------------------


def test_two_tabs_send_one_set_of_cases(new_person: NewPerson, new_caller: NewCaller, stack: Stack) -> None:
    name = "Zoë Anaïs Françoise-Désirée van den Łukaszewicz-Østergård"
    caller = new_caller(name)
    caller.prepares()
    review = f"{caller.journey}controle/"
    citizen = new_person()
    citizen.logs_in(name)
    citizen.goes_to(review)
    other_tab = Person(citizen.page.context.new_page(), stack, citizen.at_width)
    other_tab.goes_to(review)

    citizen.page.locator("main").get_by_role("checkbox").check()
    citizen.presses("Verstuur naar 1 organisatie")
    citizen.reads("0 van de 2 geregeld")
    other_tab.presses("Verstuur naar 1 organisatie")
    other_tab.reads("Dit is al verstuurd")
    other_tab.page.reload()
    other_tab.reads("Dit is al verstuurd")
    other_tab.looks()
    assert services_of(stack, caller.journey) == ["geboorteaangifte", FOLLOW_UP]

    citizen.page.reload()
    citizen.page.go_back()
    citizen.reads("0 van de 2 geregeld")
    citizen.looks()
    other_tab.follows("Bekijk wat u hebt verstuurd")
    other_tab.reads("Geboorteaangifte")
    assert services_of(stack, caller.journey) == ["geboorteaangifte", FOLLOW_UP]


@pytest.mark.parametrize("with_javascript", [True, False], ids=["with-javascript", "without-javascript"])
def test_a_double_click_sends_one_set_of_cases(
    new_person: NewPerson, new_caller: NewCaller, stack: Stack, with_javascript: bool
) -> None:
    name = "Hanna Tesfay" if with_javascript else "Femke Postma"
    caller = new_caller(name)
    caller.prepares()
    citizen = new_person(javascript=with_javascript)
    citizen.logs_in(name)
    citizen.goes_to(f"{caller.journey}controle/")
    citizen.page.get_by_role("button", name="Verstuur naar 1 organisatie").dblclick()
    citizen.reads("0 van de 1 geregeld")
    citizen.looks()
    assert services_of(stack, caller.journey) == ["geboorteaangifte"]


def test_of_many_submits_at_once_one_counts(new_caller: NewCaller, stack: Stack) -> None:
    caller = new_caller("Karin Schouten")
    seen = caller.prepares()
    bodies = [(), (FOLLOW_UP,), (), (FOLLOW_UP,)]
    with ThreadPoolExecutor(len(bodies)) as pool:
        answers = list(pool.map(lambda ticks: caller.sends(seen, *ticks), bodies))
    sent = {ticks for ticks, answer in zip(bodies, answers, strict=True) if answer.status_code == 200}
    assert len(sent) == 1
    assert Counter(answer.status_code for answer in answers) == {200: 2, 409: 2}
    (counted,) = sent
    assert services_of(stack, caller.journey) == sorted(["geboorteaangifte", *counted])
    assert caller.sends(seen, *counted).status_code == 200
    assert "Dit is al verstuurd" in caller.sends("another page").text
    assert services_of(stack, caller.journey) == sorted(["geboorteaangifte", *counted])


# --- Somebody else's ------------------------------------------------------------------------------


def test_anothers_case_is_as_absent_as_one_that_never_was(
    new_caller: NewCaller, new_person: NewPerson
) -> None:
    owner, stranger = new_caller("Karin Schouten"), new_caller("Milan van Dijk")
    owner.sends(owner.prepares(), FOLLOW_UP)
    reference, journey = owner.reference(), owner.journey.strip("/").rsplit("/", 1)[1]
    assert owner.get(f"/aanvragen/{reference}/").status_code == 200
    nobodys = {reference: "LL-2222-2222", journey: "00000000-0000-4000-8000-000000000000"}
    for path in [
        f"/aanvragen/{reference}/",
        f"/aanvragen/{reference}/?seen=1",
        f"/aanvragen/{reference}/intrekken/",
        f"/aanvragen/{reference}/taken/{journey}/",
        f"{EVENT}{journey}/",
        f"{EVENT}{journey}/gegevens/",
        f"{EVENT}{journey}/vragen/child/1/",
        f"{EVENT}{journey}/controle/",
    ]:
        absent = path
        for real, invented in nobodys.items():
            absent = absent.replace(real, invented)
        for headers in ({}, {"HX-Request": "true"}):
            theirs, none = stranger.get(path, **headers), stranger.get(absent, **headers)
            assert theirs.status_code == 404, path
            assert _masked(theirs, path) == _masked(none, absent)
        assert _masked(stranger.post(path), path) == _masked(stranger.post(absent), absent)

    citizen = new_person()
    citizen.logs_in("Milan van Dijk")
    citizen.goes_to(f"/aanvragen/{reference}/")
    citizen.reads("Deze pagina is er niet")


_NEW_IN_EACH = {"Date", "Set-Cookie", "Content-Length"}


def _masked(answer: requests.Response, path: str) -> tuple[int, list[tuple[str, str]], str]:
    """Status, headers and page, without what is new in each: token, nonce, time, the address asked for.

    The length of a packed page has a random part, so that it tells nothing either.
    """
    masked = re.sub(r'(csrfmiddlewaretoken" value="|X-CSRFToken": ")[^"]+', r"\1", answer.text)
    masked = re.sub(r'nonce="[^"]+"', "", masked)
    headers = [(name, value) for name, value in answer.headers.items() if name not in _NEW_IN_EACH]
    headers = [(name, re.sub(r"'nonce-[^']+'", "", value)) for name, value in headers]
    return answer.status_code, headers, masked.replace(path, "")


# --- A shared computer ----------------------------------------------------------------------------


def test_after_logging_out_the_back_button_shows_nothing(
    new_person: NewPerson, new_caller: NewCaller
) -> None:
    caller = new_caller("Daan Bakker")
    # What a browser may keep, it may show again, by its own means too.
    assert "no-store" in caller.begins().headers["Cache-Control"]
    citizen = new_person()
    citizen.logs_in("Daan Bakker")
    citizen.goes_to(f"{caller.journey}gegevens/")
    citizen.reads("Daan Bakker")
    citizen.presses("Uitloggen")
    citizen.page.go_back()
    expect(citizen.page.get_by_role("heading", level=1)).to_have_text("Inloggen")
    citizen.looks()
    assert "Daan" not in citizen.page.content()
