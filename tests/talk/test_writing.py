"""Messages both ways, the documents of an agency, and a request that the citizen takes back."""

from __future__ import annotations

from typing import Any

import pytest
from django.utils import timezone

from connectors.base import Refused, Unavailable
from connectors.clamd import Clamd
from portal.cases.back.concluding import TakenBack, conclude
from portal.cases.back.hearing import read_back
from portal.cases.models import Case, Delivery, Document, Message, Outcome, Phase
from portal.cases.reading.inbox import open_tasks
from portal.cases.reading.wording import standing_of
from portal.cases.talk.asking import Answer, answer, ask, attach, draft_of
from portal.cases.talk.documents import NotReady, content_of, look_into
from portal.cases.talk.files import MOST, TooMany, WrongFile
from portal.cases.talk.papers import fetch
from portal.cases.talk.staff import open_document
from portal.cases.talk.standing import Closed, NotThere
from portal.cases.talk.withdrawing import withdraw
from portal.cases.talk.writing import OtherMessage, add_document, mark_read, write
from portal.cases.tasks import check_documents
from portal.ledger.models import DataUse, StaffAction
from portal.people.actor import Actor
from tests.cases.steps import deliver_all, submitted
from tests.factories import make_citizen_user, make_officer, spare_bsns
from tests.talk.conftest import Daemon, System, fresh
from tests.talk.files import EICAR, pdf, png


def wrote(
    case: Case, actor: Actor, text: str = "Klopt dit?", external_id: str = "m1", **more: Any
) -> Message:
    return write(case=case, actor=actor, text=text, external_id=external_id, **more)


def test_a_message_arrives_once_with_its_documents(noor: Actor, system: System) -> None:
    case = submitted(noor, follow_ups=())["geboorteaangifte"]
    wrote(case, noor, "Klopt dit?", files=[pdf(), png()])
    system.fail_after = [Unavailable("lost")]
    for _ in range(3):
        deliver_all()
    (post,) = system.posts
    assert (post.kind, post.text, post.about) == ("message", "Klopt dit?", "")
    assert [one.content for one in post.documents] == [pdf(), png()]
    assert DataUse.objects.filter(operation="disclosure", outcome="message").count() == 1


def test_both_read_what_the_other_wrote_and_see_that_it_was_read(
    noor: Actor, officer: Actor, case: Case
) -> None:
    mine, theirs = wrote(case, noor), wrote(case, officer, "Ja.")
    for actor in (noor, officer):
        mark_read(case=case, actor=actor)
    mine.refresh_from_db()
    theirs.refresh_from_db()
    assert mine.read_at
    assert theirs.read_at
    assert [one.text for one in case.messages.all()] == ["Klopt dit?", "Ja."]
    assert Delivery.objects.filter(kind="message").count() == 1, "only the citizen's goes out"
    assert StaffAction.objects.filter(what="message-written").count() == 1


def test_a_message_pressed_twice_is_one_and_another_under_its_name_is_refused(
    noor: Actor, case: Case
) -> None:
    assert wrote(case, noor).pk == wrote(case, noor).pk
    with pytest.raises(OtherMessage):
        wrote(case, noor, "Iets anders")
    assert Message.objects.count() == 1


def test_a_message_with_a_wrong_file_keeps_nothing(noor: Actor, case: Case) -> None:
    with pytest.raises(WrongFile):
        wrote(case, noor, files=[pdf(), b"MZ"])
    with pytest.raises(TooMany):
        wrote(case, noor, files=[pdf()] * (MOST + 1))
    assert not Message.objects.exists()
    assert not Document.objects.exists()
    assert not Delivery.objects.filter(kind="message").exists()


def test_only_the_two_write(noor: Actor, case: Case) -> None:
    for user in (make_citizen_user(next(spare_bsns())), make_officer("svb")):
        with pytest.raises(PermissionError):
            wrote(case, Actor.of_user(user))


def test_nothing_is_written_before_it_was_sent_or_after_it_ended(
    noor: Actor, officer: Actor, case: Case
) -> None:
    waiting = submitted(Actor.of_user(make_citizen_user(next(spare_bsns()))))["kinderbijslag"]
    with pytest.raises(NotThere):
        wrote(waiting, Actor.system(), "Hallo")
    conclude(case=case, kind=Outcome.Kind.GRANTED, motivation="Klaar.", actor=officer)
    with pytest.raises(Closed):
        wrote(fresh(case), noor)


# --- Documents ----------------------------------------------------------------------------------------


