"""Noor's address is wrong: she says it, the municipality hears it, decides, and the value is asked again."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from portal.local.stack import Stack
from tests.stories.acting import Person
from tests.stories.by_wire import EVENT
from tests.stories.conftest import NewCaller, NewPerson
from tests.stories.waiting import one, until

pytestmark = pytest.mark.story

PATIENCE = 90.0
"""Seconds that other processes may take on a busy machine."""

WHY = "Ik ben in mei verhuisd."


@pytest.mark.parametrize(("name", "javascript"), [("Noor de Wit", True), ("Lotte Smit", False)])
def test_an_address_that_is_wrong_is_told_decided_and_asked_again(
    name: str, javascript: bool, new_person: NewPerson, new_caller: NewCaller, tmp_path: Path
) -> None:
    caller = new_caller(name)
    caller.sends(caller.prepares(), "kinderbijslag")
    birth = caller.reference()
    citizen = new_person(javascript=javascript)
    citizen.logs_in(name)
    _says_it(citizen, tmp_path)
    citizen.reads("U vroeg de gemeente Waterstad om het te verbeteren")
    mine = citizen.page.url
    _sees(citizen, "De gemeente Waterstad beslist uiterlijk")
    _sees(citizen, "De gemeente Waterstad weet dat dit volgens u niet klopt")
    citizen.reads("De SVB leest het zodra wij uw aanvraag versturen")

    officer = new_person()
    _reads_at_the_desk(officer, birth, "Volgens de inwoner klopt dit niet: Adres. Het moet zijn: Kade 9")
    _decides(officer)

    citizen.goes_to(mine)
    _sees(citizen, "Dit is verbeterd.")
    citizen.reads("De gemeente woonde het na.")
    _reads_at_the_desk(officer, birth, "Adres is verbeterd in het register.")
    before = _asked(citizen.stack)
    caller.post(f"{EVENT}begin/")
    assert _asked(citizen.stack) == before + 1, "what was corrected is asked of the register again"


def _says_it(citizen: Person, folder: Path) -> None:
    """From "Mijn gegevens", with a proof and both roads."""
    proof = folder / "huurcontract.pdf"
    proof.write_bytes(b"%PDF-1.7 a lease")
    citizen.goes_to("/mijn-gegevens/")
    citizen.follows("Klopt dit niet? (Adres)")
    citizen.reads("Dit staat er nu")
    citizen.presses("Bewaar en geef het door")
    citizen.reads("Vul dit in.")
    citizen.fills_in(street="Kade", number="9", postcode="9001 AB", city="Waterstad", explanation=WHY)
    citizen.page.locator("main [name=proof]").set_input_files(proof)
    citizen.page.locator("main [name=ask]").check()
    citizen.presses("Bewaar en geef het door")


def _asked(stack: Stack) -> int:
    """How often the log says that a register was asked for an address."""
    query = """
        SELECT count(*) FROM ledger_datause
        WHERE operation = 'fetch' AND moment = 'end' AND fields ? 'brp.address'
    """
    return int(one(stack, query))


def _reads_at_the_desk(officer: Person, reference: str, words: str) -> None:
    """What stands in the municipality's own system about the birth."""
    officer.page.goto(f"{officer.stack.sandbox_url}/zgw/gemeente-waterstad/")
    officer.page.get_by_role("link", name=reference).first.click()
    _sees(officer, words)


def _decides(officer: Person) -> None:
    page = officer.page
    page.goto(f"{officer.stack.sandbox_url}/zgw/gemeente-waterstad/")
    asked = page.get_by_role("listitem").filter(has_text="Verbetering van gegevens in de BRP")
    newest = asked.filter(has_text="Status: Geregistreerd").get_by_role("link")
    _reloads_until(officer, lambda: newest.count() > 0)
    newest.first.click()
    officer.reads(WHY)
    officer.reads("Bewijs.pdf downloaden")
    officer.presses("In behandeling nemen")
    page.get_by_label("Verbeterd", exact=True).check()
    page.locator("[name=text]").fill("De gemeente woonde het na.")
    officer.presses("Zaak afsluiten")
    officer.reads("Deze zaak is afgesloten")


def _sees(person: Person, words: str) -> None:
    _reloads_until(person, lambda: words in person.page.locator("body").inner_text())
    person.looks()


def _reloads_until(person: Person, is_so: Callable[[], bool]) -> None:
    page = person.page
    until(lambda: is_so() or not page.reload(), seconds=PATIENCE, what=f"what {page.url} should say")
