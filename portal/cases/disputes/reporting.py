"""Telling an agency that a value in its case is disputed, and how that ended: the outbox rows `report`."""

from __future__ import annotations

from typing import Literal

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import override

from connectors.base import Misconfigured, Once, Report
from connectors.faults import fault_point
from portal.cases.disputes.marks import add_event, content_of
from portal.cases.models import Case, Delivery, Dispute, DisputeEvent, DisputeMark, Phase
from portal.cases.out import outbox
from portal.cases.out.grounds import require_ground_to_tell
from portal.cases.reading.showing import field_label
from portal.cases.reading.values import right_lines
from portal.catalogue import connectors
from portal.ledger.log.uses import Use, begin_use, end_use
from portal.ledger.models import DataUse

_KINDS: dict[str, Literal["corrected", "rejected", "withdrawn"]] = {
    Dispute.State.CORRECTED: "corrected",
    Dispute.State.REJECTED: "rejected",
    Dispute.State.WITHDRAWN: "withdrawn",
}


def report(row: Delivery, case: Case, once: Once) -> bool:
    """Tells the agency how the dispute stands now. A case that ended meanwhile is told nothing any more.

    Whether the agency was called, and took it.
    """
    event = DisputeEvent.objects.select_related("dispute__citizen").get(deliveries=row)
    if Phase(case.phase).is_final:
        outbox.mark_delivered(row)
        return False
    destination = connectors().destination(row.destination)
    if destination is None:
        raise Misconfigured(f"no destination for agency {row.destination}")
    require_ground_to_tell(case.definition, event.dispute.field)
    told = _report(event, case)
    begun = begin_use(_disclosure(event.dispute, case))
    fault_point("report.before-send")
    destination.report(case.their_reference, told, once)
    with transaction.atomic():
        end_use(begun, outcome="delivered", values={"kind": told.kind, "text": told.text})
        add_event(event.dispute, DisputeEvent.Kind.TOLD, agency=case.agency, case=case)
        outbox.mark_delivered(row)
        fault_point("report.before-commit")
    fault_point("report.after-commit")
    return True


def note_told(case: Case) -> None:
    """A case has arrived with the mark in it: its agency knows. Once. In the transaction of the arrival."""
    for mark in DisputeMark.objects.filter(case=case).select_related("dispute__citizen"):
        told = mark.dispute.events.filter(kind=DisputeEvent.Kind.TOLD, case=case, agency=case.agency)
        reported = Delivery.objects.filter(case=case, kind=Delivery.Kind.REPORT, about__dispute=mark.dispute)
        if mark.dispute.is_open and not told.exists() and not reported.exists():
            add_event(mark.dispute, DisputeEvent.Kind.TOLD, agency=case.agency, case=case)


def _disclosure(dispute: Dispute, case: Case) -> Use:
    return Use(
        citizen=case.citizen,
        trace_id=case.journey.trace_id,
        operation=DataUse.Operation.DISCLOSURE,
        activities=(case.definition.activity,),
        fields=(dispute.field,),
        recipient=case.agency,
        retention=dispute.retention,
    )


def _report(event: DisputeEvent, case: Case) -> Report:
    dispute = event.dispute
    return Report(
        # The row is about this event: told again after a crash, it has the same reference.
        reference=f"{dispute.reference}.{event.pk}",
        agency=case.agency,
        kind=_KINDS.get(dispute.state, "disputed"),
        about=dispute.field,
        text=_text(dispute),
        trace_id=case.journey.trace_id,
    )


def _text(dispute: Dispute) -> str:
    """In Dutch, whatever language the citizen reads: it is for the officer."""
    with override("nl"):
        names = {"label": field_label(dispute.field), "reference": dispute.reference}
        match Dispute.State(dispute.state):
            case Dispute.State.CORRECTED:
                said = _("%(label)s is verbeterd in het register. Haal het daar opnieuw op.")
            case Dispute.State.REJECTED:
                said = _("%(label)s blijft zoals het in het register staat.")
            case Dispute.State.WITHDRAWN:
                said = _("De inwoner zegt nu dat dit toch klopt: %(label)s.")
            case _:
                said, names = _said(dispute, names)
        return " ".join([said, _("Kenmerk %(reference)s in Levensloket.")]) % names


def _said(dispute: Dispute, names: dict[str, str]) -> tuple[str, dict[str, str]]:
    content = content_of(dispute)
    said = _("Volgens de inwoner klopt dit niet: %(label)s.")
    if content.secret or dispute.citizen.safety_flag:
        # This text may stand where more people look than may know a secret address.
        return f"{said} " + _("Het gegeven is geheim. Lees het in Levensloket."), names
    right = ", ".join(right_lines(dispute.field, content.right))
    more = names | {"right": right, "explanation": content.explanation}
    if right:
        said += " " + _("Het moet zijn: %(right)s.")
    return said + " " + _("Uitleg: %(explanation)s"), more
