"""Bringing an agency what the citizen said: rows `answer`, `message`, `withdraw` and `objection`."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Literal

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import override

from connectors.base import Destination, Misconfigured, Once, Post
from connectors.faults import fault_point
from portal.cases.forwarding.going import at_this_agency_since
from portal.cases.models import Case, CitizenTask, Delivery, Document, Phase
from portal.cases.out import outbox
from portal.cases.reading.showing import answer_text
from portal.cases.talk.asking import answer_of, questions_of, reopen
from portal.cases.talk.documents import attached
from portal.cases.talk.heard import heard_words
from portal.cases.talk.standing import is_asked_again
from portal.cases.talk.told import whole_text
from portal.catalogue import connectors
from portal.ledger.log.uses import Use, begin_use, end_use
from portal.ledger.models import DataUse

_KINDS: Mapping[str, Literal["answer", "message", "withdrawal", "objection"]] = {
    Delivery.Kind.ANSWER: "answer",
    Delivery.Kind.MESSAGE: "message",
    Delivery.Kind.WITHDRAW: "withdrawal",
    Delivery.Kind.OBJECTION: "objection",
}


def send(row: Delivery, case: Case, once: Once) -> bool:
    """Brings one post. Of a case that was withdrawn only that goes out: the rest is of no use any more.

    Nor of one that the agency ended; but to that somebody may object. Whether the agency was called, and
    took it.
    """
    lasts = (Delivery.Kind.WITHDRAW, Delivery.Kind.OBJECTION)
    if row.kind not in lasts and case.phase in (Phase.WITHDRAWN, Phase.STOPPED):
        outbox.mark_delivered(row)
        return False
    destination = connectors().destination(row.destination)
    if destination is None:
        raise Misconfigured(f"no destination for agency {row.destination}")
    documents = _documents(row)
    if any(one.state == Document.State.CHECKING for one in documents):
        outbox.wait_for_scanner(row)
        return False
    if _lost_what_was_asked(row, documents):
        reopen(row)
        return False
    post = _post(row, case, documents, destination)
    begun = begin_use(_disclosure(case))
    fault_point("post.before-send")
    destination.send(case.their_reference, post, once)
    with transaction.atomic():
        end_use(begun, outcome=post.kind, values=_values(post, documents))
        outbox.mark_delivered(row)
        fault_point("post.before-commit")
    fault_point("post.after-commit")
    return True


def _documents(row: Delivery) -> list[Document]:
    if row.task is not None:
        found = row.task.documents
    elif row.message is not None:
        found = row.message.documents
    else:
        return []
    # The bytes come one by one, when they are needed.
    return list(found.select_related("case__citizen").defer("sealed"))


def _lost_what_was_asked(row: Delivery, documents: list[Document]) -> bool:
    """The agency asked for a document, and what was sent turned out to be none that may go on."""
    asked_for = row.task is not None and row.task.wants_document
    return asked_for and all(one.state == Document.State.REFUSED for one in documents)


def _post(row: Delivery, case: Case, documents: list[Document], destination: Destination) -> Post:
    ready = [one for one in documents if one.state == Document.State.READY]
    return Post(
        # The row is about this one thing: sent again after a crash, it has the same reference.
        reference=row.pk.hex,
        agency=case.agency,
        kind=_KINDS[row.kind],
        text=_text(row, documents),
        written_at=_written_at(row),
        trace_id=case.journey.trace_id,
        about=_asked_as(row.task, case) if row.task else "",
        # Where the agency works in the portal nothing leaves it, so that no file need be opened for it.
        documents=() if destination.pulls else tuple(attached(one) for one in ready),
    )


def _text(row: Delivery, documents: list[Document]) -> str:
    """In Dutch, whatever language the citizen reads: it is for the officer."""
    with override("nl"):
        parts = [*_question_of_another(row), _said(row)]
        if any(one.state == Document.State.REFUSED for one in documents):
            parts.append(_("(Een bijlage is tegengehouden. Er zat een virus in.)"))
        return "\n\n".join(parts)


def _asked_as(task: CitizenTask, case: Case) -> str:
    """Under which id the agency itself asked it; "" for what we asked, or another agency."""
    is_ours = is_asked_again(task) or _was_asked_before(task, case)
    return "" if is_ours else told_id(task.external_id)


def _was_asked_before(task: CitizenTask, case: Case) -> bool:
    since = at_this_agency_since(case)
    return since is not None and task.created_at < since


def _question_of_another(row: Delivery) -> list[str]:
    """What was asked, for an agency that did not ask it itself: without that, the answer says nothing."""
    if row.task is None or not _was_asked_before(row.task, row.case):
        return []
    return ["\n".join(part for part in (row.task.what, row.task.why) if part)]


def _said(row: Delivery) -> str:
    if row.message is not None:
        row.message.case = row.case
        return whole_text(row.message)
    if row.task is not None:
        return answer_as_text(row.task)
    return _("De inwoner trekt dit in.")


def answer_as_text(task: CitizenTask) -> str:
    """An answer as one text, with how it came to staff where they wrote it down."""
    return "\n\n".join(filter(None, [given_as_text(task), heard_words(task)]))


def given_as_text(task: CitizenTask) -> str:
    """Each question with what was said, and then what was written freely."""
    given = answer_of(task)
    lines = [
        f"{question.label.nl}\n{answer_text(question, given.answers[question.id])}"
        for question in questions_of(task)
        if question.id in given.answers
    ]
    return "\n\n".join(filter(None, [*lines, given.text]))


def told_id(external_id: str) -> str:
    """The agency's id of its question, as the agency itself wrote it at our API."""
    return external_id.removeprefix("api:")


def _written_at(row: Delivery) -> datetime:
    if row.message is not None:
        return row.message.written_at
    answered = row.task.answered_at if row.task is not None else None
    return answered or row.created_at


def _values(post: Post, documents: list[Document]) -> dict[str, object]:
    """What the line in the log is about: the words, and which documents."""
    return {"kind": post.kind, "text": post.text, "documents": [one.pk.hex for one in documents]}


def _disclosure(case: Case) -> Use:
    return Use(
        citizen=case.citizen,
        trace_id=case.journey.trace_id,
        operation=DataUse.Operation.DISCLOSURE,
        activities=(case.definition.activity,),
        fields=(),
        recipient=case.agency,
        retention=case.retention,
    )
