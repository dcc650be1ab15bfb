"""The citizen's own request to correct a register, made of a dispute: a case like any other.

Which service that is, and for which source, stands in the catalogue (`corrections/`). The journey keeps
its definition narrowed to the value in question, so that nothing else goes along.
"""

from __future__ import annotations

from dataclasses import replace

from django.db import transaction
from django.utils import timezone

from lifeevents.model import AgencyByKind, Service, dump
from portal.access.filing.verbs import hold_filing
from portal.access.representation import hold
from portal.cases.disputes.marks import Content, add_event, can_still_ask, content_of
from portal.cases.disputes.proofs import open_proof, proofs_to_give
from portal.cases.journey.age import require_age
from portal.cases.journey.answers import Answers, Item, save_answers
from portal.cases.journey.filed import filed_entry
from portal.cases.journey.files import forget, keep_file
from portal.cases.journey.payloads import Request, build_payload, own_answers, resolve_agency
from portal.cases.journey.submit import open_case, require_level
from portal.cases.models import Dispute, DisputeEvent, Journey, new_trace_id
from portal.cases.reading.values import right_lines
from portal.catalogue import catalogue
from portal.ledger.engine.gather import Answer, Failed, Pending, gather
from portal.ledger.keys import content_hash
from portal.people.actor import Actor


class CannotAsk(Exception):
    """The request cannot be made. `why` is a key for `wording`: no-service, unknown, down or no-agency."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


def correction_service(field: str) -> Service | None:
    """The service with which a field is corrected; None where there is none that covers it.

    For what the portal works out: that covers at least one of the fields that it comes from.
    """
    correction = catalogue().correction_of(field)
    service = catalogue().services.get(correction.service) if correction and correction.service else None
    return service if service and _corrected(field, service) else None


def _corrected(field: str, service: Service) -> tuple[str, ...]:
    """The values that go along with the request: the one in question, or those it is worked out of."""
    return tuple(name for name in catalogue().bases_of(field) if name in service.needs)


def ask_correction(*, actor: Actor, dispute: Dispute, level: str) -> None:
    """Sends the request to whoever decides on it, once; anew after it was taken back.

    `level` is that of the login. The value is asked of the register on the ground of the request itself.
    Raises `CannotAsk`, `LevelTooLow` where the login is too weak, and `TooYoung`.
    """
    actor.require_citizen()
    if not can_still_ask(dispute):
        return
    service, content = correction_service(dispute.field), content_of(dispute)
    if service is None:
        raise CannotAsk("no-service")
    if content.right is None:
        raise CannotAsk("unknown")
    require_level([service], level)
    trace_id = new_trace_id()
    facts = _look_up(dispute, service, trace_id)
    require_age([service], facts, actor.mandate)
    answers = Answers(groups={service.ask[0].id: [_item(dispute, content)]})
    agency = resolve_agency(service, answers, facts)
    narrowed = replace(service, needs=_corrected(dispute.field, service))
    payload = build_payload(narrowed, answers, facts, dict.fromkeys(narrowed.needs, content))
    request = Request(narrowed, agency, payload)
    if not request.can_be_sent:
        raise CannotAsk("no-agency")
    _file(dispute, request, answers, trace_id, actor)


def _look_up(dispute: Dispute, service: Service, trace_id: str) -> dict[str, Answer]:
    """The value, and the field that says which agency it is; the network comes before the transaction."""
    fields = set(_corrected(dispute.field, service))
    if isinstance(service.agency, AgencyByKind) and service.agency.by in catalogue().fields:
        fields.add(service.agency.by)
    if service.alone_from:
        fields.add("brp.birth")
    facts = gather(citizen=dispute.citizen, fields=fields, activities=[service.activity], trace_id=trace_id)
    if any(isinstance(stands, Failed | Pending) for stands in facts.values()):
        raise CannotAsk("down")
    return facts


def _item(dispute: Dispute, content: Content) -> Item:
    right = "\n".join(right_lines(dispute.field, content.right))
    return {"right_value": right, "explanation": content.explanation}


def _file(dispute: Dispute, request: Request, answers: Answers, trace_id: str, actor: Actor) -> None:
    definitions, mandate = dump((request.service,)), actor.mandate
    with transaction.atomic():
        hold(mandate)
        filing = hold_filing(actor.filing)
        locked = Dispute.objects.select_for_update(of=("self",)).select_related("citizen").get(pk=dispute.pk)
        if not can_still_ask(locked):
            return
        journey = Journey.objects.create(
            citizen=locked.citizen,
            event=_event_of(request.service),
            definitions=definitions,
            definitions_hash=content_hash(definitions),
            state=Journey.State.SUBMITTED,
            submitted_at=timezone.now(),
            submission_hash=content_hash(request.payload),
            trace_id=trace_id,
            mandate_id=mandate.representation_id if mandate else None,
            filing=filing,
        )
        if filed := filed_entry(journey):
            request = replace(request, payload={**request.payload, "filed": filed})
        request = _with_proofs(locked, journey, request, answers)
        save_answers(journey, answers)
        case = open_case(journey=journey, request=request, mandate=mandate)
        forget(journey)
        locked.correction, locked.state = case, Dispute.State.REPORTED
        locked.save(update_fields=["correction", "state"])
        add_event(locked, DisputeEvent.Kind.ASKED, agency=case.agency, case=case)


def _with_proofs(dispute: Dispute, journey: Journey, request: Request, answers: Answers) -> Request:
    """The request with what proves it, where it asks for that: who decides need not look for it elsewhere."""
    service, group = request.service, request.service.ask[0]
    for question in group.document_questions:
        proofs = [keep_file(journey, open_proof(proof)) for proof in proofs_to_give(dispute)]
        answers.groups[group.id][0] |= {question.id: proofs} if proofs else {}
    return replace(request, payload={**request.payload, "answers": own_answers(service, answers)})


def _event_of(service: Service) -> str:
    """The event under which the plan stands; the service's own name where no event brings it."""
    events = catalogue().events.values()
    return next((event.slug for event in events if service.id in event.services), service.id)
