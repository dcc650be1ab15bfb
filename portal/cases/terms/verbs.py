"""Making the term of a case stand still, run again, or longer. Each is a row; none is changed or taken back.

All of them are repeatable: the same external id again is the same row, and changes nothing.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final, Literal

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from lifeevents.terms import GROUNDS
from lifeevents.terms.suspension import REPAIR
from portal import clock
from portal.cases.involved import require_uninvolved
from portal.cases.models import Case, CitizenTask, Notice, Phase
from portal.cases.notices.noting import note
from portal.cases.terms.counting import clock_with, facts_of
from portal.cases.terms.models import TermEvent
from portal.ledger.log.uses import record_staff_action
from portal.people.actor import Actor

Reason = Literal[
    "no-clock",
    "closed",
    "over",
    "no-days",
    "no-until",
    "until-too-early",
    "until-too-late",
    "since-in-future",
    "since-too-early",
    "no-ground",
    "not-suspended",
    "no-law",
    "once",
    "too-long",
    "not-late",
    "no-penalty",
]
"""Why the law does not let it: the words for officers are in `showing`."""

_SUSPENDS = tuple(article for article in GROUNDS if article != REPAIR)
"""The grounds for a decision on an application; 7:10(2) is one for an objection."""

OF_A_QUESTION: Final = "asked:"
"""With this begins the id of a suspension that a question of the agency brings along."""

_LONGEST = timedelta(days=3660)
"""A day further away than ten years is a slip."""


class TermRefused(Exception):
    """The law does not let the term do this. `reason` says why; nothing was written."""

    def __init__(self, reason: Reason) -> None:
        self.reason = reason
        super().__init__(reason)


@dataclass(frozen=True, slots=True)
class Said:
    """What is said of a term, before it is a row."""

    kind: TermEvent.Kind
    article: str
    since: date
    until: date | None = None
    weeks: int | None = None


def suspend(
    *,
    case: Case,
    article: str,
    actor: Actor,
    external_id: str,
    since: date | None = None,
    until: date | None = None,
    text: str = "",
) -> TermEvent:
    """The term stands still, on one of the grounds of Awb 4:15 (`lifeevents.terms.GROUNDS`).

    `since` (today, unless another day is named) is the day of the invitation or the notice, or the first day
    of the cause. `until` is the last day that was set for an answer (4:15(1)(a)) or agreed (4:15(2)(a)):
    without it those two suspend nothing. Raises `TermRefused`.
    """
    if article not in _SUSPENDS:
        raise TermRefused("no-ground")
    if until is None and GROUNDS[article].limit != "none":
        raise TermRefused("no-until")
    said = Said(TermEvent.Kind.SUSPENDED, article, since or clock.today(), until)
    return _write(case, said, actor, external_id, text)


def resume(
    *,
    case: Case,
    actor: Actor,
    external_id: str,
    of: str = "",
    on: date | None = None,
    text: str = "",
) -> TermEvent:
    """The term runs again from a day (today, unless another day is named), that day included.

    `of` is the external id of the suspension that ends; without it, the oldest one that has no end. Where its
    own last day was passed already, that is where it ended. Raises `TermRefused`.
    """
    with transaction.atomic():
        locked = _locked(case)
        if known := locked.term_events.filter(external_id=external_id).first():
            return known
        open_rows = locked.term_events.filter(kind=TermEvent.Kind.SUSPENDED, ended_by=None)
        row = open_rows.filter(external_id=of).first() if of else open_rows.first()
        if row is None:
            raise TermRefused("not-suspended")
        said = Said(TermEvent.Kind.RESUMED, row.article, on or clock.today())
        _check_days(locked, said)
        if said.since < row.since:
            raise TermRefused("since-too-early")
        event = _create(locked, said, actor, external_id, text, ends=row)
    _take_over(case, locked)
    return event


def extend(
    *,
    case: Case,
    actor: Actor,
    external_id: str,
    weeks: int | None = None,
    until: date | None = None,
    since: date | None = None,
    text: str = "",
) -> TermEvent:
    """It takes longer, where the law of the service gives that: by weeks, or to a day where it has no number.

    `since` is the day on which the citizen was told. Raises `TermRefused`: also when the term was over by
    then, or when it was made longer before and the law gives that once.
    """
    extension = case.definition.extension
    if extension is None:
        raise TermRefused("no-law")
    if (weeks is None) == (until is None) or (weeks is None and extension.at_most is not None):
        raise TermRefused("no-until")
    if weeks is not None and extension.at_most and weeks > extension.at_most.weeks:
        raise TermRefused("too-long")
    said = Said(TermEvent.Kind.EXTENDED, extension.article.name, since or clock.today(), until, weeks)
    return _write(case, said, actor, external_id, text, check=None if extension.again else _once)


def tell(*, case: Case, actor: Actor, external_id: str, until: date, text: str = "") -> TermEvent:
    """The agency says by when the decision will be there (Awb 4:14(1)); that moves no term."""
    said = Said(TermEvent.Kind.TOLD, "4:14 lid 1", clock.today(), until)
    return _write(case, said, actor, external_id, text)


def note_default(*, case: Case, actor: Actor, on: date | None = None) -> TermEvent:
    """The citizen notes on which day a notice of default was sent. Raises `TermRefused`: too early."""
    if not case.definition.penalty:
        raise TermRefused("no-penalty")
    said = Said(TermEvent.Kind.DEFAULT, "4:17 lid 3", on or clock.today())
    return _write(case, said, actor, f"default-{said.since}", "")


def suspensions_of(task: CitizenTask) -> list[str]:
    """The ids of the suspensions that a task of an agency came with, or that were added to it."""
    own = [task.external_id] if task.external_id else []
    return [f"{OF_A_QUESTION}{task.pk}", *own, *task.about]


def start_clock(case: Case, *, on: date | None = None) -> None:
    """The day of receipt (today, unless it was another) and the last day to decide (Awb 4:13), set once."""
    if set_clock(case, on=on):
        case.save(update_fields=["received_on", "due_on"])


def set_clock(case: Case, *, on: date | None = None) -> bool:
    """The same without saving the case. False where its clock ran already."""
    if case.received_on is not None:
        return False
    case.received_on = on or clock.today()
    case.due_on = due_now(case)
    return True


def _write(
    case: Case,
    said: Said,
    actor: Actor,
    external_id: str,
    text: str,
    *,
    check: Callable[[Case], None] | None = None,
) -> TermEvent:
    with transaction.atomic():
        locked = _locked(case)
        if known := locked.term_events.filter(external_id=external_id).first():
            return known
        if actor.agency:
            require_uninvolved(locked, actor)
        _check_days(locked, said)
        if check is not None:
            check(locked)
        _check_effect(locked, said)
        event = _create(locked, said, actor, external_id, text)
        if actor.capacity != "self" and not external_id.startswith(OF_A_QUESTION):
            note(case=locked, kind=Notice.Kind.MESSAGE, about=f"term:{event.pk}")
    _take_over(case, locked)
    return event


def _locked(case: Case) -> Case:
    return Case.objects.select_for_update(of=("self",)).select_related("journey").get(pk=case.pk)


def _check_days(case: Case, said: Said) -> None:
    if Phase(case.phase).is_final:
        raise TermRefused("closed")
    if case.term_from is None or case.definition.decision_term is None:
        raise TermRefused("no-clock")
    if said.since > clock.today():
        raise TermRefused("since-in-future")
    if said.since < case.term_from:
        raise TermRefused("since-too-early")
    if said.until is not None and said.until <= said.since:
        raise TermRefused("until-too-early")
    if said.until is not None and said.until - said.since > _LONGEST:
        raise TermRefused("until-too-late")


def _once(case: Case) -> None:
    if case.term_events.filter(kind=TermEvent.Kind.EXTENDED).exists():
        raise TermRefused("once")


def _check_effect(case: Case, said: Said) -> None:
    """What would change nothing is refused, so that nobody thinks that it did."""
    if said.kind == TermEvent.Kind.DEFAULT:
        if case.due_on is None or said.since <= case.due_on:
            raise TermRefused("not-late")
        return
    if said.kind == TermEvent.Kind.TOLD:
        return
    row = TermEvent(
        kind=said.kind, article=said.article, since=said.since, until=said.until, weeks=said.weeks
    )
    new = facts_of(case.definition, [row])
    if not new:
        raise TermRefused("no-days")
    found = clock_with(case.definition, case.term_from, [*case.term_events.all(), row])
    if found is not None and new[0] in found.ignored:
        if found.due is not None and said.since > found.due:
            raise TermRefused("over")
        raise TermRefused("until-too-early" if said.kind == TermEvent.Kind.EXTENDED else "no-days")


def _create(
    case: Case, said: Said, actor: Actor, external_id: str, text: str, *, ends: TermEvent | None = None
) -> TermEvent:
    event = TermEvent.objects.create(
        case=case,
        kind=said.kind,
        article=said.article,
        since=said.since,
        until=said.until,
        weeks=said.weeks,
        ends=ends,
        text=text,
        heard_from=_who(actor, case),
        external_id=external_id,
    )
    case.due_on = due_now(case)
    case.version, case.changed_at = F("version") + 1, timezone.now()
    case.save(update_fields=["due_on", "version", "changed_at"])
    if actor.user is not None and actor.is_staff and actor.filing is None:
        record_staff_action(
            uuid.uuid4(), staff=actor.user, what=f"term-{said.kind}", reference=case.reference
        )
    return event


def due_now(case: Case) -> date | None:
    """The last day as all rows make it; of a case opened again without a term, the day that was set."""
    if case.reopened_on is not None and not case.has_new_term:
        return case.due_on
    found = clock_with(case.definition, case.term_from, case.term_events.all())
    return found.due if found else None


def _who(actor: Actor, case: Case) -> str:
    """The agency for its officers and programs, and for the system where it passes on what they say."""
    if actor.is_citizen or actor.filing is not None:
        return "citizen"
    return actor.agency or case.agency


def _take_over(case: Case, locked: Case) -> None:
    """The caller's own object stands where the row does."""
    case.due_on, case.changed_at = locked.due_on, locked.changed_at
