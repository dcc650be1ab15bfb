"""Somebody of the helpdesk looks along with a citizen: with their word, reading only, never unseen."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from portal.access import staff as colleagues
from portal.access.assist import verbs
from portal.access.assist.codes import WrongCode, new_code, use_code
from portal.access.models import Assist, AssistCode, AssistPage
from portal.cases.models import Contact, InboxItem, Notification
from portal.cases.notices.models import Channel
from portal.cases.notices.preferences import give_contact
from portal.cases.notices.sending import notify
from portal.citizen.views import my_data
from portal.ledger.models import StaffAction
from portal.people import sessions
from portal.people.models import Citizen, Role, User
from tests.cases.steps import begun, deliver_all, submitted
from tests.cast import NEIGHBOUR_BSN, NOOR_BSN, Cast, actor, citizen_of, logged_in, make_cast
from tests.factories import make_staff
from tests.helpdesk.steps import (
    HELPER_BSN,
    code_of,
    finds,
    known_helper,
    looks_along,
    read_log,
    types_code,
)
from tests.registers import Register

READ_ONLY = "U kunt alleen lezen"


@pytest.fixture
def cast(db: None, register: Register) -> Cast:
    """Everybody; nobody was wrong before."""
    cache.clear()
    return make_cast()


def _later(**how_long: int) -> time_machine.travel:
    return time_machine.travel(timezone.now() + timedelta(**how_long), tick=True)


# --- With a code ------------------------------------------------------------------------------------


def test_with_a_code_the_helper_sees_what_the_citizen_sees(cast: Cast) -> None:
    case = submitted(actor(cast.citizen))["geboorteaangifte"]
    _citizen, helper = looks_along(cast)
    assert case.reference in helper.get("/aanvragen/").content.decode()
    page = helper.get(f"/aanvragen/{case.reference}/").content.decode()
    assert "U kijkt mee met een inwoner." in page
    assert "Stop met meekijken" in page
    assert helper.get("/mijn-gegevens/").status_code == 200


def test_the_code_is_worded_so_that_nobody_gives_it_to_who_calls(cast: Cast) -> None:
    page = logged_in(cast.citizen).post("/meekijken/").content.decode()
    assert "Hebt u óns zelf gebeld? Lees dan deze code voor." in page
    assert "Wij vragen nooit uw DigiD-wachtwoord." in page
    assert "Belt iemand ú op en vraagt die om deze code? Geef de code dan niet" in page


def test_a_code_works_once(cast: Cast) -> None:
    citizen, helper = logged_in(cast.citizen), known_helper(cast.helpdesk)
    code, page = code_of(citizen), finds(helper)
    assert types_code(helper, page, code) == "/"
    helper.post("/helpdesk/meekijken/stop/")
    assert types_code(helper, finds(helper), code) == ""


def test_a_new_code_makes_the_old_one_worthless(cast: Cast) -> None:
    citizen, helper = logged_in(cast.citizen), known_helper(cast.helpdesk)
    old, new = code_of(citizen), code_of(citizen)
    page = finds(helper)
    if old != new:
        assert types_code(helper, page, old) == ""
    assert types_code(helper, page, new) == "/"


def test_a_code_lives_ten_minutes(cast: Cast) -> None:
    her = citizen_of(cast.citizen)
    code = new_code(her, AssistCode.Way.PORTAL)
    with _later(minutes=10, seconds=1), pytest.raises(WrongCode):
        use_code(staff=cast.helpdesk, citizen=her, code=code)


def test_after_five_wrong_tries_the_right_code_works_no_more(cast: Cast) -> None:
    her = citizen_of(cast.citizen)
    code = new_code(her, AssistCode.Way.PORTAL)
    wrong = f"{(int(code) + 1) % 10**6:06}"
    for _ in range(5):
        with pytest.raises(WrongCode):
            use_code(staff=cast.helpdesk, citizen=her, code=wrong)
    with pytest.raises(WrongCode):
        use_code(staff=cast.helpdesk, citizen=her, code=code)


def test_four_wrong_tries_leave_the_fifth(cast: Cast) -> None:
    her = citizen_of(cast.citizen)
    code = new_code(her, AssistCode.Way.PORTAL)
    for _ in range(4):
        with pytest.raises(WrongCode):
            use_code(staff=cast.helpdesk, citizen=her, code=f"{(int(code) + 1) % 10**6:06}")
    assert use_code(staff=cast.helpdesk, citizen=her, code=code).way == AssistCode.Way.PORTAL


def test_a_code_is_compared_in_constant_time(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    """Also where there is none to compare with, so that the time does not say whether there is one."""
    compared: list[tuple[str, str]] = []

    def compare(one: str, other: str) -> bool:
        compared.append((one, other))
        return False

    monkeypatch.setattr("portal.access.assist.codes.constant_time_compare", compare)
    her = citizen_of(cast.citizen)
    for code in ("", new_code(her, AssistCode.Way.PORTAL)):
        with pytest.raises(WrongCode):
            use_code(staff=cast.helpdesk, citizen=her, code=code or "123456")
    assert [len(part) for pair in compared for part in pair] == [64, 64, 64, 64]


def test_a_code_of_another_citizen_opens_nobody(cast: Cast, register: Register) -> None:
    register.people[NEIGHBOUR_BSN] = register.people[NOOR_BSN]
    neighbour, helper = logged_in(cast.neighbour), known_helper(cast.helpdesk)
    code = code_of(neighbour)
    assert types_code(helper, finds(helper), code) == ""
    assert not Assist.objects.exists()


def test_who_guesses_with_many_people_is_stopped(cast: Cast) -> None:
    her = citizen_of(cast.citizen)
    helper = known_helper(cast.helpdesk)
    page = finds(helper)
    for _ in range(10):
        new_code(her, AssistCode.Way.PORTAL)
        types_code(helper, page, "000000")
    code = new_code(her, AssistCode.Way.PORTAL)
    assert types_code(helper, page, code) == ""


def test_a_helper_does_not_make_the_code(cast: Cast) -> None:
    helper = known_helper(cast.helpdesk)
    assert helper.post("/meekijken/").status_code == 404
    _citizen, helper = looks_along(cast)
    before = AssistCode.objects.count()
    assert helper.post("/meekijken/").status_code == 404
    assert AssistCode.objects.count() == before


def test_a_citizen_under_curatele_gives_no_code_and_can_send_the_helper_away(cast: Cast) -> None:
    browser = logged_in(cast.citizen)
    session = browser.session
    session["reads_only"] = True
    session.save()
    assert browser.post("/meekijken/").status_code == 403
    assert browser.post("/meekijken/stoppen/").status_code == 302


# --- Who may not --------------------------------------------------------------------------------------


def test_there_is_no_way_to_a_second_person_while_looking_along(cast: Cast) -> None:
    _citizen, helper = looks_along(cast)
    assert helper.post("/helpdesk/", {"zoek": "bsn", "bsn": NOOR_BSN}).status_code == 403
    her = citizen_of(cast.neighbour)
    assert helper.get(f"/helpdesk/inwoner/{her.pk}/").status_code == 404
    assert helper.post(f"/helpdesk/inwoner/{her.pk}/meekijken/").status_code == 404


def test_a_second_assist_in_another_browser_is_refused(cast: Cast, register: Register) -> None:
    register.people[NEIGHBOUR_BSN] = register.people[NOOR_BSN]
    looks_along(cast)
    other = known_helper(cast.helpdesk)
    page = finds(other, bsn=NEIGHBOUR_BSN)
    assert types_code(other, page, code_of(logged_in(cast.neighbour))) == ""
    assert Assist.objects.count() == 1


def test_nobody_looks_along_with_oneself_or_a_colleague(cast: Cast) -> None:
    her = citizen_of(cast.citizen)
    User.objects.filter(pk=cast.helpdesk.pk).update(own_bsn_hmac=her.bsn_hmac)
    for user in (cast.helpdesk, cast.helpdesk_lead):
        helper = known_helper(user) if user == cast.helpdesk_lead else logged_in(user)
        code = new_code(her, AssistCode.Way.PORTAL)
        assert types_code(helper, finds(helper), code) == ""
    assert not Assist.objects.exists()


def test_who_did_not_say_who_they_are_looks_along_with_nobody(cast: Cast) -> None:
    helper = logged_in(cast.helpdesk)
    code = code_of(logged_in(cast.citizen))
    assert types_code(helper, finds(helper), code) == ""
    assert not Assist.objects.exists()


def test_who_one_is_oneself_is_said_once(cast: Cast) -> None:
    helper = logged_in(cast.helpdesk)
    assert helper.post("/helpdesk/uzelf/", {"bsn": HELPER_BSN}).status_code == 302
    assert helper.post("/helpdesk/uzelf/", {"bsn": NOOR_BSN}).status_code == 422
    kept = User.objects.get(pk=cast.helpdesk.pk).own_bsn_hmac
    assert kept
    assert HELPER_BSN not in kept
    assert StaffAction.objects.filter(user=cast.helpdesk, what="helpdesk-self-said").count() == 1


def test_staff_themselves_are_nobody_to_look_along_with(cast: Cast) -> None:
    """A member of staff has no citizen behind the account: there is nothing to begin with."""
    helper = known_helper(cast.helpdesk)
    assert helper.get(f"/helpdesk/inwoner/{cast.officer.pk}/").status_code == 404
    assert helper.post(f"/helpdesk/inwoner/{cast.officer.pk}/meekijken/").status_code == 404


@pytest.mark.parametrize("role", [Role.OFFICER, Role.LEAD, Role.OPERATOR, Role.AUDITOR, Role.EDITOR])
def test_no_other_staff_looks_along(cast: Cast, role: Role) -> None:
    her = citizen_of(cast.citizen)
    other = make_staff(role, "svb", name="Iemand Anders")
    User.objects.filter(pk=other.pk).update(own_bsn_hmac="f" * 64)
    with pytest.raises(verbs.NotAllowed, match="role"):
        verbs.start_assist(
            staff=actor(User.objects.get(pk=other.pk)),
            citizen=her,
            reason=Assist.Reason.STUCK,
            ticket="M-1",
            code=new_code(her, AssistCode.Way.PORTAL),
            is_fresh=True,
        )


def test_a_second_step_of_a_quarter_of_an_hour_ago_is_asked_again(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    helper = known_helper(cast.helpdesk)
    page = finds(helper)
    code = code_of(logged_in(cast.citizen))
    session = helper.session
    session["begun"] = sessions._now() - sessions.FRESH
    session.save()
    assert types_code(helper, page, code) == "/helpdesk/bevestig/"
    assert not Assist.objects.exists()
    # The employer knows this one's second step: another login is asked for, now.
    assert "Log opnieuw in" in helper.get("/helpdesk/bevestig/").content.decode()
    assert helper.session["login_again"] is True
    session = helper.session
    session["begun"] = sessions._now()
    session.save()
    assert types_code(helper, page, code) == "/"


@pytest.mark.parametrize("way", [AssistCode.Way.SMS, AssistCode.Way.MAIL])
def test_a_code_by_sms_or_mail_is_never_enough_for_who_is_in_danger(cast: Cast, way: AssistCode.Way) -> None:
    her = citizen_of(cast.citizen)
    Citizen.objects.filter(pk=her.pk).update(safety_flag=True)
    her.refresh_from_db()
    known_helper(cast.helpdesk)
    with pytest.raises(verbs.NotAllowed, match="way"):
        verbs.start_assist(
            staff=actor(User.objects.get(pk=cast.helpdesk.pk)),
            citizen=her,
            reason=Assist.Reason.STUCK,
            ticket="M-1",
            code=new_code(her, way),
            is_fresh=True,
        )
    assert not Assist.objects.exists()


# --- Its end -----------------------------------------------------------------------------------------


def _stays_busy(*browsers: Client) -> None:
    """Their logins last: it is the assist that ends."""
    for browser in browsers:
        session = browser.session
        session["active"] = session["begun"] = sessions._now()
        session.save()


def _is_over(helper: Client, path: str = "/mijn-gegevens/") -> bool:
    answer = helper.get(path)
    return answer.status_code == 302 and answer["Location"] == "/helpdesk/?voorbij=1"


def test_it_is_over_after_a_quarter_of_an_hour_in_an_open_tab(cast: Cast) -> None:
    _citizen, helper = looks_along(cast)
    page = helper.get("/mijn-gegevens/")
    # The page goes away by itself, also without scripts.
    seconds, _, where = page["Refresh"].partition("; url=")
    assert 0 < int(seconds) <= 15 * 60 + 1
    assert where == "/helpdesk/"
    with _later(minutes=15, seconds=1):
        _stays_busy(helper)
        assert _is_over(helper)
        assert helper.get("/mijn-gegevens/").status_code == 404


def test_the_fragment_of_an_open_page_leaves_the_page_when_it_is_over(cast: Cast) -> None:
    _citizen, helper = looks_along(cast)
    with _later(minutes=15, seconds=1):
        _stays_busy(helper)
        answer = helper.get("/helpdesk/meekijken/", headers={"HX-Request": "true", "X-Polling": "1"})
        assert answer["HX-Redirect"] == "/helpdesk/?voorbij=1"


def test_it_is_prolonged_once_with_a_new_code(cast: Cast) -> None:
    citizen, helper = looks_along(cast)
    with _later(minutes=10):
        _stays_busy(citizen, helper)
        assert helper.post("/helpdesk/meekijken/langer/", {"code": "000000"}).status_code == 422
        assert helper.post("/helpdesk/meekijken/langer/", {"code": code_of(citizen)}).status_code == 302
        assert helper.post("/helpdesk/meekijken/langer/", {"code": code_of(citizen)}).status_code == 422
    with _later(minutes=24):
        _stays_busy(helper)
        assert helper.get("/mijn-gegevens/").status_code == 200
    with _later(minutes=26):
        _stays_busy(helper)
        assert _is_over(helper)


def test_the_citizen_ends_it_at_once_in_every_tab(cast: Cast) -> None:
    citizen, helper = looks_along(cast)
    assert citizen.post("/meekijken/stoppen/").status_code == 302
    assert _is_over(helper)


def test_the_citizen_ends_it_while_a_page_loads(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    """The page was made by then: it does not go out."""
    citizen, helper = looks_along(cast)
    real = my_data._sections

    def made_meanwhile(held: Any) -> Any:
        citizen.post("/meekijken/stoppen/")
        return real(held)

    monkeypatch.setattr(my_data, "_sections", made_meanwhile)
    before = AssistPage.objects.count()
    answer = helper.get("/mijn-gegevens/")
    assert answer.status_code == 302
    assert answer.content == b""
    assert AssistPage.objects.count() == before


def test_logging_out_ends_it(cast: Cast) -> None:
    _citizen, helper = looks_along(cast)
    helper.post("/uitloggen/")
    assert Assist.objects.get().ended_by == Assist.End.LOGOUT


def test_who_is_shut_out_looks_along_no_more(cast: Cast) -> None:
    _citizen, helper = looks_along(cast)
    colleagues.deactivate(actor=actor(cast.operator), user_id=cast.helpdesk.pk)
    assert Assist.objects.get().ended_by == Assist.End.ROLE
    answer = helper.get("/mijn-gegevens/")
    assert answer.status_code == 302
    assert answer["Location"].startswith("/inloggen/")


def test_who_is_something_else_by_now_looks_along_no_more(cast: Cast) -> None:
    """The employer gave another role, at a login elsewhere."""
    _citizen, helper = looks_along(cast)
    User.objects.filter(pk=cast.helpdesk.pk).update(role=Role.EDITOR)
    assert _is_over(helper)
    assert Assist.objects.get().ended_by == Assist.End.ROLE


def test_another_browser_of_the_same_helper_sees_nothing(cast: Cast) -> None:
    looks_along(cast)
    assert logged_in(cast.helpdesk).get("/mijn-gegevens/").status_code == 404


def test_the_id_of_an_assist_helps_nobody_else(cast: Cast) -> None:
    looks_along(cast)
    other = known_helper(cast.helpdesk_lead)
    session = other.session
    session["assist"] = str(Assist.objects.get().pk)
    session.save()
    assert _is_over(other)


# --- Reading only ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "headers", [{}, {"HX-Request": "true"}, {"X-Requested-With": "XMLHttpRequest"}], ids=str
)
def test_nothing_is_written_by_a_form_a_fragment_or_a_crafted_post(
    cast: Cast, headers: dict[str, str]
) -> None:
    case = submitted(actor(cast.citizen))["geboorteaangifte"]
    draft = begun(actor(cast.citizen))
    _citizen, helper = looks_along(cast)
    group = draft.services[0].ask[0].id
    for path in (
        f"/aanvragen/{case.reference}/berichten/",
        f"/levensgebeurtenissen/{draft.event}/{draft.pk}/vragen/{group}/1/",
        f"/levensgebeurtenissen/{draft.event}/{draft.pk}/controle/",
    ):
        answer = helper.post(path, {"text": "Ik schrijf dit."}, headers=headers)
        assert answer.status_code == 403, path
        assert READ_ONLY in answer.content.decode()
    for call in (helper.put, helper.patch, helper.delete):
        assert call("/mijn-gegevens/", headers=headers).status_code == 403


def test_the_api_writes_nothing_either(cast: Cast) -> None:
    _citizen, helper = looks_along(cast)
    assert helper.post("/api/v1/token", {}).status_code == 403
    assert helper.put("/api/v1/cases/LL-2222-2222/outcome", {}).status_code in (403, 404)


@pytest.mark.parametrize(
    "path",
    [
        "/mijn-gegevens/download.json",
        "/mijn-gegevens/download.pdf",
        "/mijn-gegevens/download.zip",
        "/mijn-gegevens/wissen/",
        "/hoe-wilt-u-bericht/",
        "/hoe-wilt-u-bericht/mail/",
        "/namens/",
        "/namens/toestemming/",
        "/aanvragen/{reference}/dossier.pdf",
        "/aanvragen/{reference}/dossier.zip",
        "/aanvragen/{reference}/ontvangstbevestiging.pdf",
        "/aanvragen/{reference}/documenten/{nobody}/",
        "/aanvragen/{reference}/intrekken/",
    ],
)
def test_downloads_contact_details_and_representation_are_not_there(cast: Cast, path: str) -> None:
    case = submitted(actor(cast.citizen))["geboorteaangifte"]
    _citizen, helper = looks_along(cast)
    nobody = "00000000-0000-0000-0000-000000000000"
    assert helper.get(path.format(reference=case.reference, nobody=nobody)).status_code == 404


def test_another_citizens_case_is_not_there(cast: Cast) -> None:
    case = submitted(actor(cast.neighbour))["geboorteaangifte"]
    _citizen, helper = looks_along(cast)
    assert helper.get(f"/aanvragen/{case.reference}/").status_code == 404


def test_what_the_helper_sees_stays_unread(cast: Cast) -> None:
    case = submitted(actor(cast.citizen))["geboorteaangifte"]
    deliver_all()
    _citizen, helper = looks_along(cast)
    InboxItem.objects.filter(case=case).update(read_at=None)
    helper.get(f"/aanvragen/{case.reference}/")
    helper.get(f"/aanvragen/{case.reference}/berichten/")
    assert not InboxItem.objects.filter(case=case).exclude(read_at=None).exists()


def test_a_number_of_a_person_is_masked_wherever_it_stands(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also where the citizen typed it, in words of their own."""
    citizen, helper = looks_along(cast)
    monkeypatch.setattr("portal.citizen.views.my_data.subjects", lambda: [("person", f"Nummer {NOOR_BSN}")])
    assert NOOR_BSN in citizen.get("/mijn-gegevens/").content.decode()
    assert NOOR_BSN not in helper.get("/mijn-gegevens/").content.decode()


