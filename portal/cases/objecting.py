"""The citizen objects to a decision: in one click, with the decision in it, as a delivery of its own.

The reasons may come later (Awb 6:5, 6:6): each addition is one more delivery about the same objection. It is
kept and brought also after the term: whether that can be excused is for the agency (6:11).
"""

from __future__ import annotations

from datetime import date

from django.db import transaction
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import override

from portal import clock
from portal.cases.models import Case, Delivery, Ending, Message, Outcome, Phase, Proceeding, Side
from portal.cases.out import outbox
from portal.cases.reading.endings import outcome_text
from portal.cases.reading.names import agency_of, short_name, title_of
from portal.cases.talk.heard import came_by, fields_of, note_heard, postmark_words
from portal.cases.talk.standing import side_of, touch
from portal.cases.talk.texts import kept
from portal.cases.terms.lateness import name_for_a_letter
from portal.days import day_words
from portal.people.actor import Actor


class NoObjection(Exception):
    """The law gives no objection here, or one was decided already."""


class NotInWriting(Exception):
    """By word of mouth nobody objects: it must be signed."""


def decision_of(case: Case) -> Outcome | Ending | None:
    """What somebody may object to: the outcome, or that the request is not treated (Awb 4:5), where it is so.

    An ending stands as long as the case stands still for it.
    """
    outcome: Outcome | None = getattr(case, "outcome", None)
    if outcome is None and case.phase == Phase.STOPPED:
        return next(iter(case.endings.all()), None)
    return outcome


def may_object(case: Case) -> bool:
    """Whether there is a decision to which the law gives objection, and none was decided on."""
    decision = decision_of(case)
    if decision is None or decision.remedy != "objection":
        return False
    ended = [one for one in case.proceedings.all() if one.kind == Proceeding.Kind.OBJECTION and one.closed_on]
    return not ended


def object_to(*, case: Case, actor: Actor, reasons: str, external_id: str) -> Proceeding:
    """The citizen objects, or adds reasons to an objection that runs. The same `external_id` again is once.

    It is in writing, with a signature (Awb 6:4, 6:5): what staff write down came on paper, and counts from
    the day on which it came in. Raises `NoObjection`, `NotInWriting`, `WrongText`, and `PermissionError` for
    who is not the citizen.
    """
    if side_of(actor, case) != Side.CITIZEN:
        raise PermissionError("only the citizen objects")
    if actor.filing is not None and not actor.filing.on_paper:
        raise NotInWriting(case.reference)
    said = kept(reasons) if reasons.strip() else ""
    with transaction.atomic():
        came = came_by(actor)
        locked = Case.objects.select_for_update(of=("self",)).select_related("journey", "citizen", "outcome")
        found = locked.get(pk=case.pk)
        if not may_object(found):
            raise NoObjection(found.reference)
        running = found.proceedings.filter(kind=Proceeding.Kind.OBJECTION, closed_on=None).first()
        if running is not None and (not said or _is_known(found, external_id)):
            return running
        opened_on = came.on if came else clock.today()
        text = _addition(running, said) if running else _letter(found, said, opened_on)
        text = "\n\n".join(filter(None, (text, postmark_words(came))))
        proceeding = running or Proceeding.objects.create(
            case=found, kind=Proceeding.Kind.OBJECTION, opened_on=opened_on
        )
        message = Message.objects.create(
            case=found, side=Side.CITIZEN, text=text, external_id=external_id, **fields_of(came)
        )
        outbox.add(case=found, kind=Delivery.Kind.OBJECTION, message=message)
        note_heard(came, found, "objection", message=message)
        touch(found)
    return proceeding


def _is_known(case: Case, external_id: str) -> bool:
    return Message.objects.filter(case=case, side=Side.CITIZEN, external_id=external_id).exists()


def _letter(case: Case, reasons: str, on: date) -> str:
    """All that an objection must have (Awb 6:5), in Dutch: it is for the agency."""
    with override("nl"):
        theirs = f" (bij u: {case.their_number})" if case.their_number else ""
        lines = [
            f"Ik maak bezwaar tegen uw besluit van {day_words(_decided_on(case))} "
            f"over {title_of(case.definition).lower()}, kenmerk {case.reference}{theirs}.",
            f"Het besluit: {decision_text(case)}",
            f"Waarom ik het er niet mee eens ben:\n{reasons}" if reasons else "Mijn redenen stuur ik later.",
            "Stuur mij een bevestiging dat u dit bezwaar hebt.",
            f"Datum: {day_words(on)}" + (f"\nNaam: {name}" if (name := name_for_a_letter(case)) else ""),
        ]
    return "\n\n".join(lines)


def _decided_on(case: Case) -> date:
    decision = decision_of(case)
    assert decision is not None  # noqa: S101  # nosec B101 - `may_object` looked
    return decision.on if isinstance(decision, Ending) else decision.effective_on


def decision_text(case: Case) -> str:
    """The decision in its first line, and why."""
    decision = decision_of(case)
    if isinstance(decision, Outcome):
        return f"{outcome_text(case, decision)}\n{decision.motivation}"
    if decision is None:
        return ""
    said = _("Uw aanvraag wordt niet behandeld (artikel 4:5 Algemene wet bestuursrecht).")
    return f"{said}\n{decision.text}"


def _addition(running: Proceeding, reasons: str) -> str:
    with override("nl"):
        return f"Dit hoort bij mijn bezwaar van {day_words(running.opened_on)}.\n\n{reasons}"


def receipt_words(case: Case) -> str:
    """Whether the agency has the objection of a citizen; "" where an officer wrote it down."""
    rows = [row for row in case.deliveries.all() if row.kind == Delivery.Kind.OBJECTION]
    if not rows:
        return ""
    first = min(rows, key=lambda row: row.created_at)
    names = {
        "agency": short_name(agency_of(case)),
        "sent": day_words(localtime(first.created_at).date()),
        "day": day_words(localtime(first.delivered_at).date()) if first.delivered_at else "",
    }
    if first.delivered_at:
        words = _("U stuurde het op %(sent)s. Sinds %(day)s heeft %(agency)s het.")
    elif first.needs_human:
        words = _("U stuurde het op %(sent)s. Bezorgen lukt nog niet. Bel %(agency)s: er loopt een termijn.")
    else:
        words = _("U stuurde het op %(sent)s. Wij bezorgen het nog bij %(agency)s.")
    return words % names
