"""An officer departs from the rule, a lead confirms it, and the citizen reads why: three browsers."""

from __future__ import annotations

import pytest

from tests.stories.conftest import NewCaller, NewPerson
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
    officer.looks()
    officer.reads("U kunt waarschijnlijk geen AOW-pensioen krijgen")
    officer.follows("Bekijk de regel en vul aan wat u vaststelt")
    officer.reads("Wanneer bent u geboren?")
    officer.goes_to(path)
    officer.page.get_by_label("Toekennen", exact=True).check()
    officer.page.locator("[name=motivation]").press_sequentially("Derhalve krijgt u AOW vanaf vandaag.")
    officer.page.locator("#leesniveau").get_by_text("derhalve").wait_for()
    officer.fills_in(motivation=MOTIVATION)
    officer.presses("Rond af en laat het de inwoner weten")
    officer.reads("Dit is een andere uitkomst dan de regel geeft. Schrijf waarom.")
    officer.fills_in(deviation=WHY, article="artikel 8 AOW")
    officer.presses("Bekijk eerst hoe de inwoner het leest")
    officer.reads("Daar is voor u van afgeweken.")
    officer.presses("Rond af en laat het de inwoner weten")
    officer.reads("Een leidinggevende moet dit bevestigen.")
    assert officer.page.get_by_role("button", name="Bevestig dit").count() == 0

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
