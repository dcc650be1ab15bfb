"""How an officer ends a case: proposed, confirmed where the service asks for a second pair of eyes, and final
a minute later. Until then it can be taken back, and nobody outside the agency sees or gets anything of it.
"""

from __future__ import annotations

import uuid
from dataclasses import asdict
from datetime import timedelta
from typing import Any

import structlog
from django.conf import settings
from django.db import transaction
from django.utils import timezone

from portal.cases.back.concluding import (
    AlreadyConcluded,
    Grounds,
    NotAnOutcome,
    TakenBack,
    conclude,
    outcome_of,
    possible_outcomes,
)
from portal.cases.deciding.before import (
    CONFIRMED,
    DEPARTING,
    UNCALLED,
    UNHEARD,
    AlreadyProposed,
    NeedsReasons,
    care_for,
    confirmer_of,
    require_reasons,
)
from portal.cases.deciding.care import NO_CARE, Care
from portal.cases.desk.models import Proposal
from portal.cases.involved import require_uninvolved
from portal.cases.judging.ruling import Ruling
from portal.cases.judging.trace import sealed, trace_of
from portal.cases.models import Case, Outcome, Phase
from portal.ledger.log.uses import record_staff_action
from portal.people.actor import Actor
from portal.people.models import User

log = structlog.get_logger(__name__)

A_TURN = 50
"""So many are made final in one turn of the timetable."""

LEAD = "lead"


class NotYours(Exception):
    """Who proposed it cannot confirm it, and some proposals are for a lead to confirm."""


class TooLate(Exception):
    """It is final, or was taken back already."""


def propose(
    *,
    case: Case,
    actor: Actor,
    kind: Outcome.Kind,
    motivation: str,
    deviation: str = "",
    article: str = "",
    ruling: Ruling | None = None,
    care: Care = NO_CARE,
) -> Proposal | None:
    """Proposes how a case of the actor's agency ends; None where it is final at once (`UNDO_SECONDS=0`).

    `ruling` is what the rule of the service says, where it has one: kept with the outcome. Any officer may
    depart from it (maatwerk), with reasons and the article that allows it. `care` is why somebody was not
    heard or called before a refusal.

    Raises `NotAnOutcome`, `AlreadyConcluded` and `TakenBack` as `conclude` does, `NeedsReasons`,
    `AlreadyProposed`, `NotHeard`, `NotCalled` (`deciding.before`, `deciding.care`) and `Involved`.
    """
    require_uninvolved(case, actor)
    if kind not in possible_outcomes(case.definition):
        raise NotAnOutcome(case.reference)
    if ruling is not None and ruling.is_departed_from(kind) and not deviation:
        raise NeedsReasons(case.reference)
    require_reasons(deviation, article)
    with transaction.atomic():
        locked = _locked(case)
        left_out = care_for(locked, kind, care)
        proposal = Proposal.objects.create(
            case=locked,
            kind=kind,
            motivation=motivation,
            deviation=deviation,
            deviation_article=article,
            sealed_trace=sealed(case, trace_of(ruling)) if ruling is not None else None,
            proposed_by=actor.require_user(),
            confirmer=confirmer_of(case.definition, kind, deviation),
            **asdict(left_out),
        )
        _note(actor, DEPARTING if deviation else "outcome-proposed", case)
        if left_out.not_heard:
            _note(actor, f"{UNHEARD}:{left_out.not_heard}", case)
        if left_out.not_called_because:
            _note(actor, UNCALLED, case)
        return proposal if proposal.confirmer else _in_a_minute(proposal)


def confirm(*, case: Case, actor: Actor) -> None:
    """A second pair of eyes agrees. Raises `NotYours`, `Involved`, and `TooLate` where nothing waits."""
    with transaction.atomic():
        proposal = _waiting(case)
        if proposal.effective_at is not None:
            raise TooLate(case.reference)
        if not may_confirm(proposal, actor):
            raise NotYours(case.reference)
        require_uninvolved(case, actor)
        _note(actor, CONFIRMED, case)
        _in_a_minute(proposal)


def take_back(*, case: Case, actor: Actor) -> None:
    """Whoever of the agency sees a mistake takes it back. Raises `TooLate`."""
    with transaction.atomic():
        proposal = _waiting(case)
        if proposal.effective_at is not None and proposal.effective_at <= timezone.now():
            raise TooLate(case.reference)
        proposal.delete()
        _note(actor, "outcome-taken-back", case)


