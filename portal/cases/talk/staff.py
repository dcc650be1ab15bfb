"""What an agency's officers and programs get of the talk about a case; each document is a line in the log."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar

from django.db.models import QuerySet

from portal.cases.forwarding.going import at_this_agency_since
from portal.cases.models import Case, CitizenTask, Document, Message, Side
from portal.cases.talk.documents import content_of, mark_opened
from portal.cases.talk.sending import answer_as_text
from portal.cases.talk.showing import Said
from portal.cases.talk.writing import mark_read
from portal.ledger.keys import KeyDestroyed
from portal.ledger.log.uses import Use, record_staff_view, record_use
from portal.ledger.models import DataUse
from portal.people.actor import Actor

DOCUMENT_OPENED = "document-opened"
"""The outcome of the line that an officer saved a document of the citizen."""

DOCUMENT_FETCHED = "document-fetched"
"""The same for an agency's program, in which no person saw it yet."""

TALK_OPENED = "messages-opened"
TALK_FETCHED = "messages-fetched"
"""The same of what the citizen wrote."""


def open_document(*, actor: Actor, case: Case, document_id: Any) -> tuple[Document, bytes]:
    """A document of a case that the agency has, with its bytes; the look stands in the citizen's log.

    `case` is one that the actor may see (`inbox.worklist_for`). Raises `Document.DoesNotExist` for one that
    is not with it, or of an answer that was not given yet; `NotReady`; and `KeyDestroyed` after its term.
    """
    document = shown_documents(case).select_related("case__citizen", "case__journey").get(pk=document_id)
    content = content_of(document)
    if actor.program is None:
        mark_opened(document, by=Side.AGENCY)
    _log(actor, case, DOCUMENT_FETCHED, DOCUMENT_OPENED)
    return document, content


def shown_documents(case: Case) -> QuerySet[Document]:
    """The documents that the agency may have: of an answer only once it was given."""
    shown = Document.objects.filter(case=case).exclude(task__isnull=False, task__answered_at=None)
    return _of_this_agency(shown, case).defer("sealed")


def shown_messages(case: Case) -> QuerySet[Message]:
    """The messages that the agency may have, oldest first."""
    return _of_this_agency(Message.objects.filter(case=case), case)


R = TypeVar("R", Document, Message)


def _of_this_agency(rows: QuerySet[R], case: Case) -> QuerySet[R]:
    """What the citizen gave and the agency itself did: not what another did that sent the case on."""
    since = at_this_agency_since(case)
    return rows.exclude(side=Side.AGENCY, created_at__lt=since) if since else rows


@dataclass(frozen=True, slots=True)
class Answered:
    """A question with what the citizen answered; `text` is "" where that was destroyed by term."""

    task: CitizenTask
    text: str
    at: datetime


def answers_for(case: Case, said: Iterable[Said]) -> list[Answered]:
    """What the citizen answered to the questions of a part of the thread, oldest first.

    The looker leaves a line with `open_talk`.
    """
    wanted = [one.task.pk for one in said if one.is_answer and one.task is not None]
    tasks = list(CitizenTask.objects.filter(case=case, pk__in=wanted))
    for task in tasks:
        task.case = case
    return [
        Answered(task, _text_of(task), task.answered_at)
        for task in sorted(tasks, key=lambda task: task.created_at)
        if task.answered_at
    ]


def open_talk(*, actor: Actor, case: Case) -> None:
    """Somebody of the agency reads what the citizen wrote: it counts as read, and stands in the log."""
    mark_read(case=case, actor=actor)
    _log(actor, case, TALK_FETCHED, TALK_OPENED)


def unread_by_agency(case: Case) -> int:
    """How many messages of the citizen nobody of the agency read yet."""
    return case.messages.filter(side=Side.CITIZEN, read_at=None).count()


def _text_of(task: CitizenTask) -> str:
    try:
        return answer_as_text(task)
    except KeyDestroyed:
        return ""


def _log(actor: Actor, case: Case, by_program: str, by_officer: str) -> None:
    use = Use(
        citizen=case.citizen,
        trace_id=case.journey.trace_id,
        operation=DataUse.Operation.VIEW,
        activities=(case.definition.activity,),
        fields=(),
        recipient=case.agency,
    )
    if actor.program is not None:
        record_use(use, outcome=by_program)
    else:
        record_staff_view(use, staff=actor.require_user(), what=by_officer, reference=case.reference)
