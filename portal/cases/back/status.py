"""What is heard of a case. Everything that an agency says comes in through here."""

from __future__ import annotations

import uuid
from datetime import datetime

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from portal.cases.locked import Beside, beside, locked_with_beside
from portal.cases.models import Case, Notice, Phase, StatusUpdate
from portal.cases.notices.noting import OUTCOME, note
from portal.cases.proceedings import settle_complaint
from portal.cases.talk.standing import CITIZEN, follow
from portal.ledger.log.uses import record_staff_action
from portal.people.actor import Actor
from portal.rows import insert_and_store, store

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


class AlreadyClosed(Exception):
    """The case ended before the moment of the update: it stays as it is."""


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
        locked, known = locked_with_beside(case)
        update = add_status(
            locked,
            phase=phase,
            text=text,
            set_at=set_at,
            external_id=external_id,
            heard_from=heard_from,
            must_count=must_count,
            known=known,
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
    _settle(locked, [*known.updates, update])
    insert_and_store(update, locked, "phase", "phase_since", "changed_at", *along, counts="version")
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


def _settle(case: Case, updates: list[StatusUpdate]) -> None:
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
