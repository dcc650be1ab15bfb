"""Praat met een medewerker: what is asked has a time, is kept or escalated, and closed with a note."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.core.cache import cache
from django.utils import timezone

from portal.cases.helpdesk import moments
from portal.cases.helpdesk.slots import end_of_next_working_day, free_slots
from portal.cases.models import ContactMoment
from portal.people.models import Citizen
from tests.cast import Cast, actor, citizen_of, logged_in, make_cast
from tests.helpdesk.steps import finds, known_helper, read_log
from tests.registers import Register

HERE = ZoneInfo("Europe/Amsterdam")
FRIDAY = datetime(2026, 12, 4, 18, 10, tzinfo=HERE)
PATH = "/praat-met-een-medewerker/"


@pytest.fixture
def cast(db: None, register: Register) -> Cast:
    """Everybody."""
    cache.clear()
    return make_cast()


def _call(**more: str) -> dict[str, str]:
    slot = free_slots()[0].isoformat()
    return {"hoe": "bel", "slot": slot, "number": "06 12345678", "about": "Mijn aanvraag"} | more


# --- Hours ---------------------------------------------------------------------------------------------


def test_one_can_be_called_in_the_hours_of_the_helpdesk_on_working_days(cast: Cast) -> None:
    slots = free_slots(FRIDAY)
    # 18.00 has begun; 19.00 is the last hour, and then it is Monday.
    assert [str(one)[:16] for one in slots[:2]] == ["2026-12-04 19:00", "2026-12-07 08:00"]
    assert {one.weekday() for one in slots} == {4, 0, 1}
    assert {one.hour for one in slots} == set(range(8, 20))


def test_on_christmas_nobody_is_called(cast: Cast) -> None:
    days = {one.date().isoformat() for one in free_slots(datetime(2026, 12, 24, 21, tzinfo=HERE))}
    assert days == {"2026-12-28", "2026-12-29", "2026-12-30"}


def test_an_hour_takes_as_many_calls_as_there_are_people(cast: Cast, settings: Any) -> None:
    settings.HELPDESK_CALLS_AN_HOUR = 2
    slot = free_slots()[0]
    for number in ("0612345671", "0612345672"):
        moments.ask_call_back(citizen=None, slot=slot, number=number, about="x")
    assert slot not in free_slots()
    with pytest.raises(moments.SlotTaken):
        moments.ask_call_back(citizen=None, slot=slot, number="0612345673", about="x")
    assert set(ContactMoment.objects.values_list("place", flat=True)) == {0, 1}


def test_two_at_the_same_moment_do_not_get_one_place(
    cast: Cast, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Both saw that the hour had room; the database gives its last place to one."""
    settings.HELPDESK_CALLS_AN_HOUR = 1
    slot = free_slots()[0]
    moments.ask_call_back(citizen=None, slot=slot, number="0612345671", about="was first")
    monkeypatch.setattr(moments, "free_slots", lambda: [slot])
    monkeypatch.setattr(moments, "_places_taken", lambda _slot: set())
    with pytest.raises(moments.SlotTaken):
        moments.ask_call_back(citizen=None, slot=slot, number="0612345672", about="was second")
    assert [one.about for one in ContactMoment.objects.all()] == ["was first"]


def test_what_has_no_hour_is_answered_on_the_next_working_day(cast: Cast) -> None:
    assert str(end_of_next_working_day(FRIDAY))[:16] == "2026-12-07 20:00"


# --- The citizen -----------------------------------------------------------------------------------------


def test_a_citizen_is_called_back_and_reads_when(cast: Cast) -> None:
    browser = logged_in(cast.citizen)
    assert browser.post(PATH, _call()).status_code == 302
    for path in ("/", "/berichten/", PATH):
        page = browser.get(path).content.decode()
        assert "Wij bellen u:" in page, path
        assert "Mijn aanvraag" in page, path
    assert "Mijn aanvraag" not in logged_in(cast.neighbour).get(PATH).content.decode()


def test_the_number_is_sealed_and_goes_when_it_was_used(cast: Cast) -> None:
    logged_in(cast.citizen).post(PATH, _call())
    row = ContactMoment.objects.get()
    assert b"612345678" not in bytes(row.sealed_number or b"")
    assert moments.number_of(row) == "0612345678"
    moments.close(staff=actor(cast.helpdesk), moment_id=row.pk, note="Gebeld.")
    row.refresh_from_db()
    assert moments.number_of(row) == ""


@pytest.mark.parametrize("way", ["desk", "visit", "letter"])
def test_a_desk_a_visit_and_a_letter_are_asked_for(cast: Cast, way: str) -> None:
    browser = logged_in(cast.citizen)
    assert browser.post(PATH, {"hoe": "anders", "way": way, "about": "Graag hulp"}).status_code == 302
    assert "U hoort van ons, uiterlijk" in browser.get(PATH).content.decode()
    assert ContactMoment.objects.get().way == way


def test_who_is_not_logged_in_is_called_back_too_and_not_without_end(cast: Cast) -> None:
    browser = logged_in(None)
    for _ in range(3):
        assert browser.post(PATH, _call()).status_code == 302
    assert browser.post(PATH, _call()).status_code == 422
    assert ContactMoment.objects.filter(citizen=None).count() == 3


def test_a_letter_needs_somebody_who_is_known(cast: Cast) -> None:
    answer = logged_in(None).post(PATH, {"hoe": "anders", "way": "letter", "about": "x"})
    assert answer.status_code == 422
    assert not ContactMoment.objects.exists()


def test_a_sixth_question_waits_for_an_answer_to_the_others(cast: Cast) -> None:
    browser = logged_in(cast.citizen)
    for _ in range(5):
        browser.post(PATH, {"hoe": "anders", "way": "desk", "about": "x"})
    answer = browser.post(PATH, {"hoe": "anders", "way": "desk", "about": "x"})
    assert answer.status_code == 422
    assert "Wacht daar eerst op, of bel ons." in answer.content.decode()


