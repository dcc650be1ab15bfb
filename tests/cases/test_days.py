"""A move that is reported too early waits for the first day that the law allows, and then goes by itself."""

from __future__ import annotations

import re
from datetime import date
from html import unescape

import pytest
from django.conf import LazySettings

from portal.cases.journey import journeys
from portal.cases.journey.answers import answers_of
from portal.cases.journey.days import wake_for_today
from portal.cases.journey.payloads import payload_of
from portal.cases.journey.submit import Changed, NothingNow, request_follow_up, submit
from portal.cases.models import Case, CitizenTask, Delivery, Journey, Phase
from portal.cases.reading.wording import standing_of
from portal.cases.talk.withdrawing import withdraw
from portal.catalogue import catalogue
from portal.people.actor import Actor
from tests.cases.steps import deliver_all, reloaded, seen
from tests.cast import NOOR_BSN, Cast, actor, logged_in, make_cast
from tests.registers import Register

MOVE = {"move_date": "2027-01-20", "moves_along": "alone", "lives_in": "tenant"}
NEW_HOME = {
    "new_address": {
        "street": "Kade",
        "number": "7",
        "postcode": "9001 AA",
        "city": "Waterstad",
        "municipality": "9001",
    }
}
FIRST_DAY = date(2026, 12, 23)
"""Four weeks before the move (Wet BRP 2.39(2))."""


@pytest.fixture
def cast(db: None, register: Register, settings: LazySettings) -> Cast:
    settings.PORTAL_NOW = date(2026, 11, 25)
    return make_cast()


@pytest.fixture
def noor(cast: Cast) -> Actor:
    return actor(cast.citizen)


def ready(noor: Actor) -> Journey:
    """Everything is filled in, two months before the move."""
    event = catalogue().events["verhuizen"]
    journey = journeys.begin_journey(actor=noor, event=event, chosen=["verhuismelding"])
    journeys.gather_facts(journey=journey)
    journeys.answer(journey=journey, group="new_home", index=0, item=NEW_HOME)
    journeys.answer(journey=journey, group="move", index=0, item=MOVE)
    journeys.answer(journey=journey, group="story", index=0, item={})
    return reloaded(journey)


def sent(noor: Actor) -> Case:
    journey = ready(noor)
    (case,) = submit(journey=journey, seen=seen(journey), follow_ups=["verhuismelding"], level="midden")
    return case


def phase(case: Case) -> str:
    case.refresh_from_db()
    return case.phase


def a_day_passes(settings: LazySettings, day: date) -> None:
    """The legal clock stands at `day`, and the timetable and the worker come by."""
    settings.PORTAL_NOW = day
    wake_for_today()
    deliver_all()
    deliver_all()


def test_it_waits_for_its_day_says_so_and_then_goes_by_itself(noor: Actor, settings: LazySettings) -> None:
    case = sent(noor)
    assert (case.phase, case.send_on) == (Phase.WAITING, FIRST_DAY)
    assert standing_of(case).label == "Wij versturen dit op woensdag 23 december 2026"
    assert "vanaf woensdag 23 december 2026" in standing_of(case).sentence
    a_day_passes(settings, date(2026, 12, 22))
    assert phase(case) == Phase.WAITING
    assert not Delivery.objects.filter(case=case).exists()
    a_day_passes(settings, FIRST_DAY)
    assert phase(case) == Phase.ARRIVED
    assert payload_of(case)["answers"]["move"][0]["move_date"] == "2027-01-20"


def test_its_page_reads_well_before_on_and_after_the_day(
    cast: Cast, noor: Actor, settings: LazySettings
) -> None:
    case, client = sent(noor), logged_in(cast.citizen)
    page, plan = f"/aanvragen/{case.reference}/", f"/levensgebeurtenissen/verhuizen/{case.journey_id}/"
    assert "Wij versturen dit op woensdag 23 december 2026" in client.get(page).content.decode()
    assert "Bewaard. Er is nog niets verstuurd." in client.get(plan).content.decode()
    settings.PORTAL_NOW = FIRST_DAY  # and no worker came by yet
    assert "Wij versturen dit op woensdag 23 december 2026" in client.get(page).content.decode()
    a_day_passes(settings, FIRST_DAY)
    assert "Bewaard tot woensdag 23 december 2026" in client.get(page).content.decode()
    assert "Bewaard. Er is nog niets verstuurd." not in client.get(plan).content.decode()


