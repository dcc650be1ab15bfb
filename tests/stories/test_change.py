"""What one typed is changed after sending: by the citizen, and as the officer then reads it. In a browser."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.stories.by_wire import Caller
from tests.stories.conftest import NewCaller, NewPerson
from tests.stories.waiting import is_delivered, until

pytestmark = pytest.mark.story

PATIENCE = 90.0
"""Seconds that other processes may take on a busy machine."""

OLD, NEW = "NL02ABNA0123456789", "NL91ABNA0417164300"
OLD_SHOWN, NEW_SHOWN = "NL02 ABNA 0123 4567 89", "NL91 ABNA 0417 1643 00"
PAGES = {
    "pension": {"years_abroad": "0", "tax_credit": "yes"},
    "payment": {"own_iban": OLD},
    "story": {},
}


@pytest.mark.parametrize(("name", "javascript"), [("Joost Blom", True), ("Eva Mulder", False)])
def test_an_account_that_was_typed_wrong_is_changed_until_there_is_a_decision(
    name: str, javascript: bool, new_person: NewPerson, new_caller: NewCaller
) -> None:
    reference = _asks_for_a_pension(new_caller(name))
    citizen, officer = new_person(javascript=javascript), new_person(javascript=javascript)
    until(lambda: is_delivered(citizen.stack, reference), seconds=PATIENCE, what="the request at the SVB")

    citizen.logs_in(name)
    citizen.goes_to(f"/aanvragen/{reference}/")
    citizen.page.get_by_text("Wat is verstuurd?").click()
    citizen.follows("Verander wat u zelf invulde")
    citizen.reads("wat er eerst stond en wat het nu is")
    expect(citizen.page.locator("[name=own_iban]")).to_have_value(OLD)
    citizen.presses("Verstuur wat u veranderde")
    citizen.reads("U hebt niets veranderd. Er is niets verstuurd.")
    citizen.fills_in(own_iban="NL00ABNA0417164300")
    citizen.presses("Verstuur wat u veranderde")
    # What is wrong is said, and what was typed stands there still.
    expect(citizen.page.locator("[name=own_iban]")).to_have_value("NL00ABNA0417164300")
    citizen.fills_in(own_iban=NEW)
    citizen.presses("Verstuur wat u veranderde")
    assert citizen.page.url.endswith(f"/aanvragen/{reference}/")
    citizen.reads("U veranderde wat u invulde")

    officer.starts_work("Petra Kok")
    officer.goes_to(f"/medewerker/{reference}/")
    officer.reads(NEW_SHOWN)
    officer.reads(f"Eerst stond hier: {OLD_SHOWN}")


def _asks_for_a_pension(citizen: Caller) -> str:
    """Files it; gives its reference."""
    facts = citizen.post("/levensgebeurtenissen/met-pensioen/begin/")
    citizen.journey = facts.url.removeprefix(citizen.stack.url).removesuffix("gegevens/")
    for group, item in PAGES.items():
        assert citizen.post(f"{citizen.journey}vragen/{group}/1/", **item).status_code == 200
    citizen.sends(citizen.seen())
    return citizen.reference()
