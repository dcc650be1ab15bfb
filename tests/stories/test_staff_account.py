"""From the link of an invitation to the first page, with an app and a passkey; and shut out at work."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from tests.people.test_staff_login import code_of
from tests.stories.acting import Person
from tests.stories.conftest import NewPerson

pytestmark = pytest.mark.story

NAME, EMAIL = "Nico Nieuw", "nico.nieuw@waterstad.example"
PASSWORD = "vier woorden in een zin"
STAFF = "/medewerker/medewerkers/"


def test_somebody_invited_gets_in_works_and_is_shut_out_in_the_middle_of_it(new_person: NewPerson) -> None:
    operator, nico = new_person(), new_person()
    operator.starts_work("Otto Maas")
    operator.reads("Koppelingen")
    nico.goes_to(_invited(operator))
    nico.fills_in(password="te kort", again="te kort")
    nico.presses("Verder")
    nico.reads("15")
    nico.fills_in(password=PASSWORD, again=PASSWORD)
    nico.presses("Verder")
    nico.reads("Naast uw wachtwoord hebt u nog iets nodig.")
    secret = nico.page.locator("main code").first.inner_text()
    nico.fills_in(code="000000")
    nico.presses("Klaar")
    nico.reads("Deze code klopt niet.")
    assert nico.page.locator("main code").first.inner_text() == secret, "the app need not begin anew"
    nico.fills_in(code=code_of(secret))
    nico.presses("Klaar")
    nico.reads("Is uw telefoon kwijt?")
    nico.follows("Ik heb de codes bewaard")
    expect(nico.page).to_have_url(re.compile(r"/medewerker/$"))

    _adds_a_passkey(nico)
    nico.presses("Uitloggen")
    _logs_in_with_it(nico)

    operator.goes_to(STAFF)
    operator.page.get_by_role("button", name=re.compile(f"Sluit het account.*{NAME}")).click()
    operator.reads("Kan er niet meer in")
    nico.page.get_by_role("link", name="Werklijst").first.click()
    expect(nico.page).to_have_url(re.compile(r"/inloggen/"))
    nico.looks()
    _types_password(nico)
    nico.reads("Dit e-mailadres en wachtwoord horen niet bij elkaar.")


def _invited(operator: Person) -> str:
    """The address on the page that shows it once."""
    operator.goes_to(STAFF)
    operator.follows("Nodig een collega uit")
    operator.fills_in(name=NAME, email=EMAIL, role="officer", agency="gemeente-waterstad")
    operator.presses("Maak de link")
    return operator.page.locator("main code").first.inner_text()


def _adds_a_passkey(nico: Person) -> None:
    """Chromium's own authenticator, which says yes to everything."""
    tools = nico.page.context.new_cdp_session(nico.page)
    tools.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2",
        "transport": "internal",
        "hasResidentKey": True,
        "hasUserVerification": True,
        "isUserVerified": True,
        "automaticPresenceSimulation": True,
    }
    tools.send("WebAuthn.addVirtualAuthenticator", {"options": options})
    nico.goes_to("/medewerker/account/")
    own = nico.page.locator("main .ll-card")
    before = own.count()
    nico.page.get_by_role("button", name="Voeg een passkey toe").click()
    expect(own).to_have_count(before + 1)
    nico.looks()


def _logs_in_with_it(nico: Person) -> None:
    _types_password(nico)
    nico.reads("Laat zien dat u het echt bent.")
    nico.page.get_by_role("button", name="Gebruik mijn passkey").click()
    expect(nico.page).to_have_url(re.compile(r"/medewerker/$"))
    nico.looks()


def _types_password(nico: Person) -> None:
    nico.goes_to("/inloggen/medewerker/")
    nico.fills_in(email=EMAIL, password=PASSWORD)
    nico.presses("Verder")