def test_the_timetable_wakes_it_once_also_when_it_was_away_on_the_day(
    noor: Actor, settings: LazySettings
) -> None:
    case = sent(noor)
    settings.PORTAL_NOW = date(2026, 12, 27)
    assert wake_for_today() == 1
    assert wake_for_today() == 0
    deliver_all()
    deliver_all()
    assert phase(case) == Phase.ARRIVED


def test_what_the_citizen_did_not_tick_is_not_kept_and_nothing_alone_is_refused(noor: Actor) -> None:
    journey = ready(noor)
    with pytest.raises(NothingNow):
        submit(journey=journey, seen=seen(journey), follow_ups=[], level="midden")
    assert reloaded(journey).state == Journey.State.DRAFT
    assert not Case.objects.exists()


def test_the_page_asks_for_the_tick_and_says_when_it_goes(cast: Cast, noor: Actor) -> None:
    client, journey = logged_in(cast.citizen), ready(noor)
    path = f"/levensgebeurtenissen/verhuizen/{journey.pk}/"
    page = client.get(f"{path}controle/").content.decode()
    assert "Dit kan pas vanaf woensdag 23 december 2026 (artikel 2.39, tweede lid" in page
    assert 'name="follow_up" value="verhuismelding"' in page
    assert "Zet klaar om later te versturen" in page
    hash_ = seen(journey)
    refused = client.post(f"{path}controle/", {"seen": hash_}, follow=True)
    assert "Zet een vinkje bij wat wij later voor u mogen versturen" in refused.content.decode()
    done = client.post(f"{path}controle/", {"seen": hash_, "follow_up": "verhuismelding"}, follow=True)
    plain = re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", done.content.decode())))
    assert "Wij versturen dit op woensdag 23 december 2026" in plain


def test_a_page_of_the_day_before_is_not_what_is_sent(noor: Actor, settings: LazySettings) -> None:
    journey = ready(noor)
    hash_ = seen(journey)
    settings.PORTAL_NOW = FIRST_DAY
    with pytest.raises(Changed):
        submit(journey=journey, seen=hash_, follow_ups=["verhuismelding"], level="midden")


def test_what_changed_meanwhile_is_asked_first(
    noor: Actor, register: Register, settings: LazySettings
) -> None:
    case = sent(noor)
    register.people[NOOR_BSN]["brp.address"] = {"kind": "address", "lines": ["Brink 9", "9002 BB Heidedorp"]}
    a_day_passes(settings, FIRST_DAY)
    assert phase(case) == Phase.NEEDS_YOU
    assert CitizenTask.objects.get(case=case).about == ["brp.address"]


def test_after_a_death_nothing_goes_out_and_a_person_calls(
    noor: Actor, register: Register, settings: LazySettings
) -> None:
    case = sent(noor)
    register.people[NOOR_BSN]["brp.alive"] = {"alive": False}
    a_day_passes(settings, FIRST_DAY)
    assert phase(case) == Phase.STOPPED
    assert not Delivery.objects.filter(case=case, kind="file").exists()


def test_it_can_be_withdrawn_before_and_then_never_goes(noor: Actor, settings: LazySettings) -> None:
    case = sent(noor)
    withdraw(case=case, actor=noor)
    a_day_passes(settings, FIRST_DAY)
    assert phase(case) == Phase.WITHDRAWN
    assert not Delivery.objects.filter(case=case).exists()


def test_one_that_was_left_out_can_be_asked_for_after_all(noor: Actor, settings: LazySettings) -> None:
    event = catalogue().events["verhuizen"]
    chosen = ["verhuismelding", "huurtoeslag"]
    journey = journeys.begin_journey(actor=noor, event=event, chosen=chosen)
    Journey.objects.filter(pk=journey.pk).update(state=Journey.State.SUBMITTED, submission_hash="-")
    with pytest.raises(LookupError):
        request_follow_up(journey=journey, service="huurtoeslag", level="hoog")


def test_asked_for_after_all_on_a_later_day_it_goes_at_the_next_look(
    noor: Actor, settings: LazySettings
) -> None:
    journey = ready(noor)
    Journey.objects.filter(pk=journey.pk).update(state=Journey.State.SUBMITTED, submission_hash="-")
    settings.PORTAL_NOW = date(2027, 1, 2)
    case = request_follow_up(journey=journey, service="verhuismelding", level="midden")
    assert phase(case) == Phase.WAITING
    assert answers_of(journey).find("move_date") == "2027-01-20"
    a_day_passes(settings, date(2027, 1, 2))
    assert phase(case) == Phase.ARRIVED
