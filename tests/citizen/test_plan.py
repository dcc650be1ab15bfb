"""The plan of a life event: what, by whom, by when, why, and what is not on it."""

from __future__ import annotations

import re
from datetime import date
from html import unescape

import pytest
from django.conf import LazySettings
from django.test import Client

from portal.cases.disputes.verbs import dispute, held_value
from portal.cases.journey import journeys
from portal.cases.journey.answers import answers_of
from portal.cases.journey.fitting import verdicts_of
from portal.cases.models import Journey
from portal.catalogue import catalogue
from tests.cases.steps import deliver_all, reloaded, submitted
from tests.cast import Cast, actor, citizen_of, logged_in, make_cast
from tests.registers import Register

MOVE = {"move_date": "2026-12-20", "moves_along": "alone", "lives_in": "tenant"}


@pytest.fixture
def cast(db: None, register: Register, settings: LazySettings) -> Cast:
    settings.PORTAL_NOW = date(2026, 11, 25)
    return make_cast()


@pytest.fixture
def noor(cast: Cast) -> Client:
    return logged_in(cast.citizen)


def begun(cast: Cast, event: str, *chosen: str) -> Journey:
    whose = actor(cast.citizen)
    journey = journeys.begin_journey(actor=whose, event=catalogue().events[event], chosen=chosen)
    journeys.gather_facts(journey=journey)
    return journey


def words(client: Client, path: str) -> str:
    """What a page says, without its tags."""
    page = client.get(path)
    assert page.status_code == 200
    plain = re.sub(r"<[^>]+>", " ", page.content.decode())
    return re.sub(r"\s+", " ", unescape(plain))


def path_of(journey: Journey) -> str:
    return f"/levensgebeurtenissen/{journey.event}/{journey.pk}/"


def test_a_move_says_from_which_day_until_which_and_that_it_is_too_early(cast: Cast, noor: Client) -> None:
    journey = begun(cast, "verhuizen", "verhuismelding")
    before = words(noor, path_of(journey))
    assert "Doe dit van 4 weken voor tot en met 5 dagen na de dag waarop u verhuist" in before
    journeys.answer(journey=journey, group="move", index=0, item={**MOVE, "move_date": "2027-01-20"})
    assert "Wacht · Gemeente · van woensdag 23 december 2026 tot en met maandag 25 januari 2027" in words(
        noor, path_of(journey)
    )


def test_a_move_that_can_be_reported_now_is_the_citizens_and_later_it_is_late(
    cast: Cast, noor: Client, settings: LazySettings
) -> None:
    journey = begun(cast, "verhuizen", "verhuismelding")
    journeys.answer(journey=journey, group="move", index=0, item=MOVE)
    # Five days after 20 December is Christmas, and 26 and 27 December are no working days (Atw 1).
    days = "van zondag 22 november 2026 tot en met maandag 28 december 2026"
    assert f"Dit doet u · Gemeente · {days}" in words(noor, path_of(journey))
    settings.PORTAL_NOW = date(2026, 12, 29)
    assert f"Te laat · Gemeente · {days}" in words(noor, path_of(journey))


def test_what_is_not_on_the_plan_says_why_and_the_answer_decides(cast: Cast, noor: Client) -> None:
    journey = begun(cast, "verhuizen", "verhuismelding")
    assert "Wat staat niet in uw plan?" in words(noor, path_of(journey))
    journeys.answer(journey=journey, group="move", index=0, item={**MOVE, "lives_in": "owner"})
    page = words(noor, path_of(journey))
    assert (
        "niet voor u, want u gaat niet in een huurhuis wonen. U mag het wel vragen: Dienst Toeslagen" in page
    )
    assert "Dit koos u niet." in page


def test_what_others_wait_for_comes_first_and_they_say_so(cast: Cast, noor: Client) -> None:
    journey = begun(cast, "kind-krijgen", "kinderbijslag")
    page = words(noor, path_of(journey))
    assert page.index("Geboorteaangifte") < page.index("Kinderbijslag Wacht")
    assert "Wacht · Sociale Verzekeringsbank · gaat vanzelf, als u dat wilt" in page


