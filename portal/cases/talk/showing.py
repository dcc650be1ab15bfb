"""How the talk about a case reads: a thread of what both said, and a list of documents. Opens no seal."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.utils.text import Truncator
from django.utils.translation import gettext as _

from portal.cases.forwarding.showing import agency_at, forwarded_words
from portal.cases.models import Case, CitizenTask, ContactMoment, Document, Forwarding, Message, Side
from portal.cases.reading.names import agency_named
from portal.cases.reading.showing import file_words
from portal.cases.talk.documents import documents_of
from portal.cases.talk.heard import heard_words
from portal.cases.talk.words import hearing_words, why_not_file

SPOKEN = "spoken"
"""The answer that was given aloud to somebody of the agency, who wrote it down."""

_SHORT = 80
"""So much of a message says which one it is."""


@dataclass(frozen=True, slots=True)
class DocumentLine:
    """A document in a list. `may_save`: there is something to save; `words` say what it is, or why not."""

    pk: Any
    title: str
    words: str
    may_save: bool
    by_citizen: bool
    at: datetime


@dataclass(frozen=True, slots=True)
class Said:
    """One thing that somebody said. `task` is there for a question and for the answer to it; `became` is the
    reference of the case that a message is at the agency to which it was sent on."""

    by_citizen: bool
    who: str
    text: str
    at: datetime
    state: str = ""
    documents: list[DocumentLine] = field(default_factory=list)
    task: CitizenTask | None = None
    is_answer: bool = False
    became: str = ""
    message_id: Any = None


@dataclass(frozen=True, slots=True)
class Talk:
    """Everything that was said about a case, oldest first, and its documents, newest first."""

    thread: list[Said]
    documents: list[DocumentLine]


def talk_of(case: Case) -> Talk:
    """All of it, as the citizen reads it: in three questions to the database, however much was said."""
    tasks = [task for task in case.tasks.all() if task.kind == CitizenTask.Kind.ASKED]
    answered = {task.pk for task in tasks if task.answered_at}
    shown = [one for one in documents_of(case) if one.task_id is None or one.task_id in answered]
    return talk_with(
        case,
        reader=Side.CITIZEN,
        tasks=tasks,
        documents=shown,
        messages=case.messages.all(),
        forwardings=case.forwardings.select_related("to_case"),
        calls=case.calls.all(),
    )


def talk_with(
    case: Case,
    *,
    reader: Side,
    tasks: Sequence[CitizenTask],
    documents: Sequence[Document],
    messages: Iterable[Message],
    forwardings: Iterable[Forwarding] = (),
    calls: Iterable[ContactMoment] = (),
) -> Talk:
    """The same of what was read already: questions, documents that may be shown (oldest first), messages,
    what was sent on, and calls."""
    by_message: dict[Any, list[DocumentLine]] = defaultdict(list)
    by_task: dict[Any, list[DocumentLine]] = defaultdict(list)
    for one in documents:
        lines = by_message if one.message_id else by_task
        lines[one.message_id or one.task_id].append(document_line(one, reader))
    thread = [
        *(_message(case, one, reader, by_message[one.pk]) for one in messages),
        *_questions(case, tasks, reader, by_task),
        *(_sent_on(case, one) for one in forwardings),
        *(_call(case, one, reader) for one in calls),
    ]
    return Talk(
        thread=sorted(thread, key=lambda said: said.at),
        documents=[document_line(one, reader) for one in reversed(documents)],
    )


def document_line(document: Document, reader: Side) -> DocumentLine:
    """One document, with what may be done with it; who gave it sees that the other side opened it."""
    return DocumentLine(
        pk=document.pk,
        title=document.title or _("Gewist"),
        words=_document_words(document, reader),
        may_save=document.state == Document.State.READY
        and bool(document.title)
        and not document.case.hides_places,
        by_citizen=document.side == Side.CITIZEN,
        at=document.set_at,
    )


def _document_words(document: Document, reader: Side) -> str:
    match Document.State(document.state):
        case Document.State.AWAITED:
            return _("Wordt opgehaald")
        case Document.State.CHECKING:
            return _("Wordt gecontroleerd op virussen")
        case Document.State.REFUSED:
            return why_not_file(document.reason)
        case _:
            words = file_words(document.media_type, document.size or 0)
            is_opened = document.side == reader and document.read_at is not None
            return f"{words} · {_('Geopend')}" if is_opened else words


def _message(case: Case, message: Message, reader: Side, documents: list[DocumentLine]) -> Said:
    return Said(
        by_citizen=message.side == Side.CITIZEN,
        who=_who(case, Side(message.side), reader, message.created_at),
        text=message.text or _("Deze tekst is gewist, omdat de termijn voorbij is."),
        at=message.written_at,
        state=" · ".join(filter(None, (heard_words(message), _state(case, message, reader)))),
        documents=documents,
        message_id=message.pk,
    )


def _questions(
    case: Case, tasks: Iterable[CitizenTask], reader: Side, documents: dict[Any, list[DocumentLine]]
) -> Iterable[Said]:
    for task in tasks:
        yield Said(
            False,
            _who(case, Side.AGENCY, reader, task.created_at),
            task.why,
            task.created_at,
            question_state(task),
            task=task,
        )
        if task.answered_at:
            yield Said(
                True,
                _who(case, Side.CITIZEN, reader, task.answered_at),
                "",
                task.answered_at,
                _how_answered(task),
                documents=documents[task.pk],
                task=task,
                is_answer=True,
            )


def _how_answered(task: CitizenTask) -> str:
    said = _("Verteld aan een medewerker") if task.answer == SPOKEN else ""
    return heard_words(task) or said


def question_state(task: CitizenTask) -> str:
    """How it stands with a question, in a few words."""
    if task.answered_at:
        return _("Beantwoord")
    if task.dropped_at:
        return _("Niet meer nodig")
    return _("Open")


def what_of(task: CitizenTask) -> str:
    """What an agency asks, in its own words; a status that asks has none."""
    if task.is_hearing and task.what:
        return hearing_words()
    return task.what or _("De organisatie wacht op u")


def _sent_on(case: Case, one: Forwarding) -> Said:
    """That it was sent on, by who did that; with the message that it is about, which became another case."""
    text, there = forwarded_words(one, case), one.to_case.reference if one.to_case else ""
    if one.message is not None:
        text = f"“{Truncator(one.message.text).chars(_SHORT)}”\n{text}"
    return Said(False, agency_named(case, one.from_agency).name, text, one.at, became=there)


def _call(case: Case, one: ContactMoment, reader: Side) -> Said:
    """A call about it, as the officer noted it."""
    return Said(
        False,
        _who(case, Side.AGENCY, reader, one.created_at),
        one.note or _("Deze tekst is gewist, omdat de termijn voorbij is."),
        one.created_at,
        _call_words(one),
    )


def _call_words(one: ContactMoment) -> str:
    if one.way == ContactMoment.Way.DESK:
        return _("Gesprek aan de balie")
    return _("Telefoongesprek") if one.was_reached else _("Gebeld, niemand nam op")


def _who(case: Case, side: Side, reader: Side, moment: datetime) -> str:
    if side == Side.AGENCY:
        return agency_at(case, moment).name
    return _("U") if reader == Side.CITIZEN else _("De inwoner")


def _state(case: Case, message: Message, reader: Side) -> str:
    if (message.side == Side.CITIZEN) != (reader == Side.CITIZEN):
        return "" if message.read_at else _("Nieuw")
    if message.read_at:
        return _("Gelezen")
    if message.side == Side.CITIZEN:
        rows = [row for row in case.deliveries.all() if row.message_id == message.pk]
        return _("Onderweg") if any(not row.delivered_at for row in rows) else _("Bezorgd")
    return _("Nog niet gelezen")
