"""A birth from beginning to end, through the real processes: citizen, municipality, register and SVB."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

import pytest
from playwright.sync_api import expect

from tests.stories.acting import Person
from tests.stories.conftest import NewPerson
from tests.stories.waiting import until

pytestmark = pytest.mark.story

PATIENCE = 90.0
"""Seconds that other processes may take on a busy machine."""

DAY = "2026-11-20"
MIA = {"first_names": "Mia", "birth_date": DAY, "birth_time": "14:05", "sex": "V"}
SAM = {"first_names": "Sam", "birth_date": DAY, "birth_time": "14:21", "sex": "M"}


@dataclass(frozen=True)
class Municipality:
    """Where a child is born, and how its officer handles the registration."""

    code: str
    name: str
    handle: Callable[[NewPerson, str], None]


@dataclass(frozen=True)
class Birth:
    """Who has which children, where, and whether the browsers have JavaScript."""

    parent: str
    bsn: str
    children: list[dict[str, str]]
    where: Municipality
    javascript: bool


def _in_the_portal(new_person: NewPerson, reference: str) -> None:
    """Heidedorp works in the portal's own back office."""
    officer = new_person()
    officer.starts_work("Hans Dekker")
    _concludes(officer, reference, "De akte is gemaakt", "De geboorteakte is gemaakt.")


def _in_its_own_system(new_person: NewPerson, reference: str, agency: str) -> None:
    """A municipality with a ZGW back office: the officer never sees the portal."""
    officer = new_person()
    page = officer.page
    officer.goes_to(f"{officer.stack.sandbox_url}/zgw/{agency}/")
    registered = page.get_by_role("listitem").filter(
        has_text=reference, has=page.get_by_text("Geregistreerd")
    )
    _reloads_until(officer, lambda: registered.count() > 0)
    officer.looks()
    registered.get_by_role("link").click()
    officer.reads("Wat is het resultaat?")
    officer.looks()
    officer.presses("In behandeling nemen")
    page.get_by_label("Akte opgemaakt").check()
    page.locator("[name=text]").fill("De geboorteakte is gemaakt.")
    officer.presses("Zaak afsluiten")
    officer.reads("Deze zaak is afgesloten")


def _by_its_own_intake(new_person: NewPerson, reference: str) -> None:
    """Duinzicht has no ZGW, and an intake of its own."""
    officer = new_person()
    page = officer.page
    officer.goes_to(f"{officer.stack.sandbox_url}/intake/gemeente-duinzicht/")
    arrived = page.get_by_role("listitem").filter(has_text=reference)
    _reloads_until(officer, lambda: arrived.count() > 0)
    officer.looks()
    arrived.get_by_role("link").click()
    officer.reads("Hoe staat het ervoor?")
    officer.looks()
    page.get_by_label("In behandeling").check()
    officer.presses("Sla op")
    page.get_by_label("Toegekend of geregeld").check()
    page.locator("[name=text]").fill("De geboorteakte is gemaakt.")
    officer.presses("Sla op")
    officer.reads("Dit verzoek is afgehandeld")


WATERSTAD = Municipality(
    "9001", "Gemeente Waterstad", partial(_in_its_own_system, agency="gemeente-waterstad")
)
POLDERVEEN = Municipality(
    "9003", "Gemeente Polderveen", partial(_in_its_own_system, agency="gemeente-polderveen")
)
HEIDEDORP = Municipality("9002", "Gemeente Heidedorp", _in_the_portal)
DUINZICHT = Municipality("9004", "Gemeente Duinzicht", _by_its_own_intake)


@pytest.mark.parametrize(
    "birth",
    [
        Birth("Noor de Wit", "999000019", [MIA], WATERSTAD, javascript=True),
        Birth("Lotte Smit", "999000111", [MIA], HEIDEDORP, javascript=False),
        Birth("Sanne Visser", "999000056", [MIA, SAM], DUINZICHT, javascript=True),
        Birth("Eva Mulder", "999000135", [MIA, SAM], POLDERVEEN, javascript=False),
    ],
    ids=["zgw", "hold-without-javascript", "rest-twins", "odd-zgw-twins-without-javascript"],
)
def test_a_birth_ends_with_both_outcomes_in_the_inbox(new_person: NewPerson, birth: Birth) -> None:
    citizen = new_person(javascript=birth.javascript)
    registration, benefit = registers(citizen, birth)

    birth.where.handle(new_person, registration)
    _waits_until(citizen, "Geboorteaangifte is geregeld")
    _registers_in_brp(new_person(), birth)

    _waits_until(citizen, "De SVB heeft uw aanvraag")
    svb = new_person(javascript=birth.javascript)
    svb.starts_work("Petra Kok")
    _concludes(svb, benefit, "Toekennen", "U krijgt kinderbijslag vanaf het volgende kwartaal.")

    citizen.goes_to("/")
    citizen.reads("2 van de 2 geregeld")
    citizen.reads("Geboorteaangifte is geregeld")
    citizen.reads("U krijgt kinderbijslag")
    citizen.goes_to(f"/aanvragen/{registration}/")
    citizen.reads("De geboorteakte is gemaakt.")
    citizen.goes_to("/mijn-gegevens/")
    citizen.reads("Wij stuurden uw gegevens naar de SVB")
    citizen.reads("Een medewerker van de SVB bekeek uw aanvraag")
    citizen.follows("Bekijk wie uw gegevens kreeg, van dag tot dag")
    citizen.reads("Wij stuurden uw gegevens naar de gemeente")
    citizen.page.get_by_text("Kies een organisatie of een periode").click()
    citizen.fills_in(organisatie="svb")
    citizen.presses("Laat zien")
    expect(citizen.page.locator("#gebruik")).not_to_contain_text("naar de gemeente")
    citizen.reads("Wij stuurden uw gegevens naar de SVB")
    assert "organisatie=svb" in citizen.page.url
    citizen.follows("Laatste maand")
    citizen.reads("Wij stuurden uw gegevens naar de SVB")


