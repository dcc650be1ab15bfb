"""Two agencies at a custom table about one request, and the citizen who reads all of it: three browsers."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils.timezone import localdate

from tests.stories.acting import Person
from tests.stories.conftest import NewCaller, NewPerson
from tests.stories.pension import asks_for_a_pension, is_there
from tests.stories.waiting import until

pytestmark = pytest.mark.story

QUESTION = "Wie helpt tot er een besluit is?"


def test_two_agencies_agree_on_a_step_and_the_citizen_reads_it_and_lets_one_see_more(
    new_caller: NewCaller, new_person: NewPerson
) -> None:
    reference = asks_for_a_pension(new_caller("Karin Schouten"))
    svb, town, citizen = new_person(), new_person(javascript=False), new_person()

    # Who comes by single sign-on is known from the first time on.
    town.starts_work("Hans Dekker")
    svb.starts_work("Petra Kok")
    path = f"/medewerker/{reference}/"
    until(lambda: is_there(svb, path), seconds=90, what="the request at the SVB")
    svb.follows("Hangt dit tussen organisaties? Leg het voor aan een maatwerktafel")
    svb.fills_in(question=QUESTION)
    svb.presses("Begin het overleg")
    svb.page.get_by_text("Nodig iemand uit").click()
    svb.fills_in(
        **{
            "invite-agency": "gemeente-heidedorp",
            "invite-name": "Hans Dekker",
            "invite-reason": "Heidedorp kan nu al iets doen.",
        }
    )
    svb.presses("Nodig uit")

    svb.reads("Hans Dekker")

    town.follows("Maatwerktafels")
    town.follows(QUESTION)
    town.reads("Wat u van de aanvraag ziet")
    # Other stories may have filed something of hers in Heidedorp; that is a ground for what stands in it.
    assert "geen bezwaar te hebben" not in town.page.content()
    assert reference not in town.page.content()
    town.fills_in(text="Wij hebben haar inkomen nodig om te helpen.")
    town.presses("Zeg dit aan tafel")

    citizen.logs_in("Karin Schouten")
    citizen.goes_to(f"/aanvragen/{reference}/")
    citizen.follows("Lees wat zij zeggen")
    citizen.reads("Wij hebben haar inkomen nodig om te helpen.")
    assert "Hans Dekker" not in citizen.page.content()
    citizen.presses("Ik heb geen bezwaar dat de gemeente Heidedorp mijn aanvraag ziet")
    citizen.reads("U hebt geen bezwaar")

    town.follows("Maatwerktafels")
    town.follows(QUESTION)
    town.reads("geen bezwaar te hebben dat u de aanvraag ziet")
    _proposes(town)

    svb.goes_to("/medewerker/tafels/")
    svb.follows(QUESTION)
    svb.presses("Wij zijn het eens")
    svb.reads("Afgesproken")
    svb.page.get_by_text("Sluit het overleg af").click()
    svb.fills_in(**{"close-text": "Heidedorp helpt u, tot wij beslissen."})
    svb.presses("Sluit af en laat het de inwoner weten")

    citizen.goes_to(f"/aanvragen/{reference}/maatwerktafel/")
    for words in ("Belt haar morgen.", "Heidedorp helpt u, tot wij beslissen.", "afgesloten"):
        citizen.reads(words)
    citizen.goes_to("/mijn-gegevens/gebruik/")
    citizen.reads("bekeek het overleg over uw aanvraag")


def _proposes(town: Person) -> None:
    town.page.get_by_text("Stel een volgende stap voor").click()
    day = (localdate() + timedelta(days=2)).isoformat()
    town.fills_in(
        **{"step-agency": "gemeente-heidedorp", "step-what": "Belt haar morgen.", "step-by_day": day}
    )
    town.presses("Stel dit voor")
    town.reads("Voorstel, nog niet afgesproken")
