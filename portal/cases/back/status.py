"""What is heard of a case, and how it ends. Everything that an agency says comes in through here."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from connectors.faults import fault_point
from lifeevents.model import Service
from lifeevents.terms import last_day
from portal import clock
from portal.cases.back.settling import settle_correction
from portal.cases.locked import Beside, beside, locked_again
from portal.cases.models import Case, Delivery, Notice, Outcome, Phase, StatusUpdate
from portal.cases.notices.noting import OUTCOME, note
from portal.cases.out import outbox
from portal.cases.proceedings import settle_complaint
from portal.cases.talk.standing import CITIZEN, follow
from portal.ledger.log.uses import Use, record_staff_action, record_use
from portal.ledger.models import DataUse
from portal.people.actor import Actor
from portal.rows import insert, store

_ORDER = [phase.value for phase in Phase]
"""Of two updates set at the same moment, the one whose phase stands later in this list counts."""

_TOLD = (Phase.ARRIVED, Phase.HANDLED, Phase.DONE, Phase.STOPPED)
"""Where a case stands that its citizen hears of, as how it goes."""

ARRIVED = "arrived"
"""The external id of our own note that the agency has it; of one that got it sent on, this begins it."""

FORWARDED = "forwarded:"
"""Begins the external id of our own note that a case was sent on to another agency."""


REOPENED = "reopened-case:"
"""Begins the external id of our own note that a case that had ended was opened again."""

IN_PROCEEDING = "concluded-in-proceeding"
"""For the auditor: an outcome while an objection, appeal or complaint about the case runs."""

AWAITED_REFUSED, AWAITED_AGAIN = "awaited-refused", "awaited-again"
"""Why a case stopped that waited for another one, and that it waits for it again; keys for `wording`."""


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


class AlreadyClosed(Exception):
    """The case ended before the moment of the update: it stays as it is."""


class NotAnOutcome(Exception):
    """A case of this service cannot end so (`possible_outcomes`)."""


class TakenBack(Exception):
    """The citizen withdrew the case, and the agency knows that: it has no outcome any more."""


def apply_status(
    *,
    case: Case,
    phase: Phase,
    text: str,
    set_at: datetime | None,
    external_id: str,
    heard_from: str,
    must_count: bool = False,
) -> StatusUpdate:
    """Adds what was heard. Repeatable, in any order: the newest `set_at` decides where the case stands.

    `external_id` is the teller's own id for this update; the same id again changes nothing. Without `set_at`
    it is set now. What is told of a closed case is kept and moves nothing. With `must_count`, for who waits
    for our answer, what was set after the end raises `AlreadyClosed` instead, and nothing is kept.
    """
    with transaction.atomic():
        locked = locked_again(case)
        update = add_status(
            locked,
            phase=phase,
            text=text,
            set_at=set_at,
            external_id=external_id,
            heard_from=heard_from,
            must_count=must_count,
        )
        case.phase, case.phase_since = locked.phase, locked.phase_since
        case.changed_at = locked.changed_at
    return update


def add_status(
    locked: Case,
    *,
    phase: Phase,
    text: str,
    set_at: datetime | None,
    external_id: str,
    heard_from: str,
    must_count: bool = False,
    along: tuple[str, ...] = (),
    known: Beside | None = None,
) -> StatusUpdate:
    """The same for a case that the caller's transaction has locked.

    `along` are fields of the case that the caller has set, and that are stored with it. `known` is what
    `beside` said of it under this lock, where it was asked.
    """
    known = known or beside(locked)
    if told := next((update for update in known.updates if update.external_id == external_id), None):
        if along:
            store(locked, *along)
        return told
    set_at = set_at or timezone.now()
    if must_count and Phase(locked.phase).is_final and set_at > locked.phase_since:
        raise AlreadyClosed(locked.reference)
    said = {"phase": phase, "text": text, "set_at": set_at, "heard_from": heard_from}
    update = StatusUpdate(case=locked, external_id=external_id, **said)
    insert(update)
    _settle(locked, [*known.updates, update], along)
    follow(locked, update, has_question=known.has_question)
    if Phase(locked.phase).is_final:
        settle_complaint(locked)
    _note(locked, update)
    return update


def _note(case: Case, update: StatusUpdate) -> None:
    """What the citizen must hear of it: where the case stands now, unless it is by the citizen's own word."""
    if case.phase_since != update.set_at or case.phase != update.phase:
        return
    if update.phase == Phase.DECIDED:
        is_another = update.external_id.startswith(f"{OUTCOME}:")
        note(case=case, kind=Notice.Kind.DECISION, about=update.external_id if is_another else OUTCOME)
    elif update.phase in _TOLD and update.heard_from != CITIZEN:
        note(case=case, kind=Notice.Kind.PROGRESS, about=update.phase)