def registers(citizen: Person, birth: Birth) -> tuple[str, str]:
    """Logs in and goes through the whole journey; the references of the registration and of the benefit."""
    citizen.logs_in(birth.parent)
    _says_what_happened(citizen, birth.parent)
    _answers(citizen, birth)
    _checks_and_sends(citizen, birth.where)
    return _reference(citizen, "Geboorteaangifte"), _reference(citizen, "Kinderbijslag")


def _says_what_happened(citizen: Person, parent: str) -> None:
    citizen.goes_to("/levensgebeurtenissen/?q=bevallen")
    citizen.follows("Ik krijg of kreeg een kind")
    citizen.presses("Begin")
    citizen.reads(parent)
    citizen.reads("Bron: Basisregistratie Personen (BRP)")
    citizen.follows("Ga verder")


def _answers(citizen: Person, birth: Birth) -> None:
    citizen.fills_in(birth_place=birth.where.code, role="gave_birth")
    citizen.presses("Ga verder")
    for number, child in enumerate(birth.children, start=1):
        citizen.fills_in(**child)
        citizen.presses("Ga verder" if number == len(birth.children) else "Bewaar en voeg nog een kind toe")
    citizen.fills_in(other_parent="none", family_name="Smit")
    citizen.presses("Ga verder")
    citizen.presses("Ga verder")  # nothing more that a person should know
    citizen.fills_in(recipient="me", iban="NL02 ABNA 0123 4567 89", works_abroad="no")
    citizen.presses("Ga verder")


def _checks_and_sends(citizen: Person, where: Municipality) -> None:
    citizen.reads(f"Geboorteaangifte: dit gaat naar {where.name}")
    citizen.reads("Kinderbijslag: dit gaat naar Sociale Verzekeringsbank")
    citizen.page.locator("main").get_by_role("checkbox").check()
    citizen.presses("Verstuur naar 1 organisatie")
    citizen.reads("0 van de 2 geregeld")
    citizen.reads("Wacht op geboorteaangifte")


def _reference(citizen: Person, title: str) -> str:
    """The reference of a request on the plan, by the title of its service."""
    href = citizen.page.locator("main").get_by_role("link", name=title).first.get_attribute("href") or ""
    found = re.search(r"LL-[0-9A-Z]{4}-[0-9A-Z]{4}", href)
    assert found, f"{title} leads to no request: {href}"
    return found[0]


def _concludes(officer: Person, reference: str, outcome: str, motivation: str) -> None:
    row = officer.page.get_by_role("row").filter(has_text=reference).filter(has_text="Nieuw")
    _reloads_until(officer, lambda: row.count() > 0)
    officer.looks()
    row.get_by_role("link").click()
    officer.looks()
    officer.presses("Ik pak dit op")
    officer.page.get_by_label(outcome, exact=True).check()
    officer.fills_in(motivation=motivation)
    officer.presses("Rond af en laat het de inwoner weten")
    officer.reads(motivation)


def _registers_in_brp(clerk: Person, birth: Birth) -> None:
    """The municipality's own work in the register, played at the sandbox."""
    page = clerk.page
    clerk.goes_to(f"{clerk.stack.sandbox_url}/gemeente/geboorte/")
    page.locator("[name=parent1]").select_option(birth.bsn)
    page.locator("[name=family_name]").fill("Smit")
    page.locator("[name=birth_date]").fill(DAY)
    page.locator("[name=place]").select_option(birth.where.code)
    if len(birth.children) > 1:
        page.locator("summary").click()
        clerk.looks()
    for number, child in enumerate(birth.children, start=1):
        page.locator(f"[name=first_names_{number}]").fill(child["first_names"])
        page.locator(f"[name=sex_{number}]").select_option(child["sex"])
    clerk.presses("Schrijf in")
    clerk.reads("De geboorte is ingeschreven")
    for child in birth.children:
        clerk.reads(child["first_names"])


def _waits_until(citizen: Person, words: str) -> None:
    citizen.goes_to("/")
    _reloads_until(citizen, lambda: words in citizen.page.locator("body").inner_text())
    citizen.looks()


def _reloads_until(person: Person, is_so: Callable[[], bool]) -> None:
    """Reloads until it is so: other processes need a moment."""
    page = person.page
    until(lambda: is_so() or not page.reload(), seconds=PATIENCE, what=f"what {page.url} should say")
