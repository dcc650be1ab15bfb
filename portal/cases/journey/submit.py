"""Sending a journey: cases, first statuses and outbox rows in one transaction, once."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from datetime import date

from django.db import transaction
from django.utils import timezone

from connectors.faults import fault_point
from lifeevents.model import LEVELS, Service
from portal import clock
from portal.access.filing.verbs import hold_filing
from portal.access.models import Filing
from portal.access.representation import hold
from portal.cases.back.followers import wake
from portal.cases.back.status import apply_status
from portal.cases.disputes.marks import carry
from portal.cases.journey.age import require_age
from portal.cases.journey.answers import Answers, answers_of
from portal.cases.journey.files import forget, hand_over
from portal.cases.journey.handing_in import note_filed
from portal.cases.journey.journeys import AlreadySubmitted, OutOfScope, Page, known, unanswered
from portal.cases.journey.payloads import Request, requests_of, seal_payload
from portal.cases.models import Case, Delivery, Journey, Outcome, Phase
from portal.cases.out import outbox
from portal.cases.talk.standing import CITIZEN
from portal.cases.terms.verbs import start_clock
from portal.catalogue import catalogue
from portal.ledger.engine.gather import Answer, Failed, Pending
from portal.ledger.keys import KeyDestroyed, content_hash
from portal.people.actor import Mandate, Recording


class NotReady(Exception):
    """Something is still missing; `pages` and `fields` say what."""

    def __init__(self, *, pages: list[Page], fields: list[str]) -> None:
        super().__init__("the journey is not complete")
        self.pages, self.fields = pages, fields


class NothingNow(Exception):
    """Nothing can go yet, and the citizen ticked nothing to go by itself later."""


class Changed(Exception):
    """What would be sent is not what the citizen saw on the review page."""


class LevelTooLow(Exception):
    """The login is of a lower level of assurance than a service asks."""

    def __init__(self, needed: str) -> None:
        super().__init__(needed)
        self.needed = needed


def missing_fields(journey: Journey, answers: Answers, facts: dict[str, Answer] | None = None) -> list[str]:
    """Fields that no source could give, and that the citizen can type but did not.

    One that cannot be typed holds nobody up: the agency reads that it was not fetched. `facts`: those
    that are `known` already.
    """
    return [
        name
        for name, stands in (known(journey) if facts is None else facts).items()
        if isinstance(stands, Failed | Pending)
        and name not in answers.entered
        and (isinstance(stands, Pending) or catalogue().fields[name].enter)
    ]


def fingerprint(requests: Collection[Request]) -> str:
    """A hash of what the review page shows; the form carries it, so that nothing else can be sent by it."""
    shown = [
        [r.service.id, r.agency.id if r.agency else "", r.payload, *([str(r.send_on)] if r.send_on else [])]
        for r in requests
    ]
    return content_hash(shown)


def submit(
    *,
    journey: Journey,
    seen: str,
    follow_ups: Collection[str],
    level: str,
    mandate: Mandate | None = None,
    filing: Recording | None = None,
) -> list[Case]:
    """Sends what the citizen saw, or heard. The same submission again gives the same cases.

    `seen` is the `fingerprint` of the review page, `follow_ups` the services that the citizen
    ticked to be sent by themselves later, `level` that of the login, `mandate` that of who sends it for
    the citizen, `filing` that of the staff who wrote it down. Raises `AlreadySubmitted` (sent before, with
    something else in it), `NotReady`, `Changed`, `NothingNow`, `LevelTooLow`, `TooYoung`, `MandateEnded`,
    `FilingEnded`, and `OutOfScope` for an officer who wrote down what goes to another agency.
    """
    submission = content_hash([seen, sorted(follow_ups)])
    with transaction.atomic():
        hold(mandate)
        written = hold_filing(filing)
        locked = Journey.objects.select_for_update(of=("self",)).select_related("citizen").get(pk=journey.pk)
        if locked.state == Journey.State.SUBMITTED:
            if locked.submission_hash != submission:
                raise AlreadySubmitted(str(locked.pk))
            return list(locked.cases.order_by("created_at"))
        locked.filing = written
        requests = _checked_requests(locked, seen, level, mandate)
        _require_own_agency(requests, written)
        chosen = [r for r in requests if not r.waits or r.service.id in follow_ups]
        if not chosen:
            raise NothingNow
        cases = [open_case(journey=locked, request=request, mandate=mandate) for request in chosen]
        payloads = {case.pk: request.payload for case, request in zip(cases, chosen, strict=True)}
        carry(cases, locked.citizen, payloads)
        forget(locked, waiting=[r.service for r in requests if r not in chosen])
        locked.state, locked.submission_hash = Journey.State.SUBMITTED, submission
        locked.submitted_at = timezone.now()
        locked.save(update_fields=["state", "submission_hash", "submitted_at", "filing"])
        note_filed(written, cases)
        fault_point("submit.before-commit")
    fault_point("submit.after-commit")
    return cases


def request_follow_up(*, journey: Journey, service: str, level: str, mandate: Mandate | None = None) -> Case:
    """Asks after all for a service that the citizen did not tick. Once: again gives the same case.

    One whose day has come meanwhile is looked at again too before it goes. Raises `LookupError` for a service
    that waited for nothing, or a journey that was not sent, or whose answers were destroyed; `MandateEnded`.
    """
    with transaction.atomic():
        hold(mandate)
        locked = Journey.objects.select_for_update(of=("self",)).select_related("citizen").get(pk=journey.pk)
        if existing := locked.cases.filter(service=service).first():
            return existing
        by_service = {request.service.id: request for request in requests_of(locked, _kept(locked))}
        request = by_service.get(service)
        if locked.state != Journey.State.SUBMITTED or request is None or not _may_wait(request.service):
            raise LookupError(service)
        require_level([request.service], level)
        after = request.service.after
        if after is None and request.send_on is None:
            request = replace(request, send_on=clock.today())
        # The awaited case is locked, as `conclude` locks it: its outcome is seen here, or it sees this case.
        awaited = locked.cases.select_for_update().get(service=after.service) if after else None
        case = open_case(journey=locked, request=request, mandate=mandate)
        carry([case], locked.citizen, {case.pk: request.payload})
        forget(locked, waiting=[one for one in locked.services if not locked.cases.filter(service=one.id)])
        outcome = Outcome.objects.filter(case=awaited).first() if awaited else None
        if awaited is not None and outcome is not None:
            wake(case, granted=outcome.kind != Outcome.Kind.REFUSED, awaited=awaited.service)
    return case


def _may_wait(service: Service) -> bool:
    """Whether it can be left out when the rest is sent: it waits for another one, or for a day."""
    return service.after is not None or bool(service.citizen_term and service.citizen_term.opens)


def _kept(journey: Journey) -> Answers:
    try:
        return answers_of(journey)
    except KeyDestroyed:
        raise LookupError("the answers were destroyed when their term was over") from None


def require_level(services: Collection[Service], level: str) -> None:
    """Raises `LevelTooLow` where the login is weaker than the strictest of the services asks."""
    needed = max((service.level for service in services), key=LEVELS.index)
    if level not in LEVELS or LEVELS.index(level) < LEVELS.index(needed):
        raise LevelTooLow(needed)


def _require_own_agency(requests: Collection[Request], written: Filing | None) -> None:
    """An officer at a desk takes what goes to the own agency. Raises `OutOfScope`."""
    if written is None or not written.agency:
        return
    if any(request.agency is None or request.agency.id != written.agency for request in requests):
        raise OutOfScope(written.agency)


def _checked_requests(journey: Journey, seen: str, level: str, mandate: Mandate | None) -> list[Request]:
    answers, facts = answers_of(journey), known(journey)
    pages, fields = unanswered(journey, answers), missing_fields(journey, answers, facts)
    if pages or fields:
        raise NotReady(pages=pages, fields=fields)
    requests = requests_of(journey, answers, facts)
    if fingerprint(requests) != seen or not all(request.can_be_sent for request in requests):
        raise Changed
    services = [request.service for request in requests]
    require_age(services, facts, mandate)
    require_level(services, level)
    return requests


def open_case(*, journey: Journey, request: Request, mandate: Mandate | None = None) -> Case:
    """Writes one case with its first status, and its row in the outbox unless it waits. In a transaction."""
    if request.agency is None:
        raise Changed
    case = Case(
        citizen=journey.citizen,
        journey=journey,
        service=request.service.id,
        agency=request.agency.id,
        mandate_id=mandate.representation_id if mandate else None,
        phase=Phase.WAITING if request.waits else Phase.SENT,
        send_on=request.send_on,
        retention=f"{request.service.activity.retention}/{clock.today().year}",
    )
    seal_payload(case, request.payload)
    case.save(force_insert=True)
    hand_over(journey=journey, case=case, service=request.service, payload=request.payload)
    apply_status(
        case=case,
        phase=Phase(case.phase),
        text="",
        set_at=timezone.now(),
        external_id="submitted",
        heard_from="levensloket",
    )
    if not request.waits:
        send(case, on=_received_on(case))
    if reported := request.payload.get("reported"):
        _end_report(case, reported["reference"])
    return case


def _end_report(case: Case, reference: str) -> None:
    """The application carries the day of the report, which has done its work with that. In a transaction."""
    case.report = Case.objects.select_for_update(of=("self",)).get(citizen=case.citizen, reference=reference)
    case.save(update_fields=["report"])
    apply_status(
        case=case.report,
        phase=Phase.DONE,
        text="applied",
        set_at=max(timezone.now(), case.report.phase_since),
        external_id=f"applied:{case.pk}",
        heard_from=CITIZEN,
    )


def _received_on(case: Case) -> date | None:
    """The day that counts where staff wrote it down; None: today."""
    return case.journey.filing.received_on if case.journey.filing else None


def send(case: Case, *, on: date | None = None) -> None:
    """Puts the case in the outbox. Where the portal is the agency's intake, the term starts here.

    So it does at the agency's own desk. `on`: the day that it came in, where that is not today.
    """
    filing = case.journey.filing
    if case.definition.intake == "portal" or (filing is not None and filing.agency == case.agency):
        start_clock(case, on=on)
    outbox.add(case=case, kind=Delivery.Kind.FILE)
