"""The agency asks the citizen for something, and the citizen answers, once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone
from pydantic import TypeAdapter

from lifeevents.model import Question
from lifeevents.terms.suspension import SUPPLEMENT
from portal import clock
from portal.cases.back.status import apply_status
from portal.cases.journey.answers import asked
from portal.cases.models import Case, CitizenTask, Delivery, Document, Notice, Phase, Side
from portal.cases.notices.noting import note
from portal.cases.out import outbox
from portal.cases.talk.documents import keep
from portal.cases.talk.files import MOST, TooMany
from portal.cases.talk.heard import came_by, note_heard
from portal.cases.talk.standing import (
    CITIZEN,
    Closed,
    is_asked_again,
    open_asked,
    require_agency,
    require_open,
    side_of,
    touch,
)
from portal.cases.talk.texts import WrongText, kept
from portal.cases.terms.verbs import OF_A_QUESTION, TermRefused, resume, suspend, suspensions_of
from portal.ledger.keys import seal, unseal
from portal.ledger.log.uses import record_staff_action
from portal.people.actor import Actor

LONGEST_WHAT = 200
MOST_QUESTIONS = 20
_QUESTIONS = TypeAdapter(tuple[Question, ...])
_MOMENT = timedelta(microseconds=1)
_ANSWERED = ("sealed_draft", "sealed_answer", "answered_at", "answer")


class TooEarly(Exception):
    """The day until which there is time has been already."""


class OtherQuestion(Exception):
    """The agency used this id for something else."""


class AlreadyAnswered(Exception):
    """It was answered before, maybe in another tab: that answer counts."""


class Dropped(Exception):
    """The agency went on without an answer, so that none is wanted any more."""


class Incomplete(Exception):
    """Something has no answer yet: `missing` are the ids of questions, "text" or "document"."""

    def __init__(self, missing: Sequence[str]) -> None:
        super().__init__(", ".join(missing))
        self.missing = list(missing)


@dataclass(frozen=True, slots=True)
class Answer:
    """What the citizen says: a text, or the answers by question. Kept out of `repr`."""

    text: str = field(default="", repr=False)
    answers: Mapping[str, Any] = field(default_factory=dict, repr=False)


def ask(
    *,
    case: Case,
    actor: Actor,
    what: str,
    why: str,
    external_id: str,
    until: date | None = None,
    questions: Sequence[Question] = (),
    wants_document: bool = False,
    is_hearing: bool = False,
    set_at: datetime | None = None,
) -> CitizenTask:
    """The agency asks something; the case waits for the citizen, and with `until` the term stands still.

    Not for a hearing (`deciding.hearing`): that is no supplement of the request. `set_at` is when it asked,
    where that was before it could be told.

    The same `external_id` again is the same task. Raises `WrongText`, `TooEarly`, `Closed`, `NotThere`,
    `OtherQuestion`, and `PermissionError` for who is not of the agency.
    """
    require_agency(actor, case)
    said = {
        "what": _short(what),
        "why": kept(why),
        "due_on": until,
        "questions": _QUESTIONS.dump_python(tuple(questions), mode="json"),
        "wants_document": wants_document,
        "is_hearing": is_hearing,
    }
    with transaction.atomic():
        locked = _locked(case)
        if known := CitizenTask.objects.filter(case=locked, external_id=external_id).first():
            if any(getattr(known, name) != value for name, value in said.items()):
                raise OtherQuestion(external_id)
            return known
        if until is not None and until <= clock.today():
            raise TooEarly
        require_open(locked)
        task = CitizenTask.objects.create(
            case=locked, kind=CitizenTask.Kind.ASKED, external_id=external_id, **said
        )
        _wait(locked, task, actor, set_at)
        note(case=locked, kind=Notice.Kind.TASK, about=str(task.pk))
    return task


def _short(what: str) -> str:
    text = " ".join(kept(what).split())
    if len(text) > LONGEST_WHAT:
        raise WrongText("long")
    return text


def _wait(case: Case, task: CitizenTask, actor: Actor, set_at: datetime | None) -> None:
    apply_status(
        case=case,
        phase=Phase.NEEDS_YOU,
        text="",
        set_at=set_at or max(timezone.now(), case.phase_since + _MOMENT),
        external_id=task.external_id,
        heard_from=case.agency,
    )
    if task.due_on is not None and not task.is_hearing:
        try:
            # An invitation to complete the request, with a term for it (Awb 4:5, 4:15(1)(a)).
            suspend(
                case=case,
                article=SUPPLEMENT,
                actor=actor,
                external_id=f"{OF_A_QUESTION}{task.pk}",
                until=task.due_on,
            )
        except TermRefused:
            pass  # no term runs, or it is over: then nothing stands still, and the question stays
    if actor.user is not None:
        what = "hearing-asked" if task.is_hearing else "citizen-asked"
        record_staff_action(task.pk, staff=actor.user, what=what, reference=case.reference)


def save_draft(*, task: CitizenTask, actor: Actor, answer: Answer) -> None:
    """Keeps what was typed so far. Raises `PermissionError`, `AlreadyAnswered`, `Dropped`, `Closed`."""
    with transaction.atomic():
        found = _open_task(task, actor)
        found.sealed_draft = _seal(found, "task-draft", answer)
        found.save(update_fields=["sealed_draft"])


def draft_of(task: CitizenTask) -> Answer:
    """What was typed so far. Raises `KeyDestroyed` after its term."""
    return _open(task, "task-draft", task.sealed_draft)


def answer_of(task: CitizenTask) -> Answer:
    """What was answered. Raises `KeyDestroyed` after its term."""
    return _open(task, "task-answer", task.sealed_answer)


def attach(*, task: CitizenTask, actor: Actor, content: bytes, title: str) -> Document:
    """Adds a file to an answer that was not given yet. Raises `WrongFile`, `TooMany`, and as `save_draft`."""
    with transaction.atomic():
        found = _open_task(task, actor)
        if found.documents.count() >= MOST:
            raise TooMany(found.pk)
        return keep(case=found.case, side=Side.CITIZEN, content=content, title=title, task=found)


def detach(*, task: CitizenTask, actor: Actor, document_id: Any) -> None:
    """Takes a file out of an answer that was not given yet, and forgets it."""
    with transaction.atomic():
        _open_task(task, actor).documents.filter(pk=document_id).delete()


def answer(*, task: CitizenTask, actor: Actor, answer: Answer) -> CitizenTask:
    """The citizen answers: it goes to the agency, the term runs again, and the case goes on. Once.

    Raises `Incomplete`, `WrongText`, `AlreadyAnswered` (a second tab), `Dropped`, `Closed`, and
    `PermissionError` for who is not the citizen. What staff write down came in on the day of its filing.
    """
    with transaction.atomic():
        came = came_by(actor)
        found = _open_task(task, actor)
        said = checked(found, answer)
        found.sealed_answer, found.sealed_draft = seal_answer(found, said), None
        found.answered_at, found.answer = timezone.now(), "answered"
        if came is not None:
            found.came_by, found.came_on = came.filing.channel, came.on
        found.save(update_fields=[*_ANSWERED, "came_by", "came_on"])
        row = outbox.add(case=found.case, kind=Delivery.Kind.ANSWER, task=found)
        go_on(found, actor, told=f"answered:{row.pk}", heard_from=CITIZEN)
        note_heard(came, found.case, "answer", task=found)
    return found


def go_on(task: CitizenTask, actor: Actor, *, told: str, heard_from: str) -> None:
    """It was answered: what stood still for it runs again, and the case goes on if nothing else is asked.

    `told` is the id of the status that says so, and `heard_from` whose word that is. All is locked.
    """
    case = task.case
    # The suspension came with the question, or the question with the suspension (`terms.asking`).
    rows = case.term_events.filter(external_id__in=suspensions_of(task), ended_by=None)
    for number, event in enumerate(rows):
        ended = f"answered:{task.pk}:{number}" if number else f"answered:{task.pk}"
        with suppress(TermRefused):  # it did not stand still
            # Not before it stood still: a letter may have crossed the question.
            on = max(task.came_on, event.since) if task.came_on else None
            resume(case=case, actor=actor, external_id=ended, of=event.external_id, on=on)
    if open_asked(case) or is_asked_again(task):
        touch(case)
        return
    apply_status(
        case=case,
        phase=Phase.HANDLED,
        text="",
        # After the question, by whoever's clock that was told.
        set_at=max(timezone.now(), case.phase_since + _MOMENT),
        external_id=told,
        heard_from=heard_from,
    )


def reopen(row: Delivery) -> None:
    """What was sent cannot go on: the citizen is asked again, with what was typed, and nothing goes out."""
    with transaction.atomic():
        assert row.task is not None  # noqa: S101 -- only an answer is opened again
        case = _locked(row.case)
        task = CitizenTask.objects.select_for_update().get(pk=row.task.pk)
        task.case = case
        task.sealed_draft, task.sealed_answer = _seal(task, "task-draft", answer_of(task)), None
        task.answered_at, task.answer = None, ""
        task.save(update_fields=_ANSWERED)
        apply_status(
            case=case,
            phase=Phase.NEEDS_YOU,
            text="",
            set_at=max(timezone.now(), case.phase_since + _MOMENT),
            external_id=f"reopened:{row.pk}",
            heard_from=CITIZEN,
        )
        row.delete()


def questions_of(task: CitizenTask) -> tuple[Question, ...]:
    """The questions of a task; none where one text is asked."""
    return _QUESTIONS.validate_python(task.questions)


def task_for(*, actor: Actor, case: Case, task_id: Any) -> CitizenTask:
    """One of the citizen's own case. Raises `CitizenTask.DoesNotExist`."""
    own = CitizenTask.objects.filter(case=case, case__citizen=actor.require_citizen())
    return own.select_related("case__journey", "case__citizen").get(pk=task_id)


