"""Mails, texts and letters: who gets which, once, without a word of what it is about."""

from __future__ import annotations

import json
import smtplib
from contextlib import suppress
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pytest
from django.core import mail
from django.core.management import CommandError, call_command
from django.utils import timezone

from portal import clock
from portal.access.models import Representation
from portal.access.representation import mandate_of
from portal.access.standing import standing_of
from portal.cases.back.concluding import conclude
from portal.cases.back.status import apply_status
from portal.cases.models import Case, Contact, Notice, Notification, Outcome, Phase
from portal.cases.notices import letters, noting, reminding, sending
from portal.cases.notices.models import Channel
from portal.cases.notices.planning import HERE, Quiet, Rhythm
from portal.cases.notices.preferences import (
    MOST_CODES_A_DAY,
    MOST_TRIES,
    Preferences,
    TooManyCodes,
    WrongCode,
    give_contact,
    set_preferences,
    verify,
)
from portal.cases.talk.asking import Answer, answer, ask
from portal.cases.talk.writing import write
from portal.ledger.engine.gather import expire
from portal.people.actor import Actor
from portal.people.models import Citizen
from tests.cases.steps import deliver_all, submitted
from tests.cast import NEIGHBOUR_BSN, NOOR_BSN
from tests.factories import make_citizen_user, make_officer
from tests.registers import Register

ADDRESS, NUMBER = "noor@voorbeeld.example", "+31612345678"
A_WEEK_LATER = timedelta(days=7)


@pytest.fixture(autouse=True)
def at_once(settings: Any, tmp_path: Path) -> None:
    """No night, and nothing is gathered; texts are files."""
    settings.NOTICE_QUIET_HOURS, settings.NOTICE_GATHER = (0, 0), timedelta()
    settings.SMS_URL = f"file://{tmp_path}/sms"


@pytest.fixture
def case(noor: Actor) -> Case:
    """Noor's request, which the municipality has."""
    case = submitted(noor, follow_ups=())["geboorteaangifte"]
    deliver_all()
    return Case.objects.select_related("journey", "citizen").get(pk=case.pk)


@pytest.fixture
def officer(case: Case) -> Actor:
    """Who decides."""
    return Actor.of_user(make_officer(case.agency))


def reached(actor: Actor, channel: Channel = Channel.MAIL, address: str = ADDRESS) -> None:
    """The citizen gave an address and typed the code that came."""
    row = give_contact(actor=actor, channel=channel, address=address)
    send_all()
    assert row.notice is None
    verify(actor=actor, channel=channel, code=newest_code(channel))
    mail.outbox.clear()


def newest_code(channel: Channel) -> str:
    """Out of the mail, or out of the text in the folder."""
    said = str(mail.outbox[-1].body) if channel == Channel.MAIL else texts()[-1]["text"]
    return next(word.strip(".") for word in said.split() if word.strip(".").isdecimal())


def texts() -> list[dict[str, str]]:
    """What went out as SMS, in any order."""
    provider = sending.sms()
    return [json.loads(path.read_text()) for path in sorted(provider._folder.glob("*.json"))]  # type: ignore[attr-defined]


def send_all() -> None:
    """A worker that works on whatever is due."""
    with patch.object(noting, "ring", lambda row_id: sending.notify(row_id=row_id)), suppress(_Killed):
        sending.sweep()


def refused(case: Case, officer: Actor) -> Outcome:
    return conclude(
        case=case, kind=Outcome.Kind.REFUSED, motivation="De akte kan niet worden gemaakt.", actor=officer
    )


def later(days: int, settings: Any) -> None:
    """The legal clock goes on."""
    settings.PORTAL_NOW = (settings.PORTAL_NOW or timezone.localdate()) + timedelta(days=days)


def queue() -> list[Notification]:
    return list(Notification.objects.filter(channel=Channel.POST))


# --- What is said -------------------------------------------------------------------------------


