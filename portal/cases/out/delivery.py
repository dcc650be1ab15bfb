"""Delivering: one row, claimed first, the call outside any transaction, each step with an effect once."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import structlog
from celery.exceptions import SoftTimeLimitExceeded
from django.db import DatabaseError, InterfaceError, close_old_connections, transaction
from django.utils import timezone

from connectors.base import (
    JSON,
    ConnectorError,
    Destination,
    Envelope,
    Malformed,
    Misconfigured,
    Receipt,
    Subject,
    Unavailable,
)
from connectors.base import Document as Attached
from connectors.faults import fault_point
from portal import clock
from portal.access.trail import Act, use_of
from portal.cases.back.followers import stop
from portal.cases.back.status import ARRIVED, add_status
from portal.cases.disputes.reporting import note_told, report
from portal.cases.forwarding.going import GROUND, SENT_ON, arrival_id, forwarded
from portal.cases.journey.followups import Died, release
from portal.cases.journey.payloads import Payload, payload_of, properties_of
from portal.cases.locked import locked_with_beside
from portal.cases.models import Case, Delivery, Document, Phase
from portal.cases.notices.noting import fall_silent
from portal.cases.out import leases, outbox
from portal.cases.out.grounds import too_much
from portal.cases.out.outages import leave, note_failure
from portal.cases.out.subjects import subject_of
from portal.cases.out.taking import at_hand
from portal.cases.talk.documents import attached, of_request
from portal.cases.talk.following import PATIENCE, let_follow
from portal.cases.talk.sending import send
from portal.cases.terms.verbs import set_clock
from portal.catalogue import connectors
from portal.ledger.engine.mentions import mentions_in
from portal.ledger.log.uses import Ending, Use, begin_uses, end_uses
from portal.ledger.models import DataUse
from portal.people.models import Citizen
from portal.people.verbs import bsn_of

log = structlog.get_logger(__name__)


def deliver(*, delivery_id: Any) -> None:
    """Claims the row and does its work. Whatever goes wrong stays with this row."""
    row = outbox.claim(delivery_id)
    if row is None:
        return
    answered = False
    try:
        answered = _attempt(row)
    except leases.LeaseOver:
        log.warning("a delivery stood still until its lease was over", delivery=str(row.pk))
    if row.kind in outbox.TO_AN_AGENCY:
        leave(row.destination, answered=answered)


def _attempt(row: Delivery) -> bool:
    """Whether an agency was called, and took what we had."""
    try:
        return _work(row)
    except leases.LeaseOver:
        raise
    except SoftTimeLimitExceeded:
        log.warning("delivery took too long", delivery=str(row.pk), attempts=row.attempts)
        leases.keep(row)
        outbox.try_later(row, error="took longer than one attempt may")
    except Exception as error:
        log.exception("delivery failed unexpectedly", delivery=str(row.pk))
        if isinstance(error, DatabaseError | InterfaceError):
            # The database itself broke off: this is written down on a fresh connection.
            close_old_connections()
        leases.keep(row)
        outbox.try_later(row, error="unexpected", human=Delivery.Human.UNKNOWN)
    return False


def _work(row: Delivery) -> bool:
    fault_point("delivery.claimed")
    try:
        return _WORK[Delivery.Kind(row.kind)](row, row.case)
    except ConnectorError as error:
        _after_failure(row, error)
        return False


def _after_failure(row: Delivery, error: ConnectorError) -> None:
    # The message of a connector's error holds no BSN, no secret and no body (connectors.base).
    told = str(error)
    log.warning("delivery failed", delivery=str(row.pk), kind=error.kind, error=told, attempts=row.attempts)
    leases.keep(row)
    if error.permanent:
        known = {"refused": Delivery.Human.REFUSED, "config": Delivery.Human.CONFIG}
        outbox.ask_human(row, kind=known.get(error.kind, Delivery.Human.UNKNOWN), error=told)
    elif _is_outage(row, error):
        outbox.wait_for_agency(row, error=told)
    else:
        outbox.try_later(row, error=told, pause=error.retry_after)


def _is_outage(row: Delivery, error: ConnectorError) -> bool:
    """Whether the agency is away. Looked up while the row still holds its room: no other call begins."""
    destination = connectors().destination(row.destination)
    return (
        row.kind in outbox.TO_AN_AGENCY
        and isinstance(error, Unavailable | Malformed)
        and destination is not None
        and note_failure(row.destination, destination)
    )


def _file(row: Delivery, case: Case) -> bool:
    destination = connectors().destination(row.destination)
    if destination is None:
        raise Misconfigured(f"no destination for agency {row.destination}")
    begins_with = at_hand(case)
    documents = list(of_request(case).select_related("case__citizen")) if begins_with.has_documents else []
    if _must_wait(documents, destination):
        if row.created_at > timezone.now() - PATIENCE:
            outbox.wait_for_scanner(row)
            return False
        # The request does not wait for ever: what nobody looked into yet follows it.
        documents = let_follow(case)
    ring = begins_with.ring
    payload = payload_of(case, ring)
    if more := too_much(case.definition, payload):
        raise Misconfigured(f"no ground to send: {', '.join(more)}")
    begun, *named = begin_uses([_disclosure(case, payload), *_naming(case)], seen=begins_with.heads)
    fault_point("delivery.before-send")
    # Where the agency works in the portal nothing leaves it, so that no file need be opened for it.
    files = () if destination.pulls else tuple(attached(one) for one in documents if _is_ready(one))
    receipt = destination.file(_envelope(case, payload, files), _Steps(row))
    with transaction.atomic():
        end_uses(
            [Ending(begun, _how(case), values=payload), *(Ending(one, Act.NAMED) for one in named)],
            ring=ring,
        )
        _arrived(case, receipt)
        outbox.mark_delivered(row)
        fault_point("delivery.before-commit")
    fault_point("delivery.after-commit")
    return True


def _must_wait(documents: list[Document], destination: Destination) -> bool:
    """Nobody gets a document before it was looked into; who works in the portal sees that it is not yet."""
    return not destination.pulls and any(one.state == Document.State.CHECKING for one in documents)


def _is_ready(document: Document) -> bool:
    return document.state == Document.State.READY


def _report(row: Delivery, case: Case) -> bool:
    return report(row, case, _Steps(row))


def _send(row: Delivery, case: Case) -> bool:
    return send(row, case, _Steps(row))


def _release(row: Delivery, case: Case) -> bool:
    try:
        pause = release(case=case, attempts=row.attempts)
    except Died as died:
        with transaction.atomic():
            stop(case=case, reason=f"died:{died.who}")
            fall_silent(citizen=case.citizen, event=case.journey.event)
            outbox.ask_human(row, kind=Delivery.Human.CALL, error=f"{died.who} died: call, and send nothing")
        return False
    fault_point("release.after-commit")
    if pause is None:
        outbox.mark_delivered(row)
    else:
        outbox.try_later(row, error="awaited", pause=pause)
    return False


def _read_again(row: Delivery, case: Case) -> bool:
    """An operator mended what the agency's word means: the case is read as if for the first time."""
    with transaction.atomic():
        Case.objects.filter(pk=case.pk).update(heard_version="", read_at=None)
        outbox.mark_delivered(row)
        transaction.on_commit(lambda: outbox.ring(str(case.pk), task=outbox.READ))
    return False


