"""Somebody tells of a move two months ahead: it is kept, can be taken back, and goes by itself on its day."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, timedelta

import pytest

from portal.local.stack import Stack
from tests.stories.acting import Person
from tests.stories.conftest import NewPerson
from tests.stories.telling import PATIENCE, Story, answers_all, finds_and_chooses
from tests.stories.waiting import is_delivered, one, until

pytestmark = pytest.mark.story

MOVES_ON = date.today() + timedelta(days=70)
FIRST_DAY = MOVES_ON - timedelta(weeks=4)
"""Wet BRP 2.39(2)."""


@pytest.fixture
def calendar(stack: Stack) -> Iterator[Stack]:
    """The stack, which stands on today again afterwards."""
    yield stack
    stack.set_day(None)


def test_a_move_that_is_told_too_early_goes_by_itself_on_its_day(
    calendar: Stack, new_person: NewPerson
) -> None:
    citizen = new_person()
    reference = _keeps(citizen, "Karin Schouten")
    calendar.set_day(FIRST_DAY - timedelta(days=1))
    assert _phase(calendar, reference) == "waiting"
    calendar.set_day(FIRST_DAY)
    until(lambda: is_delivered(calendar, reference), seconds=PATIENCE, what=f"{reference} at its agency")
    citizen.goes_to(f"/aanvragen/{reference}/")
    citizen.reads(reference)


def test_what_is_kept_for_a_day_can_be_taken_back_before(stack: Stack, new_person: NewPerson) -> None:
    citizen = new_person(javascript=False)
    reference = _keeps(citizen, "Hanna Tesfay")
    citizen.follows("Toch niet versturen")
    citizen.page.locator("main form button").last.click()
    citizen.page.wait_for_load_state()
    citizen.goes_to(f"/aanvragen/{reference}/")
    citizen.reads("U hebt dit ingetrokken")
    assert _phase(stack, reference) == "withdrawn"


def _keeps(citizen: Person, name: str) -> str:
    """Fills everything in, and lets it be sent on its day; the reference, with its page open."""
    citizen.logs_in(name)
    finds_and_chooses(citizen, Story("verhuizen", "wij krijgen een ander huis", name, "verhuismelding"))
    answers_all(citizen, MOVES_ON.isoformat())
    citizen.reads("Dit kan pas vanaf")
    citizen.presses("Zet klaar om later te versturen")
    citizen.reads("Zet een vinkje bij wat wij later voor u mogen versturen.")
    citizen.page.locator("main [name=follow_up]").check()
    citizen.presses("Zet klaar om later te versturen")
    citizen.reads("Wij versturen dit op")
    citizen.looks()
    link = citizen.page.locator(".ll-timeline a").first
    found = re.search(r"LL-[0-9A-Z]{4}-[0-9A-Z]{4}", link.get_attribute("href") or "")
    assert found
    citizen.goes_to(f"/aanvragen/{found[0]}/")
    citizen.reads("Wij versturen dit op")
    return found[0]


def _phase(stack: Stack, reference: str) -> str:
    return str(one(stack, "SELECT phase FROM cases_case WHERE reference = %s", reference))
