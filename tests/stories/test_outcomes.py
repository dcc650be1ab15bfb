"""A municipality says no, and the citizen objects: in one click, with the decision attached. In a browser."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from tests.stories.acting import Person
from tests.stories.by_wire import EVENT
from tests.stories.conftest import NewCaller, NewPerson
from tests.stories.waiting import one, until

pytestmark = pytest.mark.story

PATIENCE = 90.0
"""Seconds that other processes may take on a busy machine."""

WHY = "Ik ben in mei verhuisd."
WHY_NOT = "Wij zien niet dat u daar woont."


def test_a_refusal_is_objected_to_in_one_click_and_the_decision_goes_along(
    new_person: NewPerson, new_caller: NewCaller
) -> None:
    citizen, officer = new_person(), new_person(javascript=False)
    new_caller("Milan van Dijk").post(f"{EVENT}begin/")
    citizen.logs_in("Milan van Dijk")
    reference = _asks_for_a_correction(citizen)
    _refuses(officer, reference)

    mine = f"/aanvragen/{reference}/"
    until(lambda: _phase(citizen, reference) == "decided", seconds=PATIENCE, what="the decision")
    citizen.goes_to(mine)
    citizen.reads(WHY_NOT)
    citizen.reads("U kunt bezwaar maken tot en met")
    citizen.follows("Maak bezwaar")
    citizen.reads("met het besluit erbij. Uw redenen mogen later.")
    citizen.presses("Maak bezwaar")
    citizen.reads("Uw bezwaar is verstuurd.")

    until(lambda: _went_out(citizen, reference), seconds=PATIENCE, what="the objection at its desk")
    officer.goes_to(f"/medewerker/{reference}/gesprek/")
    for words in (reference, WHY_NOT, "Mijn redenen stuur ik later."):
        officer.reads(words)
    officer.goes_to(f"/medewerker/{reference}/")
    expect(officer.page.get_by_role("button", name="Dit is klaar")).to_have_count(1)

    citizen.goes_to(mine)
    citizen.reads("Er loopt een bezwaar.")
    citizen.follows("Vul uw bezwaar aan")
    citizen.fills_in(reasons=WHY)
    citizen.presses("Stuur mijn redenen")
    citizen.goes_to(mine)
    officer.goes_to(f"/medewerker/{reference}/gesprek/")
    officer.reads("Dit hoort bij mijn bezwaar van")
    officer.reads(WHY)
    # What was sent later is no second objection.
    officer.goes_to(f"/medewerker/{reference}/")
    expect(officer.page.get_by_role("button", name="Dit is klaar")).to_have_count(1)


def _asks_for_a_correction(citizen: Person) -> str:
    """From "Mijn gegevens"; gives the reference, once the municipality has the request."""
    citizen.goes_to("/mijn-gegevens/")
    citizen.follows("Klopt dit niet? (Adres)")
    citizen.fills_in(street="Kade", number="9", postcode="9001 AB", city="Waterstad", explanation=WHY)
    citizen.page.locator("main [name=ask]").check()
    citizen.presses("Bewaar en geef het door")
    link = citizen.page.locator("main").get_by_role("link", name=re.compile("^Verbetering")).first
    reference = (link.get_attribute("href") or "").strip("/").rpartition("/")[2]
    query = "SELECT count(*) FROM cases_case WHERE reference = %s AND received_on IS NOT NULL"
    until(lambda: one(citizen.stack, query, reference) == 1, seconds=PATIENCE, what="the request at its desk")
    return reference


def _refuses(officer: Person, reference: str) -> None:
    officer.starts_work("Hans Dekker")
    officer.goes_to(f"/medewerker/{reference}/")
    officer.page.get_by_label("Afwijzen", exact=True).check()
    # The citizen wrote at length what is wrong, and nothing came up since.
    officer.fills_in(motivation=WHY_NOT, not_heard="before", not_heard_because="U schreef al waarom.")
    officer.presses("Rond af en laat het de inwoner weten")


def _phase(person: Person, reference: str) -> str:
    return str(one(person.stack, "SELECT phase FROM cases_case WHERE reference = %s", reference))


def _went_out(person: Person, reference: str) -> bool:
    """Whether the objection was delivered."""
    query = """
        SELECT count(*) FROM cases_delivery JOIN cases_case ON cases_case.id = case_id
        WHERE reference = %s AND kind = 'objection' AND delivered_at IS NOT NULL
    """
    return bool(one(person.stack, query, reference) == 1)
