"""The mark that a disputed value carries in every case that holds it, and telling the agencies of it."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet

from portal.cases.locked import locked_in_turn
from portal.cases.models import Case, Delivery, Dispute, DisputeEvent, DisputeMark, Phase
from portal.cases.out import outbox
from portal.ledger.keys import KeyRing, seal, unseal
from portal.people.models import Citizen

OPEN = (Dispute.State.OPEN, Dispute.State.REPORTED)
FINAL = [phase.value for phase in Phase if phase.is_final]
_TOLD_TO_THE_HOLDER = {DisputeEvent.Kind.CHANGED, DisputeEvent.Kind.WITHDRAWN}
"""What the municipality that decides on a correction must hear as well; the rest comes from it."""

Payload = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Content:
    """What a dispute holds under seal; see `Dispute`."""

    old: Any
    right: Any
    explanation: str
    secret: bool


def content_of(dispute: Dispute) -> Content:
    """The opened content."""
    sealed = unseal(dispute.citizen, dispute.retention, f"dispute:{dispute.pk}", dispute.sealed)
    return Content(**sealed)


def is_kept(dispute: Dispute) -> bool:
    """Whether it can still be read: its key goes when its term is over."""
    return KeyRing(dispute.citizen).has(dispute.retention)


def was_taken_back(correction: Case | None) -> bool:
    """Whether the citizen took the request to correct it back: then it may be asked anew."""
    return correction is not None and correction.phase == Phase.WITHDRAWN


def can_still_ask(dispute: Dispute) -> bool:
    """It is open, and no request to correct it runs or was decided."""
    return dispute.is_open and (dispute.correction is None or was_taken_back(dispute.correction))


def seal_content(dispute: Dispute, content: Content) -> None:
    """Seals it. The dispute is not saved."""
    document = {
        "old": content.old,
        "right": content.right,
        "explanation": content.explanation,
        "secret": content.secret,
    }
    dispute.sealed = seal(dispute.citizen, dispute.retention, f"dispute:{dispute.pk}", document)


def add_event(
    dispute: Dispute,
    kind: DisputeEvent.Kind,
    *,
    note: str = "",
    agency: str = "",
    case: Case | None = None,
) -> DisputeEvent:
    """Writes down what happened. `note` is what somebody wrote with it: it is sealed."""
    sealed = seal(dispute.citizen, dispute.retention, f"dispute-note:{dispute.pk}", note) if note else None
    return DisputeEvent.objects.create(
        dispute=dispute, kind=kind, agency=agency, case=case, sealed_note=sealed
    )


def note_of(event: DisputeEvent) -> str:
    """What was written with it; "" where nothing was."""
    if event.sealed_note is None:
        return ""
    dispute = event.dispute
    note: str = unseal(dispute.citizen, dispute.retention, f"dispute-note:{dispute.pk}", event.sealed_note)
    return note


# --- In payloads ------------------------------------------------------------------------------------


def open_disputes(citizen: Citizen) -> dict[str, Dispute]:
    """The citizen's open disputes, by field."""
    found = Dispute.objects.filter(citizen=citizen, state__in=OPEN).select_related("citizen", "correction")
    return {dispute.field: dispute for dispute in found}


def open_marks(citizen: Citizen) -> dict[str, Content]:
    """What the citizen says of values that are in dispute now, by field."""
    return {field: content_of(dispute) for field, dispute in open_disputes(citizen).items()}


def set_mark(entry: dict[str, Any], content: Content | None) -> None:
    """Marks a fact of a payload as disputed, or takes the mark away. What the citizen typed bears none."""
    entry.pop("right", None)
    entry["disputed"] = ""
    if content is not None and not entry["provisional"]:
        entry["disputed"], entry["right"] = content.explanation, content.right


def holds(payload: Payload, field: str) -> bool:
    """Whether a payload has this field as a register gave it."""
    entry = payload["facts"].get(field)
    return entry is not None and not entry["provisional"]


def open_disputes_of(case: Case) -> QuerySet[Dispute]:
    """The open disputes of which a case bears a mark."""
    return Dispute.objects.filter(marks__case=case, state__in=OPEN).select_related("citizen")


def as_it_stands(payload: Payload, case: Case, open_here: Iterable[Dispute] | None = None) -> Payload:
    """The payload of a case with the marks of today, for a page; what ended stays as it was.

    `open_here`: the open disputes of which the case bears a mark, for who has read them.
    """
    if Phase(case.phase).is_final:
        return payload
    here = open_disputes_of(case) if open_here is None else open_here
    marks = {dispute.field: content_of(dispute) for dispute in here}
    facts = {name: dict(entry) for name, entry in payload["facts"].items()}
    for name, entry in facts.items():
        if holds(payload, name) and not hasattr(case, "corrects"):
            set_mark(entry, marks.get(name))
    return {**payload, "facts": facts}


def carry(cases: Iterable[Case], citizen: Citizen, payloads: Mapping[Any, Payload]) -> None:
    """Notes which of the cases, just written, hold a disputed value. `payloads` by the id of the case."""
    disputes = open_disputes(citizen)
    for case in cases:
        for field, dispute in disputes.items():
            if holds(payloads[case.pk], field):
                DisputeMark.objects.get_or_create(dispute=dispute, case=case)


# --- Telling ----------------------------------------------------------------------------------------


def marked_cases(dispute: Dispute) -> list[Case]:
    """The open cases that hold the value, locked."""
    marked = Case.objects.filter(marks__dispute=dispute).exclude(phase__in=FINAL)
    return list(locked_in_turn(marked.select_related("citizen")))


def is_on_its_way(case: Case) -> bool:
    """Whether the case was sent, or is being sent, so that its payload is fixed."""
    return case.deliveries.filter(kind=Delivery.Kind.FILE).exists()


def tell(dispute: Dispute, event: DisputeEvent, cases: Collection[Case]) -> None:
    """Each agency that has the value hears of it. News that did not go out yet tells the newest by itself."""
    told = list(cases)
    if event.kind in _TOLD_TO_THE_HOLDER and dispute.correction is not None:
        told += [dispute.correction] if not Phase(dispute.correction.phase).is_final else []
    for case in told:
        waiting = Delivery.objects.filter(
            case=case, kind=Delivery.Kind.REPORT, about__dispute=dispute, delivered_at=None, lease_until=None
        )
        if not waiting.exists():
            outbox.add(case=case, kind=Delivery.Kind.REPORT, about=event)
