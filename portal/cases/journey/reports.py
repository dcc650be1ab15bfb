"""Reporting before applying, where money runs from the first sign: one press, filed as a notification.

It is a case like any other, of a service without questions, so that it goes to its agency by the outbox and
stands in the inbox with its day. The application that follows carries the day, and ends the report.
"""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.utils import timezone

from lifeevents.model import LifeEvent, Service, dump
from portal.access.filing.verbs import hold_filing
from portal.access.models import Filing
from portal.access.representation import hold
from portal.cases.disputes.marks import carry, open_marks
from portal.cases.journey.answers import Answers
from portal.cases.journey.filed import filed_entry
from portal.cases.journey.handing_in import note_filed
from portal.cases.journey.journeys import OutOfScope
from portal.cases.journey.payloads import Request, build_payload, resolve_agency
from portal.cases.journey.reported import standing_reports
from portal.cases.journey.submit import open_case, require_level
from portal.cases.models import Case, Journey, new_trace_id
from portal.catalogue import catalogue
from portal.ledger.engine.gather import Answer, gather
from portal.ledger.keys import content_hash
from portal.people.actor import Actor, Mandate
from portal.people.models import Citizen


def report_today(*, actor: Actor, event: LifeEvent, service: Service, level: str) -> Case:
    """Reports for a service of an event; today counts. While that report stands it is the same one.

    What a register cannot say now does not hold it up: the agency looks that up itself. Raises `LookupError`
    for a service that counts from no report, `OutOfScope`, `LevelTooLow`, `MandateEnded`, `FilingEnded`.
    """
    if service.report is None:
        raise LookupError(service.id)
    reporting = catalogue().services[service.report.service]
    if not actor.covers([service.id, reporting.id]):
        raise OutOfScope(event.slug)
    require_level([reporting], level)
    citizen, trace_id = actor.require_citizen(), new_trace_id()
    if known := standing_reports(citizen, [service]):
        return known[service.id]
    # The network comes before the transaction.
    facts = gather(
        citizen=citizen, fields=list(reporting.needs), activities=[reporting.activity], trace_id=trace_id
    )
    with transaction.atomic():
        hold(actor.mandate)
        written = hold_filing(actor.filing)
        # Two presses come one after the other.
        Citizen.objects.select_for_update(no_key=True).get(pk=citizen.pk)
        if known := standing_reports(citizen, [service]):
            return known[service.id]
        journey = _journey(citizen, event, reporting, trace_id, actor.mandate, written)
        case = _file(journey, reporting, facts, actor.mandate)
        note_filed(written, [case])
    return case


def _journey(
    citizen: Citizen,
    event: LifeEvent,
    reporting: Service,
    trace_id: str,
    mandate: Mandate | None,
    written: Filing | None,
) -> Journey:
    definitions = dump((reporting,))
    return Journey.objects.create(
        citizen=citizen,
        event=event.slug,
        definitions=definitions,
        definitions_hash=content_hash(definitions),
        state=Journey.State.SUBMITTED,
        submitted_at=timezone.now(),
        submission_hash=content_hash([trace_id]),
        trace_id=trace_id,
        mandate_id=mandate.representation_id if mandate else None,
        filing=written,
    )


def _file(journey: Journey, reporting: Service, facts: dict[str, Answer], mandate: Mandate | None) -> Case:
    payload: dict[str, Any] = build_payload(reporting, Answers(), facts, open_marks(journey.citizen))
    if filed := filed_entry(journey):
        payload["filed"] = filed
    request = Request(reporting, resolve_agency(reporting, Answers(), facts), payload)
    case = open_case(journey=journey, request=request, mandate=mandate)
    carry([case], journey.citizen, {case.pk: payload})
    return case
