"""The helpdesk looks along, fills in with who wants that, and writes down for who only calls."""

from __future__ import annotations

import re
from datetime import date, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.stories.acting import Person
from tests.stories.conftest import NewPerson
from tests.stories.filing import files_a_birth, is_done, letters
from tests.stories.keyboard import fits_at_400_percent
from tests.stories.waiting import is_delivered, one, until

pytestmark = pytest.mark.story

MINUTE = 60_000
PATIENCE = 120.0
"""Seconds that a worker may take on a busy machine."""
QUESTION = "In welk ziekenhuis werd het kind geboren?"
WHY = "Dat staat niet op de aangifte. Wij moeten het in de akte zetten."
ANSWER = "U zei dat het kind thuis is geboren."
MOTIVATION = "De akte van geboorte is gemaakt. Het kind staat ingeschreven."


def test_the_helpdesk_looks_along_until_the_citizen_ends_it(new_person: NewPerson) -> None:
    citizen, helper = new_person(), new_person()
    citizen.logs_in("Joost Blom")
    helper.helps("Hanna Visser")
    fits_at_400_percent(helper)
    helper.fills_in(bsn="999000433", born="1990-09-17")
    helper.presses("Zoek op nummer")
    helper.reads("Joost Blom")
    fits_at_400_percent(helper)

    citizen.goes_to("/meekijken/")
    citizen.presses("Maak een code")
    citizen.reads("Wij vragen nooit uw DigiD-wachtwoord.")
    code = citizen.page.locator(".ll-code").inner_text()

    helper.fills_in(reason="stuck", ticket="MELD-2026-0001", code=code)
    helper.presses("Kijk mee")
    helper.reads("U kijkt mee met een inwoner.")
    helper.reads("Uw overzicht")
    fits_at_400_percent(helper)
    # She sees it without doing anything.
    expect(citizen.page.locator("#ll-watched")).to_contain_text(
        "Iemand van de helpdesk kijkt mee.", timeout=MINUTE
    )
    helper.follows("Mijn gegevens")
    citizen.looks()
    citizen.presses("Stop dit meteen")
    citizen.reads("Gestopt. Niemand kijkt meer met u mee.")
    # And what stood on the other screen goes away by itself.
    helper.page.wait_for_url(re.compile("voorbij"), timeout=MINUTE)
    helper.reads("Het meekijken is voorbij")

    citizen.goes_to("/mijn-gegevens/gebruik/")
    citizen.reads("Waarom: u kwam er niet uit.")
    citizen.reads("De bladzijde was: mijn gegevens.")
    citizen.reads("U stopte het meekijken.")
    assert "Hanna" not in citizen.page.content()

    auditor, lead = new_person(), new_person(javascript=False)
    auditor.starts_work("Aad Willems")
    auditor.reads("Wat u hier bekijkt, wordt vastgelegd.")
    _finds_it_not_in_order(auditor)
    lead.starts_work("Hugo Kuiper")
    lead.follows("Bevindingen")
    lead.follows("Hanna Visser")
    lead.reads("De melding zegt iets anders.")
    lead.page.get_by_label("Wat doet u hiermee?").fill("Wij spraken erover.")
    lead.presses("Geef dit antwoord")
    lead.reads("Dank u. De controleur leest uw antwoord.")


def _finds_it_not_in_order(auditor: Person) -> None:
    """Takes along all that Hanna did, draws it, and judges the first of it."""
    auditor.goes_to("/medewerker/controle/meekijken/?medewerker=Hanna")
    with auditor.page.expect_download() as file:
        auditor.page.get_by_role("link", name="Als CSV, voor een rekenblad").click()
    taken = file.value.path().read_text(encoding="utf-8")
    assert "Hanna Visser" in taken
    assert "Joost" not in taken
    auditor.fills_in(deel="100")
    auditor.presses("Trek")
    auditor.reads("Opnieuw getrokken komt hetzelfde eruit.")
    auditor.page.get_by_role("table").get_by_role("link").first.click()
    auditor.reads("Was dit in orde?")
    auditor.page.get_by_label("Niet in orde").check()
    auditor.page.get_by_label("Wat u zag").fill("De melding zegt iets anders.")
    auditor.presses("Bewaar mijn oordeel")
    auditor.reads("Uw oordeel is bewaard.")
    auditor.goes_to("/medewerker/controle/nakijken/")
    auditor.reads("1 niet in orde")


