"""Who does not log in: at the desk of a municipality, from the first question to the receipt by letter."""

from __future__ import annotations

import re
import secrets
from datetime import date
from pathlib import Path

import pytest
from pypdf import PdfReader

from portal.local.stack import Stack
from tests.stories.acting import Person
from tests.stories.conftest import NewPerson
from tests.stories.telling import CATALOGUE, answers_all
from tests.stories.waiting import is_delivered, rows, until

pytestmark = pytest.mark.story

PATIENCE = 120.0
"""Seconds that a worker may take on a busy machine."""
A_MINUTE = 60
BIRTH_DAY = date.today().isoformat()


def test_at_the_desk_of_a_municipality_without_a_bsn_and_with_an_interpreter(
    new_person: NewPerson, tmp_path: Path
) -> None:
    officer = new_person(javascript=False)
    officer.starts_work("Hans Dekker")
    officer.goes_to("/helpdesk/balie/")
    if officer.page.get_by_role("link", name="Zeg wie u bent").count():
        officer.follows("Zeg wie u bent")
        officer.fills_in(bsn="999990032")
        officer.presses("Bewaar")
    _is_new(officer, "Yilmaz")
    officer.presses("Ik zag aan de balie het identiteitsbewijs")
    officer.reads("Spreekt: Arabisch.")
    officer.page.get_by_label("Aan de balie", exact=True).check()
    officer.presses("Begin met invullen")
    reference = _files_a_birth(officer)
    _is_done(officer)

    until(lambda: is_delivered(officer.stack, reference), seconds=PATIENCE, what="the request at its desk")
    officer.goes_to(f"/medewerker/{reference}/")
    officer.reads("Deze persoon heeft geen burgerservicenummer.")
    officer.reads("V-nummer: 2801234567.")
    officer.reads("Er is een tolk nodig.")
    letter = " ".join(_letters(officer.stack, reference, tmp_path / "first"))
    assert "Opvangweg 3" in letter
    assert "Aan de balie, opgenomen door een medewerker." in letter


def _is_new(staff: Person, surname: str) -> None:
    """Somebody without a BSN, each time another one."""
    staff.follows("Iemand zonder burgerservicenummer")
    staff.fills_in(
        first_names=f"Amal {secrets.token_hex(3)}",
        surname=surname,
        born="1990-05-01",
        v_number="2801234567",
        postcode="9002 EF",
        number="3",
        street="Opvangweg",
        city="Heidedorp",
        municipality="9002",
        spoken="Arabisch",
        language="nl",
    )
    staff.page.get_by_label("Er is een tolk nodig").check()
    staff.presses("Ga verder")


def _files_a_birth(staff: Person) -> str:
    """Only the deed; gives its reference, which staff read out."""
    staff.follows("Kies wat deze persoon wil regelen")
    staff.follows(CATALOGUE.events["kind-krijgen"].title.nl)
    ticks = staff.page.locator("main [name=service]")
    for index in range(ticks.count()):
        ticks.nth(index).set_checked(ticks.nth(index).get_attribute("value") == "geboorteaangifte")
    staff.presses("Begin")
    staff.reads("U vult in voor een inwoner.")
    staff.page.locator("main").get_by_role("link", name="Ga verder").click()
    answers_all(staff, BIRTH_DAY)
    staff.presses("Verstuur naar 1 organisatie")
    staff.page.get_by_role("link", name="Overzicht", exact=True).first.click()
    staff.looks()
    found = re.search(r"LL-[0-9A-Z]{4}-[0-9A-Z]{4}", staff.page.locator("main").inner_text())
    assert found
    return found[0]


def _is_done(staff: Person) -> None:
    staff.page.locator("main").get_by_role("button", name="Klaar met deze persoon").click()
    staff.page.wait_for_load_state()
    staff.looks()


def _letters(stack: Stack, reference: str, folder: Path) -> list[str]:
    """What the print house gets now of this case, as text; others may have theirs waiting."""
    folder.mkdir()
    arguments = ["manage.py", "notices", "hand-over", str(folder)]
    stack.run("notices", arguments).wait_for_success(seconds=A_MINUTE)
    query = """
        SELECT COALESCE(told_with_id, cases_notification.id) FROM cases_notification
        JOIN cases_notice ON cases_notice.id = notice_id JOIN cases_case ON cases_case.id = case_id
        WHERE reference = %s AND channel = 'post'
    """
    paths = [folder / f"{row.hex}.pdf" for (row,) in rows(stack, query, reference)]
    return [
        " ".join(" ".join(page.extract_text() for page in PdfReader(path).pages).split())
        for path in paths
        if path.exists()
    ]
