"""A proposal is a draft that is ready and an item in the inbox, until it is begun, declined or silenced."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core import mail
from django.test import Client
from django.utils import timezone

from portal.cases.inbox.listing import Wanted, counts_of, listed
from portal.cases.inbox.models import InboxItem
from portal.cases.inbox.verbs import put_away
from portal.cases.journey import journeys
from portal.cases.models import Journey, Notification, Suggestion, Wish
from portal.cases.notices import reminding
from portal.cases.notices.models import Channel
from portal.cases.notices.noting import fall_silent
from portal.cases.notices.preferences import Preferences, set_preferences
from portal.cases.proactive.verbs import FIELD, dismiss, forget_old, look, set_wishes, suggestions_for
from portal.catalogue import catalogue
from portal.people.actor import Actor
from tests.cases.test_notices import NUMBER, reached, send_all, texts
from tests.cast import NOOR_BSN, Cast, actor, logged_in, make_cast
from tests.registers import Register

BIRTH = {"id": "b", "kind": "birth", "who": "child", "day": "2026-11-20"}
MOVE = {"id": "m", "kind": "move", "who": "self", "day": "2026-11-01"}
CHILD_DIED = {"id": "c", "kind": "death", "who": "child", "day": "2026-11-21"}
STILLBIRTH = {"id": "s", "kind": "stillbirth", "who": "child", "day": "2026-11-21"}


@pytest.fixture
def cast(db: None, register: Register, settings: Any, tmp_path: Path) -> Cast:
    settings.PORTAL_NOW = date(2026, 11, 25)
    settings.NOTICE_QUIET_HOURS, settings.NOTICE_GATHER = (0, 0), timedelta()
    settings.SMS_URL = f"file://{tmp_path}/sms"
    return make_cast()


@pytest.fixture
def noor(cast: Cast) -> Actor:
    return actor(cast.citizen)


@pytest.fixture
def browser(cast: Cast) -> Client:
    return logged_in(cast.citizen)


def happens(register: Register, noor: Actor, *events: dict[str, Any], wanted: str = "kind-krijgen") -> None:
    """Something stands in the register, and the portal looks."""
    register.people[NOOR_BSN] = {**register.people[NOOR_BSN], FIELD: list(events)}
    if not Wish.objects.exists():
        set_wishes(actor=noor, events=[wanted])
    Wish.objects.update(look_at=timezone.now())
    look(citizen_id=noor.require_citizen().pk)


def main_of(client: Client, path: str) -> str:
    page = client.get(path).content.decode()
    return page.split("<main", 1)[1].split("</main>", 1)[0]


def in_inbox(noor: Actor, *, archived: bool = False) -> list[str]:
    return [entry.item.kind for entry in listed(actor=noor, wanted=Wanted(archived=archived)).entries]


def test_a_proposal_is_a_draft_for_which_nothing_was_asked(noor: Actor, register: Register) -> None:
    happens(register, noor, BIRTH)
    (proposal,) = suggestions_for(noor)
    draft = proposal.journey
    assert draft is not None
    assert [one.id for one in draft.services] == ["geboorteaangifte", "kinderbijslag"]
    assert (draft.state, draft.sealed_answers) == (Journey.State.DRAFT, None)
    assert {fields for _bsn, fields in register.asked} == {frozenset({FIELD})}
    # It is not among what the citizen began.
    assert journeys.open_drafts(actor=noor) == []


def test_it_stands_in_the_inbox_as_new_with_its_reason_and_opening_it_reads_it(
    noor: Actor, browser: Client, register: Register
) -> None:
    happens(register, noor, BIRTH)
    assert counts_of(noor).unread == 1
    page = main_of(browser, "/berichten/")
    assert "Voorstel ·" in page
    assert "omdat in de BRP staat dat u een kind kreeg (vrijdag 20 november 2026). Er is niets" in page
    assert 'href="/levensgebeurtenissen/kind-krijgen/"' in page
    event = main_of(browser, "/levensgebeurtenissen/kind-krijgen/")
    assert "Dit is een voorstel" in event
    assert "omdat in de BRP staat dat u een kind kreeg" in event
    assert counts_of(noor).unread == 0
    assert in_inbox(noor) == ["proposal"]


def test_it_is_found_by_its_name_and_by_its_event_and_nobody_else_has_it(
    cast: Cast, noor: Actor, browser: Client, register: Register
) -> None:
    happens(register, noor, BIRTH)
    assert "Voorstel ·" in main_of(browser, "/berichten/?zoek=kind")
    assert "Voorstel ·" not in main_of(browser, "/berichten/?zoek=verhuizen")
    assert listed(actor=noor, wanted=Wanted(event="kind-krijgen")).entries
    assert not listed(actor=noor, wanted=Wanted(agency="svb")).entries
    assert listed(actor=actor(cast.neighbour), wanted=Wanted()).entries == []


def test_who_begins_goes_on_with_that_draft_and_the_proposal_is_gone(
    noor: Actor, browser: Client, register: Register
) -> None:
    happens(register, noor, BIRTH)
    (proposal,) = suggestions_for(noor)
    begun = browser.post("/levensgebeurtenissen/kind-krijgen/begin/")
    assert begun.status_code == 302
    assert str(proposal.journey_id) in begun["Location"]
    assert (suggestions_for(noor), in_inbox(noor)) == ([], [])
    assert [one.pk for one in journeys.open_drafts(actor=noor)] == [proposal.journey_id]
    assert Suggestion.objects.get().closed == "begun"
    assert "Dit is een voorstel" not in main_of(browser, "/levensgebeurtenissen/kind-krijgen/")
    # Taken back is taken back: it is not proposed a second time.
    journeys.discard(journey=Journey.objects.get())
    happens(register, noor, BIRTH)
    assert suggestions_for(noor) == []


@pytest.mark.parametrize("by_inbox", [True, False])
def test_declining_puts_it_in_the_archive_and_takes_the_draft_away(
    noor: Actor, browser: Client, register: Register, by_inbox: bool
) -> None:
    happens(register, noor, BIRTH)
    if by_inbox:
        assert put_away(actor=noor, items=[InboxItem.objects.get().pk]) == 1
    else:
        dismiss(actor=noor, suggestion_id=suggestions_for(noor)[0].pk)
    assert (in_inbox(noor), in_inbox(noor, archived=True)) == ([], ["proposal"])
    assert suggestions_for(noor) == []
    assert not Journey.objects.exists()
    assert counts_of(noor).unread == 0
    assert "U wilde dit niet. U kunt het altijd nog regelen." in main_of(browser, "/berichten/?archief=1")
    happens(register, noor, BIRTH)
    assert suggestions_for(noor) == []


@pytest.mark.parametrize("silencing", [CHILD_DIED, STILLBIRTH])
def test_a_death_takes_what_stood_there_out_of_the_inbox_with_its_draft_and_its_mail(
    noor: Actor, browser: Client, register: Register, silencing: dict[str, Any], settings: Any
) -> None:
    reached(noor)
    settings.NOTICE_GATHER = timedelta(hours=1)
    happens(register, noor, BIRTH)
    assert Notification.objects.filter(reason="proposal", delivered_at=None).count() == 1
    happens(register, noor, BIRTH, silencing)
    assert (suggestions_for(noor), in_inbox(noor), in_inbox(noor, archived=True)) == ([], [], [])
    assert not Journey.objects.exists()
    Notification.objects.update(not_before=timezone.now())
    send_all()
    assert mail.outbox == []
    assert "kind kreeg" not in main_of(browser, "/levensgebeurtenissen/kind-krijgen/")


def test_silence_that_was_asked_for_takes_it_out_of_the_inbox(noor: Actor, register: Register) -> None:
    happens(register, noor, BIRTH)
    fall_silent(citizen=noor.require_citizen(), event="kind-krijgen")
    assert in_inbox(noor) == []
    assert counts_of(noor).unread == 0


def test_a_mail_says_that_there_is_news_and_nothing_else_once(noor: Actor, register: Register) -> None:
    reached(noor)
    reached(noor, Channel.SMS, NUMBER)
    sent = len(texts())
    happens(register, noor, BIRTH)
    happens(register, noor, BIRTH)
    send_all()
    (one,) = mail.outbox
    for word in ("kind", "geboren", "BRP", "voorstel", "http"):
        assert word not in f"{one.subject} {one.body}"
    # A text goes only for what has a term, unless the citizen chose otherwise.
    assert len(texts()) == sent


def test_a_text_goes_where_that_was_chosen(noor: Actor, register: Register) -> None:
    reached(noor, Channel.SMS, NUMBER)
    set_preferences(actor=noor, chosen=Preferences(channels={"progress": ["sms"]}))
    sent = len(texts())
    happens(register, noor, BIRTH)
    send_all()
    assert len(texts()) == sent + 1
    assert not [one for one in texts() if "kind" in one["text"]]


def test_nobody_gets_a_letter_or_a_reminder_of_a_proposal(
    noor: Actor, register: Register, settings: Any
) -> None:
    reached(noor)
    set_preferences(actor=noor, chosen=Preferences(by_post=True))
    happens(register, noor, BIRTH)
    settings.PORTAL_NOW = date(2026, 12, 5)
    reminding.remind()
    assert not Notification.objects.exclude(reason="code").exists()


def test_what_the_citizen_began_before_stays_as_it_is(noor: Actor, register: Register) -> None:
    event = catalogue().events["verhuizen"]
    mine = journeys.begin_journey(actor=noor, event=event, chosen=["huurtoeslag"])
    Journey.objects.filter(pk=mine.pk).update(created_at="2026-10-01T12:00Z")
    happens(register, noor, MOVE, wanted="verhuizen")
    (proposal,) = suggestions_for(noor)
    assert proposal.journey is None
    assert [one.pk for one in journeys.open_drafts(actor=noor)] == [mine.pk]
    dismiss(actor=noor, suggestion_id=proposal.pk)
    assert Journey.objects.filter(pk=mine.pk).exists()


def test_turning_it_off_and_time_take_the_item_and_the_draft_along(
    noor: Actor, register: Register, settings: Any
) -> None:
    happens(register, noor, BIRTH)
    set_wishes(actor=noor, events=[])
    assert (InboxItem.objects.count(), Journey.objects.count()) == (0, 0)
    set_wishes(actor=noor, events=["kind-krijgen"])
    happens(register, noor, BIRTH)
    assert (InboxItem.objects.count(), Journey.objects.count()) == (1, 1)
    settings.PORTAL_NOW = date(2027, 3, 1)
    forget_old()
    assert (InboxItem.objects.count(), Journey.objects.count()) == (0, 0)


def test_twins_are_one_proposal(noor: Actor, register: Register) -> None:
    happens(register, noor, BIRTH, {**BIRTH, "id": "twin"})
    assert in_inbox(noor) == ["proposal"]
    dismiss(actor=noor, suggestion_id=suggestions_for(noor)[0].pk)
    happens(register, noor, BIRTH, {**BIRTH, "id": "twin"})
    assert suggestions_for(noor) == []
