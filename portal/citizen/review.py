"""The review page: one block an agency, with every value, its source, and why it goes there."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date

from django.utils.translation import gettext as _

from lifeevents.model import Agency, AgencyByKind, Service, Text
from portal.cases.journey.answers import Answers
from portal.cases.journey.counting import Counted, count
from portal.cases.journey.helped import is_helped
from portal.cases.journey.payloads import Request
from portal.cases.reading.reports import reported_words
from portal.cases.reading.showing import Row, answer_rows, field_label, not_fetched_labels, payload_rows
from portal.catalogue import help_line


@dataclass(frozen=True, slots=True)
class Block:
    """What one agency will get. `later` names the field that is added when an awaited service is done.

    `send_on` is the first day on which it may go, where that is still to come, and `article` the law that
    sets it.
    """

    service: Service
    agency: Agency | None
    can_be_sent: bool
    facts: list[Row]
    answers: list[tuple[str, list[Row]]]
    not_fetched: list[str]
    reported: str
    later: str
    counted: Counted
    is_helped: bool = False
    send_on: date | None = None
    article: str = ""


def blocks_of(requests: list[Request], answers: Answers, *, hides_places: bool = False) -> list[Block]:
    """A block for each request; `hides_places` for who must not read where the citizen lives."""
    return [
        Block(
            service=request.service,
            agency=_seen(request, hides_places=hides_places),
            can_be_sent=request.can_be_sent,
            facts=payload_rows(request.service, request.payload, hides_places=hides_places),
            answers=answer_rows(request.service.ask, request.payload["answers"]),
            not_fetched=not_fetched_labels(request.payload),
            reported=reported_words(request.service, request.payload),
            is_helped=is_helped(request.payload),
            later=field_label(request.service.after.field) if request.service.after else "",
            counted=count(request.service, request.payload, answers.reused),
            send_on=request.send_on,
            article=opening_article(request.service),
        )
        for request in requests
    ]


def opening_article(service: Service) -> str:
    """The law that sets the first day on which it can be done; "" where none does."""
    opens = service.citizen_term.opens if service.citizen_term else None
    return opens.article.name if opens else ""


def _seen(request: Request, *, hides_places: bool) -> Agency | None:
    """A municipality that follows from where the citizen lives is not named; one that was typed is."""
    by = request.service.agency
    follows = isinstance(by, AgencyByKind) and not by.by.startswith("answer.")
    if not (hides_places and follows and request.agency):
        return request.agency
    somewhere = Text(nl="de gemeente", en="the municipality")
    return replace(help_line(), id="gemeente", name=_("De gemeente"), short=somewhere)
