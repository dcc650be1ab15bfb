"""What somebody without an account says about what runs: staff write it down, and its own day counts."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client
from django.utils import timezone

from portal import clock
from portal.access import staff
from portal.access.filing.verbs import FilingEnded, end_filing, writing_down
from portal.access.models import Filing
from portal.cases.back.concluding import conclude
from portal.cases.deciding.ending import MayNotEnd, end
from portal.cases.models import (
    Case,
    Change,
    CitizenTask,
    Delivery,
    Message,
    Notice,
    Outcome,
    Phase,
    Proceeding,
)
from portal.cases.notices import letters
from portal.cases.notices.reminding import remind
from portal.cases.objecting import NotInWriting, object_to
from portal.cases.own import own_cases
from portal.cases.talk.asking import Answer, answer, ask
from portal.cases.talk.standing import Closed
from portal.cases.talk.told import whole_text
from portal.cases.talk.withdrawing import withdraw
from portal.cases.talk.writing import write
from portal.citizen.assisted import assisted_sentence
from portal.ledger.log.uses import uses_of
from portal.ledger.models import StaffAction
from portal.people.actor import Actor
from portal.people.models import Citizen, Role, User
from portal.people.verbs import find_or_create_citizen_user
from tests.cases.steps import deliver_all, submitted
from tests.cast import NOOR_BSN, Cast, actor, logged_in, make_cast
from tests.factories import make_citizen, make_officer, make_staff, redefine
from tests.helpdesk.filing import (
    SCAN,
    Channel,
    Identity,
    amal,
    filed,
    knows_self,
    on_paper,
    opened,
    text_of,
    writes_down,
)
from tests.registers import Register

TODAY = date(2026, 11, 2)
"""A Monday."""


@pytest.fixture
def helper(db: None) -> User:
    return knows_self(make_staff(Role.HELPDESK, name="Hanna Vos"))


@pytest.fixture
def case(helper: User, register: Register, settings: Any) -> Case:
    """Of Amal, who has no BSN: an application with a term of eight weeks and objection, at its agency."""
    cache.clear()
    settings.PORTAL_NOW = TODAY
    found = filed(_at_the_desk(helper))
    end_filing(staff=_writing(helper))
    term = {"article": {"name": "Awb 4:13", "verified": True}, "weeks": 8, "days": 0}
    other = {"decision_term": term, "kind": "application", "outcome": "decision", "remedy": "objection"}
    remedy = {"article": {"name": "Awb 6:7", "verified": True}, "weeks": 6, "days": 0}
    more = other | {"remedy_term": remedy, "change": ["remark"]}
    redefine(found.journey, [one | more for one in found.journey.definitions])
    deliver_all()
    due = TODAY + timedelta(weeks=8)
    Case.objects.filter(pk=found.pk).update(received_on=TODAY, due_on=due)
    return _fresh(found)


@pytest.fixture
def officer(case: Case) -> Actor:
    return Actor.of_user(make_officer(case.agency))


def _fresh(case: Case) -> Case:
    return Case.objects.select_related("journey", "citizen").get(pk=case.pk)


def _at_the_desk(user: User, citizen: Citizen | None = None, **more: Any) -> Actor:
    person = citizen or amal()
    return writes_down(user, person, **({"channel": Channel.DESK, "identity": Identity.PAPERS} | more))


def _writing(user: User) -> Actor:
    return writing_down(user, str(Filing.objects.get(staff=user, ended_at=None).pk))


def _asked(case: Case, officer: Actor, until: date | None = None) -> CitizenTask:
    return ask(case=case, actor=officer, what="De akte", why="Wij missen hem.", external_id="q1", until=until)


def _log(citizen: Citizen) -> list[str]:
    found = [use.outcome for use in reversed(uses_of(citizen)) if use.outcome.startswith("filing-")]
    return [one for one in found if not one.startswith(("filing-begun", "filing-sent"))]


def _letter() -> str:
    batch = letters.hand_over()
    assert batch is not None
    parts = [part for one in letters.letters_of(batch) for part in one.parts]
    return " ".join(words for part in parts for words in part.sentences)


# --- What counts, and what it leaves -----------------------------------------------------------------


def test_an_answer_on_paper_starts_the_clock_on_the_day_that_it_came_in(
    case: Case, officer: Actor, helper: User, settings: Any
) -> None:
    due = case.due_on
    assert due is not None
    task = _asked(case, officer, until=TODAY + timedelta(days=21))
    settings.PORTAL_NOW = TODAY + timedelta(days=11)
    signed = on_paper(helper, case.citizen, received_on=TODAY + timedelta(days=9))
    answer(task=task, actor=signed, answer=Answer("Hier is zij."))
    assert _fresh(case).phase == Phase.HANDLED
    # It stood still from the day after the question to the day before the letter.
    assert _fresh(case).due_on == due + timedelta(days=8)
    task.refresh_from_db()
    assert (task.came_by, task.came_on) == ("paper", TODAY + timedelta(days=9))
    (document,) = task.documents.all()
    assert document.title == "Ondertekende brief"
    assert not Filing.objects.exclude(sealed_scan=None).exists()
    assert _log(case.citizen) == ["filing-answer:paper"]
    assert StaffAction.objects.get(what="filing-answer:paper").reference == case.reference


def test_an_answer_that_came_in_before_the_question_counts_from_the_question(
    case: Case, officer: Actor, helper: User, settings: Any
) -> None:
    settings.PORTAL_NOW = TODAY + timedelta(days=5)
    due = case.due_on
    task = _asked(case, officer, until=TODAY + timedelta(days=21))
    signed = on_paper(helper, case.citizen, received_on=TODAY)
    answer(task=task, actor=signed, answer=Answer("Hier is zij."))
    assert _fresh(case).due_on == due


def test_a_letter_that_came_in_in_time_lets_four_weeks_run_from_its_own_day(
    case: Case, officer: Actor, helper: User, settings: Any
) -> None:
    """Awb 4:5(4): after that day the request is decided on; not after the day on which it was typed."""
    until = TODAY + timedelta(days=14)
    task = _asked(case, officer, until=until)
    settings.PORTAL_NOW = until + timedelta(days=20)
    signed = on_paper(helper, case.citizen, received_on=until)
    answer(task=task, actor=signed, answer=Answer("Hier is zij."))
    settings.PORTAL_NOW = until + timedelta(days=29)
    with pytest.raises(MayNotEnd, match="over"):
        end(case=_fresh(case), actor=officer, ground="incomplete", text="Te laat.", external_id="e1")


def test_a_message_by_telephone_stands_in_the_thread_as_what_it_is(
    case: Case, helper: User, officer: Actor
) -> None:
    by_phone = writes_down(helper, case.citizen)
    write(case=case, actor=by_phone, text="Ik verhuis.", external_id="form:1")
    message = Message.objects.get()
    assert (message.side, message.came_by, message.came_on) == ("citizen", "phone", TODAY)
    row = Delivery.objects.get(kind="message")
    assert row.message == message
    read = "Ik verhuis.\n\nPer telefoon gezegd op maandag 2 november 2026. Een medewerker schreef het op."
    assert whole_text(message) == read
    assert not StaffAction.objects.filter(what="message-written").exists()
    assert _log(case.citizen) == ["filing-message:phone"]


def test_what_is_taken_back_at_the_desk_goes_to_the_agency_with_how_it_was_said(
    case: Case, helper: User
) -> None:
    withdraw(case=case, actor=_at_the_desk(helper))
    assert _fresh(case).phase == Phase.WITHDRAWN
    row = Delivery.objects.get(kind="withdraw")
    assert row.message is not None
    assert whole_text(row.message).startswith("Ik trek dit in.\n\nAan de balie gezegd")
    # Twice is once.
    withdraw(case=_fresh(case), actor=_writing(helper))
    assert Delivery.objects.filter(kind="withdraw").count() == 1
    assert _log(case.citizen) == ["filing-withdrawal:desk"]
    deliver_all()
    assert Delivery.objects.get(kind="withdraw").delivered_at is not None


def test_an_objection_is_on_paper_and_of_the_day_that_it_came_in(
    case: Case, helper: User, officer: Actor, settings: Any
) -> None:
    conclude(case=case, kind=Outcome.Kind.REFUSED, motivation="De akte ontbreekt.", actor=officer)
    by_phone = writes_down(helper, case.citizen)
    with pytest.raises(NotInWriting):
        object_to(case=_fresh(case), actor=by_phone, reasons="Zij is er wel.", external_id="form:1")
    end_filing(staff=by_phone)
    settings.PORTAL_NOW = TODAY + timedelta(days=10)
    posted, came = TODAY + timedelta(days=6), TODAY + timedelta(days=8)
    signed = writes_down(
        helper,
        case.citizen,
        channel=Channel.PAPER,
        identity=Identity.SIGNATURE,
        received_on=came,
        posted_on=posted,
        scan=SCAN,
    )
    for _twice in range(2):
        made = object_to(case=_fresh(case), actor=signed, reasons="Zij is er wel.", external_id="form:1")
    assert made.opened_on == came
    message = Message.objects.get()
    assert "Datum: dinsdag 10 november 2026" in message.text
    assert "Poststempel: zondag 8 november 2026." in message.text
    assert message.documents.get().title == "Ondertekende brief"
    assert Proceeding.objects.count() == 1
    assert _log(case.citizen) == ["filing-objection:paper"]


def test_who_said_it_reads_by_letter_what_was_passed_on(case: Case, helper: User, officer: Actor) -> None:
    letters.hand_over()
    write(case=case, actor=writes_down(helper, case.citizen), text="Ik verhuis.", external_id="form:1")
    assert (
        "Wij schreven uw bericht op en gaven het door aan de gemeente Waterstad. Klopt dit niet?" in _letter()
    )
    # A question of the agency is written out, and reminds nobody a second time.
    _asked(case, officer, until=TODAY + timedelta(days=21))
    assert "Wij missen hem." in _letter()


def test_nobody_is_reminded_by_a_way_that_does_not_reach_them(
    case: Case, officer: Actor, settings: Any
) -> None:
    """The letter is all that there is: it went at once, and three and seven days later nothing else does."""
    _asked(case, officer, until=TODAY + timedelta(days=21))
    before = list(Notice.objects.get(kind="task").notifications.values_list("channel", "reason"))
    assert before == [("post", "news")]
    for days in (3, 7, 8):
        settings.PORTAL_NOW = TODAY + timedelta(days=days)
        remind()
    assert list(Notice.objects.get(kind="task").notifications.values_list("channel", "reason")) == before


# --- What must not be --------------------------------------------------------------------------------


@pytest.fixture
def with_account(db: None, register: Register) -> tuple[Cast, Case]:
    """Noor, who sent it herself; its agency has it."""
    cache.clear()
    cast = make_cast()
    own = submitted(actor(cast.citizen), follow_ups=())["geboorteaangifte"]
    deliver_all()
    return cast, _fresh(own)


def test_who_has_an_account_and_sends_a_signed_letter_is_heard_too_and_reads_it_there(
    with_account: tuple[Cast, Case],
) -> None:
    cast, own = with_account
    officer = actor(cast.officer)
    task = ask(case=own, actor=officer, what="De akte", why="Wij missen hem.", external_id="q1")
    write(case=own, actor=officer, text="Iets van gisteren.", external_id="m1")
    signed = on_paper(cast.helpdesk, own.citizen, received_on=clock.today())
    browser = opened(cast.helpdesk, signed)
    assert "Antwoord op: De akte" in text_of(browser.get("/helpdesk/invullen/"))
    assert "Iets van gisteren." not in text_of(browser.get(f"/aanvragen/{own.reference}/berichten/"))
    browser.post(f"/aanvragen/{own.reference}/taken/{task.pk}/", {"text": "Hier is zij.", "do": "send"})
    task.refresh_from_db()
    assert (task.came_by, task.came_on) == ("paper", clock.today())
    noor = logged_in(cast.citizen)
    assert "Op papier gekregen op" in text_of(noor.get(f"/aanvragen/{own.reference}/berichten/"))
    assert "filing-answer:paper" in _log(own.citizen)
    assert task.documents.get().title == "Ondertekende brief"
    assert Notice.objects.filter(case=own, about__startswith="heard:answer").exists()


def test_who_has_an_account_objects_on_paper_with_a_signature(
    with_account: tuple[Cast, Case],
) -> None:
    cast, own = with_account
    term = {"article": {"name": "Awb 6:7", "verified": True}, "weeks": 6, "days": 0}
    more = {"outcome": "decision", "remedy": "objection", "remedy_term": term}
    redefine(own.journey, [one | more for one in own.journey.definitions])
    own = _fresh(own)
    conclude(case=own, kind=Outcome.Kind.REFUSED, motivation="Nee.", actor=actor(cast.officer))
    signed = on_paper(cast.helpdesk, own.citizen, received_on=clock.today())
    made = object_to(case=_fresh(own), actor=signed, reasons="Zij is er wel.", external_id="form:1")
    assert made.opened_on == clock.today()
    assert Message.objects.get().came_by == "paper"


@pytest.mark.parametrize("channel", [Channel.PHONE, Channel.DESK])
def test_by_the_word_of_staff_alone_nothing_that_runs_opens_of_who_has_an_account(
    with_account: tuple[Cast, Case], channel: Filing.Channel
) -> None:
    cast, own = with_account
    how = Identity.PAPERS if channel == Channel.DESK else Identity.QUESTIONS
    by_phone = writes_down(cast.helpdesk, own.citizen, channel=channel, identity=how)
    assert not own_cases(by_phone).exists()
    with pytest.raises(PermissionError):
        withdraw(case=own, actor=by_phone)


def test_an_account_that_is_made_meanwhile_ends_it_at_the_next_request(
    helper: User, register: Register
) -> None:
    cache.clear()
    noor = make_citizen(NOOR_BSN)
    filed(writes_down(helper, noor))
    assert own_cases(_writing(helper)).exists()
    find_or_create_citizen_user(noor)
    assert not own_cases(_writing(helper)).exists()


def test_by_their_own_word_alone_nobody_says_something_about_what_runs(case: Case, helper: User) -> None:
    stated = writes_down(helper, case.citizen, identity=Identity.STATED)
    assert not own_cases(stated).exists()
    with pytest.raises(PermissionError):
        write(case=case, actor=stated, text="Ik verhuis.", external_id="form:1")


def test_an_officer_has_what_runs_at_the_own_agency_and_no_other(case: Case, helper: User) -> None:
    elsewhere = _at_the_desk(make_officer("gemeente-duinzicht"))
    assert not own_cases(elsewhere).exists()
    with pytest.raises(PermissionError):
        withdraw(case=case, actor=elsewhere)
    here = _at_the_desk(make_officer(case.agency, name="Een ander"))
    assert own_cases(here).get() == case
    withdraw(case=case, actor=here)


def test_nothing_is_said_about_a_case_that_has_ended(case: Case, helper: User, officer: Actor) -> None:
    task = _asked(case, officer)
    conclude(case=_fresh(case), kind=Outcome.Kind.GRANTED, motivation="Klaar.", actor=officer)
    by_phone = writes_down(helper, case.citizen)
    with pytest.raises(Closed):
        answer(task=task, actor=by_phone, answer=Answer("Hier"))
    with pytest.raises(Closed):
        write(case=case, actor=by_phone, text="Nog iets.", external_id="form:1")
    assert not Message.objects.exists()


@pytest.mark.parametrize("shut", [staff.deactivate, "renew"], ids=["closed", "renewed"])
def test_an_account_that_is_closed_ends_what_it_wrote_down_and_its_scan_goes(
    case: Case, helper: User, shut: Any
) -> None:
    signed = on_paper(helper, case.citizen, received_on=TODAY)
    lead = Actor.of_user(make_staff(Role.OPERATOR, "levensloket", name="Otto Maas"))
    make_staff(Role.OPERATOR, "levensloket", name="Een tweede")
    if shut == "renew":
        User.objects.filter(pk=helper.pk).update(email="hanna@voorbeeld.example")
        staff.renew(actor=lead, user_id=helper.pk, lost_step=False)
    else:
        staff.deactivate(actor=lead, user_id=helper.pk)
    row = Filing.objects.get(ended_at__isnull=False, channel="paper")
    assert row.sealed_scan is None
    with pytest.raises(FilingEnded):
        write(case=case, actor=signed, text="Te laat.", external_id="form:1")
    assert not Message.objects.exists()


def test_its_time_ends_it_in_the_middle_of_something(case: Case, helper: User) -> None:
    by_phone = writes_down(helper, case.citizen)
    Filing.objects.filter(ended_at=None).update(ends_at=timezone.now())
    with pytest.raises(FilingEnded):
        withdraw(case=case, actor=by_phone)
    assert _fresh(case).phase != Phase.WITHDRAWN


# --- The pages ---------------------------------------------------------------------------------------


@pytest.fixture
def browser(case: Case, helper: User) -> Client:
    """Somebody of the helpdesk with Amal on the telephone."""
    return opened(helper, writes_down(helper, case.citizen))


def test_on_the_pages_of_the_citizen_staff_answer_write_change_and_take_back(
    browser: Client, case: Case, officer: Actor
) -> None:
    task = _asked(case, officer)
    overview = text_of(browser.get("/helpdesk/invullen/"))
    for words in ("Antwoord op: De akte", "Bericht opschrijven", "Iets veranderen", "Intrekken"):
        assert words in overview
    base = f"/aanvragen/{case.reference}/"
    assert browser.get(base)["Location"] == "/helpdesk/invullen/"
    question = text_of(browser.get(f"{base}taken/{task.pk}/"))
    assert "Wij missen hem." in question
    assert "Hoofdmenu" not in question, "nothing is chosen there while staff write something down"
    browser.post(f"{base}taken/{task.pk}/", {"text": "Hier is zij.", "do": "send"})
    task.refresh_from_db()
    assert task.came_by == "phone"
    write(case=case, actor=officer, text="Een geheim van gisteren.", external_id="m1")
    thread = browser.get(f"{base}berichten/")
    assert "Een geheim van gisteren." not in text_of(thread)
    key = thread.context["form"].initial["key"]
    browser.post(f"{base}berichten/", {"text": "Ik verhuis.", "key": str(key)})
    assert Message.objects.filter(came_by="phone").count() == 1
    # Nobody of the staff has read it for the citizen.
    assert Message.objects.get(external_id="m1").read_at is None
    form = browser.get(f"{base}veranderen/").context["form"]
    typed = {"remark": "Anders.", "seen": form.initial["seen"], "key": str(form.initial["key"])}
    browser.post(f"{base}veranderen/", typed)
    assert Change.objects.get().message.came_by == "phone"
    assert browser.get(f"{base}intrekken/").status_code == 200
    browser.post(f"{base}intrekken/")
    assert _fresh(case).phase == Phase.WITHDRAWN
    acts = [one for one in _log(case.citizen) if not one.startswith("filing-page")]
    assert acts == [f"filing-{one}:phone" for one in ("answer", "message", "change", "withdrawal")]
    assert {"filing-page:task", "filing-page:messages", "filing-page:change"} <= set(_log(case.citizen))


def test_by_telephone_the_page_says_that_an_objection_must_be_signed(
    browser: Client, case: Case, officer: Actor, helper: User
) -> None:
    conclude(case=_fresh(case), kind=Outcome.Kind.REFUSED, motivation="Nee.", actor=officer)
    overview = text_of(browser.get("/helpdesk/invullen/"))
    assert "Bezwaar maken kan alleen op papier, met een handtekening." in overview
    path = f"/aanvragen/{case.reference}/bezwaar/"
    key = browser.get(path).context["form"].initial["key"]
    assert browser.post(path, {"reasons": "", "key": str(key)}).status_code == 403
    assert not Proceeding.objects.exists()
    browser.post("/helpdesk/invullen/klaar/")
    signed = opened(helper, on_paper(helper, case.citizen, received_on=TODAY))
    assert "Bezwaar overnemen" in text_of(signed.get("/helpdesk/invullen/"))
    signed.post(path, {"reasons": "", "key": str(key)})
    assert Proceeding.objects.get().opened_on == TODAY


def test_the_citizens_log_says_it_in_words() -> None:
    assert "Hoe u het zei: per telefoon." in assisted_sentence("filing-answer:phone")
    assert assisted_sentence("filing-objection:paper") == "Een medewerker nam uw bezwaar over van papier."


def test_the_case_of_another_person_does_not_open(browser: Client, cast_case: Case) -> None:
    for more in ("berichten/", "intrekken/"):
        assert browser.get(f"/aanvragen/{cast_case.reference}/{more}").status_code == 404
    assert browser.post(f"/aanvragen/{cast_case.reference}/intrekken/").status_code == 404
    assert _fresh(cast_case).phase != Phase.WITHDRAWN


@pytest.fixture
def cast_case(case: Case) -> Case:
    cast: Cast = make_cast()
    return submitted(actor(cast.citizen), follow_ups=())["geboorteaangifte"]
