"""Looking along without a code: only for danger to life, by four eyes, told to the citizen, reviewed."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.core.cache import cache
from django.db import IntegrityError, transaction
from django.test import Client
from django.utils import timezone

from portal.access.assist import danger
from portal.access.models import Assist, DangerAsk
from portal.cases.models import Contact, Notification
from portal.cases.notices.models import Channel
from portal.cases.notices.preferences import give_contact
from portal.ledger.models import StaffAction
from portal.people import sessions
from portal.people.keys import keyed_hmac
from portal.people.models import Citizen, User
from tests.cases.steps import submitted
from tests.cast import NOOR_BSN, Cast, actor, citizen_of, logged_in, make_cast
from tests.helpdesk.steps import TICKET, finds, known_helper, read_log
from tests.registers import Register

WHY = "Zij zegt dat haar man voor de deur staat met een mes."
LEAD_BSN = "999990020"


@pytest.fixture
def cast(db: None, register: Register) -> Cast:
    """Everybody; nobody was wrong before."""
    cache.clear()
    return make_cast()


def _lead(cast: Cast) -> Client:
    User.objects.filter(pk=cast.helpdesk_lead.pk).update(own_bsn_hmac=keyed_hmac("bsn", LEAD_BSN))
    return logged_in(User.objects.get(pk=cast.helpdesk_lead.pk))


def _asks(cast: Cast) -> tuple[Client, str]:
    """The helper asks; gives the browser, and the page that waits."""
    helper = known_helper(cast.helpdesk)
    answer = helper.post(f"{finds(helper)}levensgevaar/", {"ticket": TICKET, "why": WHY})
    assert answer.status_code == 302, answer.content.decode()
    return helper, str(answer["Location"])


def _decides(browser: Client, confirms: str = "yes") -> int:
    row = DangerAsk.objects.get()
    return browser.post(f"/helpdesk/levensgevaar/{row.pk}/", {"confirms": confirms}).status_code


def test_it_begins_once_after_a_lead_confirmed_it(cast: Cast) -> None:
    helper, page = _asks(cast)
    assert "Vraag een leidinggevende" in helper.get(page).content.decode()
    assert helper.post(page).status_code == 422
    assert not Assist.objects.exists()
    lead = _lead(cast)
    shown = lead.get(f"/helpdesk/levensgevaar/{DangerAsk.objects.get().pk}/").content.decode()
    assert WHY in shown
    assert "Hanna Vos" in shown
    assert _decides(lead) == 302
    assert helper.post(page)["Location"] == "/"
    row = Assist.objects.get()
    assert (row.agreement, row.reason, row.hides_places) == ("danger", "danger", True)
    assert "U kijkt mee met een inwoner." in helper.get("/aanvragen/").content.decode()
    helper.post("/helpdesk/meekijken/stop/")
    assert helper.post(page).status_code == 422
    assert Assist.objects.count() == 1


def test_who_asks_does_not_confirm(cast: Cast) -> None:
    """Also not where who asks leads the helpdesk, nor in the database itself."""
    helper = _lead(cast)
    helper.post(f"{finds(helper)}levensgevaar/", {"ticket": TICKET, "why": WHY})
    row = DangerAsk.objects.get()
    assert row.staff == cast.helpdesk_lead
    assert helper.get(f"/helpdesk/levensgevaar/{row.pk}/").status_code == 404
    assert _decides(helper) == 404
    row.lead = row.staff
    with pytest.raises(IntegrityError), transaction.atomic():
        row.save()


def test_a_colleague_who_does_not_lead_confirms_nothing(cast: Cast) -> None:
    helper, _page = _asks(cast)
    assert _decides(helper) == 404
    assert DangerAsk.objects.get().confirmed is None


def test_what_a_lead_refused_does_not_begin(cast: Cast) -> None:
    helper, page = _asks(cast)
    lead = _lead(cast)
    assert _decides(lead, "no") == 302
    assert helper.post(page).status_code == 422
    assert "De leidinggevende vond dit niet goed" in helper.get(page).content.decode()
    assert _decides(lead, "yes") == 404
    assert not Assist.objects.exists()


def test_after_ten_minutes_nobody_confirms_it_and_nothing_begins(cast: Cast) -> None:
    helper, page = _asks(cast)
    lead = _lead(cast)
    row = DangerAsk.objects.get()
    danger.decide(
        lead=actor(User.objects.get(pk=cast.helpdesk_lead.pk)), ask_id=row.pk, confirms=True, is_fresh=True
    )
    with time_machine.travel(timezone.now() + timedelta(minutes=10, seconds=1), tick=True):
        assert helper.post(page).status_code == 422
        assert _decides(lead) == 404
    assert not Assist.objects.exists()


def test_another_helper_does_not_begin_what_was_confirmed(cast: Cast) -> None:
    _helper, page = _asks(cast)
    lead = _lead(cast)
    assert _decides(lead) == 302
    assert lead.get(page).status_code == 404
    assert lead.post(page).status_code == 404


@pytest.mark.parametrize("who", ["asks", "decides", "begins"])
def test_an_old_second_step_is_asked_again(cast: Cast, who: str) -> None:
    helper = known_helper(cast.helpdesk)
    lead = _lead(cast)
    page = f"{finds(helper)}levensgevaar/"
    if who == "asks":
        _grows_old(helper)
        assert helper.post(page, {"ticket": TICKET, "why": WHY})["Location"] == "/helpdesk/bevestig/"
        assert not DangerAsk.objects.exists()
        return
    begin = str(helper.post(page, {"ticket": TICKET, "why": WHY})["Location"])
    row = DangerAsk.objects.get()
    if who == "decides":
        _grows_old(lead)
        answer = lead.post(f"/helpdesk/levensgevaar/{row.pk}/", {"confirms": "yes"})
        assert answer["Location"] == "/helpdesk/bevestig/"
        row.refresh_from_db()
        assert row.confirmed is None
        return
    assert _decides(lead) == 302
    _grows_old(helper)
    assert helper.post(begin)["Location"] == "/helpdesk/bevestig/"
    assert not Assist.objects.exists()


def _grows_old(browser: Client) -> None:
    session = browser.session
    session["begun"] = sessions._now() - 16 * 60
    session.save()


def test_nobody_does_this_with_oneself_or_a_colleague(cast: Cast) -> None:
    helper, page = _asks(cast)
    lead = logged_in(cast.helpdesk_lead)
    User.objects.filter(pk=cast.helpdesk_lead.pk).update(own_bsn_hmac=keyed_hmac("bsn", NOOR_BSN))
    assert _decides(lead) == 422
    assert helper.post(page).status_code == 422
    assert not Assist.objects.exists()


def test_a_lead_who_did_not_say_who_they_are_confirms_nothing(cast: Cast) -> None:
    _asks(cast)
    assert _decides(logged_in(cast.helpdesk_lead)) == 422
    assert DangerAsk.objects.get().confirmed is None


def test_who_is_in_danger_by_the_flag_is_helped_too_and_shows_no_place(cast: Cast) -> None:
    """They are found by reference only."""
    case = submitted(actor(cast.citizen))["geboorteaangifte"]
    Citizen.objects.filter(pk=citizen_of(cast.citizen).pk).update(safety_flag=True)
    helper, lead = known_helper(cast.helpdesk), _lead(cast)
    found = helper.post("/helpdesk/", {"zoek": "kenmerk", "reference": case.reference})["Location"]
    page = helper.post(f"{found}levensgevaar/", {"ticket": TICKET, "why": WHY})["Location"]
    assert _decides(lead) == 302
    assert helper.post(page)["Location"] == "/"
    assert "Gracht" not in helper.get(f"/aanvragen/{case.reference}/").content.decode()


def test_danger_is_no_proof_of_who_somebody_is(cast: Cast) -> None:
    helper, page = _asks(cast)
    assert _decides(_lead(cast)) == 302
    helper.post(page)
    overview = helper.post("/helpdesk/meekijken/stop/")["Location"]
    assert "Wij weten nog niet zeker wie dit is." in helper.get(overview).content.decode()


def test_the_citizen_is_told_and_reads_all_of_it(cast: Cast) -> None:
    give_contact(actor=actor(cast.citizen), channel=Channel.MAIL, address="noor@example.org")
    Contact.objects.update(verified_at=timezone.now(), code_hmac="")
    Notification.objects.all().delete()
    helper, page = _asks(cast)
    lead = _lead(cast)
    lead.get(f"/helpdesk/levensgevaar/{DangerAsk.objects.get().pk}/")
    _decides(lead)
    helper.post(page)
    assert Notification.objects.get().not_before <= timezone.now()
    assert [one for one in read_log(citizen_of(cast.citizen)) if "danger" in one] == [
        "assist-danger:asked",
        "assist-danger:read",
        "assist-danger:confirmed",
        "assist-begun:danger:danger",
    ]
    shown = logged_in(cast.citizen).get("/mijn-gegevens/gebruik/").content.decode()
    assert "Waarom: iemand was in levensgevaar. Dat was zonder code" in shown
    assert "Een leidinggevende van de helpdesk vond dat dit mocht." in shown
    assert "Hanna" not in shown


def test_what_a_review_needs_is_kept(cast: Cast) -> None:
    helper, page = _asks(cast)
    _decides(_lead(cast))
    helper.post(page)
    row: Any = danger.to_review().get()
    assert (row.staff, row.lead, row.why) == (cast.helpdesk, cast.helpdesk_lead, WHY)
    assert row.assist == Assist.objects.get()
    noted = set(StaffAction.objects.filter(reference=str(row.pk)).values_list("user_id", "what"))
    assert noted >= {
        (cast.helpdesk.pk, "assist-danger:asked"),
        (cast.helpdesk_lead.pk, "assist-danger:confirmed"),
    }
    auditor = actor(cast.auditor)
    danger.review(auditor=auditor, ask_id=row.pk, was_right=False, note="Een code had gekund.")
    assert not danger.to_review().exists()
    with pytest.raises(DangerAsk.DoesNotExist):
        danger.review(auditor=auditor, ask_id=row.pk, was_right=True, note="")
    row.refresh_from_db()
    assert (row.reviewer, row.was_right, row.review) == (cast.auditor, False, "Een code had gekund.")
    with pytest.raises(PermissionError):
        danger.review(auditor=actor(cast.helpdesk_lead), ask_id=row.pk, was_right=True, note="")


def test_without_danger_there_is_no_way_without_a_code(cast: Cast) -> None:
    """The form to begin takes no agreement, and no reason that is not in the list."""
    helper = known_helper(cast.helpdesk)
    page = finds(helper)
    for reason in ("danger", "stuck"):
        form = {"reason": reason, "ticket": TICKET, "agreement": "danger", "code": ""}
        assert helper.post(f"{page}meekijken/", form).status_code == 422
    assert not Assist.objects.exists()
