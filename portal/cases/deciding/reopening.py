"""Opening a case again that had ended: only on a way back that the law gives.

A decision that stands may not be taken up at will. The ways: an objection that was right (Awb 7:11(2)), a
judgment (8:72), replacing what is objected to or appealed against (6:19(1)), new facts after a refusal
(4:6(1)), a request that was completed after all (4:5), or an article that the officer names, which the
citizen reads. What the citizen withdrew, the citizen files anew.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from datetime import date, timedelta
from typing import Final

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from portal import clock
from portal.cases.back.followers import AWAITED_AGAIN, AWAITED_REFUSED, that_go_after
from portal.cases.back.status import REOPENED, apply_status
from portal.cases.deciding.models import Ending, FormerOutcome, Reopening
from portal.cases.models import Case, Delivery, Notice, Outcome, Phase, Proceeding
from portal.cases.notices.noting import note
from portal.cases.talk.standing import require_agency
from portal.cases.talk.texts import kept
from portal.cases.terms.verbs import due_now
from portal.ledger.keys import KeyRing
from portal.ledger.log.uses import record_exception
from portal.people.actor import Actor

OBJECTION, APPEAL, REPLACED = "objection", "appeal", "replaced"
NEW_FACTS, COMPLETED, LAW = "new-facts", "completed", "law"
ARTICLES: Final[Mapping[str, str]] = {
    OBJECTION: "artikel 7:11 lid 2 Awb",
    APPEAL: "artikel 8:72 Awb",
    REPLACED: "artikel 6:19 lid 1 Awb",
    NEW_FACTS: "artikel 4:6 lid 1 Awb",
    COMPLETED: "artikel 4:5 lid 1 Awb",
    LAW: "",
}
"""The grounds; of the last one the officer names the article."""
GROUNDS: Final = tuple(ARTICLES)

_MOMENT: Final = timedelta(microseconds=1)


class NoWayBack(ValueError):
    """The law gives none on this ground, or the case did not end by a word of this agency."""


def reopen(
    *,
    case: Case,
    actor: Actor,
    ground: str,
    text: str,
    external_id: str,
    article: str = "",
    until: date | None = None,
) -> Reopening:
    """It goes on; the citizen reads why and by which article. The same `external_id` again is the same.

    With new facts the term begins anew (Awb 4:6 is a new application); a request that was completed has the
    term that it had. Otherwise no term of the law runs: `until` is the day that a court or the agency set.
    Raises `NoWayBack`, `WrongText`, and `PermissionError`.
    """
    require_agency(actor, case)
    said = kept(text)
    with transaction.atomic():
        rows = Case.objects.select_for_update(of=("self",)).select_related("citizen", "journey")
        locked = rows.get(pk=case.pk)
        if known := Reopening.objects.filter(case=locked, external_id=external_id).first():
            return known
        named = ARTICLES.get(ground) or kept(article or " ") if ground in ARTICLES else ""
        if ground not in possible(locked) or (until is not None and until <= clock.today()):
            raise NoWayBack(ground)
        made = Reopening.objects.create(
            case=locked,
            ground=ground,
            article=named,
            text=said,
            agency=locked.agency,
            from_phase=locked.phase,
            until=until,
            on=clock.today(),
            external_id=external_id,
        )
        _put_outcome_away(locked, made)
        _set_clock(locked, made)
        apply_status(
            case=locked,
            phase=Phase.HANDLED,
            text="",
            set_at=max(timezone.now(), locked.phase_since + _MOMENT),
            external_id=f"{REOPENED}{made.pk}",
            heard_from=locked.agency,
        )
        _wait_again(locked, external_id=str(made.pk))
        note(case=locked, kind=Notice.Kind.MESSAGE, about=f"{REOPENED}{made.pk}")
        record_exception(uuid.uuid4(), actor=actor, what="case-reopened", reference=case.reference)
    return made


def possible(case: Case) -> list[str]:
    """The grounds that fit; none for what did not end by this agency's word."""
    outcome, proceedings = Outcome.objects.filter(case=case).first(), list(case.proceedings.all())
    ending = Ending.objects.filter(case=case).first() if case.phase == Phase.STOPPED else None
    if case.phase not in (Phase.DECIDED, Phase.DONE) and ending is None:
        return []
    kinds = {one.kind for one in proceedings}
    runs = {one.kind for one in proceedings if one.closed_on is None}
    fits = {
        OBJECTION: Proceeding.Kind.OBJECTION in kinds,
        APPEAL: Proceeding.Kind.APPEAL in kinds,
        REPLACED: bool(runs & {Proceeding.Kind.OBJECTION, Proceeding.Kind.APPEAL}),
        NEW_FACTS: outcome is not None and outcome.kind != Outcome.Kind.GRANTED,
        COMPLETED: ending is not None and ending.ground == "incomplete",
        LAW: True,
    }
    return [ground for ground in GROUNDS if fits[ground]]


def _wait_again(case: Case, *, external_id: str) -> None:
    """The case is open again: what stopped since it ended in vain waits for it once more, as was ticked.

    Before it goes out the registers are asked again, and what changed is asked of the citizen. What was woken
    and did not go out yet is held back. What the citizen took back, or is at an agency, stays as it is. In
    the transaction that opens the case.
    """
    for follower in that_go_after(case, Phase.WAITING):
        rows = follower.deliveries.filter(kind=Delivery.Kind.RELEASE, delivered_at=None, progress={})
        free = rows.filter(Q(lease_until=None) | Q(lease_until__lt=timezone.now()))
        free.select_for_update().delete()
    for follower in that_go_after(case, Phase.STOPPED):
        if not _stopped_for(follower, case):
            continue
        apply_status(
            case=follower,
            phase=Phase.WAITING,
            text=AWAITED_AGAIN,
            set_at=max(timezone.now(), follower.phase_since + _MOMENT),
            external_id=f"{REOPENED}{AWAITED_AGAIN}:{external_id}",
            heard_from="levensloket",
        )


def _stopped_for(follower: Case, case: Case) -> bool:
    """Whether it never went out for this case alone, and what would go is still there."""
    newest = follower.updates.first()
    was_for_it = newest is not None and newest.text == f"{AWAITED_REFUSED}:{case.service}"
    was_sent = follower.deliveries.filter(kind=Delivery.Kind.FILE).exists()
    return was_for_it and not was_sent and KeyRing(follower.citizen).has(follower.retention)


def _put_outcome_away(case: Case, made: Reopening) -> None:
    """It stands no more; what was decided, and what the citizen read then, stays in its own row."""
    outcome = Outcome.objects.filter(case=case).first()
    if outcome is None:
        return
    kept_columns = {name: getattr(outcome, name) for name in FormerOutcome.KEPT}
    # The database takes the outcome away with this row (migration 0036).
    FormerOutcome.objects.create(reopening=made, case=case, outcome_id=outcome.pk, **kept_columns)


def _set_clock(case: Case, made: Reopening) -> None:
    if made.ground != COMPLETED:
        case.reopened_on, case.has_new_term = made.on, made.ground == NEW_FACTS
        case.due_on = made.until
    case.due_on = due_now(case)
    case.save(update_fields=["reopened_on", "has_new_term", "due_on"])
