"""The review page: one block an agency, with every value, its source, and why it goes there."""

from __future__ import annotations

from dataclasses import dataclass

from lifeevents.model import Agency, Service
from portal.cases.journey.answers import Answers
from portal.cases.journey.counting import Counted, count
from portal.cases.journey.payloads import Request
from portal.cases.reading.showing import Row, answer_rows, field_label, not_fetched_labels, payload_rows


@dataclass(frozen=True, slots=True)
class Block:
    """What one agency will get. `later` names the field that is added when an awaited service is done."""

    service: Service
    agency: Agency | None
    can_be_sent: bool
    facts: list[Row]
    answers: list[tuple[str, list[Row]]]
    not_fetched: list[str]
    later: str
    counted: Counted


def blocks_of(requests: list[Request], answers: Answers) -> list[Block]:
    """A block for each request."""
    return [
        Block(
            service=request.service,
            agency=request.agency,
            can_be_sent=request.can_be_sent,
            facts=payload_rows(request.service, request.payload),
            answers=answer_rows(request.service.ask, request.payload["answers"]),
            not_fetched=not_fetched_labels(request.payload),
            later=field_label(request.service.after.field) if request.service.after else "",
            counted=count(request.service, request.payload, answers.reused),
        )
        for request in requests
    ]