def test_who_is_in_danger_is_called_only_on_a_number_that_is_safe(cast: Cast) -> None:
    Citizen.objects.filter(pk=citizen_of(cast.citizen).pk).update(safety_flag=True)
    browser = logged_in(cast.citizen)
    assert browser.post(PATH, _call()).status_code == 422
    assert browser.post(PATH, _call(is_safe="on")).status_code == 302
    row = ContactMoment.objects.get()
    page = known_helper(cast.helpdesk).get(f"/helpdesk/beloofd/{row.pk}/").content.decode()
    assert "Bel alleen op dit nummer" in page


def test_who_looks_along_does_not_read_what_was_asked(cast: Cast) -> None:
    logged_in(cast.citizen).post(PATH, _call())
    assert "Mijn aanvraag" not in logged_in(cast.helpdesk).get(PATH).content.decode()


# --- The helpdesk ---------------------------------------------------------------------------------------


def test_the_helpdesk_takes_it_and_closes_it_with_a_note_that_the_citizen_reads(cast: Cast) -> None:
    browser, helper = logged_in(cast.citizen), known_helper(cast.helpdesk)
    browser.post(PATH, _call())
    row = ContactMoment.objects.get()
    assert str(row.pk) in helper.get("/helpdesk/beloofd/").content.decode()
    assert "0612345678" in helper.get(f"/helpdesk/beloofd/{row.pk}/").content.decode()
    helper.post(f"/helpdesk/beloofd/{row.pk}/doen/")
    row.refresh_from_db()
    assert row.owner == cast.helpdesk
    assert helper.post(f"/helpdesk/beloofd/{row.pk}/", {"note": ""}).status_code == 422
    assert helper.post(f"/helpdesk/beloofd/{row.pk}/", {"note": "Uitgelegd."}).status_code == 302
    page = browser.get(PATH).content.decode()
    assert "Dit is klaar." in page
    assert "Uitgelegd." in page
    assert "Hanna Vos" not in page
    assert "assist-contact" in read_log(citizen_of(cast.citizen))


def test_what_is_closed_is_not_closed_again(cast: Cast) -> None:
    helper = known_helper(cast.helpdesk)
    logged_in(cast.citizen).post(PATH, _call())
    row = ContactMoment.objects.get()
    helper.post(f"/helpdesk/beloofd/{row.pk}/", {"note": "Uitgelegd."})
    assert helper.post(f"/helpdesk/beloofd/{row.pk}/", {"note": "Nog eens."}).status_code == 404
    row.refresh_from_db()
    assert row.note == "Uitgelegd."


def test_what_is_late_is_escalated_once_and_both_read_it(cast: Cast) -> None:
    browser, helper = logged_in(cast.citizen), known_helper(cast.helpdesk_lead)
    browser.post(PATH, _call())
    assert moments.escalate() == 0
    ContactMoment.objects.update(promised_at=timezone.now() - timedelta(minutes=1))
    assert moments.escalate() == 1
    assert moments.escalate() == 0
    assert "Dit hadden wij al moeten doen." in browser.get(PATH).content.decode()
    assert "te laat" in helper.get("/helpdesk/beloofd/").content.decode()


@pytest.mark.parametrize("who", ["officer", "operator", "auditor", "editor"])
def test_other_staff_do_nothing_with_it(cast: Cast, who: str) -> None:
    logged_in(cast.citizen).post(PATH, _call())
    row, user = ContactMoment.objects.get(), cast.user(who)
    assert user is not None
    for verb in (moments.take, moments.opened):
        with pytest.raises(PermissionError):
            verb(staff=actor(user), moment_id=row.pk)
    with pytest.raises(PermissionError):
        moments.close(staff=actor(user), moment_id=row.pk, note="x")


def test_a_call_is_written_down_with_what_was_promised(cast: Cast) -> None:
    helper, at = known_helper(cast.helpdesk), timezone.localtime() + timedelta(days=1)
    page = finds(helper)
    said = {"way": "phone", "about": "Hoe lang duurt het?", "promise": "Ik zoek het uit."}
    form = said | {"promised_at": at.strftime("%Y-%m-%dT%H:%M")}
    assert helper.post(f"{page}opschrijven/", said).status_code == 422
    assert helper.post(f"{page}opschrijven/", form | {"note": "Klaar."}).status_code == 422
    assert helper.post(f"{page}opschrijven/", form).status_code == 302
    row = ContactMoment.objects.get()
    assert (row.owner, row.closed_at) == (cast.helpdesk, None)
    shown = logged_in(cast.citizen).get(PATH).content.decode()
    assert "Ik zoek het uit." in shown
    assert "Hoe lang duurt het?" in shown


@pytest.mark.parametrize("way", ["phone", "desk", "visit", "letter", "mail"])
def test_a_contact_that_needs_no_more_is_closed_at_once(cast: Cast, way: str) -> None:
    helper = known_helper(cast.helpdesk)
    form = {"way": way, "about": "Adres van het loket?", "note": "Verteld."}
    assert helper.post(f"{finds(helper)}opschrijven/", form).status_code == 302
    assert ContactMoment.objects.get().closed_at is not None


def test_old_ones_go(cast: Cast) -> None:
    logged_in(cast.citizen).post(PATH, _call())
    row = ContactMoment.objects.get()
    moments.close(staff=actor(cast.helpdesk), moment_id=row.pk, note="Gebeld.")
    assert moments.forget_old() == 0
    with time_machine.travel(timezone.now() + moments.KEPT + timedelta(days=1)):
        assert moments.forget_old() == 1
