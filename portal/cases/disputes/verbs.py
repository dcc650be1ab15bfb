"""The citizen says that a value is wrong: it is kept, marked in every open case, and told.

Two roads. An agency that hears of it must tell who keeps the register when it has reason to doubt (Wet
BRP 2.34); that is always done. And the citizen may ask who keeps the register to correct it (2.58).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction

from lifeevents.model import Activity
from portal import clock
from portal.access.assist import trail
from portal.access.filing.verbs import PREFIX
from portal.cases.back.settling import settle
from portal.cases.disputes.following import follow
from portal.cases.disputes.marks import (
    FINAL,
    OPEN,
    Content,
    add_event,
    content_of,
    holds,
    is_kept,
    is_on_its_way,
    marked_cases,
    seal_content,
    set_mark,
    tell,
)
from portal.cases.disputes.proofs import add_proof
from portal.cases.journey.payloads import payload_of, seal_payload
from portal.cases.locked import locked_in_turn
from portal.cases.models import Case, Dispute, DisputeEvent, DisputeMark, Phase
from portal.cases.talk.heard import Came, came_by, note_heard
from portal.catalogue import catalogue
from portal.ledger.engine.gather import Known, fact_of
from portal.ledger.log.uses import PORTAL, Use, record_staff_action, record_use
from portal.ledger.models import DataUse
from portal.people.actor import Actor
from portal.people.models import Citizen

_RETENTION = "gegevens-betwisten"
"""The class of keys for a source of which the catalogue does not say how it is corrected."""


class StillRunning(Exception):
    """The request to correct it is with the municipality, so that it cannot simply be taken back."""


@dataclass(frozen=True, slots=True)
class Held:
    """A value as we have it: null where the register says that it has none."""

    value: Any
    source: str
    observed_at: datetime
    secret: bool = False


def held_value(*, actor: Actor, field: str, case: Case | None = None) -> Held:
    """What may be disputed: the value of a field as we hold it of the citizen, or as it is in a case.

    Raises `LookupError` for a field that we do not have, and for one that the citizen typed.
    """
    if field not in catalogue().fields:
        raise LookupError(field)
    if case is not None:
        return _held_in(case, field)
    fact = fact_of(actor.require_citizen(), field)
    if fact is None:
        raise LookupError(field)
    if isinstance(fact, Known):
        return Held(fact.value, fact.source, fact.observed_at, fact.secret)
    return Held(None, fact.source, fact.observed_at)


def _held_in(case: Case, field: str) -> Held:
    payload = payload_of(case)
    if not holds(payload, field):
        raise LookupError(field)
    entry = payload["facts"][field]
    observed = entry["observed_at"]
    return Held(
        entry["value"],
        entry["source"],
        datetime.fromisoformat(observed) if observed else case.created_at,
        entry["secret"],
    )


def dispute(
    *,
    actor: Actor,
    field: str,
    held: Held,
    right: Any,
    explanation: str,
    proofs: Sequence[bytes] = (),
) -> Dispute:
    """Keeps what the citizen says of a value, and tells every agency that has it in an open case.

    `right` is what it should be: answers by question id, a text, or None where the citizen does not know.
    Of one field there is one open dispute: saying it again changes that one, and the agencies hear it.
    Raises `WrongFile` or `TooMany` (`proofs`) before anything is kept.
    """
    citizen = actor.require_citizen()
    with transaction.atomic():
        came = came_by(actor)
        found, is_new = _open_one(citizen, field, held, Content(held.value, right, explanation, held.secret))
        for proof in proofs:
            add_proof(found, proof)
        kind = DisputeEvent.Kind.SAID if is_new else DisputeEvent.Kind.CHANGED
        event = add_event(found, kind, note=explanation)
        _mark(found)
        told = [case for case in marked_cases(found) if is_on_its_way(case)]
        tell(found, event, told)
        follow(found, event, proofs, told, actor)
        log_dispute(found, outcome=kind, values={"field": field, "right": right, "explanation": explanation})
        _note_written_down(came, found)
    return found


def _note_written_down(came: Came | None, dispute: Dispute) -> None:
    """Who has no account reads it by letter, where there is a request that it is about."""
    if came is None:
        return
    if (case := next(iter(marked_cases(dispute)), None)) is not None:
        note_heard(came, case, "dispute")
        return
    use = trail.use_of(dispute.citizen, trace_id=_trace_of(dispute))
    what = f"{PREFIX}dispute:{came.filing.channel}"
    operation_id = record_use(use, outcome=what)
    record_staff_action(operation_id, staff=came.filing.staff, what=what, reference=dispute.reference)


def _open_one(citizen: Citizen, field: str, held: Held, content: Content) -> tuple[Dispute, bool]:
    found = _existing(citizen, field)
    if found is None:
        new = Dispute(
            citizen=citizen,
            field=field,
            source=held.source,
            observed_at=held.observed_at,
            retention=f"{_class_of(field)}/{clock.today().year}",
        )
        seal_content(new, content)
        try:
            with transaction.atomic():
                new.save(force_insert=True)
        except IntegrityError:
            # Two clicks at once: the other one made it.
            found = _existing(citizen, field)
        else:
            return new, True
    if found is None:
        raise Dispute.DoesNotExist(field)
    seal_content(found, content)
    found.save(update_fields=["sealed"])
    return found, False


def _existing(citizen: Citizen, field: str) -> Dispute | None:
    own = Dispute.objects.filter(citizen=citizen, field=field, state__in=OPEN)
    return own.select_for_update(of=("self",)).select_related("citizen", "correction").first()


def _class_of(field: str) -> str:
    correction = catalogue().correction_of(field)
    return correction.activity.retention if correction else _RETENTION


def _mark(dispute: Dispute) -> None:
    """Every open case that holds the value, but for a request that is about the dispute itself."""
    content = content_of(dispute)
    cases = Case.objects.filter(citizen=dispute.citizen, corrects=None).exclude(phase__in=FINAL)
    for case in locked_in_turn(cases.select_related("citizen")):
        payload = payload_of(case)
        if not holds(payload, dispute.field):
            continue
        DisputeMark.objects.get_or_create(dispute=dispute, case=case)
        if not is_on_its_way(case):
            set_mark(payload["facts"][dispute.field], content)
            seal_payload(case, payload)
            case.save(update_fields=["sealed_payload"])


def log_dispute(dispute: Dispute, *, outcome: str, values: Any = None, recipient: str = PORTAL) -> Any:
    """One line in the citizen's log; gives the operation's id."""
    use = Use(
        citizen=dispute.citizen,
        trace_id=_trace_of(dispute),
        operation=DataUse.Operation.DISPUTE,
        activities=activities_of(dispute),
        fields=(dispute.field,),
        recipient=recipient,
        source=dispute.source,
        retention=dispute.retention,
    )
    return record_use(use, outcome=outcome, values=values)


def activities_of(dispute: Dispute) -> tuple[Activity, ...]:
    """On which ground the portal keeps it."""
    correction = catalogue().correction_of(dispute.field)
    return (correction.activity,) if correction else ()


def _trace_of(dispute: Dispute) -> str:
    return dispute.correction.journey.trace_id if dispute.correction else dispute.pk.hex


def withdraw_dispute(*, actor: Actor, dispute: Dispute) -> None:
    """The citizen says that the value is right after all. Raises `StillRunning` while its request runs."""
    actor.require_citizen()
    with transaction.atomic():
        locked = (
            Dispute.objects.select_for_update(of=("self",)).select_related("correction").get(pk=dispute.pk)
        )
        if locked.correction is not None and not Phase(locked.correction.phase).is_final:
            raise StillRunning(locked.reference)
        if not locked.is_open:
            return
        settle(dispute=locked, kind=DisputeEvent.Kind.WITHDRAWN)
        log_dispute(locked, outcome=DisputeEvent.Kind.WITHDRAWN)


def dispute_for(*, actor: Actor, dispute_id: Any) -> Dispute:
    """The citizen's own; another's is `Dispute.DoesNotExist`, as is what is not there or was destroyed."""
    own = Dispute.objects.filter(citizen=actor.require_citizen())
    found = own.select_related("citizen", "correction__journey").get(pk=dispute_id)
    if not is_kept(found):
        raise Dispute.DoesNotExist(dispute_id)
    return found


def dispute_behind(case: Case) -> Dispute | None:
    """The dispute of which a case is the request to correct; None for any other case."""
    found = Dispute.objects.filter(correction=case).select_related("citizen").first()
    return found if found and is_kept(found) else None


def open_for(*, actor: Actor) -> list[Dispute]:
    """What is still in dispute, oldest first."""
    own = Dispute.objects.filter(citizen=actor.require_citizen(), state__in=OPEN)
    return list(own.select_related("citizen", "correction__journey").order_by("created_at"))


def last_said(*, actor: Actor, field: str) -> Dispute | None:
    """The newest dispute of a field, open or over; None where there never was one."""
    own = Dispute.objects.filter(citizen=actor.require_citizen(), field=field)
    return own.select_related("citizen", "correction__journey").order_by("-created_at").first()