def _open_task(task: CitizenTask, actor: Actor) -> CitizenTask:
    """Locks the case, and then looks: two tabs come one after the other."""
    case = _locked(task.case)
    if side_of(actor, case) != Side.CITIZEN:
        raise PermissionError("only the citizen answers")
    return open_of(case, task.pk)


def open_of(case: Case, task_id: Any) -> CitizenTask:
    """One that waits for an answer, locked; the case is. Raises `AlreadyAnswered`, `Closed` and `Dropped`."""
    rows = CitizenTask.objects.select_for_update(of=("self",))
    found = rows.get(pk=task_id, case=case, kind=CitizenTask.Kind.ASKED)
    found.case = case
    if found.answered_at is not None:
        raise AlreadyAnswered(found.pk)
    if Phase(case.phase).is_final:
        raise Closed(case.reference)
    if found.dropped_at is not None:
        raise Dropped(found.pk)
    return found


def checked(task: CitizenTask, answer: Answer, *, is_said: bool = False) -> Answer:
    """What is asked and answered, and nothing else. What is said aloud has no document with it.

    Raises `Incomplete`.
    """
    questions, given = questions_of(task), dict(answer.answers)
    shown = [question for question in questions if asked(question, given)]
    missing = [one.id for one in shown if one.required and given.get(one.id) in (None, "")]
    has_document = task.documents.exclude(state=Document.State.REFUSED).exists()
    if task.wants_document and not has_document and not is_said:
        missing.append("document")
    text = kept(answer.text) if answer.text.strip() else ""
    if not questions and not text and not has_document:
        missing.append("text")
    if missing:
        raise Incomplete(missing)
    return Answer(text, {one.id: given[one.id] for one in shown if given.get(one.id) not in (None, "")})


def seal_answer(task: CitizenTask, said: Answer) -> bytes:
    """What was answered, as it is kept with the task."""
    return _seal(task, "task-answer", said)


def _seal(task: CitizenTask, context: str, said: Answer) -> bytes:
    value = {"text": said.text, "answers": dict(said.answers)}
    return seal(task.case.citizen, task.case.retention, f"{context}:{task.pk}", value)


def _open(task: CitizenTask, context: str, sealed: bytes | memoryview[int] | None) -> Answer:
    if sealed is None:
        return Answer()
    return Answer(**unseal(task.case.citizen, task.case.retention, f"{context}:{task.pk}", sealed))


def _locked(case: Case) -> Case:
    rows = Case.objects.select_for_update(of=("self",)).select_related("citizen", "journey")
    return rows.get(pk=case.pk)
