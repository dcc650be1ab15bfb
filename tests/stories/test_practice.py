"""Staff practise where nothing is real: every page says so, and an exercise counts once it was done."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.stories.acting import Person
from tests.stories.conftest import NewPerson
from tests.stories.keyboard import fits_at_400_percent

pytestmark = pytest.mark.story

MARK = "Dit is een oefenomgeving. Niets is hier echt."


def _is_marked(person: Person) -> None:
    """For who sees it, for who hears it, and in the tab."""
    expect(person.page.locator(".ll-strip--practice")).to_be_visible()
    person.reads(MARK)
    assert person.page.title().startswith("Oefenen: ")


@pytest.mark.parametrize("javascript", [True, False], ids=["with script", "without"])
def test_an_officer_does_an_exercise_and_sees_it_counted(new_person: NewPerson, javascript: bool) -> None:
    officer = new_person(javascript=javascript)
    # Each of the two has a practice of their own.
    officer.starts_work("Petra Kok" if javascript else "Guus Prins")
    _is_marked(officer)
    officer.follows("Oefenen")
    _is_marked(officer)
    line = officer.page.get_by_role("listitem").filter(has_text="Neem een aanvraag in behandeling")
    expect(line).to_contain_text("Nog niet begonnen")
    fits_at_400_percent(officer)
    officer.follows("Neem een aanvraag in behandeling")
    _is_marked(officer)
    officer.presses("Begin")
    _is_marked(officer)
    officer.reads("Nog te doen: De aanvraag staat op uw naam.")
    fits_at_400_percent(officer)
    here = officer.page.url
    officer.page.locator("main").get_by_role("link", name="LL-").click()
    officer.page.wait_for_load_state()
    officer.looks()
    _is_marked(officer)
    officer.presses("Ik pak dit op")
    _is_marked(officer)
    officer.goes_to(here)
    officer.reads("Gelukt. U hebt deze oefening gedaan.")
    officer.reads("Gedaan: De aanvraag staat op uw naam.")
    officer.follows("Alle oefeningen")
    expect(line).to_contain_text("Gedaan")
    _is_marked(officer)


def test_the_helpdesk_practises_with_somebody_who_reads_a_code(new_person: NewPerson) -> None:
    helper = new_person()
    helper.helps("Hugo Kuiper")
    _is_marked(helper)
    helper.follows("Oefenen")
    helper.follows("Kijk mee met een inwoner")
    helper.presses("Begin")
    helper.presses("Laat de inwoner een code voorlezen")
    _is_marked(helper)
    here = helper.page.url.removesuffix("code/")
    code = helper.page.locator(".ll-code").inner_text()
    reference = helper.page.locator("main .ll-number").first.inner_text()
    helper.goes_to("/helpdesk/")
    helper.fills_in(reference=reference)
    helper.presses("Zoek op kenmerk")
    helper.fills_in(reason="question", ticket="OEFEN-1", code=code)
    helper.presses("Kijk mee")
    helper.reads("U kijkt mee met een inwoner.")
    _is_marked(helper)
    helper.presses("Stop met meekijken")
    helper.goes_to(here)
    helper.reads("Gelukt. U hebt deze oefening gedaan.")