def may_confirm(proposal: Proposal, actor: Actor) -> bool:
    """Whether the actor is the second pair of eyes that this one needs."""
    user = actor.require_user()
    is_another = user.pk != proposal.proposed_by_id
    return is_another and (proposal.confirmer != Proposal.Confirmer.LEAD or user.role == LEAD)


def outcome_proposed(case: Case, proposal: Proposal) -> Outcome:
    """The outcome that would come of it today; not kept."""
    return outcome_of(case, Outcome.Kind(proposal.kind), proposal.motivation, grounds_of(proposal))


def grounds_of(proposal: Proposal) -> Grounds:
    """What the outcome will rest on: an officer judged it."""
    trace = proposal.sealed_trace
    return Grounds(
        deviation=proposal.deviation,
        article=proposal.deviation_article,
        decided_by=Outcome.By.HUMAN,
        sealed_trace=None if trace is None else bytes(trace),
        not_heard=proposal.not_heard,
        not_heard_because=proposal.not_heard_because,
        not_called_because=proposal.not_called_because,
        confirmed_by=proposal.confirmer,
    )


# --- Final ----------------------------------------------------------------------------------------


def conclude_due() -> int:
    """Makes final what cannot be taken back any more; returns how many. A bad one stops itself alone."""
    due = Proposal.objects.filter(effective_at__lte=timezone.now()).order_by("effective_at")
    done = 0
    for proposal_id in list(due.values_list("pk", flat=True)[:A_TURN]):
        try:
            done += _conclude(proposal_id)
        except Exception:
            log.exception("a proposal could not be made final", proposal=proposal_id)
    return done


def _conclude(proposal_id: Any) -> bool:
    rows = Proposal.objects.filter(pk=proposal_id)
    with transaction.atomic():
        # The case first, as everybody does who ends one: nobody waits for who waits for them.
        Case.objects.select_for_update().filter(proposal=proposal_id).first()
        proposal = rows.select_related("proposed_by").first()
        if proposal is None:
            return False
        proposal.delete()
        return _make_final(proposal)


def _make_final(proposal: Proposal) -> bool:
    """False where the case had ended otherwise by then: the citizen took it back, or a program was first."""
    case = Case.objects.select_related("journey", "citizen").get(pk=proposal.case_id)
    try:
        conclude(
            case=case,
            kind=Outcome.Kind(proposal.kind),
            motivation=proposal.motivation,
            grounds=grounds_of(proposal),
            actor=_who_proposed(proposal.proposed_by),
        )
    except (AlreadyConcluded, TakenBack):
        log.info("a proposal came too late", reference=case.reference)
        return False
    return True


def _who_proposed(user: User) -> Actor:
    """Also somebody who left in that minute: the act was theirs while they might do it."""
    return Actor(user=user, citizen=None, capacity="officer")


def _in_a_minute(proposal: Proposal) -> Proposal | None:
    wait = timedelta(seconds=settings.UNDO_SECONDS)
    if not wait:
        proposal.delete()
        _make_final(proposal)
        return None
    proposal.effective_at = timezone.now() + wait
    proposal.save(update_fields=["effective_at"])
    return proposal


# --- The rows -------------------------------------------------------------------------------------


def _locked(case: Case) -> Case:
    locked = Case.objects.select_for_update().get(pk=case.pk)
    if Outcome.objects.filter(case=locked).exists():
        raise AlreadyConcluded(case.reference)
    if locked.phase in (Phase.WITHDRAWN, Phase.STOPPED):
        raise TakenBack(case.reference)
    if Proposal.objects.filter(case=locked).exists():
        raise AlreadyProposed(case.reference)
    return locked


def _waiting(case: Case) -> Proposal:
    """What waits to count, with its case under lock. Raises `TooLate` where nothing does."""
    Case.objects.select_for_update().get(pk=case.pk)
    proposal = Proposal.objects.filter(case=case).first()
    if proposal is None:
        raise TooLate(case.reference)
    return proposal


def _note(actor: Actor, what: str, case: Case) -> None:
    record_staff_action(uuid.uuid4(), staff=actor.require_user(), what=what, reference=case.reference)
