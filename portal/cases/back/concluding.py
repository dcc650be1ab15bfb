"""How a case ends: its outcome, with what one can do against it, kept once."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone

from connectors.faults import fault_point
from lifeevents.model import Service
from lifeevents.terms import last_day
from portal import clock
from portal.cases.back.followers import wake_followers
from portal.cases.back.settling import settle_correction
from portal.cases.back.status import apply_status
from portal.cases.models import Case, Delivery, Outcome, Phase
from portal.cases.notices.noting import OUTCOME
from portal.ledger.log.uses import Use, record_exception, record_staff_action, record_use
from portal.ledger.models import DataUse
from portal.people.actor import Actor

IN_PROCEEDING = "concluded-in-proceeding"
"""For the auditor: an outcome while an objection, appeal or complaint about the case runs."""


@dataclass(frozen=True, slots=True)
class Grounds:
    """What an outcome rests on beside its motivation: why it departs from the rule, with the article; who
    judged it; what the rule said, sealed (`portal.cases.judging.trace`); why the citizen was not heard or
    called first (`portal.cases.deciding.care`); and which second pair of eyes agreed (`Proposal.Confirmer`).
    """

    deviation: str = ""
    article: str = ""
    decided_by: Outcome.By = Outcome.By.NOT_SAID
    sealed_trace: bytes | None = None
    not_heard: str = ""
    not_heard_because: str = ""
    not_called_because: str = ""
    confirmed_by: str = ""


NO_GROUNDS = Grounds()


class AlreadyConcluded(Exception):
    """The case has an outcome; another one cannot replace it."""


class NotAnOutcome(Exception):
    """A case of this service cannot end so (`possible_outcomes`)."""


class TakenBack(Exception):
    """The citizen withdrew the case, and the agency knows that: it has no outcome any more."""


def conclude(
    *,
    case: Case,
    kind: Outcome.Kind,
    motivation: str,
    actor: Actor,
    grounds: Grounds = NO_GROUNDS,
    checked: Callable[[Case, Grounds], Grounds] | None = None,
) -> Outcome:
    """Ends a case with its outcome, tells the citizen's log, and wakes the services that waited for it.

    The actor is the agency's officer or program, or the system where it passes on what the agency's own
    system says. `checked` looks once more at a case that may have its first outcome now, under its lock: it
    gives the grounds as they are kept, or raises.

    Raises `NotAnOutcome` for one that the service cannot have, and `AlreadyConcluded` for another one than
    it has; the same one again returns the first. Raises `TakenBack` for a case that was withdrawn, unless
    the agency decided before it could hear that.
    """
    if kind not in possible_outcomes(case.definition):
        raise NotAnOutcome(case.reference)
    with transaction.atomic():
        locked = (
            Case.objects.select_for_update(of=("self",)).select_related("journey", "citizen").get(pk=case.pk)
        )
        existing = Outcome.objects.filter(case=locked).first()
        if existing:
            if (existing.kind, existing.motivation) == (kind, motivation):
                return existing
            raise AlreadyConcluded(locked.reference)
        if locked.phase in (Phase.WITHDRAWN, Phase.STOPPED) and not _crossed(locked):
            raise TakenBack(locked.reference)
        if checked is not None:
            grounds = checked(locked, grounds)
        outcome = outcome_of(locked, kind, motivation, grounds)
        outcome.save(force_insert=True)
        apply_status(
            case=locked,
            phase=Phase.DECIDED,
            text=motivation,
            set_at=timezone.now(),
            external_id=_outcome_id(locked),
            heard_from=actor.agency or locked.agency,
        )
        _log_outcome(locked, kind, actor)
        wake_followers(locked, granted=kind != Outcome.Kind.REFUSED)
        settle_correction(locked, kind, motivation)
        fault_point("conclude.before-commit")
    return outcome


def _outcome_id(case: Case) -> str:
    """The external id of our note of an outcome; another one for the next of a case that was opened again."""
    before = case.reopenings.count() if case.reopened_on else 0
    return f"{OUTCOME}:{before}" if before else OUTCOME


def _crossed(case: Case) -> bool:
    """Whether the withdrawal never left us; then it does not go out any more, and the decision stands."""
    rows = case.deliveries.select_for_update().filter(kind=Delivery.Kind.WITHDRAW, delivered_at=None)
    waiting = rows.filter(progress={}).first()
    if waiting is None:
        return False
    waiting.delete()
    return True


def possible_outcomes(service: Service) -> tuple[Outcome.Kind, ...]:
    """How a case of a service can end: a deed is made or not, an application or a complaint may be right
    in part."""
    if service.kind in ("application", "complaint"):
        return (Outcome.Kind.GRANTED, Outcome.Kind.PARTLY, Outcome.Kind.REFUSED)
    return (Outcome.Kind.GRANTED, Outcome.Kind.REFUSED)


def outcome_of(case: Case, kind: Outcome.Kind, motivation: str, grounds: Grounds = NO_GROUNDS) -> Outcome:
    """The outcome that it would be today, with what one can do against it; not kept."""
    service, today = case.definition, clock.today()
    has_remedy = service.remedy != "none" and not (service.remedy_if_refused and kind == Outcome.Kind.GRANTED)
    # By its id: a case that only might end so does not have it yet.
    return Outcome(
        case_id=case.pk,
        kind=kind,
        motivation=motivation,
        deviation=grounds.deviation,
        deviation_article=grounds.article,
        decided_by=grounds.decided_by,
        sealed_trace=grounds.sealed_trace,
        not_heard=grounds.not_heard,
        not_heard_because=grounds.not_heard_because,
        not_called_because=grounds.not_called_because,
        confirmed_by=grounds.confirmed_by,
        effective_on=today,
        remedy=service.remedy if has_remedy else "none",
        remedy_until=last_day(today, service.remedy_term) if has_remedy and service.remedy_term else None,
    )


def _log_outcome(case: Case, kind: Outcome.Kind, actor: Actor) -> None:
    use = Use(
        citizen=case.citizen,
        trace_id=case.journey.trace_id,
        operation=DataUse.Operation.OUTCOME,
        activities=(case.definition.activity,),
        fields=(),
        recipient=case.agency,
    )
    operation_id = record_use(use, outcome=kind)
    if actor.user is not None:
        record_staff_action(operation_id, staff=actor.user, what="case-concluded", reference=case.reference)
    if case.proceedings.filter(closed_on=None).exists():
        record_exception(operation_id, actor=actor, what=IN_PROCEEDING, reference=case.reference)