# --- That it shows -----------------------------------------------------------------------------------


def test_the_banner_is_on_every_page_and_in_every_fragment(cast: Cast) -> None:
    case = submitted(actor(cast.citizen))["geboorteaangifte"]
    _citizen, helper = looks_along(cast)
    for path in ("/", "/aanvragen/", f"/aanvragen/{case.reference}/", "/mijn-gegevens/", "/berichten/"):
        for headers in ({}, {"HX-Request": "true"}):
            page = helper.get(path, headers=headers).content.decode()
            assert page.count('id="ll-beside"') == 1, (path, headers)
            assert "Nog 15 minuten" in page
    assert 'id="ll-beside"' in helper.get("/bestaat-niet/").content.decode()
    assert 'id="ll-beside"' in helper.post("/mijn-gegevens/").content.decode()


def test_the_citizen_sees_it_live_and_on_every_page(cast: Cast) -> None:
    citizen, helper = logged_in(cast.citizen), known_helper(cast.helpdesk)
    assert "ll-watched" not in citizen.get("/").content.decode()
    code = code_of(citizen)
    polled = {"HX-Request": "true", "X-Polling": "1"}
    assert citizen.get("/meekijken/?seen=-", headers=polled).status_code == 204
    types_code(helper, finds(helper), code)
    fragment = citizen.get("/meekijken/?seen=-", headers=polled).content.decode()
    assert "Iemand van de helpdesk kijkt mee." in fragment
    for path in ("/", "/mijn-gegevens/", "/berichten/"):
        assert "Iemand van de helpdesk kijkt mee." in citizen.get(path).content.decode()
    assert "kijkt mee" not in logged_in(cast.neighbour).get("/").content.decode()


