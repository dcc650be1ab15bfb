"""A daughter files for her father, raises her login on the way, and loses access at once when he says so."""

from __future__ import annotations

import re

import pytest

from tests.stories.acting import Person
from tests.stories.conftest import NewCaller, NewPerson

pytestmark = pytest.mark.story

CODE = re.compile(r"[A-Z2-5]{4}-[A-Z2-5]{4}-[A-Z2-5]{4}")


def test_a_daughter_files_for_her_father_until_he_stops_it(new_person: NewPerson) -> None:
    father, daughter = new_person(javascript=False), new_person()
    father.logs_in("Kees Verhoeven")
    code = _gives_permission(father)
    daughter.logs_in("Mieke Verhoeven", level="basis")
    daughter.goes_to("/namens/code/")
    daughter.fills_in(code=code)
    daughter.presses("Ga verder")
    daughter.presses("Regel iets voor Kees Verhoeven")
    daughter.reads("U regelt dit voor Kees Verhoeven")
    _fills_in_everything(daughter)

    # Her login is too weak for this: once more, and back at the same place with everything in it.
    review = daughter.page.url
    daughter.presses("Verstuur naar 1 organisatie")
    daughter.reads("Uw antwoorden zijn bewaard.")
    daughter.page.get_by_role("button", name="Log in op een hoger niveau").click()
    daughter.page.wait_for_url(f"{daughter.stack.sandbox_url}/**")
    daughter.page.get_by_role("button", name="Mieke Verhoeven, niveau midden").click()
    daughter.page.wait_for_url(review)
    daughter.reads("U regelt dit voor Kees Verhoeven")
    daughter.presses("Verstuur naar 1 organisatie")
    daughter.reads("0 van de 1 geregeld")

    father.goes_to("/aanvragen/")
    father.follows("Geboorteaangifte")
    father.reads("Verstuurd door Mieke Verhoeven, namens u.")
    father.goes_to("/mijn-gegevens/gebruik/")
    father.reads("Mieke Verhoeven verstuurde dit namens u.")
    father.goes_to("/namens/")
    father.page.get_by_role("button", name="Stop dit meteen").first.click()
    father.reads("Niemand mag nu iets voor u regelen.")

    daughter.goes_to("/aanvragen/")
    daughter.reads("Deze machtiging is voorbij.")
    daughter.reads("U kunt nu voor niemand anders iets regelen.")


def _gives_permission(father: Person) -> str:
    father.goes_to("/namens/toestemming/")
    for service in ("Geboorteaangifte", "Kinderbijslag"):
        father.page.get_by_label(service, exact=True).check()
    father.presses("Maak een code")
    found = CODE.search(father.page.locator("main").inner_text())
    assert found
    father.follows("Ik heb de code doorgegeven")
    father.reads("Wacht op de code")
    return found[0]


def _fills_in_everything(daughter: Person) -> None:
    daughter.goes_to("/levensgebeurtenissen/kind-krijgen/")
    daughter.presses("Begin")
    # She lives elsewhere: where he lives is not for her.
    daughter.reads("Dit is niet zichtbaar")
    assert "Molenlaan" not in daughter.page.content()
    daughter.follows("Ga verder")
    daughter.fills_in(birth_place="9002", role="other_parent")
    daughter.presses("Ga verder")
    daughter.fills_in(first_names="Mia", birth_date="2026-11-20", birth_time="14:05", sex="V")
    daughter.presses("Ga verder")
    daughter.fills_in(other_parent="none", family_name="Verhoeven")
    daughter.presses("Ga verder")
    daughter.presses("Ga verder")  # nothing more that a person should know
    daughter.fills_in(recipient="me", iban="NL02 ABNA 0123 4567 89", works_abroad="no")
    daughter.presses("Ga verder")


def test_a_mother_finds_her_child_and_a_guardian_of_nobody_finds_none(new_caller: NewCaller) -> None:
    """By wire: custody comes from the register of the sandbox."""
    mother = new_caller("Tessa Kramer")
    assert "Luuk Kramer" in mother.post("/namens/kinderen/").text
    other = new_caller("Mieke Verhoeven")
    page = other.post("/namens/kinderen/").text
    assert "U kunt nu voor niemand anders iets regelen." in page