def test_the_letter_of_a_decision_may_follow_it(noor: Actor, officer: Actor, case: Case) -> None:
    conclude(case=case, kind=Outcome.Kind.GRANTED, motivation="Klaar.", actor=officer)
    added = add_document(
        case=fresh(case), actor=officer, content=pdf(), title="Besluit", external_id="d1", decision=True
    )
    assert content_of(added) == pdf()
    assert pdf() not in bytes(added.sealed or b"")
    again = add_document(
        case=fresh(case), actor=officer, content=pdf(), title="Besluit", external_id="d1", decision=True
    )
    assert again.pk == added.pk
    with pytest.raises(OtherMessage):
        add_document(case=fresh(case), actor=officer, content=png(), title="Besluit", external_id="d1")


def test_a_document_that_an_agency_shows_is_fetched_once_and_kept_sealed(
    noor: Actor, system: System, django_capture_on_commit_callbacks: Any
) -> None:
    case = submitted(noor, follow_ups=())["geboorteaangifte"]
    deliver_all()
    system.papers = {"p1": pdf(), "p2": b"MZ\x90\0"}
    for _ in range(2):
        read_back(case_id=case.pk)
    first, second = Document.objects.order_by("external_id")
    with pytest.raises(NotReady):
        content_of(first)
    system.fail_before = [Unavailable("down")]
    for document in (first, second, first, second):
        fetch(document_id=document.pk)
    first.refresh_from_db()
    second.refresh_from_db()
    assert content_of(first) == pdf()
    assert (second.state, second.reason, second.sealed) == ("refused", "kind", None)
    assert sorted(system.fetched) == ["p1", "p2"]
    assert DataUse.objects.filter(operation="fetch", outcome="document").count() == 1


def test_a_document_that_an_agency_does_not_give_is_said_and_not_asked_again(
    noor: Actor, system: System
) -> None:
    case = submitted(noor, follow_ups=())["geboorteaangifte"]
    deliver_all()
    system.papers = {"p1": pdf()}
    read_back(case_id=case.pk)
    document = Document.objects.get()
    system.fail_before = [Refused("gone")]
    fetch(document_id=document.pk)
    fetch(document_id=document.pk)
    document.refresh_from_db()
    assert (document.state, document.reason, system.fetched) == ("refused", "unavailable", [])


def test_an_officer_who_saves_a_document_leaves_a_line_and_gets_none_of_a_draft(
    noor: Actor, officer: Actor, case: Case
) -> None:
    task = ask(case=case, actor=officer, what="Brief", why="Stuur hem.", external_id="q1")
    added = attach(task=task, actor=noor, content=pdf(), title="Bijlage")
    with pytest.raises(Document.DoesNotExist):
        open_document(actor=officer, case=case, document_id=added.pk)
    answer(task=task, actor=noor, answer=Answer())
    assert open_document(actor=officer, case=case, document_id=added.pk)[1] == pdf()
    assert DataUse.objects.filter(operation="view", outcome="document-opened").count() == 1


# --- The scanner --------------------------------------------------------------------------------------


def test_the_scanner_says_what_it_found(clamd: str) -> None:
    assert Clamd(clamd).look_into(EICAR) == "Eicar-Signature"
    assert Clamd(clamd).look_into(pdf()) == ""


def test_a_file_that_the_scanner_did_not_look_into_is_not_called_clean(clamd: str) -> None:
    with pytest.raises(Exception, match="did not look"):
        Clamd(clamd).look_into(b"a" * (Daemon.limit + 1))
    with pytest.raises(ValueError, match="host:port"):
        Clamd("somewhere")


def test_nobody_gets_a_document_before_it_was_looked_into(
    noor: Actor, officer: Actor, case: Case, clamd: str, settings: Any
) -> None:
    document = wrote(case, noor, files=[pdf()]).documents.get()
    assert document.state == "checking"
    with pytest.raises(NotReady):
        content_of(document)
    with pytest.raises(NotReady):
        open_document(actor=officer, case=case, document_id=document.pk)
    deliver_all()
    row = Delivery.objects.get(kind="message")
    assert row.delivered_at is None, "what was not looked into does not go out"
    settings.CLAMD_ADDRESS = "127.0.0.1:1"
    look_into(document_id=document.pk)
    document.refresh_from_db()
    assert document.state == "checking", "a scanner that is away says nothing"
    settings.CLAMD_ADDRESS = clamd
    look_into(document_id=document.pk)
    document.refresh_from_db()
    assert content_of(document) == pdf()
    deliver_all()
    row.refresh_from_db()
    assert row.delivered_at


