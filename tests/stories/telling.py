"""A life event from somebody's own words to a request at its agency, whatever its pages ask."""

from __future__ import annotations

import re
from dataclasses import dataclass

from playwright.sync_api import Locator, expect

from lifeevents.catalogue import load_catalogue
from tests.stories.acting import Person
from tests.stories.waiting import is_delivered, services_of, until

PATIENCE = 90.0
"""Seconds that a worker may take on a busy machine."""
CATALOGUE = load_catalogue()
MOST_PAGES = 20
_DAY, _TIME, _AMOUNT = "2026-11-20", "14:05", "1200"
_IBAN = "NL02 ABNA 0123 4567 89"
_POSTCODE, _NUMBER, _TOWN = "9002CB", "27", "9002"


@dataclass(frozen=True)
class Story:
    """Who says what, and arranges which service of the life event; `day` is what is answered to a date."""

    event: str
    words: str
    person: str
    service: str
    javascript: bool = True
    day: str = _DAY


def tells(citizen: Person, story: Story) -> str:
    """Logs in and sends it; its reference once the agency has it."""
    citizen.logs_in(story.person)
    return sends(citizen, story)


def sends(citizen: Person, story: Story) -> str:
    """Finds the event, answers everything, sends it; its reference once the agency has it."""
    finds_and_chooses(citizen, story)
    answers_all(citizen, story.day)
    path = _sends(citizen)
    assert services_of(citizen.stack, path) == [story.service]
    reference = _reference(citizen)
    until(lambda: is_delivered(citizen.stack, reference), seconds=PATIENCE, what=f"{reference} at its agency")
    return reference


def finds_and_chooses(citizen: Person, story: Story) -> None:
    """From somebody's own words to the first page of what is known already."""
    event = CATALOGUE.events[story.event]
    citizen.page.goto(f"{citizen.stack.url}/levensgebeurtenissen/?q={story.words}")
    citizen.follows(event.title.nl)
    for guidance in CATALOGUE.guidance_of(event):
        citizen.reads(guidance.title.nl)
    ticks = citizen.page.locator("main [name=service]")
    for index in range(ticks.count()):
        ticks.nth(index).set_checked(ticks.nth(index).get_attribute("value") == story.service)
    _presses(citizen, "Begin")
    citizen.reads("Dit weten we al")
    citizen.page.locator("main").get_by_role("link", name="Ga verder").click()


def answers_all(citizen: Person, day: str) -> None:
    """Every page of questions, whatever it asks, until all can be looked over."""
    page = citizen.page
    for _number in range(MOST_PAGES):
        page.wait_for_load_state()
        if "/controle/" in page.url:
            return
        here = page.url
        _fills_in_the_page(page.locator("main form").first, day)
        page.locator("main .nl-button--primary").first.click()
        page.wait_for_load_state()
        wrong = page.locator("main .utrecht-form-field-error-message")
        assert wrong.count() == 0, f"{here}: {wrong.all_inner_texts()}"
    raise AssertionError(f"more than {MOST_PAGES} pages, the last is {page.url}")


def _fills_in_the_page(form: Locator, day: str) -> None:
    fields = form.locator("input:not([type=hidden]), select, textarea")
    for index in range(fields.count()):
        field = fields.nth(index)
        if field.is_visible() and field.is_editable():
            _fills_in(form, field, day)


def _fills_in(form: Locator, field: Locator, day: str) -> None:
    name, kind = field.get_attribute("name") or "", field.get_attribute("type") or ""
    if kind == "radio":
        first = form.locator(f"[name={name}]").first
        if not form.locator(f"[name={name}]:checked").count():
            first.check()
    elif kind in ("checkbox", "file", "submit"):
        return
    elif field.evaluate("element => element.tagName") == "SELECT":
        field.select_option(_TOWN)
    elif not field.input_value():
        field.fill(day if kind == "date" else _typed(name, kind, field.get_attribute("inputmode") or ""))


def _typed(name: str, kind: str, mode: str) -> str:
    if kind == "time":
        return _TIME
    if "iban" in name:
        return _IBAN
    if name == "postcode":
        return _POSTCODE
    if name in ("number", "house_number"):
        return _NUMBER
    return _AMOUNT if mode else "12"


def _sends(citizen: Person) -> str:
    """Looks it over and sends it; the path of the plan that comes of it."""
    citizen.reads("Kijk het na en verstuur")
    citizen.looks()
    _presses(citizen, "Verstuur naar 1 organisatie")
    citizen.reads("0 van de 1 geregeld")
    citizen.looks()
    return citizen.page.url.removeprefix(citizen.stack.url)


def _presses(citizen: Person, words: str) -> None:
    citizen.page.get_by_role("button", name=words, exact=True).click()
    citizen.page.wait_for_load_state()


def _reference(citizen: Person) -> str:
    """The reference of the one request on the plan."""
    links = citizen.page.locator(".ll-timeline a")
    expect(links).to_have_count(1)
    found = re.search(r"LL-[0-9A-Z]{4}-[0-9A-Z]{4}", links.first.get_attribute("href") or "")
    assert found
    return found[0]