def test_no_mail_text_or_letter_says_whose_it_is_from_whom_or_what_about(
    noor: Actor, case: Case, officer: Actor
) -> None:
    reached(noor)
    reached(noor, Channel.SMS, NUMBER)
    refused(case, officer)
    send_all()
    noting.add_letter(Notice.objects.get(kind="decision"), Notification.Reason.LETTER)
    batch = letters.hand_over()
    assert batch is not None
    (letter,) = letters.letters_of(batch)
    (sent,), (_code, text) = mail.outbox, sorted(texts(), key=lambda one: "code" not in one["text"])
    said = [sent.subject, str(sent.body), text["text"], letter.words.subject, *letter.words.sentences]
    for forbidden in ("Noor", NOOR_BSN, "gemeente", "Waterstad", "eboorte", "akte", "http", case.reference):
        assert [one for one in said if forbidden in one] == []
    assert "Er staat een bericht voor u klaar" in str(sent.body)
    assert (sent.to, text["number"]) == ([ADDRESS], NUMBER)


def test_what_comes_together_is_one_mail(noor: Actor, case: Case, officer: Actor) -> None:
    reached(noor)
    write(case=case, actor=officer, text="Wij bekijken het.", external_id="m1")
    refused(case, officer)
    send_all()
    assert len(mail.outbox) == 1
    assert not Notification.objects.filter(delivered_at=None).exists()


def test_the_same_news_twice_is_one_notice(noor: Actor, case: Case, officer: Actor) -> None:
    reached(noor)
    refused(case, officer)
    refused(case, officer)
    send_all()
    send_all()
    assert len(mail.outbox) == 1
    assert Notice.objects.filter(kind="decision").count() == 1


def test_what_was_read_before_it_went_is_not_sent(noor: Actor, case: Case, officer: Actor) -> None:
    reached(noor)
    refused(case, officer)
    noting.opened(case=case, actor=noor)
    send_all()
    assert mail.outbox == []
    assert Notification.objects.filter(dropped=True).exists()


def test_a_neighbour_who_opens_it_reads_nothing(case: Case, officer: Actor) -> None:
    refused(case, officer)
    noting.opened(case=case, actor=officer)
    assert Notice.objects.get(kind="decision").read_at is None


# --- By which way -------------------------------------------------------------------------------


def test_a_decision_goes_by_letter_at_once_where_nothing_else_reaches_somebody(
    case: Case, officer: Actor
) -> None:
    refused(case, officer)
    assert [row.reason for row in queue()] == ["letter"]
    assert [notice.kind for notice in Notice.objects.filter(notifications=None)] == ["progress"]


def test_who_wants_everything_by_post_gets_no_mail(noor: Actor, case: Case, officer: Actor) -> None:
    reached(noor)
    set_preferences(actor=noor, chosen=Preferences(by_post=True))
    case.citizen.refresh_from_db()
    write(case=case, actor=officer, text="Wij bekijken het.", external_id="m1")
    refused(case, officer)
    send_all()
    assert mail.outbox == []
    assert {row.notice.kind for row in queue() if row.notice} == {"message", "decision"}
    batch = letters.hand_over()
    assert batch is not None
    assert len(list(letters.letters_of(batch))) == 1


def test_each_kind_has_its_own_channels(noor: Actor, case: Case, officer: Actor) -> None:
    reached(noor)
    reached(noor, Channel.SMS, NUMBER)
    set_preferences(actor=noor, chosen=Preferences(channels={"message": ["sms"], "decision": ["mail"]}))
    write(case=case, actor=officer, text="Wij bekijken het.", external_id="m1")
    send_all()
    assert (len(mail.outbox), len(texts())) == (0, 2)
    refused(case, officer)
    send_all()
    assert (len(mail.outbox), len(texts())) == (1, 2)


# --- An address is shown to be right ------------------------------------------------------------


def test_an_address_is_not_used_before_its_code_was_typed(noor: Actor, case: Case, officer: Actor) -> None:
    give_contact(actor=noor, channel=Channel.MAIL, address=ADDRESS)
    send_all()
    assert len(mail.outbox) == 1
    refused(case, officer)
    send_all()
    assert len(mail.outbox) == 1
    assert len(queue()) == 1
    contact = Contact.objects.get()
    assert ADDRESS.encode() not in bytes(contact.sealed)
    assert not Notification.objects.exclude(sealed_code=None).exists()


