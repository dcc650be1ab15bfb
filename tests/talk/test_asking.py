"""The agency asks, the citizen answers: once, whatever happens in two tabs."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from django.utils import timezone

from connectors.base import Heard, Refused, Unavailable
from lifeevents.model import Question, Text
from portal import clock
from portal.cases.back.concluding import conclude
from portal.cases.back.hearing import read_back
from portal.cases.back.status import apply_status
from portal.cases.models import Case, CitizenTask, Delivery, Document, Outcome, Phase
from portal.cases.out.delivery import deliver
from portal.cases.reading.inbox import open_tasks
from portal.cases.reading.wording import standing_of
from portal.cases.talk.asking import (
    AlreadyAnswered,
    Answer,
    Dropped,
    Incomplete,
    OtherQuestion,
    TooEarly,
    answer,
    answer_of,
    ask,
    attach,
    detach,
    draft_of,
    save_draft,
)
from portal.cases.talk.files import MOST, TooMany, WrongFile
from portal.cases.talk.standing import Closed, NotThere
from portal.cases.talk.texts import LONGEST, WrongText
from portal.cases.talk.withdrawing import withdraw
from portal.ledger.models import DataUse
from portal.people.actor import Actor
from tests.cases.steps import deliver_all, submitted
from tests.factories import make_citizen_user, make_officer, redefine, spare_bsns
from tests.talk.conftest import System, fresh
from tests.talk.files import pdf

WHY = "Wij kunnen de naam niet lezen."
QUESTIONS = (
    Question(id="works", kind="yes_no", label=Text(nl="Werkt u?", en="Werkt u?")),
    Question(
        id="where", kind="text", label=Text(nl="Waar werkt u?", en="Waar?"), only_if={"works": ("yes",)}
    ),
)


def asked(case: Case, actor: Actor, external_id: str = "q1", **more: Any) -> CitizenTask:
    given: dict[str, Any] = {"what": "Stuur de verklaring", "why": WHY} | more
    return ask(case=case, actor=actor, external_id=external_id, **given)


def test_what_an_agency_asks_stands_on_top_and_the_case_waits_for_the_citizen(
    noor: Actor, officer: Actor, case: Case
) -> None:
    task = asked(case, officer, until=clock.today() + timedelta(days=14))
    (found,) = open_tasks(actor=noor)
    assert (found.pk, found.what, found.why) == (task.pk, "Stuur de verklaring", WHY)
    standing = standing_of(fresh(case))
    assert standing.needs_you
    assert "wacht op u" in standing.label
    assert "vroeg u iets" in standing.sentence


def test_the_answer_goes_to_the_agency_and_the_case_goes_on(noor: Actor, system: System) -> None:
    case = submitted(noor, follow_ups=())["geboorteaangifte"]
    deliver_all()
    system.heard = [Heard("h7", "status", "needs_you", "Stuur de verklaring.", timezone.now())]
    read_back(case_id=case.pk)
    (task,) = open_tasks(actor=noor)
    assert task.why == "Stuur de verklaring."
    attach(task=task, actor=noor, content=pdf(), title="Bijlage")
    answer(task=task, actor=noor, answer=Answer("Hier is hij."))
    assert fresh(case).phase == Phase.HANDLED
    assert open_tasks(actor=noor) == []
    deliver_all()
    (post,) = system.posts
    assert (post.kind, post.about, post.text) == ("answer", "h7", "Hier is hij.")
    assert [(one.media_type, one.content) for one in post.documents] == [("application/pdf", pdf())]
    read_back(case_id=case.pk)
    assert open_tasks(actor=noor) == [], "the same status again asks nothing again"


@pytest.mark.parametrize("lost", [True, False], ids=["its answer is lost", "it is down"])
def test_an_answer_arrives_once_whatever_goes_wrong(noor: Actor, system: System, lost: bool) -> None:
    case = submitted(noor, follow_ups=())["geboorteaangifte"]
    deliver_all()
    task = asked(fresh(case), Actor.system(case.citizen))
    answer(task=task, actor=noor, answer=Answer("Ja"))
    (system.fail_after if lost else system.fail_before).append(Unavailable("lost"))
    for _ in range(3):
        deliver_all()
    assert len(system.posts) == 1
    lines = DataUse.objects.filter(operation="disclosure", outcome="answer")
    assert lines.count() == 1
    assert lines.get().commitment


def test_an_agency_that_refuses_an_answer_is_a_matter_for_a_person(noor: Actor, system: System) -> None:
    case = submitted(noor, follow_ups=())["geboorteaangifte"]
    deliver_all()
    answer(task=asked(fresh(case), Actor.system(case.citizen)), actor=noor, answer=Answer("Ja"))
    system.fail_before = [Refused("closed")]
    deliver_all()
    assert Delivery.objects.get(kind="answer").needs_human == "refused"


def test_an_answer_waits_until_the_agency_has_the_case(noor: Actor, system: System) -> None:
    case = submitted(noor, follow_ups=())["geboorteaangifte"]
    answer(task=asked(case, Actor.system(case.citizen)), actor=noor, answer=Answer("Ja"))
    deliver(delivery_id=Delivery.objects.get(kind="answer").pk)
    assert system.posts == []
    deliver_all()
    deliver_all()
    assert len(system.posts) == 1


def test_two_tabs_give_one_answer_and_the_second_hears_it(noor: Actor, officer: Actor, case: Case) -> None:
    task = asked(case, officer)
    answer(task=task, actor=noor, answer=Answer("De eerste"))
    with pytest.raises(AlreadyAnswered):
        answer(task=task, actor=noor, answer=Answer("De tweede"))
    for late in (
        lambda: save_draft(task=task, actor=noor, answer=Answer("x")),
        lambda: attach(task=task, actor=noor, content=pdf(), title="Bijlage"),
    ):
        with pytest.raises(AlreadyAnswered):
            late()
    task.refresh_from_db()
    assert answer_of(task).text == "De eerste"
    assert Delivery.objects.filter(kind="answer").count() == 1


def test_what_was_typed_and_added_stays_until_it_is_sent(noor: Actor, officer: Actor, case: Case) -> None:
    task = asked(case, officer, wants_document=True)
    save_draft(task=task, actor=noor, answer=Answer("Half"))
    kept = attach(task=task, actor=noor, content=pdf(), title="Bijlage")
    task.refresh_from_db()
    assert draft_of(task).text == "Half"
    detach(task=task, actor=noor, document_id=kept.pk)
    with pytest.raises(Incomplete) as missing:
        answer(task=task, actor=noor, answer=Answer("Zonder"))
    assert missing.value.missing == ["document"]
    assert fresh(case).phase == Phase.NEEDS_YOU


def test_questions_are_answered_and_what_is_not_asked_is_left_out(
    noor: Actor, officer: Actor, case: Case
) -> None:
    task = asked(case, officer, questions=QUESTIONS)
    with pytest.raises(Incomplete) as missing:
        answer(task=task, actor=noor, answer=Answer(answers={"works": "yes"}))
    assert missing.value.missing == ["where"]
    given = {"works": "no", "where": "Nergens", "other": "x"}
    answer(task=task, actor=noor, answer=Answer(answers=given))
    task.refresh_from_db()
    assert answer_of(task).answers == {"works": "no"}


def test_the_same_question_again_is_one_and_another_under_its_name_is_refused(
    officer: Actor, case: Case
) -> None:
    assert asked(case, officer).pk == asked(case, officer).pk
    with pytest.raises(OtherQuestion):
        asked(case, officer, why="Iets anders.")
    assert CitizenTask.objects.count() == 1


def test_the_case_waits_until_all_that_was_asked_is_answered(noor: Actor, officer: Actor, case: Case) -> None:
    first, second = asked(case, officer), asked(case, officer, "q2")
    answer(task=first, actor=noor, answer=Answer("Ja"))
    assert fresh(case).phase == Phase.NEEDS_YOU
    answer(task=second, actor=noor, answer=Answer("Ja"))
    assert fresh(case).phase == Phase.HANDLED


def test_an_agency_whose_clock_is_ahead_is_answered_all_the_same(
    noor: Actor, officer: Actor, case: Case
) -> None:
    ahead = timezone.now() + timedelta(minutes=4)
    apply_status(
        case=case,
        phase=Phase.NEEDS_YOU,
        text="Bel ons",
        set_at=ahead,
        external_id="s1",
        heard_from=case.agency,
    )
    answer(task=CitizenTask.objects.get(), actor=noor, answer=Answer("Gedaan"))
    assert fresh(case).phase == Phase.HANDLED


def test_an_agency_that_goes_on_by_itself_wants_no_answer_any_more(
    noor: Actor, officer: Actor, case: Case
) -> None:
    task = asked(case, officer)
    set_at = timezone.now() + timedelta(seconds=1)
    apply_status(
        case=case, phase=Phase.HANDLED, text="", set_at=set_at, external_id="s2", heard_from=case.agency
    )
    assert open_tasks(actor=noor) == []
    with pytest.raises(Dropped):
        answer(task=task, actor=noor, answer=Answer("Te laat"))


def test_a_status_that_comes_late_asks_nothing(noor: Actor, case: Case) -> None:
    now = timezone.now()
    for phase, moment in ((Phase.HANDLED, now), (Phase.NEEDS_YOU, now - timedelta(hours=1))):
        apply_status(
            case=case, phase=phase, text="", set_at=moment, external_id=phase, heard_from=case.agency
        )
    assert open_tasks(actor=noor) == []


def test_nothing_is_asked_or_answered_about_a_case_that_has_ended(
    noor: Actor, officer: Actor, case: Case
) -> None:
    task = asked(case, officer)
    conclude(case=case, kind=Outcome.Kind.GRANTED, motivation="Klaar.", actor=officer)
    assert open_tasks(actor=noor) == []
    with pytest.raises(Closed):
        asked(fresh(case), officer, "q2")
    with pytest.raises((Closed, Dropped)):
        answer(task=task, actor=noor, answer=Answer("Ja"))


def test_nothing_is_asked_about_what_was_not_sent(noor: Actor) -> None:
    waiting = submitted(noor)["kinderbijslag"]
    with pytest.raises(NotThere):
        asked(waiting, Actor.of_user(make_officer("svb")))


def test_nobody_asks_or_answers_in_another_name(noor: Actor, officer: Actor, case: Case) -> None:
    stranger = Actor.of_user(make_citizen_user(next(spare_bsns())))
    other = Actor.of_user(make_officer("svb"))
    for actor in (noor, stranger, other):
        with pytest.raises(PermissionError):
            asked(case, actor)
    task = asked(case, officer)
    for actor in (officer, stranger, other):
        with pytest.raises(PermissionError):
            answer(task=task, actor=actor, answer=Answer("Ja"))


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "empty"),
        (" \r\n\t ", "empty"),
        ("a" * 100_000, "long"),
        ("a\x00b", "control"),
        ("a\x1b[2J", "control"),
    ],
)
def test_a_text_that_cannot_be_kept_is_refused(officer: Actor, case: Case, text: str, reason: str) -> None:
    with pytest.raises(WrongText) as refused:
        asked(case, officer, why=text)
    assert str(refused.value) == reason
    assert not CitizenTask.objects.exists()


@pytest.mark.parametrize(
    ("text", "stands"),
    [
        ("a\r\nb\rc", "a\nb\nc"),
        ("<b>vet</b> {{ x }} %s", "<b>vet</b> {{ x }} %s"),
        ("\u202e.exe", "\u202e.exe"),
        ("ж" * LONGEST, "ж" * LONGEST),
    ],
    ids=["line ends", "markup", "direction", "long"],
)
def test_any_other_text_stands_as_it_was_written(
    noor: Actor, officer: Actor, case: Case, text: str, stands: str
) -> None:
    task = asked(case, officer)
    answer(task=task, actor=noor, answer=Answer(text))
    task.refresh_from_db()
    assert answer_of(task).text == stands


def test_a_question_with_a_last_day_stops_the_clock_and_the_answer_starts_it(
    noor: Actor, settings: Any, case: Case, officer: Actor
) -> None:
    settings.PORTAL_NOW = date(2026, 12, 1)
    benefit = _with_a_term(case)
    due = benefit.due_on
    assert due is not None
    svb = officer
    task = asked(benefit, svb, until=date(2026, 12, 22))
    assert fresh(benefit).due_on == due + timedelta(days=20)
    settings.PORTAL_NOW = date(2026, 12, 8)
    answer(task=task, actor=noor, answer=Answer("Hier"))
    assert fresh(benefit).due_on == due + timedelta(days=6)


def _with_a_term(case: Case) -> Case:
    """The same case with a term of eight weeks, which a birth has not."""
    term = {"article": {"name": "Awb 4:13", "verified": True}, "weeks": 8, "days": 0}
    redefine(case.journey, [one | {"decision_term": term} for one in case.journey.definitions])
    Case.objects.filter(pk=case.pk).update(
        received_on=clock.today(), due_on=clock.today() + timedelta(weeks=8)
    )
    return fresh(case)


def test_a_last_day_that_has_been_is_refused(officer: Actor, case: Case) -> None:
    with pytest.raises(TooEarly):
        asked(case, officer, until=clock.today())
    assert fresh(case).phase == Phase.ARRIVED


def test_a_wrong_or_a_sixth_file_is_refused_and_the_draft_stays(
    noor: Actor, officer: Actor, case: Case
) -> None:
    task = asked(case, officer)
    with pytest.raises(WrongFile):
        attach(task=task, actor=noor, content=b"MZ", title="Bijlage")
    for _ in range(MOST):
        attach(task=task, actor=noor, content=pdf(), title="Bijlage")
    with pytest.raises(TooMany):
        attach(task=task, actor=noor, content=pdf(), title="Bijlage")
    assert Document.objects.count() == MOST


def test_a_withdrawn_case_asks_nothing_any_more(noor: Actor, officer: Actor, case: Case) -> None:
    asked(case, officer)
    withdraw(case=case, actor=noor)
    assert open_tasks(actor=noor) == []


def test_what_is_said_is_in_no_repr() -> None:
    assert "geheim" not in repr(replace(Answer("geheim"), answers={"a": "geheim"}))