def test_a_page_of_somebody_with_whom_nobody_looks_along_asks_nothing_more(cast: Cast) -> None:
    browser = logged_in(cast.citizen)
    with CaptureQueriesContext(connection) as queries:
        browser.get("/mijn-gegevens/")
    assert not [one for one in queries if "access_assist" in one["sql"]]


def test_the_citizen_is_told_within_a_minute(cast: Cast, mailoutbox: list[Any]) -> None:
    her = actor(cast.citizen)
    give_contact(actor=her, channel=Channel.MAIL, address="noor@example.org")
    Contact.objects.update(verified_at=timezone.now(), code_hmac="")
    Notification.objects.all().delete()
    looks_along(cast)
    row = Notification.objects.get()
    assert row.not_before <= timezone.now()
    notify(row_id=row.pk)
    assert [mail.subject for mail in mailoutbox] == ["Er is nieuws in Levensloket"]


def test_the_citizen_reads_afterwards_when_why_and_which_pages(cast: Cast) -> None:
    case = submitted(actor(cast.citizen))["geboorteaangifte"]
    citizen, helper = looks_along(cast)
    helper.get("/")
    helper.get(f"/aanvragen/{case.reference}/")
    helper.post("/helpdesk/meekijken/stop/")
    assert read_log(citizen_of(cast.citizen)) == [
        "assist-found",
        "assist-begun:stuck:portal",
        "assist-page:home",
        "assist-page:case",
        "assist-ended:staff",
    ]
    page = citizen.get("/mijn-gegevens/gebruik/").content.decode()
    assert "Een medewerker van de helpdesk begon met meekijken. Waarom: u kwam er niet uit." in page
    assert "De bladzijde was: uw overzicht." in page
    assert "De bladzijde was: een aanvraag." in page
    assert "De medewerker van de helpdesk stopte met meekijken." in page
    assert "Hanna Vos" not in page
    # The line of a case stands with the case.
    assert "De bladzijde was: een aanvraag." in citizen.get(f"/aanvragen/{case.reference}/").content.decode()