def test_a_code_can_be_guessed_five_times_and_asked_for_five_times_a_day(noor: Actor, db: None) -> None:
    give_contact(actor=noor, channel=Channel.MAIL, address=ADDRESS)
    send_all()
    code = newest_code(Channel.MAIL)
    wrong = f"{(int(code) + 1) % 1_000_000:06}"
    for _ in range(MOST_TRIES):
        with pytest.raises(WrongCode):
            verify(actor=noor, channel=Channel.MAIL, code=wrong)
    with pytest.raises(WrongCode):
        verify(actor=noor, channel=Channel.MAIL, code=code)
    for _ in range(MOST_CODES_A_DAY - 1):
        give_contact(actor=noor, channel=Channel.MAIL, address=ADDRESS)
    with pytest.raises(TooManyCodes):
        give_contact(actor=noor, channel=Channel.MAIL, address=ADDRESS)


# --- Nothing lost, nothing twice ----------------------------------------------------------------


def test_a_mail_server_that_is_away_loses_nothing(noor: Actor, case: Case, officer: Actor) -> None:
    reached(noor)
    refused(case, officer)
    with patch("django.core.mail.EmailMessage.send", side_effect=ConnectionRefusedError):
        send_all()
    rows = Notification.objects.filter(delivered_at=None, channel=Channel.MAIL)
    assert {(row.attempts, row.last_error) for row in rows} == {(1, "ConnectionRefusedError")}
    rows.update(not_before=timezone.now())
    send_all()
    assert len(mail.outbox) == 1


def test_one_that_keeps_failing_asks_a_person_and_the_decision_goes_by_letter(
    noor: Actor, case: Case, officer: Actor
) -> None:
    reached(noor)
    refused(case, officer)
    waiting = Notification.objects.filter(channel=Channel.MAIL, delivered_at=None)
    waiting.update(attempts=sending.MAX_ATTEMPTS - 1)
    with patch("django.core.mail.EmailMessage.send", side_effect=ConnectionRefusedError):
        send_all()
    assert set(waiting.values_list("needs_human", flat=True)) == {"exceeded"}
    assert [row.reason for row in queue()] == ["letter"]


def test_a_worker_that_dies_after_the_mail_sends_the_same_mail_again(
    noor: Actor, case: Case, officer: Actor
) -> None:
    reached(noor)
    refused(case, officer)
    with patch.object(sending, "fault_point", _dies_at("notice.after-send")):
        send_all()
    Notification.objects.update(lease_until=None, not_before=timezone.now())
    # More came meanwhile, and goes along in the same mail.
    write_of(case, officer)
    send_all()
    first, second = mail.outbox
    assert first.extra_headers["Message-ID"] == second.extra_headers["Message-ID"]


def test_a_text_that_went_before_the_worker_died_is_not_sent_again(
    noor: Actor, case: Case, officer: Actor
) -> None:
    reached(noor, Channel.SMS, NUMBER)
    refused(case, officer)
    with patch.object(sending, "fault_point", _dies_at("notice.after-send")):
        send_all()
    Notification.objects.update(lease_until=None, not_before=timezone.now())
    with patch("connectors.sms.Folder.send", side_effect=AssertionError("a second time")):
        send_all()
    assert not Notification.objects.filter(delivered_at=None).exists()


def test_a_worker_that_dies_before_the_mail_sends_it_later(noor: Actor, case: Case, officer: Actor) -> None:
    reached(noor)
    refused(case, officer)
    with patch.object(sending, "fault_point", _dies_at("notice.before-send")):
        send_all()
    assert mail.outbox == []
    Notification.objects.update(lease_until=None, not_before=timezone.now())
    send_all()
    assert len(mail.outbox) == 1


class _Killed(BaseException):
    """The process is gone: nothing after it runs."""


def _dies_at(point: str) -> Any:
    def passed(name: str) -> None:
        if name == point:
            raise _Killed(name)

    return passed


def write_of(case: Case, officer: Actor) -> None:
    noting.note(case=case, kind=Notice.Kind.MESSAGE, about="more")


# --- What does not arrive -----------------------------------------------------------------------


def test_a_decision_that_bounces_at_our_own_server_is_a_letter_at_once(
    noor: Actor, case: Case, officer: Actor
) -> None:
    reached(noor)
    refused(case, officer)
    no_such = smtplib.SMTPRecipientsRefused({ADDRESS: (550, b"no such user")})
    with patch("django.core.mail.EmailMessage.send", side_effect=no_such):
        send_all()
    assert [row.reason for row in queue()] == ["letter"]
    assert Contact.objects.get().bounced_at is not None
    assert "noor" not in "".join(Notification.objects.values_list("last_error", flat=True))


