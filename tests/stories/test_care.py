"""An officer hears first, calls, and refuses; the citizen reads it; later it is opened again. No script."""

from __future__ import annotations

import pytest

from tests.stories.acting import Person
from tests.stories.conftest import NewCaller, NewPerson
from tests.stories.pension import asks_for_a_pension, is_there
from tests.stories.waiting import until

pytestmark = pytest.mark.story

PLAN = "Wij willen geen AOW geven. Volgens de BRP bent u te jong."
REACTION = "Mijn geboortejaar klopt niet in de BRP."
CALLED = "Wij legden uit hoe u uw geboortedatum laat verbeteren."
MOTIVATION = "U bent nu nog te jong. Vraag het later weer aan."
AGAIN = "U stuurde een nieuw bewijs van uw leeftijd."


def test_an_officer_hears_calls_and_refuses_and_later_opens_it_again(
    new_caller: NewCaller, new_person: NewPerson
) -> None:
    by_wire = new_caller("Iris Vos")
    reference = asks_for_a_pension(by_wire)
    path, own = f"/medewerker/{reference}/", f"/aanvragen/{reference}/"
    officer, citizen = new_person(javascript=False), new_person(javascript=False)
    officer.starts_work("Petra Kok")
    until(lambda: is_there(officer, path), seconds=90, what="the request at the SVB")

    _tries_to_refuse(officer)
    officer.reads("Hoor de inwoner eerst, of kies waarom dat hier niet hoeft en leg het uit.")
    officer.goes_to(path)
    officer.follows("Vraag om een reactie")
    officer.fills_in(why=PLAN)
    _presses_by_keyboard(officer, "Vraag de inwoner om een reactie")

    citizen.logs_in("Iris Vos")
    citizen.goes_to(own)
    citizen.follows("Geef uw reactie voordat de organisatie beslist")
    citizen.reads(PLAN)
    citizen.reads("Er is nog niets besloten.")
    citizen.fills_in(text=REACTION)
    citizen.presses("Verstuur naar de SVB")

    officer.goes_to(f"{path}gesprek/")
    officer.reads(REACTION)
    officer.goes_to(path)
    officer.follows("Telefoonnotitie")
    officer.page.get_by_label("Ja", exact=True).check()
    officer.fills_in(said=CALLED)
    _presses_by_keyboard(officer, "Bewaar de notitie")
    citizen.goes_to(own)
    citizen.reads(CALLED)

    officer.goes_to(path)
    _tries_to_refuse(officer)
    until(lambda: MOTIVATION in by_wire.get(own).text, seconds=120, what="the outcome")
    citizen.goes_to(own)
    citizen.reads(MOTIVATION)
    citizen.reads("Maak bezwaar")

    officer.goes_to(path)
    officer.follows("Heropenen")
    officer.page.get_by_label("De inwoner noemt nieuwe feiten").check()
    officer.fills_in(text=AGAIN)
    _presses_by_keyboard(officer, "Heropen en laat het de inwoner weten")
    citizen.goes_to(own)
    citizen.reads("De SVB kijkt er opnieuw naar")
    citizen.reads(AGAIN)
    citizen.reads("artikel 4:6 lid 1 Awb")


def _tries_to_refuse(officer: Person) -> None:
    officer.page.get_by_label("Afwijzen", exact=True).check()
    officer.fills_in(motivation=MOTIVATION)
    officer.presses("Rond af en laat het de inwoner weten")


def _presses_by_keyboard(person: Person, words: str) -> None:
    """With Enter, on the button that Tab comes to."""
    button = person.page.get_by_role("button", name=words, exact=True)
    for _ in range(40):
        if button.evaluate("one => one === document.activeElement"):
            break
        person.page.keyboard.press("Tab")
    person.page.keyboard.press("Enter")
    person.page.wait_for_load_state()
    person.looks()
