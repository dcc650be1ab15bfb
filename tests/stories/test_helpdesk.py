"""Two browsers at once: the helpdesk looks along until the citizen ends it, and both fill in together."""

from __future__ import annotations

import re
from datetime import date, timedelta

import pytest
from playwright.sync_api import expect

from tests.stories.conftest import NewPerson

pytestmark = pytest.mark.story

MINUTE = 60_000


def test_the_helpdesk_looks_along_until_the_citizen_ends_it(new_person: NewPerson) -> None:
    citizen, helper = new_person(), new_person()
    citizen.logs_in("Joost Blom")
    helper.helps("Hanna Visser")
    helper.fills_in(bsn="999000433", born="1990-09-17")
    helper.presses("Zoek op nummer")
    helper.reads("Joost Blom")

    citizen.goes_to("/meekijken/")
    citizen.presses("Maak een code")
    citizen.reads("Wij vragen nooit uw DigiD-wachtwoord.")
    code = citizen.page.locator(".ll-code").inner_text()

    helper.fills_in(reason="stuck", ticket="MELD-2026-0001", code=code)
    helper.presses("Kijk mee")
    helper.reads("U kijkt mee met een inwoner.")
    helper.reads("Uw overzicht")
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