def _settle(case: Case, updates: list[StatusUpdate], along: tuple[str, ...]) -> None:
    updates = _since_moved(updates)
    if said := [update for update in updates if _is_later_word(update, case)]:
        # Our own notes, that it was sent and arrived, may be later than what the agency did since:
        # a worker died in between, or the agency keeps days and no times.
        updates = said + [update for update in updates if Phase(update.phase).is_final]
    if ended := [update for update in updates if Phase(update.phase).is_final]:
        # Nothing that is told of a closed case opens it again.
        updates = ended
    newest = max(updates, key=lambda update: (update.set_at, _ORDER.index(update.phase)))
    case.phase, case.phase_since, case.changed_at = newest.phase, newest.set_at, timezone.now()
    store(case, "phase", "phase_since", "changed_at", *along, counts="version")


def _since_moved(updates: list[StatusUpdate]) -> list[StatusUpdate]:
    """What was said before the case was sent on, or opened again, decides nothing any more."""
    moved = (FORWARDED, REOPENED)
    moments = [update.heard_at for update in updates if update.external_id.startswith(moved)]
    return [update for update in updates if update.heard_at >= max(moments)] if moments else updates


def is_arrival(update: StatusUpdate) -> bool:
    """Whether it is our own note that an agency has it."""
    return update.external_id == ARRIVED or update.external_id.startswith(f"{ARRIVED}:")


def _is_later_word(update: StatusUpdate, case: Case) -> bool:
    """The agency itself says that it is past its arrival, or the citizen answered what it asked."""
    is_theirs = update.heard_from in (case.agency, CITIZEN)
    return is_theirs and _ORDER.index(update.phase) > _ORDER.index(Phase.ARRIVED)


def take_up(*, case: Case, actor: Actor) -> None:
    """The agency begins to work on it. Only a case that just arrived: no closed one is opened again by it."""
    with transaction.atomic():
        locked = Case.objects.select_for_update().get(pk=case.pk)
        if locked.phase != Phase.ARRIVED:
            return
        apply_status(
            case=locked,
            phase=Phase.HANDLED,
            text="",
            set_at=timezone.now(),
            external_id="taken-up",
            heard_from=actor.agency,
        )
        if actor.user is not None:
            record_staff_action(
                uuid.uuid4(), staff=actor.user, what="case-taken-up", reference=case.reference
            )


def note_their_reference(*, case: Case, their_reference: str) -> None:
    """Keeps what the agency itself calls a case that it fetches here. The same again changes nothing."""
    changed = Case.objects.filter(pk=case.pk).exclude(their_reference=their_reference)
    changed.update(their_reference=their_reference, changed_at=timezone.now(), version=F("version") + 1)


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
        _wake_followers(locked, granted=kind != Outcome.Kind.REFUSED)
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
            record_staff_action(operation_id, staff=actor.user, what=IN_PROCEEDING, reference=case.reference)


def _wake_followers(case: Case, *, granted: bool) -> None:
    """Services that waited for this one go on, or stop where there is nothing to wait for any more."""
    for follower in followers_of(case):
        wake(follower, granted=granted, awaited=case.service)


def stop_followers(case: Case, *, reason: str) -> None:
    """What waited for this case will never go out. `reason` is a key for `wording`."""
    for follower in followers_of(case):
        stop(case=follower, reason=f"{reason}:{case.service}")


def followers_of(case: Case) -> Iterator[Case]:
    """The cases that wait for this one."""
    return that_go_after(case, Phase.WAITING)


def that_go_after(case: Case, phase: Phase) -> Iterator[Case]:
    """The cases in this phase that go out only after this one."""
    for follower in case.journey.cases.filter(phase=phase):
        after = follower.definition.after
        if after is not None and after.service == case.service:
            yield follower


def is_early(case: Case) -> bool:
    """Whether the first day on which it may go is still to come."""
    return case.send_on is not None and clock.today() < case.send_on


def wake(follower: Case, *, granted: bool, awaited: str) -> None:
    """What a case waited for is there, or will never be; one whose day did not come is woken on that day."""
    if granted and not is_early(follower):
        outbox.add(case=follower, kind=Delivery.Kind.RELEASE)
    elif not granted:
        stop(case=follower, reason=f"{AWAITED_REFUSED}:{awaited}")


def stop(*, case: Case, reason: str) -> None:
    """Ends a case that was not sent, unless it is out of our hands. `reason` is a key for `wording`."""
    with transaction.atomic():
        locked = Case.objects.select_for_update().get(pk=case.pk)
        if locked.phase != Phase.WAITING:
            return
        before = locked.updates.filter(phase=Phase.STOPPED).count()
        apply_status(
            case=locked,
            phase=Phase.STOPPED,
            text=reason,
            set_at=max(timezone.now(), locked.phase_since),
            external_id=f"stopped:{before}" if before else "stopped",
            heard_from="levensloket",
        )