def test_who_it_was_is_for_the_auditor(cast: Cast) -> None:
    _citizen, helper = looks_along(cast)
    helper.get("/mijn-gegevens/")
    read_log(citizen_of(cast.citizen))
    actions = StaffAction.objects.filter(user=cast.helpdesk).values_list("what", flat=True)
    assert {"assist-begun", "assist-page:my-data", "assist-found:bsn"} <= set(actions)
    page = logged_in(cast.auditor).get("/medewerker/handelingen/").content.decode()
    assert "assist-page:my-data" in page
    assert "Hanna Vos" in page


def test_every_page_that_was_seen_has_a_line(cast: Cast) -> None:
    """The differential: what went out and what the citizen reads are the same list."""
    case = submitted(actor(cast.citizen))["geboorteaangifte"]
    _citizen, helper = looks_along(cast)
    paths = [
        "/",
        "/aanvragen/",
        f"/aanvragen/{case.reference}/",
        "/mijn-gegevens/",
        "/bestaat-niet/",
        "/berichten/",
    ]
    seen = [
        answer.resolver_match.url_name for path in paths if (answer := helper.get(path)).status_code == 200
    ]
    lines = [one.partition(":")[2] for one in read_log(citizen_of(cast.citizen)) if "page" in one]
    assert lines == seen
    assert len(seen) == 5


# --- What it costs -----------------------------------------------------------------------------------


@pytest.mark.parametrize("path", ["/", "/aanvragen/", "/mijn-gegevens/", "/berichten/"])
def test_looking_along_adds_two_questions_at_most(cast: Cast, path: str) -> None:
    submitted(actor(cast.citizen))
    plain = logged_in(cast.citizen)

    def asked(browser: Client) -> int:
        browser.get(path)
        with CaptureQueriesContext(connection) as queries:
            assert browser.get(path).status_code == 200
        return len(queries)

    alone = asked(plain)
    _citizen, helper = looks_along(cast)
    assert asked(helper) <= alone + 2
