"""How a dispute ends, and what that does to the cases that carry its mark."""

from __future__ import annotations

from django.db import transaction

from portal.cases.disputes.marks import add_event, is_on_its_way, marked_cases, set_mark, tell
from portal.cases.journey.payloads import payload_of, seal_payload
from portal.cases.models import Case, Dispute, DisputeEvent, Outcome
from portal.cases.restricting.verbs import end_with_dispute
from portal.catalogue import catalogue
from portal.ledger.engine.gather import expire

_STATES = {
    DisputeEvent.Kind.CORRECTED: Dispute.State.CORRECTED,
    DisputeEvent.Kind.REJECTED: Dispute.State.REJECTED,
    DisputeEvent.Kind.WITHDRAWN: Dispute.State.WITHDRAWN,
}


def settle(
    *, dispute: Dispute, kind: DisputeEvent.Kind, note: str = "", agency: str = "", case: Case | None = None
) -> None:
    """Ends an open dispute. Once: what is over stays as it is.

    Agencies that have the value hear it; what was not sent yet loses the mark; what was corrected is
    asked of the register again.
    """
    with transaction.atomic():
        locked = (
            Dispute.objects.select_for_update(of=("self",))
            .select_related("citizen", "correction")
            .get(pk=dispute.pk)
        )
        if not locked.is_open:
            return
        locked.state = _STATES[kind]
        locked.save(update_fields=["state"])
        event = add_event(locked, kind, note=note, agency=agency, case=case)
        cases = marked_cases(locked)
        tell(locked, event, [case for case in cases if is_on_its_way(case)])
        _unmark(locked.field, [case for case in cases if not is_on_its_way(case)])
        if kind != DisputeEvent.Kind.WITHDRAWN:
            end_with_dispute(dispute=locked)
        if kind == DisputeEvent.Kind.CORRECTED:
            for field in {locked.field, *catalogue().bases_of(locked.field)}:
                expire(locked.citizen, field)


def settle_correction(case: Case, kind: Outcome.Kind, motivation: str) -> None:
    """The request to correct something has its outcome. Any other case is left alone."""
    dispute = Dispute.objects.filter(correction=case).first()
    if dispute is not None:
        ended = kind == Outcome.Kind.REFUSED
        settle(
            dispute=dispute,
            kind=DisputeEvent.Kind.REJECTED if ended else DisputeEvent.Kind.CORRECTED,
            note=motivation,
            agency=case.agency,
            case=case,
        )


def _unmark(field: str, cases: list[Case]) -> None:
    for case in cases:
        payload = payload_of(case)
        set_mark(payload["facts"][field], None)
        seal_payload(case, payload)
        case.save(update_fields=["sealed_payload"])