_WORK: dict[Delivery.Kind, Callable[[Delivery, Case], bool]] = {
    Delivery.Kind.FILE: _file,
    Delivery.Kind.RELEASE: _release,
    Delivery.Kind.REPORT: _report,
    Delivery.Kind.ANSWER: _send,
    Delivery.Kind.MESSAGE: _send,
    Delivery.Kind.WITHDRAW: _send,
    Delivery.Kind.OBJECTION: _send,
    Delivery.Kind.READ: _read_again,
}


class _Steps:
    """`connectors.base.Once` on the row's own progress.

    The claim, committed before any call, says that steps may have begun. So when an earlier attempt was
    made, a step without a result asks `find` whether its effect is there before it calls again. Results
    are committed with the end of the attempt, however it ends; who is killed leaves them to `find`.
    """

    def __init__(self, row: Delivery) -> None:
        self._row = row

    def __call__(self, name: str, call: Callable[[], JSON], find: Callable[[], JSON | None]) -> JSON:
        step = self._row.progress.get(name)
        if step is not None and "result" in step:
            return step["result"]
        result = find() if leases.may_have_begun(self._row) else None
        if result is None:
            fault_point("step.begun")
            leases.keep(self._row)
            result = call()
        fault_point("step.answered")
        self._row.progress[name] = {"result": result}
        return result


def _envelope(case: Case, payload: Payload, documents: tuple[Attached, ...]) -> Envelope:
    return Envelope(
        reference=case.reference,
        service=case.service,
        agency=case.agency,
        subject=subject_of(case, payload),
        payload=payload,
        submitted_at=case.created_at,
        trace_id=case.journey.trace_id,
        title=case.definition.title.nl,
        zaaktype=case.definition.zgw.zaaktype if case.definition.zgw else "",
        properties=properties_of(case.definition, payload),
        documents=documents,
        representative=Subject(bsn_of(helper)) if (helper := _helper(case)) else None,
        forwarded=forwarded(case),
    )


def _helper(case: Case) -> Citizen | None:
    """Who filed it for the citizen, if somebody did."""
    return case.mandate.representative if case.mandate else None


def _naming(case: Case) -> list[Use]:
    """That the agency reads who filed it: a line in the helper's own log."""
    helper = _helper(case)
    return [use_of(helper, str(case.mandate_id), recipient=case.agency)] if helper else []


def _disclosure(case: Case, payload: Payload) -> Use:
    values = {name: fact["value"] for name, fact in payload["facts"].items()}
    (mentions,) = mentions_in(case.citizen, [values])
    return Use(
        citizen=case.citizen,
        trace_id=case.journey.trace_id,
        operation=DataUse.Operation.DISCLOSURE,
        activities=(case.definition.activity,),
        fields=tuple(payload["facts"]),
        recipient=case.agency,
        retention=case.retention,
        ground=f"{case.definition.activity.ground.name}; {GROUND}" if case.forwarded_from else "",
        mentions=mentions,
    )


def _how(case: Case) -> str:
    """The word in the log for how it went there."""
    return SENT_ON if case.forwarded_from else "delivered"


def _arrived(case: Case, receipt: Receipt) -> None:
    """The agency has it: our own record of that, and the legal clock where it did not run yet."""
    locked, known = locked_with_beside(case)
    locked.their_reference = receipt.their_reference
    if known.is_disputed:
        note_told(locked)
    set_clock(locked, on=clock.day_of(receipt.received_at))
    add_status(
        locked,
        phase=Phase.ARRIVED,
        text="",
        set_at=receipt.received_at,
        external_id=arrival_id(locked) if locked.forwarded_from else ARRIVED,
        heard_from=locked.agency,
        along=("their_reference", "received_on", "due_on"),
        known=known,
    )
