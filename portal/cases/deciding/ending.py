"""Ending a case without an outcome, where the law or the citizen lets the agency do that.

`incomplete` (Awb 4:5): the citizen was asked to complete the request, with a last day, and did not. That is a
decision, within four weeks after that day (4:5(4)); after them the agency decides on what it has. `said`: the
citizen told an officer that it is not needed any more, in a call that was noted. `twice`: the same request of
the same citizen is with the agency as another case.
"""

from __future__ import annotations

import uuid
from datetime import date, timedelta
from typing import Any, Final, Literal

from django.db import transaction
from django.utils import timezone

from lifeevents.terms import last_day
from portal import clock
from portal.cases.back.followers import AWAITED_REFUSED, stop_followers
from portal.cases.back.status import apply_status
from portal.cases.deciding.calls import calls_for
from portal.cases.deciding.hearing import article_for
from portal.cases.deciding.models import Ending
from portal.cases.forwarding.going import at_this_agency_since
from portal.cases.models import Case, CitizenTask, Notice, Phase, Proposal
from portal.cases.notices.noting import note
from portal.cases.reading.endings import ENDED
from portal.cases.talk.standing import is_asked_again, require_agency, require_open
from portal.cases.talk.texts import kept
from portal.ledger.log.uses import record_staff_action
from portal.people.actor import Actor

INCOMPLETE, SAID, TWICE = "incomplete", "said", "twice"
GROUNDS: Final = (INCOMPLETE, SAID, TWICE)
FOUR_WEEKS: Final = timedelta(weeks=4)
_MOMENT: Final = timedelta(microseconds=1)

Why = Literal["ground", "not-asked", "time-left", "over", "not-said", "not-twice", "proposal"]


class MayNotEnd(ValueError):
    """The law does not let the agency end it so; `why` says what is missing. Nothing was written."""

    def __init__(self, why: Why) -> None:
        self.why = why
        super().__init__(why)


def end(*, case: Case, actor: Actor, ground: str, text: str, external_id: str) -> Ending:
    """Ends it; the citizen reads `text`. The same `external_id` again is the same ending.

    Raises `MayNotEnd`, `WrongText`, `Closed`, `NotThere`, and `PermissionError`.
    """
    require_agency(actor, case)
    said = kept(text)
    with transaction.atomic():
        rows = Case.objects.select_for_update(of=("self",)).select_related("citizen", "journey")
        locked = rows.get(pk=case.pk)
        if known := Ending.objects.filter(case=locked, external_id=external_id).first():
            return known
        require_open(locked)
        _require(locked, ground)
        ending = _written(locked, ground, said, external_id)
        apply_status(
            case=locked,
            phase=Phase.STOPPED,
            text=f"{ENDED}{ground}",
            set_at=max(timezone.now(), locked.phase_since + _MOMENT),
            external_id=f"{ENDED}{ending.pk}",
            heard_from=locked.agency,
        )
        kind = Notice.Kind.DECISION if ending.remedy_until else Notice.Kind.MESSAGE
        note(case=locked, kind=kind, about=f"{ENDED}{ending.pk}")
        stop_followers(locked, reason=AWAITED_REFUSED)
        if actor.user is not None:
            record_staff_action(uuid.uuid4(), staff=actor.user, what="case-ended", reference=case.reference)
    return ending


def _written(case: Case, ground: str, text: str, external_id: str) -> Ending:
    service, today = case.definition, clock.today()
    is_decision = ground == INCOMPLETE and service.remedy != "none"
    until = last_day(today, service.remedy_term) if is_decision and service.remedy_term else None
    return Ending.objects.create(
        case=case,
        ground=ground,
        text=text,
        agency=case.agency,
        remedy=service.remedy if is_decision else "none",
        remedy_until=until,
        on=today,
        external_id=external_id,
    )


def possible(case: Case) -> list[str]:
    """The grounds on which an open case could end today."""
    return [ground for ground in GROUNDS if _why_not(case, ground) is None]


def _require(case: Case, ground: str) -> None:
    if Proposal.objects.filter(case=case).exists():
        raise MayNotEnd("proposal")
    if (why := _why_not(case, ground)) is not None:
        raise MayNotEnd(why)


def _why_not(case: Case, ground: str) -> Why | None:
    match ground:
        case "incomplete":
            return _why_not_incomplete(case)
        case "said":
            return None if any(one.was_reached for one in calls_for(case)) else "not-said"
        case "twice":
            return None if _same(case).exists() else "not-twice"
        case _:
            return "ground"


def _why_not_incomplete(case: Case) -> Why | None:
    """Awb 4:5(1): for a decision that was applied for, after a term that the agency gave went by unused."""
    asked = [one for one in _supplements(case) if not is_asked_again(one)]
    if article_for(case.definition) != "4:7" or not asked:
        return "not-asked"
    newest, today = asked[0], clock.today()
    if newest.answered_at is None and newest.due_on is not None and newest.due_on >= today:
        return "time-left"
    return "over" if today > _from(newest) + FOUR_WEEKS else None


def _from(task: CitizenTask) -> date:
    """The day on which the request was completed, or the last day for it."""
    assert task.due_on is not None  # noqa: S101 -- only those with a day are looked at
    if task.came_on is not None:
        return task.came_on
    return timezone.localdate(task.answered_at) if task.answered_at else task.due_on


def _supplements(case: Case) -> list[CitizenTask]:
    since = at_this_agency_since(case)
    found = case.tasks.filter(kind=CitizenTask.Kind.ASKED, is_hearing=False, due_on__isnull=False)
    mine = found.filter(created_at__gte=since) if since else found
    return list(mine.filter(dropped_at=None).order_by("-due_on", "-created_at"))


def _same(case: Case) -> Any:
    others = Case.objects.filter(citizen=case.citizen, agency=case.agency, service=case.service)
    return others.exclude(pk=case.pk).exclude(phase__in=[Phase.WITHDRAWN, Phase.STOPPED])
