"""Who does not log in: at the desk of a municipality, from the first question to the receipt by letter."""

from __future__ import annotations

import secrets
from pathlib import Path

import pytest

from tests.stories.acting import Person
from tests.stories.conftest import NewPerson
from tests.stories.filing import files_a_birth, is_done, letters
from tests.stories.waiting import is_delivered, until

pytestmark = pytest.mark.story

PATIENCE = 120.0
"""Seconds that a worker may take on a busy machine."""


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
    reference = files_a_birth(officer)
    is_done(officer)

    until(lambda: is_delivered(officer.stack, reference), seconds=PATIENCE, what="the request at its desk")
    officer.goes_to(f"/medewerker/{reference}/")
    officer.reads("Deze persoon heeft geen burgerservicenummer.")
    officer.reads("V-nummer: 2801234567.")
    officer.reads("Er is een tolk nodig.")
    letter = " ".join(letters(officer.stack, reference, tmp_path / "first"))
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
