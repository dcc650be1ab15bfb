"""An officer departs from the rule, a lead confirms it, and the citizen reads why: three browsers.

The officer has no mouse: from the work list to taking back what was concluded there is a keyboard only.
"""

from __future__ import annotations

from datetime import date

import pytest
from playwright.sync_api import expect

from tests.stories.conftest import NewCaller, NewPerson
from tests.stories.keyboard import Keyboard, day_as_typed, fits_at_400_percent
from tests.stories.pension import asks_for_a_pension, is_there
from tests.stories.waiting import until

pytestmark = pytest.mark.story

WHY = "U verhuisde te laat door een fout van ons."
MOTIVATION = "U krijgt AOW vanaf vandaag. U krijgt het geld elke maand."


def test_an_officer_departs_from_the_rule_a_lead_confirms_and_the_citizen_reads_why(
    new_caller: NewCaller, new_person: NewPerson
) -> None:
    by_wire = new_caller("Karin Schouten")
    reference = asks_for_a_pension(by_wire)
    officer, lead, citizen = new_person(), new_person(javascript=False), new_person()

    officer.starts_work("Petra Kok")
    path = f"/medewerker/{reference}/"
    until(lambda: is_there(officer, path), seconds=90, what="the request at the SVB")
    keys = Keyboard(officer)
    _finds_and_takes(keys, reference)
    officer.reads("U kunt waarschijnlijk geen AOW-pensioen krijgen")
    keys.enters("Bekijk de regel en vul aan wat u vaststelt", role="link")
    officer.reads("Wanneer bent u geboren?")
    officer.goes_to(path)
    _asks_for_a_proof(keys)
    officer.goes_to(path)
    keys.walks_round()
    _concludes(keys)
    assert officer.page.get_by_role("button", name="Bevestig dit").count() == 0
    keys.enters("Neem terug")
    officer.reads("Teruggenomen. De inwoner heeft er niets van gezien.")
    _concludes(keys)

    lead.starts_work("Guus Prins")
    lead.goes_to("/medewerker/?let-op=te-bevestigen")
    lead.goes_to(path)
    lead.reads(WHY)
    lead.presses("Bevestig dit")

    citizen.logs_in("Karin Schouten")
    page = f"/aanvragen/{reference}/"
    until(lambda: MOTIVATION in by_wire.get(page).text, seconds=120, what="the outcome")
    citizen.goes_to(page)
    for words in ("U krijgt AOW", MOTIVATION, WHY, "artikel 8 AOW", "Een medewerker heeft dit bekeken"):
        citizen.reads(words)
    citizen.reads("U hebt de AOW-leeftijd nog niet.")
    letter = by_wire.get(f"{page}besluit.pdf")
    assert letter.headers["Content-Type"] == "application/pdf" or letter.status_code == 302


def _finds_and_takes(keys: Keyboard, reference: str) -> None:
    """On the work list: the letters work in the list, and nowhere else."""
    page = keys.page
    # Of one service, so that what other stories file does not push it to another page.
    keys.person.goes_to("/medewerker/?dienst=aow")
    keys.person.reads("volgende")
    fits_at_400_percent(keys.person)
    keys.writes("zoek", "jkx")
    assert page.locator("#zoek").input_value() == "jkx"
    assert keys.is_at("#zoek")
    keys.tabs_to(page.locator("[data-ll-rows]"))
    row = page.locator("[data-ll-row]", has_text=reference)
    for _ in range(page.locator("[data-ll-row]").count()):
        keys.presses("j")
        if row.evaluate("one => one === document.activeElement"):
            break
    keys.presses("x")
    tick = page.locator(f"[data-ll-tick][value={reference}]")
    expect(tick).to_be_checked()
    keys.presses("x")
    expect(tick).not_to_be_checked()
    keys.presses("k", "j")
    assert row.evaluate("one => one === document.activeElement")
    with page.expect_navigation():
        keys.presses("Enter")
    keys.person.looks()
    fits_at_400_percent(keys.person)
    keys.enters("Ik pak dit op")
    keys.person.reads("uzelf")


def _asks_for_a_proof(keys: Keyboard) -> None:
    keys.enters("Berichten, vragen en documenten", role="link")
    keys.writes("ask-what", "Stuur een bewijs van uw leeftijd")
    keys.writes("ask-why", "Wij missen dit bewijs.")
    keys.tabs_to(keys.page.locator("[name=ask-until]"))
    keys.page.keyboard.type(day_as_typed(date.today()))
    keys.enters("Vraag dit")
    keys.person.reads("Gevraagd. De inwoner ziet dit bovenaan.")


def _concludes(keys: Keyboard) -> None:
    """First without reasons: the focus comes to what is wrong. The hint on the text never takes it away."""
    keys.chooses("Toekennen")
    keys.writes("motivation", "Derhalve krijgt u AOW vanaf vandaag.")
    keys.page.locator("#leesniveau").get_by_text("derhalve").wait_for()
    assert keys.is_at("[name=motivation]")
    keys.writes("motivation", MOTIVATION)
    keys.enters("Rond af en laat het de inwoner weten")
    keys.person.reads("Dit is een andere uitkomst dan de regel geeft. Schrijf waarom.")
    assert keys.is_at("[data-ll-error-summary]")
    fits_at_400_percent(keys.person)
    keys.writes("deviation", WHY)
    keys.writes("article", "artikel 8 AOW")
    keys.enters("Bekijk eerst hoe de inwoner het leest")
    keys.person.reads("Daar is voor u van afgeweken.")
    keys.enters("Rond af en laat het de inwoner weten")
    keys.person.reads("Een leidinggevende moet dit bevestigen.")
