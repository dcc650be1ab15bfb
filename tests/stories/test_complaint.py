"""Somebody complains, without JavaScript: the organisation answers, and the page says where to go then."""

from __future__ import annotations

import pytest

from tests.stories.acting import Person
from tests.stories.conftest import NewPerson
from tests.stories.waiting import one, until

pytestmark = pytest.mark.story

PATIENCE = 90.0
"""Seconds that other processes may take on a busy machine."""

WHAT = "Aan de balie werd ik weggestuurd zonder uitleg."
ANSWER = "U had uitleg moeten krijgen. Dat spijt ons."


def test_a_complaint_is_answered_and_the_ombudsman_comes_after_it(new_person: NewPerson) -> None:
    citizen, officer = new_person(javascript=False), new_person(javascript=False)
    citizen.logs_in("Milan van Dijk")
    citizen.goes_to("/praat-met-een-medewerker/")
    citizen.follows("Klacht sturen")
    citizen.looks()
    citizen.page.get_by_label("Over welke organisatie gaat het?").select_option("gemeente-heidedorp")
    citizen.fills_in(conduct=WHAT)
    citizen.presses("Verstuur mijn klacht")
    citizen.reads("Uw klacht is verstuurd.")
    reference = citizen.page.url.strip("/").rpartition("/")[2]
    until(lambda: _phase(citizen, reference) == "arrived", seconds=PATIENCE, what="the complaint at its desk")
    citizen.goes_to(f"/aanvragen/{reference}/")
    citizen.reads("antwoordt op uw klacht uiterlijk")
    citizen.looks()

    officer.starts_work("Hans Dekker")
    officer.goes_to(f"/medewerker/{reference}/")
    officer.reads(WHAT)
    officer.reads("Wie erbij betrokken was, behandelt hem niet")
    officer.presses("Nee, ik pak deze klacht op")
    officer.page.get_by_label("Gegrond", exact=True).check()
    officer.fills_in(motivation=ANSWER)
    officer.presses("Rond af en laat het de inwoner weten")
    until(lambda: _phase(citizen, reference) == "decided", seconds=PATIENCE, what="the answer")

    citizen.goes_to("/berichten/")
    citizen.reads("U krijgt gelijk: uw klacht is gegrond")
    citizen.goes_to(f"/aanvragen/{reference}/")
    for words in (ANSWER, "U kunt nu naar de Nationale ombudsman", "Juridisch Loket"):
        citizen.reads(words)
    citizen.looks()


def _phase(person: Person, reference: str) -> str:
    return str(one(person.stack, "SELECT phase FROM cases_case WHERE reference = %s", reference))
