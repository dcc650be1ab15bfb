"""A register says that something happened: who wanted that gets it proposed, nobody else is looked up."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.conf import LazySettings
from django.test import Client
from django.utils import timezone

from connectors.base import Unavailable
from portal.cases.erasing import erase_now
from portal.cases.journey.journeys import begin_journey
from portal.cases.models import Silence, Suggestion, Wish
from portal.cases.notices.noting import fall_silent
from portal.cases.proactive.verbs import (
    FIELD,
    can_be_proposed,
    dismiss,
    forget_old,
    look,
    ring_for_due,
    set_wishes,
    suggestions_for,
)
from portal.catalogue import catalogue
from portal.ledger.models import DataUse
from portal.people.actor import Actor
from tests.cast import NOOR_BSN, Cast, actor, citizen_of, logged_in, make_cast
from tests.registers import Register

BIRTH = {"id": "b", "kind": "birth", "who": "child", "day": "2026-11-20"}
MOVE = {"id": "m", "kind": "move", "who": "self", "day": "2026-11-01"}
DEATH = {"id": "d", "kind": "death", "who": "partner", "day": "2026-11-10"}
CHILD_DIED = {"id": "c", "kind": "death", "who": "child", "day": "2026-11-21"}
STILLBIRTH = {"id": "s", "kind": "stillbirth", "who": "child", "day": "2026-11-21"}


@pytest.fixture
def cast(db: None, register: Register, settings: LazySettings) -> Cast:
    settings.PORTAL_NOW = date(2026, 11, 25)
    return make_cast()


@pytest.fixture
def noor(cast: Cast) -> Actor:
    return actor(cast.citizen)


def happens(register: Register, *events: dict[str, Any]) -> None:
    register.people[NOOR_BSN] = {**register.people[NOOR_BSN], FIELD: list(events)}


def looks_again(noor: Actor) -> None:
    """The term between two looks is over."""
    Wish.objects.update(look_at=timezone.now())
    look(citizen_id=noor.require_citizen().pk)


def proposed(noor: Actor) -> list[str]:
    return sorted(one.event for one in suggestions_for(noor))


def test_who_turned_nothing_on_is_never_looked_up(noor: Actor, register: Register) -> None:
    happens(register, BIRTH, MOVE)
    ring_for_due()
    look(citizen_id=noor.require_citizen().pk)
    assert register.asked == []
    assert proposed(noor) == []


@pytest.mark.parametrize(
    ("wished", "expected"),
    [
        (["kind-krijgen"], ["kind-krijgen"]),
        (["verhuizen"], ["verhuizen"]),
        (["kind-krijgen", "verhuizen"], ["kind-krijgen", "verhuizen"]),
        (["overlijden"], []),
    ],
)
def test_only_what_was_turned_on_is_proposed(
    noor: Actor, register: Register, wished: list[str], expected: list[str]
) -> None:
    happens(register, BIRTH, MOVE)
    set_wishes(actor=noor, events=wished)
    look(citizen_id=noor.require_citizen().pk)
    assert proposed(noor) == expected


def test_every_event_that_can_be_proposed_has_a_reason(noor: Actor) -> None:
    assert [event.slug for event in can_be_proposed()] == ["kind-krijgen", "overlijden", "verhuizen"]
    birth = catalogue().events["kind-krijgen"].proposed[0]
    assert set(birth.silenced_by) == {"stillbirth", "death"}


def test_the_look_stands_in_the_citizens_own_log_with_its_purpose(noor: Actor, register: Register) -> None:
    happens(register, MOVE)
    set_wishes(actor=noor, events=["verhuizen"])
    look(citizen_id=noor.require_citizen().pk)
    lines = DataUse.objects.filter(citizen=noor.require_citizen())
    assert lines.exists()
    assert all(FIELD in line.fields for line in lines)


@pytest.mark.parametrize("silencing", [CHILD_DIED, STILLBIRTH, DEATH])
def test_a_death_or_stillbirth_silences_every_birth_proposal_and_no_other(
    noor: Actor, register: Register, silencing: dict[str, str]
) -> None:
    happens(register, BIRTH, MOVE, silencing)
    set_wishes(actor=noor, events=["kind-krijgen", "verhuizen"])
    look(citizen_id=noor.require_citizen().pk)
    assert proposed(noor) == ["verhuizen"]


@pytest.mark.parametrize("silencing", [CHILD_DIED, STILLBIRTH, DEATH])
def test_what_was_proposed_before_is_silenced_too_and_never_comes_back(
    noor: Actor, register: Register, silencing: dict[str, str]
) -> None:
    happens(register, BIRTH)
    set_wishes(actor=noor, events=["kind-krijgen"])
    look(citizen_id=noor.require_citizen().pk)
    assert proposed(noor) == ["kind-krijgen"]
    happens(register, BIRTH, silencing)
    looks_again(noor)
    assert proposed(noor) == []
    assert Suggestion.objects.get().closed == Suggestion.Closed.SILENCED
    # The register tells of the birth alone again: it was proposed once.
    happens(register, BIRTH)
    looks_again(noor)
    assert proposed(noor) == []


def test_the_death_of_a_child_makes_the_birth_silent_and_that_of_a_partner_does_not(
    noor: Actor, register: Register
) -> None:
    set_wishes(actor=noor, events=["kind-krijgen"])
    happens(register, BIRTH, DEATH)
    look(citizen_id=noor.require_citizen().pk)
    assert not Silence.objects.exists()
    happens(register, BIRTH, CHILD_DIED)
    looks_again(noor)
    assert Silence.objects.get().event == "kind-krijgen"


def test_silence_that_the_citizen_asked_for_holds_for_proposals(noor: Actor, register: Register) -> None:
    happens(register, BIRTH)
    set_wishes(actor=noor, events=["kind-krijgen"])
    look(citizen_id=noor.require_citizen().pk)
    fall_silent(citizen=noor.require_citizen(), event="kind-krijgen")
    assert proposed(noor) == []


def test_told_twice_is_proposed_once_and_put_away_is_away(noor: Actor, register: Register) -> None:
    happens(register, MOVE)
    set_wishes(actor=noor, events=["verhuizen"])
    look(citizen_id=noor.require_citizen().pk)
    looks_again(noor)
    (one,) = suggestions_for(noor)
    dismiss(actor=noor, suggestion_id=one.pk)
    looks_again(noor)
    assert proposed(noor) == []


def test_a_look_comes_when_it_is_due_and_a_register_that_is_down_is_asked_again(
    noor: Actor, register: Register
) -> None:
    happens(register, MOVE)
    set_wishes(actor=noor, events=["verhuizen"])
    register.failure = Unavailable("down")
    look(citizen_id=noor.require_citizen().pk)
    assert proposed(noor) == []
    asked = len(register.asked)
    look(citizen_id=noor.require_citizen().pk)
    assert len(register.asked) == asked  # not due yet
    assert Wish.objects.get().look_at < timezone.now() + timedelta(minutes=11)
    register.failure = None
    looks_again(noor)
    assert proposed(noor) == ["verhuizen"]
    assert Wish.objects.get().look_at > timezone.now() + timedelta(hours=5)


def test_turning_it_off_takes_the_proposal_along(noor: Actor, register: Register) -> None:
    happens(register, MOVE, BIRTH)
    set_wishes(actor=noor, events=["verhuizen", "kind-krijgen"])
    look(citizen_id=noor.require_citizen().pk)
    set_wishes(actor=noor, events=["kind-krijgen"])
    assert list(Suggestion.objects.values_list("event", flat=True)) == ["kind-krijgen"]
    set_wishes(actor=noor, events=["maan"])
    assert not Wish.objects.exists()


def test_what_was_begun_since_is_not_proposed_any_more(noor: Actor, register: Register) -> None:
    happens(register, MOVE)
    set_wishes(actor=noor, events=["verhuizen"])
    look(citizen_id=noor.require_citizen().pk)
    begin_journey(actor=noor, event=catalogue().events["verhuizen"], chosen=["verhuismelding"])
    assert proposed(noor) == []


def test_what_happened_too_long_ago_goes(noor: Actor, register: Register, settings: LazySettings) -> None:
    happens(register, MOVE)
    set_wishes(actor=noor, events=["verhuizen"])
    look(citizen_id=noor.require_citizen().pk)
    settings.PORTAL_NOW = date(2026, 11, 1) + timedelta(days=90)
    assert (proposed(noor), forget_old()) == (["verhuizen"], 0)
    settings.PORTAL_NOW = date(2026, 11, 1) + timedelta(days=91)
    assert (proposed(noor), forget_old()) == ([], 1)


def test_erasing_turns_it_off(noor: Actor, register: Register) -> None:
    happens(register, MOVE)
    set_wishes(actor=noor, events=["verhuizen"])
    look(citizen_id=noor.require_citizen().pk)
    erase_now(actor=noor)
    assert not Wish.objects.exists()
    assert not Suggestion.objects.exists()


def test_the_first_page_shows_it_with_its_reason_and_the_neighbour_sees_nothing(
    cast: Cast, noor: Actor, register: Register
) -> None:
    browser, neighbour = logged_in(cast.citizen), logged_in(cast.neighbour)
    assert "checked" not in _main(browser, "/voorstellen/")
    browser.post("/voorstellen/", {"event": ["kind-krijgen"]})
    assert "checked" in _main(browser, "/voorstellen/")
    happens(register, BIRTH)
    look(citizen_id=citizen_of(cast.citizen).pk)

    home = _main(browser, "/")
    assert "omdat in de BRP staat dat u een kind kreeg (vrijdag 20 november 2026)" in home
    assert "Er is niets aangevraagd." in home
    assert "efeliciteerd" not in home
    assert "Voorstel</h2>" not in _main(neighbour, "/")
    (one,) = suggestions_for(noor)
    assert neighbour.post(f"/voorstellen/{one.pk}/weg/").status_code == 404
    browser.post(f"/voorstellen/{one.pk}/weg/")
    assert "Voorstel</h2>" not in _main(browser, "/")


def _main(client: Client, path: str) -> str:
    page = client.get(path).content.decode()
    return page.split("<main", 1)[1].split("</main>", 1)[0]
