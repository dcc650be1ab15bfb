"""A birth from beginning to end, through the real processes: citizen, municipality, register and SVB."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.stories.acting import Person
from tests.stories.conftest import NewPerson

pytestmark = pytest.mark.story

DAY = "2026-11-20"
MIA = {"first_names": "Mia", "birth_date": DAY, "birth_time": "14:05", "sex": "V"}
SAM = {"first_names": "Sam", "birth_date": DAY, "birth_time": "14:21", "sex": "M"}


@pytest.mark.parametrize(
    ("parent", "parent_bsn", "children", "with_javascript"),
    [
        ("Noor de Wit", "999000019", [MIA], True),
        ("Lotte Smit", "999000111", [MIA], False),
        ("Sanne Visser", "999000056", [MIA, SAM], True),
        ("Eva Mulder", "999000135", [MIA, SAM], False),
    ],
    ids=["one-child", "one-child-without-javascript", "twins", "twins-without-javascript"],
)
def test_a_birth_ends_with_both_outcomes_in_the_inbox(
    new_person: NewPerson,
    parent: str,
    parent_bsn: str,
    children: list[dict[str, str]],
    with_javascript: bool,
) -> None:
    citizen = new_person(javascript=with_javascript)
    citizen.logs_in(parent)
    _says_what_happened(citizen, parent)
    _answers(citizen, children)
    _checks_and_sends(citizen)

    officer = new_person(javascript=with_javascript)
    officer.starts_work("Wilma Bos")
    _concludes(officer, "Geboorteaangifte", "De akte is gemaakt", "De geboorteakte is gemaakt.")
    _registers_in_brp(new_person(), parent_bsn, children)

    _waits_until(citizen, "De SVB heeft uw aanvraag")
    svb = new_person()
    svb.starts_work("Petra Kok")
    _concludes(svb, "Kinderbijslag", "Toekennen", "U krijgt kinderbijslag vanaf het volgende kwartaal.")

    citizen.goes_to("/")
    citizen.reads("2 van de 2 geregeld")
    citizen.reads("Geboorteaangifte is geregeld")
    citizen.reads("U krijgt kinderbijslag")
    citizen.goes_to("/mijn-gegevens/")
    citizen.reads("Wij stuurden uw gegevens naar Sociale Verzekeringsbank")
    citizen.reads("Een medewerker van Gemeente Waterstad bekeek uw aanvraag")


def _says_what_happened(citizen: Person, parent: str) -> None:
    citizen.goes_to("/levensgebeurtenissen/?q=bevallen")
    citizen.follows("Ik krijg of kreeg een kind")
    citizen.presses("Begin")
    citizen.reads(parent)
    citizen.reads("Bron: Basisregistratie Personen (BRP)")
    citizen.follows("Ga verder")


def _answers(citizen: Person, children: list[dict[str, str]]) -> None:
    citizen.fills_in(birth_place="9001", role="gave_birth")
    citizen.presses("Ga verder")
    for number, child in enumerate(children, start=1):
        citizen.fills_in(**child)
        citizen.presses("Ga verder" if number == len(children) else "Bewaar en voeg nog een kind toe")
    citizen.fills_in(other_parent="none", family_name="Smit")
    citizen.presses("Ga verder")
    citizen.presses("Ga verder")  # nothing more that a person should know
    citizen.fills_in(recipient="me", iban="NL02 ABNA 0123 4567 89", works_abroad="no")
    citizen.presses("Ga verder")


def _checks_and_sends(citizen: Person) -> None:
    citizen.reads("Geboorteaangifte: naar Gemeente Waterstad gaat")
    citizen.reads("Kinderbijslag: naar Sociale Verzekeringsbank gaat")
    citizen.page.locator("main").get_by_role("checkbox").check()
    citizen.presses("Verstuur naar 1 organisatie")
    citizen.reads("0 van de 2 geregeld")
    citizen.reads("Wacht op geboorteaangifte")


def _concludes(officer: Person, service: str, outcome: str, motivation: str) -> None:
    row = officer.page.get_by_role("row").filter(has_text=service).filter(has_text="Nieuw")
    _reloads_until(officer, lambda: row.count() > 0)
    row.first.get_by_role("link").click()
    officer.looks()
    officer.presses("Ik pak dit op")
    officer.page.get_by_label(outcome, exact=True).check()
    officer.fills_in(motivation=motivation)
    officer.presses("Rond af en laat het de inwoner weten")
    officer.reads(motivation)


def _registers_in_brp(clerk: Person, parent_bsn: str, children: list[dict[str, str]]) -> None:
    """The municipality's own work in the register, played at the sandbox."""
    page = clerk.page
    page.goto(f"{clerk.stack.sandbox_url}/gemeente/geboorte/")
    page.locator("[name=parent1]").select_option(parent_bsn)
    page.locator("[name=family_name]").fill("Smit")
    page.locator("[name=birth_date]").fill(DAY)
    page.locator("[name=place]").select_option("9001")
    if len(children) > 1:
        page.locator("summary").click()
    for number, child in enumerate(children, start=1):
        page.locator(f"[name=first_names_{number}]").fill(child["first_names"])
        page.locator(f"[name=sex_{number}]").select_option(child["sex"])
    page.get_by_role("button", name="Schrijf in").click()
    expect(page.locator("body")).to_contain_text(children[0]["first_names"])


def _waits_until(citizen: Person, words: str) -> None:
    citizen.goes_to("/")
    _reloads_until(citizen, lambda: words in citizen.page.locator("body").inner_text())
    citizen.looks()


def _reloads_until(person: Person, is_so: object) -> None:
    """Reloads until it is so; the worker needs a moment, and a page must not be believed too soon."""
    assert callable(is_so)
    for _ in range(120):
        if is_so():
            return
        person.page.wait_for_timeout(500)
        person.page.reload()
    raise AssertionError(f"{person.page.url} did not change: {person.page.locator('main').inner_text()}")