def test_a_virus_is_thrown_away_and_the_citizen_is_asked_again(
    noor: Actor, officer: Actor, case: Case, clamd: str
) -> None:
    task = ask(
        case=case, actor=officer, what="Brief", why="Stuur hem.", external_id="q1", wants_document=True
    )
    document = attach(task=task, actor=noor, content=pdf(b"% " + EICAR), title="Bijlage")
    answer(task=task, actor=noor, answer=Answer("Alstublieft"))
    look_into(document_id=document.pk)
    deliver_all()
    document.refresh_from_db()
    assert (document.state, document.reason, document.sealed) == ("refused", "virus", None)
    (again,) = open_tasks(actor=noor)
    assert (again.pk, draft_of(again).text) == (task.pk, "Alstublieft")
    assert fresh(case).phase == Phase.NEEDS_YOU
    attach(task=again, actor=noor, content=pdf(), title="Bijlage")
    answer(task=again, actor=noor, answer=Answer("Alstublieft"))
    for one in Document.objects.filter(state="checking"):
        look_into(document_id=one.pk)
    deliver_all()
    assert Delivery.objects.get(kind="answer").delivered_at
    assert fresh(case).phase == Phase.HANDLED


def test_the_timetable_rings_for_documents_that_nobody_gets_yet(
    noor: Actor, case: Case, clamd: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    rung: list[str] = []
    monkeypatch.setattr("portal.cases.out.outbox.ring", lambda pk, task: rung.append(pk))
    document = wrote(case, noor, files=[pdf()]).documents.get()
    check_documents()
    assert rung == [str(document.pk)]


# --- Taking back --------------------------------------------------------------------------------------


def test_what_was_not_sent_yet_stops_and_nothing_goes_out(noor: Actor, system: System) -> None:
    cases = submitted(noor)
    withdraw(case=cases["geboorteaangifte"], actor=noor)
    deliver_all()
    assert system.posts == []
    assert not Delivery.objects.filter(kind__in=["file", "withdraw"]).exists()
    waiting = fresh(cases["kinderbijslag"])
    assert waiting.phase == Phase.STOPPED
    assert standing_of(waiting).label == "Stopgezet: u hebt de geboorteaangifte ingetrokken"


def test_an_agency_that_has_it_hears_it_once(noor: Actor, system: System) -> None:
    case = submitted(noor, follow_ups=())["geboorteaangifte"]
    deliver_all()
    for _ in range(2):
        withdraw(case=case, actor=noor)
    system.fail_after = [Unavailable("lost")]
    for _ in range(3):
        deliver_all()
    assert [post.kind for post in system.posts] == ["withdrawal"]
    assert fresh(case).phase == Phase.WITHDRAWN
    assert standing_of(fresh(case)).label == "U hebt dit ingetrokken"


def test_a_request_that_may_be_on_its_way_arrives_and_then_its_withdrawal(
    noor: Actor, system: System
) -> None:
    case = submitted(noor, follow_ups=())["geboorteaangifte"]
    Delivery.objects.update(progress={"file": {}})
    withdraw(case=case, actor=noor)
    deliver_all()
    deliver_all()
    assert [post.kind for post in system.posts] == ["withdrawal"]
    assert fresh(case).phase == Phase.WITHDRAWN


def test_what_was_said_before_and_not_sent_yet_does_not_go_out_after_it(noor: Actor, system: System) -> None:
    case = submitted(noor, follow_ups=())["geboorteaangifte"]
    deliver_all()
    wrote(fresh(case), noor)
    withdraw(case=case, actor=noor)
    deliver_all()
    assert [post.kind for post in system.posts] == ["withdrawal"]


def test_an_outcome_after_a_withdrawal_that_arrived_is_refused(
    noor: Actor, officer: Actor, case: Case
) -> None:
    withdraw(case=case, actor=noor)
    deliver_all()
    with pytest.raises(TakenBack):
        conclude(case=case, kind=Outcome.Kind.GRANTED, motivation="Klaar.", actor=officer)
    assert fresh(case).phase == Phase.WITHDRAWN
    assert not Outcome.objects.exists()


def test_a_decision_that_crossed_the_withdrawal_stands(noor: Actor, officer: Actor, case: Case) -> None:
    withdraw(case=case, actor=noor)
    conclude(case=case, kind=Outcome.Kind.GRANTED, motivation="Klaar.", actor=officer)
    deliver_all()
    assert fresh(case).phase == Phase.DECIDED
    assert not Delivery.objects.filter(kind="withdraw").exists()


def test_what_was_decided_cannot_be_taken_back_and_nobody_does_it_for_another(
    noor: Actor, officer: Actor, case: Case
) -> None:
    for actor in (officer, Actor.of_user(make_citizen_user(next(spare_bsns())))):
        with pytest.raises(PermissionError):
            withdraw(case=case, actor=actor)
    conclude(case=case, kind=Outcome.Kind.GRANTED, motivation="Klaar.", actor=officer)
    with pytest.raises(Closed):
        withdraw(case=case, actor=noor)
    assert fresh(case).phase_since <= timezone.now()
