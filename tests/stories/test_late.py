"""A municipality asks something and the clock stands still; later it is late, and the citizen writes."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, timedelta
from io import BytesIO
from pathlib import Path

import pytest
from pypdf import PdfReader

from portal.local.stack import Stack
from tests.stories.acting import Person
from tests.stories.conftest import NewPerson
from tests.stories.waiting import one, rows, until

pytestmark = pytest.mark.story

PATIENCE = 90.0
"""Seconds that other processes may take on a busy machine."""
WEEK = timedelta(weeks=1)
_CORRECTIONS = """
    SELECT reference, received_on IS NOT NULL FROM cases_case
    WHERE service = 'brp-correctie' AND agency = 'gemeente-heidedorp'
"""


@pytest.fixture
def calendar(stack: Stack) -> Iterator[Stack]:
    """The stack, which stands on today again afterwards."""
    yield stack
    stack.set_day(None)


def test_the_clock_stands_still_runs_again_and_runs_out(calendar: Stack, new_person: NewPerson) -> None:
    citizen, officer = new_person(), new_person()
    mine, reference = _asks_for_a_correction(citizen)
    asked_on = one(calendar, "SELECT received_on FROM cases_case WHERE reference = %s", reference)

    _asks_something(officer, reference, until=asked_on + 2 * WEEK)
    citizen.goes_to(mine)
    citizen.reads("De klok staat stil vanaf")
    citizen.reads("De gemeente Heidedorp vroeg u om meer gegevens.")

    calendar.set_day(asked_on + WEEK)
    _answers(citizen, mine)
    citizen.goes_to(mine)
    citizen.reads("De klok stond 6 dagen stil")
    officer.goes_to(f"/medewerker/{reference}/termijn/")
    officer.reads("De klok stond 6 dagen stil")

    due = _due(calendar, reference)
    assert due >= asked_on + 4 * WEEK + timedelta(days=6)
    calendar.set_day(due + timedelta(days=1))
    citizen.goes_to(mine)
    citizen.reads("De gemeente Heidedorp is te laat")
    citizen.follows("Bekijk de brief")
    citizen.reads("Ik stel u in gebreke.")
    assert "Ik stel u in gebreke." in _paper(citizen)
    citizen.presses("Ik heb de brief verstuurd")
    citizen.reads("U hebt de brief verstuurd")

    # The two weeks, and the holidays that may lie at their end.
    calendar.set_day(due + 4 * WEEK)
    citizen.goes_to(f"{mine}te-laat/")
    citizen.reads("Dat kan nu.")

    _decides(officer, reference)
    citizen.goes_to(mine)
    assert "te laat" not in citizen.page.locator("main").inner_text().casefold()


def _asks_for_a_correction(citizen: Person) -> tuple[str, str]:
    """Where the request stands, and its reference, once the municipality has it."""
    citizen.logs_in("Sanne Visser")
    citizen.goes_to("/levensgebeurtenissen/kind-krijgen/")
    citizen.presses("Begin")
    citizen.goes_to("/mijn-gegevens/")
    citizen.follows("Klopt dit niet? (Adres)")
    citizen.fills_in(
        street="Kade", number="9", postcode="9001 AB", city="Waterstad", explanation="Ik ben verhuisd."
    )
    citizen.page.locator("main [name=ask]").check()
    # Other stories may have asked for one too.
    before = {reference for reference, _ in rows(citizen.stack, _CORRECTIONS)}
    citizen.presses("Bewaar en geef het door")
    until(lambda: _new(citizen.stack, before), seconds=PATIENCE, what="the request at the municipality")
    (reference,) = _new(citizen.stack, before)
    return f"/aanvragen/{reference}/", reference


def _new(stack: Stack, before: set[str]) -> list[str]:
    """Those that the municipality has by now, without the ones of before."""
    found = rows(stack, _CORRECTIONS)
    return [reference for reference, has_it in found if has_it and reference not in before]


def _asks_something(officer: Person, reference: str, *, until: date) -> None:
    officer.starts_work("Hans Dekker")
    officer.goes_to(f"/medewerker/{reference}/gesprek/")
    asked = {"what": "Stuur uw huurcontract", "why": "Wij missen het.", "until": until.isoformat()}
    officer.fills_in(**{f"ask-{name}": value for name, value in asked.items()})
    officer.presses("Vraag dit")
    officer.reads("Gevraagd.")


def _answers(citizen: Person, mine: str) -> None:
    citizen.goes_to(mine)
    citizen.follows("Stuur uw huurcontract")
    citizen.fills_in(text="Ik heb er geen: het huis is van mij.")
    citizen.presses("Verstuur naar de gemeente Heidedorp")


def _due(stack: Stack, reference: str) -> date:
    found: date = one(stack, "SELECT due_on FROM cases_case WHERE reference = %s", reference)
    return found


def _paper(citizen: Person) -> str:
    """What stands in the letter that is downloaded."""
    with citizen.page.expect_download() as waiting:
        citizen.page.get_by_role("link", name=re.compile("PDF")).click()
    content = Path(waiting.value.path()).read_bytes()
    return PdfReader(BytesIO(content)).pages[0].extract_text()


def _decides(officer: Person, reference: str) -> None:
    officer.goes_to(f"/medewerker/{reference}/")
    officer.page.get_by_label("Toekennen", exact=True).check()
    officer.page.locator("[name=motivation]").fill("Het adres is verbeterd.")
    officer.presses("Rond af en laat het de inwoner weten")