def test_a_mail_that_comes_back_later_is_a_letter_then(noor: Actor, case: Case, officer: Actor) -> None:
    reached(noor)
    refused(case, officer)
    send_all()
    sent = Notification.objects.filter(channel=Channel.MAIL, notice__kind="decision").get()
    first = sent.told_with or sent
    call_command("notices", "bounced", str(first.pk))
    assert [row.reason for row in queue()] == ["letter"]
    with pytest.raises(CommandError):
        call_command("notices", "bounced", str(first.pk))


def test_a_text_of_which_the_provider_says_so_is_a_letter(noor: Actor, case: Case, officer: Actor) -> None:
    reached(noor, Channel.SMS, NUMBER)
    refused(case, officer)
    send_all()
    with patch("connectors.sms.Folder.bounced", return_value=True):
        assert reminding.look_for_bounces() >= 1
    assert [row.reason for row in queue()] == ["letter"]


# --- What stays unread --------------------------------------------------------------------------


def test_an_unread_decision_is_a_reminder_after_three_days_and_a_letter_after_seven(
    noor: Actor, case: Case, officer: Actor, settings: Any
) -> None:
    settings.PORTAL_NOW = date(2026, 3, 2)
    reached(noor)
    refused(case, officer)
    send_all()
    later(2, settings)
    reminding.remind()
    send_all()
    assert len(mail.outbox) == 1
    later(1, settings)
    reminding.remind()
    reminding.remind()
    send_all()
    assert [str(one.body)[:30] for one in mail.outbox][1:] == ["Er staat nog een bericht voor "]
    later(3, settings)
    assert reminding.remind()["letters"] == 0
    later(1, settings)
    assert reminding.remind()["letters"] == 1
    assert reminding.remind()["letters"] == 0
    assert [row.reason for row in queue()] == ["letter"]


def test_what_was_read_is_no_reminder_and_no_letter(
    noor: Actor, case: Case, officer: Actor, settings: Any
) -> None:
    settings.PORTAL_NOW = date(2026, 3, 2)
    reached(noor)
    refused(case, officer)
    send_all()
    noting.opened(case=case, actor=noor)
    later(8, settings)
    assert reminding.remind().total() == 0


def test_a_message_that_stays_unread_is_two_reminders_and_no_letter(
    noor: Actor, case: Case, officer: Actor, settings: Any
) -> None:
    settings.PORTAL_NOW = date(2026, 3, 2)
    reached(noor)
    write(case=case, actor=officer, text="Wij bekijken het.", external_id="m1")
    send_all()
    for days in (3, 4):
        later(days, settings)
        reminding.remind()
        send_all()
    assert len(mail.outbox) == 3
    assert queue() == []


def test_a_question_that_was_answered_needs_no_letter(
    noor: Actor, case: Case, officer: Actor, settings: Any
) -> None:
    settings.PORTAL_NOW = date(2026, 3, 2)
    reached(noor)
    task = ask(case=case, actor=officer, what="Hoe laat was het?", why="Wij missen het.", external_id="q1")
    answer(task=task, actor=noor, answer=Answer("Om twee uur."))
    later(7, settings)
    assert reminding.remind().total() == 0


# --- Letters ------------------------------------------------------------------------------------


def test_each_letter_is_in_one_batch(case: Case, officer: Actor, tmp_path: Path) -> None:
    refused(case, officer)
    first = letters.hand_over()
    assert first is not None
    assert letters.hand_over() is None
    (letter,) = letters.letters_of(first)
    assert letter.to[0].startswith("Noor")
    assert [one.name for one in letters.letters_of(first)] == [letter.name]


def test_a_letter_without_an_address_asks_a_person(case: Case, officer: Actor) -> None:
    refused(case, officer)
    with patch.object(letters, "address_lines", return_value=[]):
        assert letters.hand_over() is None
    (row,) = queue()
    assert (row.needs_human, row.batch) == ("call", None)


