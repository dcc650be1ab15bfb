"""Two browsers at once: somebody of the helpdesk looks along, until the citizen ends it."""

from __future__ import annotations

import re

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