def test_what_goes_by_itself_and_what_may_come_along_stands_beside_it(cast: Cast, noor: Client) -> None:
    journey = begun(cast, "achttien-worden", "zorgtoeslag")
    page = words(noor, path_of(journey))
    assert "Dit gaat vanzelf De kinderbijslag stopt" in page
    assert "Gaat u een opleiding doen?" in page


def test_another_event_that_was_sent_is_linked_with_how_it_stands(cast: Cast, noor: Client) -> None:
    submitted(actor(cast.citizen))
    birth = Journey.objects.get(event="kind-krijgen")
    Journey.objects.filter(pk=birth.pk).update(event="verhuizen")
    journey = begun(cast, "studeren", "studiefinanciering")
    page = noor.get(path_of(journey)).content.decode()
    assert f'href="/levensgebeurtenissen/verhuizen/{birth.pk}/"' in page
    assert "Dit verstuurde u al. Bekijk hoe het ermee staat." in page


def test_an_event_that_only_fits_some_answers_waits_for_them(cast: Cast, noor: Client) -> None:
    journey = begun(cast, "verhuizen", "verhuismelding")
    assert "Wordt u partners?" not in words(noor, path_of(journey))
    journeys.answer(journey=journey, group="move", index=0, item={**MOVE, "lives_in": "with_other"})
    assert "Wordt u partners?" in words(noor, path_of(journey))


def test_the_plan_stays_after_it_was_sent_and_suggests_nothing_where_a_child_died(
    cast: Cast, noor: Client
) -> None:
    submitted(actor(cast.citizen))
    deliver_all()
    path = path_of(Journey.objects.get(event="kind-krijgen"))
    page = words(noor, path)
    assert "0 van de 2 geregeld" in page
    assert "Gaat u groter wonen?" in page
    noor.post("/levensgebeurtenissen/kind-krijgen/stil/")
    silent = words(noor, path)
    assert "Gaat u groter wonen?" not in silent
    assert "Wat staat niet in uw plan?" not in silent


def test_a_register_decides_what_is_not_for_somebody_and_leaves_fewer_questions(
    cast: Cast, noor: Client
) -> None:
    journey = begun(cast, "studeren", "zorgtoeslag", "studiefinanciering")
    verdicts = verdicts_of(citizen_of(cast.citizen), journey.services, answers_of(reloaded(journey)))
    assert verdicts["zorgtoeslag"].known.keys() == {"birth"}
    assert "birth" not in verdicts["zorgtoeslag"].missing
    # Noor was born in 1994, and student finance begins before the age of 30 (Wsf 2.3).
    assert verdicts["studiefinanciering"].verdict is False
    assert "U kunt waarschijnlijk geen studiefinanciering krijgen" in words(noor, path_of(journey))


def test_a_value_that_is_disputed_decides_nothing(cast: Cast) -> None:
    journey = begun(cast, "studeren", "studiefinanciering")
    held = held_value(actor=actor(cast.citizen), field="brp.birth")
    dispute(
        actor=actor(cast.citizen),
        field="brp.birth",
        held=held,
        right={"date": "2004-03-02"},
        explanation="Er staat een verkeerd jaar.",
    )
    verdicts = verdicts_of(citizen_of(cast.citizen), journey.services, answers_of(reloaded(journey)))
    assert verdicts["studiefinanciering"].verdict is None


def test_the_rest_of_the_questions_begins_with_what_is_known(cast: Cast, noor: Client) -> None:
    journey = begun(cast, "studeren", "studiefinanciering", "zorgtoeslag")
    journeys.begin_journey(
        actor=actor(cast.citizen), event=catalogue().events["studeren"], chosen=["verhuismelding"]
    )
    page = noor.get(path_of(journey)).content.decode()
    sealed = re.search(
        r'action="/kan-ik-dit-krijgen/zorgtoeslag/".*?name="known" value="([^"]+)"', page, re.S
    )
    assert sealed
    asked = noor.post("/kan-ik-dit-krijgen/zorgtoeslag/", {"known": sealed[1]}).content.decode()
    assert "Wanneer bent u geboren?" not in asked
    assert 'name="asked"' in asked


def test_the_neighbour_sees_no_plan_of_hers(cast: Cast) -> None:
    journey = begun(cast, "verhuizen", "verhuismelding")
    assert logged_in(cast.neighbour).get(path_of(journey)).status_code == 404
