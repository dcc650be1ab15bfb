"""What a citizen wrote and was sent on, as a case of the agency that it is for: a message, or a request.

It is of the one service of the catalogue that is any agency's (`lifeevents.model.AnyAgency`). The journey
keeps its definition for this one agency, and the payload holds what the citizen wrote and nothing else.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Final

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import override

from lifeevents.model import AnyAgency, Service, dump
from portal.cases.forwarding.going import name_of
from portal.cases.journey.answers import Answers, Item, save_answers
from portal.cases.journey.files import forget, keep_file
from portal.cases.journey.payloads import Request, build_payload, payload_or_none
from portal.cases.journey.submit import open_case
from portal.cases.models import Case, Delivery, Document, Journey, Message, Side, new_trace_id
from portal.cases.out import outbox
from portal.cases.reading.names import title_of
from portal.cases.reading.showing import answer_rows
from portal.cases.talk.changed import as_changed
from portal.cases.talk.documents import content_of, keep
from portal.cases.talk.files import MOST
from portal.cases.talk.sending import answer_as_text
from portal.catalogue import catalogue
from portal.ledger.keys import content_hash

_MORE: Final = "Dit hoort bij het bericht dat is doorgestuurd."
"""For the officer, whatever language the citizen reads."""


def writing_service() -> Service:
    """The service of a message that was sent on. Raises `StopIteration` where the catalogue has none."""
    services = catalogue().services.values()
    return next(one for one in services if isinstance(one.agency, AnyAgency) and one.kind == "notification")


@dataclass(frozen=True, slots=True)
class Writing:
    """What the citizen wrote in `case`, and what goes with it. `received_on`: when its agency had it."""

    case: Case
    text: str = field(repr=False)
    documents: Sequence[Document]
    received_on: date


def of_message(message: Message, received_on: date) -> Writing:
    """One message with its attachments."""
    return Writing(message.case, message.text, _ready(message.documents.all()), received_on)


def of_case(case: Case, received_on: date) -> Writing:
    """All that the citizen filled in, wrote and sent along; nothing that a register or an agency said."""
    with override("nl"):
        payload = payload_or_none(case)
        answers = answer_rows(case.definition.ask, as_changed(case, payload)["answers"]) if payload else []
        filled = [f"{row.label}: {', '.join(row.lines)}" for _title, rows in answers for row in rows]
        said = [one.text for one in case.messages.filter(side=Side.CITIZEN)]
        asked = [
            task for task in case.tasks.order_by("created_at") if task.answered_at and task.sealed_answer
        ]
        replies = [f"{task.what or task.why}\n{answer_as_text(task)}" for task in asked]
    text = "\n\n".join([title_of(case.definition), "\n".join(filled), *said, *replies])
    own = Document.objects.filter(case=case, side=Side.CITIZEN).exclude(
        task__isnull=False, task__answered_at=None
    )
    return Writing(case, text, _ready(own), received_on)


def _ready(documents: QuerySet[Document]) -> list[Document]:
    return list(documents.filter(state=Document.State.READY).select_related("case__citizen"))


def open_writing(writing: Writing, *, to: str, reason: str) -> Case:
    """The case at the agency `to`, with its row in the outbox. In a transaction."""
    service, source = replace(writing_service(), agency=to), writing.case
    definitions = dump((service,))
    (group,) = service.ask
    journey = Journey.objects.create(
        citizen=source.citizen,
        # So that it stands with what it came from; and where somebody died, silence holds for it too.
        event=source.journey.event,
        definitions=definitions,
        definitions_hash=content_hash(definitions),
        state=Journey.State.SUBMITTED,
        submitted_at=timezone.now(),
        submission_hash=content_hash([source.pk.hex, writing.text]),
        trace_id=new_trace_id(),
    )
    answers = Answers(groups={group.id: [_item(journey, writing, reason)]})
    payload = build_payload(service, answers, {}, {})
    save_answers(journey, answers)
    case = open_case(journey=journey, request=Request(service, catalogue().agencies[to], payload))
    case.forwarded_from = source.agency
    case.save(update_fields=["forwarded_from"])
    forget(journey)
    _more(case, writing.documents[MOST:])
    return case


def _item(journey: Journey, writing: Writing, reason: str) -> Item:
    item = {
        "text": writing.text,
        "sent_by": name_of(writing.case.agency),
        "first_received": writing.received_on.isoformat(),
        "reason": reason,
    }
    files = [keep_file(journey, content_of(one)) for one in writing.documents[:MOST]]
    return {**item, "documents": files} if files else item


def _more(case: Case, documents: Sequence[Document]) -> None:
    """A request has so many files; what is over follows it in messages."""
    for begin in range(0, len(documents), MOST):
        message = Message.objects.create(
            case=case, side=Side.CITIZEN, text=_MORE, external_id=f"more:{begin}", written_at=case.created_at
        )
        for one in documents[begin : begin + MOST]:
            keep(case=case, side=Side.CITIZEN, content=content_of(one), title=one.title, message=message)
        outbox.add(case=case, kind=Delivery.Kind.MESSAGE, message=message)
