"""Everything that was said about a citizen's cases, for the file with all that we hold of them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from portal.cases.forwarding.going import name_of
from portal.cases.models import Case, CitizenTask, Document, Side
from portal.cases.talk.documents import documents_of
from portal.cases.talk.sending import answer_as_text
from portal.cases.talk.showing import what_of
from portal.ledger.keys import KeyDestroyed
from portal.ledger.log.chain import moment

Line = dict[str, Any]


def said_about(case: Case) -> list[Line]:
    """Oldest first: `{"by", "kind", "title", "text", "at"}`.

    `kind` is message, question, answer, document, call, ending, reopening or forwarding (to whom). What was
    destroyed when its term was over is left out. A document is named, and not in it.
    """
    said = [*_messages(case), *_questions(case), *_documents(case), *_forwardings(case), *_calls(case)]
    said += [_line(Side.AGENCY, "ending", one.ground, one.text, one.at) for one in case.endings.all()]
    said += [_line(Side.AGENCY, "reopening", one.article, one.text, one.at) for one in case.reopenings.all()]
    return sorted(said, key=lambda line: str(line["at"]))


def _messages(case: Case) -> Iterator[Line]:
    for one in case.messages.exclude(text=""):
        yield _line(one.side, "message", "", one.text, one.written_at)


def _questions(case: Case) -> Iterator[Line]:
    for task in case.tasks.filter(kind=CitizenTask.Kind.ASKED).exclude(what="", why=""):
        task.case = case
        yield _line(Side.AGENCY, "question", what_of(task), task.why, task.created_at)
        if task.answered_at:
            try:
                text = answer_as_text(task)
            except KeyDestroyed:
                continue
            yield _line(Side.CITIZEN, "answer", what_of(task), text, task.answered_at)


def _documents(case: Case) -> Iterator[Line]:
    for one in documents_of(case).filter(state=Document.State.READY).exclude(title=""):
        yield _line(one.side, "document", one.title, "", one.set_at)


def _forwardings(case: Case) -> Iterator[Line]:
    for one in case.forwardings.exclude(reason=""):
        yield _line(Side.AGENCY, "forwarding", name_of(one.to_agency), one.reason, one.at)


def _calls(case: Case) -> Iterator[Line]:
    for one in case.calls.exclude(note=""):
        yield _line(Side.AGENCY, "call", one.about, one.note, one.created_at)


def _line(by: str, kind: str, title: str, text: str, at: Any) -> Line:
    return {"by": by, "kind": kind, "title": title, "text": text, "at": moment(at)}
