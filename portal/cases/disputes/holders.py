"""What an agency does with a disputed value: it tells who keeps the register, and hears what came of it.

An agency with reason to doubt a value must tell the municipality that keeps it (Wet BRP 2.34(1)); the
municipality tells what came of that (2.34(3)). Both go through the agency's own channel to the register.
"""

from __future__ import annotations

from collections.abc import Iterable

from django.db import transaction
from django.db.models import Q, QuerySet

from portal.cases.back.settling import settle
from portal.cases.disputes.marks import add_event, can_still_ask, is_kept
from portal.cases.disputes.verbs import activities_of, log_dispute
from portal.cases.models import Case, Dispute, DisputeEvent
from portal.ledger.log.uses import Use, record_staff_action, record_staff_view
from portal.ledger.models import DataUse
from portal.people.actor import Actor


def disputes_at(case: Case) -> list[Dispute]:
    """The disputes that an officer sees with a case: of a value in it, or the one that it asks to correct."""
    rows = [rows.select_related("citizen", "correction__journey") for rows in (told_of(case), asked_by(case))]
    return shown_with([one for found in rows for one in found])


def told_of(case: Case) -> QuerySet[Dispute]:
    """The disputes of a value in a case of which its agency was told, also what cannot be read any more."""
    return Dispute.objects.filter(marks__case=case, events__agency=case.agency).distinct()


def asked_by(case: Case) -> QuerySet[Dispute]:
    """The dispute that a case asks to correct, if it does, also where it cannot be read any more."""
    return Dispute.objects.filter(correction=case)


def shown_with(found: Iterable[Dispute]) -> list[Dispute]:
    """Of these the ones that can be read, each once, oldest first."""
    kept = {one.pk: one for one in found if is_kept(one)}
    return sorted(kept.values(), key=lambda one: (one.created_at, one.pk))


def staff_dispute(*, actor: Actor, reference: str) -> Dispute:
    """A dispute of a value that the officer's agency has, by its reference; the look stands in the log.

    Raises `Dispute.DoesNotExist` for one that is not the agency's business, as for one that is not there.
    """
    found = concerning(actor=actor, reference=reference)
    use = Use(
        citizen=found.citizen,
        trace_id=found.correction.journey.trace_id if found.correction else found.pk.hex,
        operation=DataUse.Operation.VIEW,
        activities=activities_of(found),
        fields=(found.field,),
        recipient=actor.agency,
    )
    record_staff_view(use, staff=actor.require_user(), what="dispute-opened", reference=found.reference)
    return found


def concerning(*, actor: Actor, reference: str) -> Dispute:
    """The same without a line in the log, for what is pressed on the page."""
    told = Q(marks__case__agency=actor.agency, events__agency=actor.agency)
    asked = Q(correction__agency=actor.agency)
    rows = Dispute.objects.filter(told | asked, reference=reference).distinct()
    found = rows.select_related("citizen", "correction__journey").get()
    if not is_kept(found):
        raise Dispute.DoesNotExist(reference)
    return found


def may_report(*, actor: Actor, dispute: Dispute) -> bool:
    """The agency has the value, and did not report it yet; who decides on a correction tells nobody."""
    is_theirs = dispute.marks.filter(case__agency=actor.agency).exists()
    return dispute.is_open and is_theirs and not has_reported(actor=actor, dispute=dispute)


def has_reported(*, actor: Actor, dispute: Dispute) -> bool:
    """The agency told who keeps the register."""
    return dispute.events.filter(kind=DisputeEvent.Kind.REPORTED, agency=actor.agency).exists()


def report_to_holder(*, actor: Actor, dispute: Dispute) -> None:
    """The agency told who keeps the register that the value is doubted. Pressed twice, it is once."""
    with transaction.atomic():
        locked = _locked(dispute)
        if not may_report(actor=actor, dispute=locked):
            return
        if locked.state == Dispute.State.OPEN:
            locked.state = Dispute.State.REPORTED
            locked.save(update_fields=["state"])
        add_event(locked, DisputeEvent.Kind.REPORTED, agency=actor.agency)
        _log(actor, locked, "dispute-reported")


def close_report(*, actor: Actor, dispute: Dispute, corrected: bool, reason: str) -> None:
    """What came of the report: the register was corrected, or stays as it is, with the reason.

    While the citizen's own request runs, "not taken over" closes nothing: that request decides.
    """
    with transaction.atomic():
        locked = _locked(dispute)
        if not locked.is_open or not has_reported(actor=actor, dispute=locked):
            return
        if corrected:
            settle(dispute=locked, kind=DisputeEvent.Kind.CORRECTED, note=reason, agency=actor.agency)
        elif can_still_ask(locked):
            settle(dispute=locked, kind=DisputeEvent.Kind.REJECTED, note=reason, agency=actor.agency)
        else:
            add_event(locked, DisputeEvent.Kind.NOT_TAKEN_OVER, note=reason, agency=actor.agency)
        _log(actor, locked, "dispute-corrected" if corrected else "dispute-not-taken-over")


def _locked(dispute: Dispute) -> Dispute:
    rows = Dispute.objects.select_for_update(of=("self",))
    return rows.select_related("citizen", "correction__journey").get(pk=dispute.pk)


def _log(actor: Actor, dispute: Dispute, what: str) -> None:
    operation_id = log_dispute(dispute, outcome=what, recipient=actor.agency)
    if actor.user is not None:
        record_staff_action(operation_id, staff=actor.user, what=what, reference=dispute.reference)
