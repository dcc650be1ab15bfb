"""Filling in together: who looks along prepares, the citizen sends; and what the citizen lets them see."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from portal.access.assist.codes import Purpose, new_code
from portal.access.models import Assist, AssistCode
from portal.cases.journey.answers import answers_of
from portal.cases.journey.payloads import payload_of
from portal.cases.models import Case, Contact, Journey, Message, Notification, Side
from portal.cases.notices.models import Channel
from portal.cases.notices.preferences import give_contact
from portal.cases.notices.sending import notify
from portal.people.models import Citizen
from portal.people.scrub import replace_bsn
from tests.cases.answers import ANSWERS
from tests.cases.steps import answered, begun, deliver_all, reloaded, submitted
from tests.cast import Cast, actor, citizen_of, logged_in, make_cast
from tests.helpdesk.steps import finds, known_helper, looks_along, read_log, types_code
from tests.registers import Register

HELP = "Ingevuld met hulp van een medewerker van de helpdesk."
EVENT = "kind-krijgen"
_CODE = re.compile(r"voor: (\d{3}) (\d{3})\.")


@pytest.fixture
def cast(db: None, register: Register) -> Cast:
    """Noor verified a mail address a week ago; nobody was wrong before."""
    cache.clear()
    cast = make_cast()
    give_contact(actor=actor(cast.citizen), channel=Channel.MAIL, address="noor@example.org")
    Contact.objects.update(verified_at=timezone.now() - timedelta(days=7), code_hmac="")
    Notification.objects.all().delete()
    return cast


def _together(cast: Cast) -> tuple[Client, Client]:
    """In the middle of it: the citizen lets the helper fill in."""
    citizen, helper = looks_along(cast)
    assert citizen.post("/meekijken/toestaan/", {"what": "fill", "on": "1"}).status_code == 302
    return citizen, helper


def _base(draft: Journey) -> str:
    return f"/levensgebeurtenissen/{draft.event}/{draft.pk}/"


def _fills_in(helper: Client, draft: Journey) -> None:
    for group, items in ANSWERS.items():
        answer = helper.post(f"{_base(draft)}vragen/{group}/1/", items[0])
        assert answer.status_code == 302, (group, answer.status_code)


def _asks_for_code(helper: Client, draft: Journey, **more: Any) -> Any:
    """The helper read it out, and has the code sent by which the citizen agrees."""
    shown = helper.get(f"{_base(draft)}controle/").content.decode()
    seen = re.search(r'name="seen" value="([^"]+)"', shown)
    assert seen
    form = {"seen": seen[1], "follow_up": ["kinderbijslag"], "channel": "mail"} | more
    return helper.post(f"/helpdesk/meekijken/akkoord/{draft.pk}/", form)


def _reads_mail(mailoutbox: list[Any]) -> str:
    for row in Notification.objects.filter(delivered_at=None, reason=Notification.Reason.ASSIST_SEND):
        notify(row_id=row.pk)
    found = _CODE.search(mailoutbox[-1].body)
    assert found
    return found[1] + found[2]


# --- What may be filled in ---------------------------------------------------------------------------


def test_nothing_is_filled_in_until_the_citizen_lets_it(cast: Cast) -> None:
    draft = begun(actor(cast.citizen))
    citizen, helper = looks_along(cast)
    path = f"{_base(draft)}vragen/birth/1/"
    assert helper.post(path, ANSWERS["birth"][0]).status_code == 403
    citizen.post("/meekijken/toestaan/", {"what": "fill", "on": "1"})
    assert helper.post(path, ANSWERS["birth"][0]).status_code == 302
    assert answers_of(reloaded(draft)).find("birth_place") == "9001"
    citizen.post("/meekijken/toestaan/", {"what": "fill", "on": "0"})
    assert helper.post(path, {**ANSWERS["birth"][0], "birth_place": "9002"}).status_code == 403
    assert answers_of(reloaded(draft)).find("birth_place") == "9001"


def test_a_code_for_filling_in_lets_it_from_the_beginning(cast: Cast) -> None:
    citizen, helper = logged_in(cast.citizen), known_helper(cast.helpdesk)
    shown = citizen.post("/meekijken/", {"fills": "on"}).content.decode()
    assert "De medewerker mag met u invullen. Er wordt niets verstuurd zonder u." in shown
    code = re.search(r"ll-code\">(\d{3}) (\d{3})<", shown)
    assert code
    types_code(helper, finds(helper), code[1] + code[2], reason="filling-in")
    assert Assist.objects.get().fills_since is not None
    assert "U kunt samen invullen. De inwoner verstuurt." in helper.get("/aanvragen/").content.decode()


def test_the_helper_lets_nothing_by_themselves(cast: Cast) -> None:
    _citizen, helper = looks_along(cast)
    for what in ("fill", "words"):
        assert helper.post("/meekijken/toestaan/", {"what": what, "on": "1"}).status_code == 404
    row = Assist.objects.get()
    assert (row.fills_since, row.words_since) == (None, None)


def test_who_acts_for_the_citizen_or_only_reads_lets_nothing(cast: Cast) -> None:
    looks_along(cast)
    browser = logged_in(cast.citizen)
    session = browser.session
    session["reads_only"] = True
    session.save()
    assert browser.post("/meekijken/toestaan/", {"what": "fill", "on": "1"}).status_code == 403
    assert browser.post("/meekijken/toestaan/", {"what": "all", "on": "1"}).status_code == 403
    assert Assist.objects.get().fills_since is None


def test_a_citizen_lets_it_for_the_own_assist_only(cast: Cast) -> None:
    looks_along(cast)
    logged_in(cast.neighbour).post("/meekijken/toestaan/", {"what": "fill", "on": "1"})
    assert Assist.objects.get().fills_since is None


def test_it_is_for_this_time_only(cast: Cast) -> None:
    _citizen, helper = _together(cast)
    helper.post("/helpdesk/meekijken/stop/")
    her = citizen_of(cast.citizen)
    types_code(helper, finds(helper), new_code(her, AssistCode.Way.PORTAL))
    assert Assist.objects.get(ended_at=None).fills_since is None


def test_the_rest_stays_closed(cast: Cast) -> None:
    """No contact details, no representation, no file, no withdrawal, and above all no sending."""
    case = submitted(actor(cast.citizen))["geboorteaangifte"]
    draft = answered(actor(cast.citizen))
    _citizen, helper = _together(cast)
    base = _base(draft)
    for path in (
        f"{base}controle/",
        f"{base}stoppen/",
        f"/aanvragen/{case.reference}/berichten/",
        f"/aanvragen/{case.reference}/intrekken/",
        "/hoe-wilt-u-bericht/",
        "/hoe-wilt-u-bericht/mail/",
        "/namens/toestemming/",
        "/mijn-gegevens/wissen/",
    ):
        assert helper.post(path, {"seen": "x"}).status_code in (403, 404), path
    file = SimpleUploadedFile("x.png", b"\x89PNG\r\n\x1a\n")
    assert helper.post(f"{base}vragen/birth/1/", {"x": file}).status_code == 403
    assert helper.post(f"{base}vragen/birth/1/", {"remove": "x"}).status_code == 403
    assert reloaded(draft).state == Journey.State.DRAFT


def test_with_a_secret_home_nothing_is_filled_in_together(cast: Cast, register: Register) -> None:
    draft = begun(actor(cast.citizen))
    register.secret.add("brp.address")
    Assist.objects.all().delete()
    _citizen, helper = _together(cast)
    Assist.objects.update(hides_places=True)
    assert helper.post(f"{_base(draft)}vragen/birth/1/", ANSWERS["birth"][0]).status_code == 403


def test_the_citizen_ends_it_and_nothing_is_filled_in_any_more(cast: Cast) -> None:
    draft = begun(actor(cast.citizen))
    citizen, helper = _together(cast)
    citizen.post("/meekijken/stoppen/")
    answer = helper.post(f"{_base(draft)}vragen/birth/1/", ANSWERS["birth"][0])
    assert answer["Location"] == "/helpdesk/?voorbij=1"
    assert answers_of(reloaded(draft)).find("birth_place") is None


def test_after_its_quarter_of_an_hour_an_open_tab_fills_in_nothing(cast: Cast, mailoutbox: list[Any]) -> None:
    draft = answered(actor(cast.citizen))
    _citizen, helper = _together(cast)
    _asks_for_code(helper, draft)
    code = _reads_mail(mailoutbox)
    Assist.objects.update(ends_at=timezone.now())
    path = f"{_base(draft)}vragen/birth/1/"
    assert helper.post(path, {**ANSWERS["birth"][0], "birth_place": "9002"})["Location"].endswith("voorbij=1")
    assert answers_of(reloaded(draft)).find("birth_place") == "9001"
    helper.post("/helpdesk/meekijken/versturen/", {"code": code})
    assert not Case.objects.exists()


# --- What it says ------------------------------------------------------------------------------------


def test_what_was_filled_in_together_is_sent_by_the_citizen_and_says_so(cast: Cast) -> None:
    citizen, helper = _together(cast)
    begin = helper.post(f"/levensgebeurtenissen/{EVENT}/begin/")
    assert begin.status_code == 302
    draft = Journey.objects.get()
    _fills_in(helper, draft)
    review = citizen.get(f"{_base(draft)}controle/").content.decode()
    assert HELP in review
    seen = re.search(r'name="seen" value="([^"]+)"', review)
    assert seen
    assert citizen.post(f"{_base(draft)}controle/", {"seen": seen[1]}).status_code == 302
    deliver_all()
    case = Case.objects.get(service="geboorteaangifte")
    assert "birth_place" in payload_of(case)["helped"]
    for page in (f"/aanvragen/{case.reference}/", f"/aanvragen/{case.reference}/ontvangstbevestiging/"):
        assert HELP in citizen.get(page).content.decode(), page
    assert (
        HELP
        in logged_in(cast.officer).get(reverse("backoffice:case", args=[case.reference])).content.decode()
    )


def test_what_the_citizen_filled_in_alone_says_nothing_of_help(cast: Cast) -> None:
    case = submitted(actor(cast.citizen))["geboorteaangifte"]
    assert "helped" not in payload_of(case)
    assert HELP not in logged_in(cast.citizen).get(f"/aanvragen/{case.reference}/").content.decode()


def test_an_answer_that_the_citizen_changed_is_the_citizens_again(cast: Cast) -> None:
    draft = begun(actor(cast.citizen))
    citizen, helper = _together(cast)
    path = f"{_base(draft)}vragen/birth/1/"
    helper.post(path, ANSWERS["birth"][0])
    assert reloaded(draft).helped.keys() == {"birth_place", "role"}
    citizen.post(path, {**ANSWERS["birth"][0], "role": "other"})
    assert reloaded(draft).helped.keys() <= {"birth_place", "role"}
    citizen.post(path, {**ANSWERS["birth"][0], "birth_place": "9002"})
    assert "birth_place" not in reloaded(draft).helped


def test_an_agency_reads_only_of_its_own_questions_that_there_was_help(cast: Cast) -> None:
    draft = answered(actor(cast.citizen))
    _citizen, helper = _together(cast)
    changed = {**ANSWERS["benefit"][0], "works_abroad": "yes"}
    assert helper.post(f"{_base(draft)}vragen/benefit/1/", changed).status_code == 302
    citizen = logged_in(cast.citizen)
    review = citizen.get(f"{_base(draft)}controle/").content.decode()
    seen = re.search(r'name="seen" value="([^"]+)"', review)
    assert seen
    citizen.post(f"{_base(draft)}controle/", {"seen": seen[1], "follow_up": ["kinderbijslag"]})
    assert payload_of(Case.objects.get(service="kinderbijslag"))["helped"] == ["works_abroad"]
    assert "helped" not in payload_of(Case.objects.get(service="geboorteaangifte"))


def test_the_citizen_sees_it_live_and_reads_it_afterwards(cast: Cast) -> None:
    citizen, _helper = _together(cast)
    assert "Iemand van de helpdesk kijkt mee en vult met u in." in citizen.get("/aanvragen/").content.decode()
    row = Assist.objects.get()
    changed = citizen.get(f"/meekijken/?seen={row.pk}", headers={"HX-Request": "true"})
    assert "vult met u in" in changed.content.decode()
    citizen.post("/meekijken/toestaan/", {"what": "fill", "on": "0"})
    log = read_log(citizen_of(cast.citizen))
    assert [one for one in log if "fill" in one] == ["assist-allowed:fill", "assist-withdrawn:fill"]
    shown = citizen.get("/mijn-gegevens/gebruik/").content.decode()
    assert "U liet een medewerker van de helpdesk met u invullen." in shown


def test_a_form_with_mistakes_is_a_page_that_was_seen(cast: Cast) -> None:
    """It shows what its page shows: so it has a line, and no number of a person."""
    draft = begun(actor(cast.citizen))
    _citizen, helper = _together(cast)
    before = read_log(citizen_of(cast.citizen)).count("assist-page:question")
    answer = helper.post(f"{_base(draft)}vragen/birth/1/", {"birth_place": "999000019"})
    assert answer.status_code == 422
    assert "999000019" not in answer.content.decode()
    assert read_log(citizen_of(cast.citizen)).count("assist-page:question") == before + 1


# --- With a second code ------------------------------------------------------------------------------


def test_who_has_no_screen_sends_it_with_a_code(cast: Cast, mailoutbox: list[Any]) -> None:
    draft = answered(actor(cast.citizen))
    _citizen, helper = _together(cast)
    assert _asks_for_code(helper, draft)["Location"] == "/helpdesk/meekijken/versturen/"
    code = _reads_mail(mailoutbox)
    body = mailoutbox[-1].body
    assert "Wat u samen invulde, wordt dan verstuurd. Laat het eerst helemaal voorlezen." in body
    answer = helper.post("/helpdesk/meekijken/versturen/", {"code": code})
    case = Case.objects.get(service="geboorteaangifte")
    assert answer.status_code == 302
    assert Case.objects.filter(service="kinderbijslag").exists()
    assert case.journey_id == draft.pk
    assert read_log(citizen_of(cast.citizen)).count("assist-sent") == Case.objects.count()


def test_a_code_for_looking_along_sends_nothing(cast: Cast) -> None:
    draft = answered(actor(cast.citizen))
    _citizen, helper = _together(cast)
    _asks_for_code(helper, draft)
    her = citizen_of(cast.citizen)
    for code in (
        new_code(her, AssistCode.Way.PORTAL),
        new_code(her, AssistCode.Way.PORTAL, purpose=Purpose.FILL),
        new_code(her, AssistCode.Way.PORTAL, purpose=Purpose.SEND),
        new_code(her, AssistCode.Way.MAIL, purpose=Purpose.SEND, about="something else"),
    ):
        assert helper.post("/helpdesk/meekijken/versturen/", {"code": code}).status_code == 422
    assert not Case.objects.exists()


def test_what_was_changed_after_it_was_read_out_is_not_sent(cast: Cast, mailoutbox: list[Any]) -> None:
    draft = answered(actor(cast.citizen))
    _citizen, helper = _together(cast)
    _asks_for_code(helper, draft)
    code = _reads_mail(mailoutbox)
    helper.post(f"{_base(draft)}vragen/benefit/1/", {**ANSWERS["benefit"][0], "iban": "NL91ABNA0417164300"})
    answer = helper.post("/helpdesk/meekijken/versturen/", {"code": code})
    assert answer.status_code == 422
    assert "Er is niets verstuurd" in answer.content.decode()
    assert not Case.objects.exists()


def test_what_nobody_saw_gets_no_code(cast: Cast) -> None:
    draft = answered(actor(cast.citizen))
    _citizen, helper = _together(cast)
    assert _asks_for_code(helper, draft, seen="crafted").status_code == 422
    assert not Notification.objects.filter(reason=Notification.Reason.ASSIST_SEND).exists()


def test_a_service_that_needs_substantieel_is_sent_by_the_citizen_alone(cast: Cast) -> None:
    draft = answered(actor(cast.citizen))
    definitions = [{**one, "level": "substantieel"} for one in draft.definitions]
    Journey.objects.filter(pk=draft.pk).update(definitions=definitions, definitions_hash="another")
    _citizen, helper = _together(cast)
    answer = _asks_for_code(helper, draft)
    assert answer.status_code == 422
    assert "Dit moet de inwoner zelf versturen" in answer.content.decode()
    assert not Notification.objects.filter(reason=Notification.Reason.ASSIST_SEND).exists()


def test_a_draft_of_another_citizen_is_not_there(cast: Cast) -> None:
    draft = answered(actor(cast.neighbour))
    _citizen, helper = _together(cast)
    form = {"seen": "x", "channel": "mail"}
    assert helper.post(f"/helpdesk/meekijken/akkoord/{draft.pk}/", form).status_code == 404
    assert helper.post(f"{_base(draft)}vragen/birth/1/", ANSWERS["birth"][0]).status_code == 404


def test_once_the_citizen_takes_it_back_a_code_sends_nothing(cast: Cast, mailoutbox: list[Any]) -> None:
    draft = answered(actor(cast.citizen))
    citizen, helper = _together(cast)
    _asks_for_code(helper, draft)
    code = _reads_mail(mailoutbox)
    citizen.post("/meekijken/toestaan/", {"what": "fill", "on": "0"})
    assert helper.post("/helpdesk/meekijken/versturen/", {"code": code}).status_code == 422
    citizen.post("/meekijken/stoppen/")
    helper.post("/helpdesk/meekijken/versturen/", {"code": code})
    assert not Case.objects.exists()


# --- What was written --------------------------------------------------------------------------------


def _written(cast: Cast) -> Case:
    case = submitted(actor(cast.citizen))["geboorteaangifte"]
    Message.objects.create(case=case, side=Side.AGENCY, text="Wij belden met uw ex-man.")
    return case


def test_messages_are_not_shown_unless_the_citizen_lets_it(cast: Cast) -> None:
    case = _written(cast)
    citizen, helper = looks_along(cast)
    pages = ["/berichten/", f"/aanvragen/{case.reference}/", f"/aanvragen/{case.reference}/berichten/"]
    assert [page for page in pages if "ex-man" not in citizen.get(page).content.decode()] == []
    assert [page for page in pages if "ex-man" in helper.get(page).content.decode()] == []
    assert helper.get(pages[2]).status_code == 403
    assert "De inwoner beslist of u berichten leest." in helper.get(pages[2]).content.decode()
    citizen.post("/meekijken/toestaan/", {"what": "words", "on": "1"})
    assert [page for page in pages if "ex-man" not in helper.get(page).content.decode()] == []
    citizen.post("/meekijken/toestaan/", {"what": "words", "on": "0"})
    assert [page for page in pages if "ex-man" in helper.get(page).content.decode()] == []
    log = read_log(citizen_of(cast.citizen))
    assert [one for one in log if "words" in one] == ["assist-allowed:words", "assist-withdrawn:words"]


def test_what_may_not_be_read_is_not_found_by_searching_either(cast: Cast) -> None:
    case = _written(cast)
    citizen, helper = looks_along(cast)
    shown = helper.get("/berichten/", {"zoek": "ex-man"}).content.decode()
    nothing = helper.get("/berichten/", {"zoek": "zwembad"}).content.decode()
    assert shown.count("ll-card__link") == nothing.count("ll-card__link")
    citizen.post("/meekijken/toestaan/", {"what": "words", "on": "1"})
    found = helper.get("/berichten/", {"zoek": "ex-man"}).content.decode()
    assert found.count("ll-card__link") == 1
    assert case.reference in found


def test_with_a_secret_home_messages_stay_closed_whatever_the_citizen_lets(cast: Cast) -> None:
    case = _written(cast)
    Citizen.objects.filter(pk=citizen_of(cast.citizen).pk).update(safety_flag=True)
    citizen, helper = logged_in(cast.citizen), known_helper(cast.helpdesk)
    found = helper.post("/helpdesk/", {"zoek": "kenmerk", "reference": case.reference})["Location"]
    types_code(helper, found, new_code(citizen_of(cast.citizen), AssistCode.Way.PORTAL))
    citizen.post("/meekijken/toestaan/", {"what": "words", "on": "1"})
    assert helper.get(f"/aanvragen/{case.reference}/berichten/").status_code == 404
    assert "ex-man" not in helper.get(f"/aanvragen/{case.reference}/").content.decode()


def test_the_overview_of_the_helpdesk_shows_nothing_that_was_written(cast: Cast) -> None:
    _written(cast)
    _citizen, helper = looks_along(cast)
    overview = helper.post("/helpdesk/meekijken/stop/")["Location"]
    shown = helper.get(overview).content.decode()
    assert "Hoe alles ervoor staat" in shown
    assert "ex-man" not in shown


def test_a_hash_of_what_was_seen_is_never_masked_as_a_number_of_a_person() -> None:
    """A form carries it: with a part of it masked, what was read out could not be sent."""
    seen = "ab999000019" + "c" * 53
    assert replace_bsn(f'value="{seen}" 999000019', lambda _bsn: "x") == f'value="{seen}" x'
