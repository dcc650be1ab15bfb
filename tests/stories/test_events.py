"""Every life event in a browser: from words of one’s own to a request at its agency."""

from __future__ import annotations

import pytest

from tests.stories.conftest import NewPerson
from tests.stories.telling import CATALOGUE, Story, tells

pytestmark = pytest.mark.story

STORIES = [
    Story("achttien-worden", "volgende maand ben ik meerderjarig", "Milan van Dijk", "zorgtoeslag"),
    Story("met-pensioen", "ik stop met werken want ik ben 67", "Iris Vos", "aow"),
    Story("overlijden", "mijn man is gestorven", "Joost Blom", "overlijdensaangifte", javascript=False),
    Story("scheiden", "we gaan uit elkaar", "Marieke Brouwer", "kinderbijslag-wijzigen"),
    Story("schulden", "ik kan de huur niet meer betalen", "Karin Schouten", "schuldhulpverlening"),
    Story("studeren", "in september begin ik op de universiteit", "Eva Mulder", "studiefinanciering"),
    Story("trouwen-samenwonen", "wij gaan trouwen", "Milan van Dijk", "huwelijksmelding", javascript=False),
    Story("verhuizen", "wij krijgen een ander huis", "Sanne Visser", "verhuismelding"),
    Story("werkloos-worden", "mijn baas heeft me ontslagen", "Daan Bakker", "werkzoekende-inschrijving"),
    Story("ziek-arbeidsongeschikt", "ik kan niet meer goed lopen", "Hanna Tesfay", "wmo-voorziening"),
]
ELSEWHERE = {"kind-krijgen", "gegevens-verbeteren"}
"""Those of `test_birth.py` and `test_dispute.py`."""


def test_every_life_event_has_a_story() -> None:
    assert {story.event for story in STORIES} | ELSEWHERE == set(CATALOGUE.events)


@pytest.mark.parametrize("story", STORIES, ids=lambda story: str(story.event))
def test_an_event_leads_from_words_to_a_request_at_its_agency(new_person: NewPerson, story: Story) -> None:
    citizen = new_person(javascript=story.javascript)
    reference = tells(citizen, story)
    citizen.page.goto(f"{citizen.stack.url}/aanvragen/{reference}/")
    citizen.reads(reference)
