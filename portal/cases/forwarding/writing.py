"""A message that was sent on, as a case of the agency that it is for.

It is of the one service of the catalogue that is any agency's (`lifeevents.model.AnyAgency`). The journey
keeps its definition for this one agency, and the payload holds the message alone.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from django.utils import timezone

from lifeevents.model import AnyAgency, Service, dump
from portal.cases.journey.answers import Answers, Item, save_answers
from portal.cases.journey.files import forget, keep_file
from portal.cases.journey.payloads import Request, build_payload
from portal.cases.journey.submit import open_case
from portal.cases.models import Case, Document, Journey, Message, new_trace_id
from portal.cases.talk.documents import content_of
from portal.catalogue import catalogue
from portal.ledger.keys import content_hash


def writing_service() -> Service:
    """The service of a message that was sent on. Raises `StopIteration` where the catalogue has none."""
    return next(one for one in catalogue().services.values() if isinstance(one.agency, AnyAgency))


def open_writing(message: Message, *, to: str, reason: str, received_on: date) -> Case:
    """The case at the agency `to`, with its row in the outbox. In a transaction.

    `received_on` is the day on which the first agency had the message.
    """
    service = replace(writing_service(), agency=to)
    definitions = dump((service,))
    (group,) = service.ask
    journey = Journey.objects.create(
        citizen=message.case.citizen,
        # So that it stands with what it came from; and where somebody died, silence holds for it too.
        event=message.case.journey.event,
        definitions=definitions,
        definitions_hash=content_hash(definitions),
        state=Journey.State.SUBMITTED,
        submitted_at=timezone.now(),
        submission_hash=content_hash([message.pk.hex]),
        trace_id=new_trace_id(),
    )
    answers = Answers(groups={group.id: [_item(journey, message, reason, received_on)]})
    payload = build_payload(service, answers, {}, {})
    save_answers(journey, answers)
    case = open_case(journey=journey, request=Request(service, catalogue().agencies[to], payload))
    case.forwarded_from = message.case.agency
    case.save(update_fields=["forwarded_from"])
    forget(journey)
    return case


def _item(journey: Journey, message: Message, reason: str, received_on: date) -> Item:
    item = {
        "text": message.text,
        "sent_by": catalogue().agencies[message.case.agency].name,
        "first_received": received_on.isoformat(),
        "reason": reason,
    }
    ready = message.documents.filter(state=Document.State.READY).select_related("case__citizen")
    files = [keep_file(journey, content_of(one)) for one in ready]
    return {**item, "documents": files} if files else item