def test_both_fill_in_together_and_the_citizen_alone_sends(new_person: NewPerson) -> None:
    citizen, helper = new_person(), new_person()
    citizen.logs_in("Anouk Prins")
    helper.helps("Hanna Visser")
    # Who does not know the number says a name and a birth date.
    helper.fills_in(family_name="Prins", birth_date="1998-10-27")
    helper.presses("Zoek op naam")
    helper.reads("Anouk Prins")
    citizen.goes_to("/meekijken/")
    citizen.page.get_by_label("De medewerker mag met mij invullen").check()
    citizen.presses("Maak een code")
    citizen.reads("Er wordt niets verstuurd zonder u.")
    code = citizen.page.locator(".ll-code").inner_text()
    helper.fills_in(reason="filling-in", ticket="MELD-2026-0002", code=code)
    helper.presses("Kijk mee")
    helper.reads("U kunt samen invullen. De inwoner verstuurt.")
    expect(citizen.page.locator("#ll-watched")).to_contain_text("vult met u in", timeout=MINUTE)

    helper.goes_to("/levensgebeurtenissen/kind-krijgen/")
    helper.presses("Begin")
    helper.follows("Ga verder")
    helper.fills_in(birth_place="9001", role="gave_birth")
    helper.presses("Ga verder")
    helper.fills_in(first_names="Bo", birth_date=str(date.today() - timedelta(days=1)), birth_time="10:15")
    helper.fills_in(sex="V")
    helper.presses("Ga verder")
    helper.fills_in(other_parent="none", family_name="Prins")
    helper.presses("Ga verder")
    helper.presses("Ga verder")  # nothing more that a person should know
    helper.fills_in(recipient="me", iban="NL02 ABNA 0123 4567 89", works_abroad="no")
    helper.presses("Ga verder")
    helper.reads("De inwoner kijkt het zelf na en verstuurt het")
    expect(helper.page.get_by_role("button", name=re.compile("^Verstuur naar"))).to_have_count(0)

    citizen.goes_to(helper.page.url)
    citizen.reads("Ingevuld met hulp van een medewerker van de helpdesk. Kijk goed of het klopt.")
    citizen.presses("Verstuur naar 1 organisatie")
    citizen.follows("Geboorteaangifte")
    citizen.reads("Ingevuld met hulp van een medewerker van de helpdesk.")
    citizen.presses("Stop dit meteen")
    helper.page.wait_for_url(re.compile("voorbij"), timeout=MINUTE)
    citizen.goes_to("/mijn-gegevens/gebruik/")
    citizen.reads("De bladzijde was: een vraag bij een levensgebeurtenis.")
    assert "Hanna" not in citizen.page.content()


def test_who_only_calls_gets_everything_by_letter_up_to_the_outcome(
    new_person: NewPerson, tmp_path: Path
) -> None:
    """Cor has no account: no other story logs in as her. Nobody here has a script running."""
    helper, officer = new_person(javascript=False), new_person(javascript=False)
    helper.helps("Hanna Visser")
    helper.fills_in(family_name="Oefenaar", birth_date="1960-01-19")
    helper.presses("Zoek op naam")
    helper.reads("Cor Oefenaar")
    helper.follows("Vul iets in voor deze inwoner")
    helper.reads("(alleen en altijd bij papier)")
    helper.fills_in(born="1960-01-19", postcode="9001 pr", house_number="5")
    helper.presses("Kijk de antwoorden na")
    helper.reads("De controlevragen waren goed.")
    helper.page.get_by_label("Per telefoon", exact=True).check()
    helper.presses("Begin met invullen")
    reference = files_a_birth(helper)
    is_done(helper)
    until(lambda: is_delivered(helper.stack, reference), seconds=PATIENCE, what="the request at its desk")
    _in_one_letter(helper, reference, tmp_path / "receipt", "Ontvangstbevestiging", "Oefenweg 5", reference)

    officer.starts_work("Hans Dekker")
    case = f"/medewerker/{reference}/"
    officer.goes_to(f"{case}gesprek/")
    officer.fills_in(**{"ask-what": QUESTION, "ask-why": WHY})
    officer.presses("Vraag dit")
    _in_one_letter(helper, reference, tmp_path / "question", "Een vraag aan u", QUESTION, WHY)
    officer.goes_to(f"{case}gesprek/")
    officer.follows("De inwoner vertelde het: schrijf het antwoord op")
    fits_at_400_percent(officer)
    officer.page.get_by_label("Aan de telefoon", exact=True).check()
    officer.fills_in(text=ANSWER)
    officer.presses("Bewaar als antwoord")
    officer.reads("Bewaard als antwoord.")
    _in_one_letter(helper, reference, tmp_path / "call", "Dit bespraken wij met u aan de telefoon", ANSWER)
    officer.goes_to(case)
    officer.page.get_by_label("De akte is gemaakt", exact=True).check()
    officer.fills_in(motivation=MOTIVATION)
    officer.presses("Rond af en laat het de inwoner weten")
    phase = "SELECT phase FROM cases_case WHERE reference = %s"
    until(lambda: one(helper.stack, phase, reference) == "decided", seconds=PATIENCE, what="the outcome")
    outcome = "Geboorteaangifte is geregeld"
    _in_one_letter(helper, reference, tmp_path / "outcome", outcome, MOTIVATION, "Oefenweg 5", reference)


def _in_one_letter(person: Person, reference: str, folder: Path, *words: str) -> None:
    """All of these stand in the one letter that the print house gets now."""
    (letter,) = letters(person.stack, reference, folder)
    for part in words:
        assert part in letter, part