def test_the_print_house_gets_pdf_files(
    case: Case, officer: Actor, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    refused(case, officer)
    with patch("portal.cases.notices.letters.paper", return_value=b"%PDF-1.7"):
        call_command("notices", "hand-over", str(tmp_path))
    files = list(tmp_path.glob("*.pdf"))
    assert [path.read_bytes() for path in files] == [b"%PDF-1.7"]
    assert "Noor" not in files[0].name + capsys.readouterr().out


# --- A child who died ---------------------------------------------------------------------------


def test_after_a_stillbirth_there_is_no_reminder_and_no_news_of_how_it_goes(
    noor: Actor, case: Case, officer: Actor, settings: Any
) -> None:
    settings.PORTAL_NOW = date(2026, 3, 2)
    reached(noor)
    noting.fall_silent(citizen=case.citizen, event=case.journey.event)
    apply_status(
        case=case,
        phase=Phase.HANDLED,
        text="",
        set_at=timezone.now(),
        external_id="s1",
        heard_from=case.agency,
    )
    send_all()
    assert mail.outbox == []
    # A decision has a term, so it is told once, in the words that everybody gets.
    refused(case, officer)
    send_all()
    assert len(mail.outbox) == 1
    later(3, settings)
    reminding.remind()
    send_all()
    assert len(mail.outbox) == 1
    later(4, settings)
    assert reminding.remind()["letters"] == 1


# --- After a death ------------------------------------------------------------------------------


def died(citizen: Citizen, register: Register) -> None:
    """The register says so, and was asked."""
    register.people[NOOR_BSN] |= {"brp.alive": {"alive": False}}
    expire(citizen, "brp.alive")
    assert standing_of(citizen).died


def settles(citizen: Citizen, by: Actor) -> Actor:
    """The municipality recorded an heir; the account of that person."""
    heir = make_citizen_user(NEIGHBOUR_BSN)
    Representation.objects.create(
        represented=citizen,
        representative=heir.citizen,
        kind=Representation.Kind.HEIR,
        from_on=clock.today(),
        created_by=by.require_user(),
        accepted_at=timezone.now(),
    )
    return Actor.of_user(heir)


def test_nobody_writes_to_who_has_died_and_what_has_a_term_goes_to_the_heirs_by_letter(
    noor: Actor, case: Case, officer: Actor, register: Register
) -> None:
    reached(noor)
    reached(noor, Channel.SMS, NUMBER)
    before = len(texts())
    died(case.citizen, register)
    now = timezone.now()
    apply_status(
        case=case, phase=Phase.HANDLED, set_at=now, heard_from=case.agency, text="", external_id="s1"
    )
    refused(case, officer)
    send_all()
    assert (mail.outbox, len(texts())) == ([], before)
    (letter,) = queue()
    assert letter.notice is not None
    assert letter.notice.kind == Notice.Kind.DECISION
    assert letters.address_lines(case)[0] == "Aan de erven van Noor de Wit"


def test_the_one_contact_person_hears_of_it_as_that_person_chose(
    noor: Actor, case: Case, officer: Actor, register: Register
) -> None:
    reached(noor)
    heir = settles(case.citizen, officer)
    reached(heir, address="lotte@voorbeeld.example")
    died(case.citizen, register)
    refused(case, officer)
    send_all()
    assert [one.to for one in mail.outbox] == [["lotte@voorbeeld.example"]]
    assert "Noor" not in str(mail.outbox[0].message())
    assert len(queue()) == 1, "and a letter, since a term hangs on it"
    set_preferences(actor=heir, chosen=Preferences(by_post=True))
    mail.outbox.clear()
    write(case=open_again(case), actor=officer, text="De akte ligt klaar.", external_id="m1")
    send_all()
    assert mail.outbox == []
    assert len(queue()) == 2, "nobody would hear of it otherwise"


def open_again(case: Case) -> Case:
    """As a case that still runs."""
    Case.objects.filter(pk=case.pk).update(phase=Phase.HANDLED)
    return Case.objects.get(pk=case.pk)


def test_what_was_planned_before_the_death_was_known_goes_to_who_settles_it(
    noor: Actor, case: Case, officer: Actor, register: Register
) -> None:
    reached(noor)
    heir = settles(case.citizen, officer)
    reached(heir, address="lotte@voorbeeld.example")
    refused(case, officer)
    give_contact(actor=noor, channel=Channel.SMS, address=NUMBER)
    before = len(texts())
    died(case.citizen, register)
    send_all()
    send_all()
    assert [one.to for one in mail.outbox] == [["lotte@voorbeeld.example"]]
    assert len(texts()) == before, "no code goes to the telephone of who has died"
    assert len(queue()) == 1
    assert not Notification.objects.filter(delivered_at=None, channel=Channel.MAIL).exists()


def test_who_settles_it_is_reminded_until_it_was_read(
    noor: Actor, case: Case, officer: Actor, register: Register, settings: Any
) -> None:
    heir = settles(case.citizen, officer)
    reached(heir, address="lotte@voorbeeld.example")
    died(case.citizen, register)
    refused(case, officer)
    send_all()
    later(3, settings)
    assert reminding.remind()["reminders"] == 1
    send_all()
    assert [one.to for one in mail.outbox] == [["lotte@voorbeeld.example"]] * 2
    mandate = mandate_of(Representation.objects.get(), hides_places=False)
    noting.opened(case=case, actor=Actor.for_another(heir.require_user(), case.citizen, mandate))
    later(4, settings)
    assert sum(reminding.remind().values()) == 0


# --- Gathered, and by day -----------------------------------------------------------------------------


def test_a_digest_gathers_what_is_not_formal_and_what_is_formal_never_waits_longer_than_two_days(
    noor: Actor, case: Case, officer: Actor, settings: Any
) -> None:
    settings.NOTICE_QUIET_HOURS, settings.NOTICE_GATHER = (21, 8), timedelta(minutes=10)
    reached_by_hand(noor)
    set_preferences(actor=noor, chosen=Preferences(rhythm=Rhythm.WEEKLY))
    case.citizen.refresh_from_db()
    wednesday = datetime(2026, 11, 25, 14, 0, tzinfo=HERE)
    with patch.object(timezone, "now", lambda: wednesday):
        noting.note(case=case, kind=Notice.Kind.PROGRESS, about="handled")
        noting.note(case=case, kind=Notice.Kind.PROGRESS, about="arrived-again")
        noting.note(case=case, kind=Notice.Kind.MESSAGE, about="m1")
    planned = {row.notice.about: row.not_before for row in mails_of(case)}
    monday = datetime(2026, 11, 30, 10, 0, tzinfo=HERE)
    assert planned["handled"] == planned["arrived-again"] == monday
    assert planned["m1"] - wednesday <= timedelta(hours=48)
    assert not Quiet().holds_by_night(planned["m1"])

    def at(moment: datetime) -> int:
        with patch.object(timezone, "now", lambda: moment):
            send_all()
        return len(mail.outbox)

    # Nothing goes before its time; the digest of Monday is one mail for both.
    assert at(wednesday + timedelta(hours=1)) == 0
    assert at(planned["m1"]) == 1
    assert at(monday - timedelta(minutes=1)) == 1
    assert at(monday) == 2
    assert at(monday + timedelta(days=7)) == 2
    assert not mails_of(case).filter(delivered_at=None).exists()


def test_who_wants_to_hear_daily_hears_at_ten_and_never_by_night(
    noor: Actor, case: Case, settings: Any
) -> None:
    settings.NOTICE_QUIET_HOURS, settings.NOTICE_GATHER = (21, 8), timedelta(minutes=10)
    reached_by_hand(noor)
    set_preferences(actor=noor, chosen=Preferences(rhythm=Rhythm.DAILY))
    case.citizen.refresh_from_db()
    with patch.object(timezone, "now", lambda: datetime(2026, 11, 25, 23, 30, tzinfo=HERE)):
        noting.note(case=case, kind=Notice.Kind.PROGRESS, about="handled")
        noting.note(case=case, kind=Notice.Kind.TASK, about="t1")
    assert {row.not_before for row in mails_of(case)} == {datetime(2026, 11, 26, 10, 0, tzinfo=HERE)}


def reached_by_hand(actor: Actor) -> None:
    """An address that was shown to be right, whatever the hour is."""
    row = give_contact(actor=actor, channel=Channel.MAIL, address=ADDRESS)
    Notification.objects.filter(pk=row.pk).delete()
    Contact.objects.filter(citizen=actor.citizen).update(verified_at=timezone.now())
    Notification.objects.all().delete()
    mail.outbox.clear()


def mails_of(case: Case) -> Any:
    return Notification.objects.filter(notice__case=case, channel=Channel.MAIL).select_related("notice")
