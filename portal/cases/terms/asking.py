"""What a clock that stands still for an answer (Awb 4:5, 4:15(1)(a)) asks of the citizen, and its end."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone

from lifeevents.terms.suspension import SUPPLEMENT
from portal import clock
from portal.cases.back.status import apply_status
from portal.cases.models import Case, CitizenTask, Phase, TermEvent
from portal.cases.terms.verbs import resume, suspend, suspensions_of
from portal.people.actor import Actor

_MOMENT = timedelta(microseconds=1)


def stand_still(
    *,
    case: Case,
    article: str,
    actor: Actor,
    external_id: str,
    since: date | None = None,
    until: date | None = None,
    text: str = "",
) -> TermEvent:
    """As `suspend`; where the agency waits for the citizen, the citizen has a task, with its last day.

    Where one waits already, that is the task: with the day and the words that were said last.
    """
    with transaction.atomic():
        is_known = case.term_events.filter(external_id=external_id).exists()
        event = suspend(
            case=case,
            article=article,
            actor=actor,
            external_id=external_id,
            since=since,
            until=until,
            text=text,
        )
        if (
            not is_known
            and event.article == SUPPLEMENT
            and event.until is not None
            and event.until >= clock.today()
        ):
            _ask(case, event)
    return event


def _ask(case: Case, event: TermEvent) -> None:
    found = Case.objects.select_for_update().get(pk=case.pk)
    if waiting := _waiting(found):
        _ask_again(waiting, event)
        return
    apply_status(
        case=found,
        phase=Phase.NEEDS_YOU,
        text=event.text,
        set_at=max(timezone.now(), found.phase_since + _MOMENT),
        # The same of both: by it an answer finds the suspension that it ends.
        external_id=event.external_id,
        heard_from=found.agency,
    )
    tasks = CitizenTask.objects.filter(case=found, external_id=event.external_id)
    tasks.update(due_on=event.until)


def _waiting(case: Case) -> CitizenTask | None:
    """What the clock stands still for already, the newest where there are several."""
    open_ones = CitizenTask.objects.filter(
        case=case, kind=CitizenTask.Kind.ASKED, answered_at=None, dropped_at=None, due_on__isnull=False
    )
    return open_ones.select_for_update().order_by("-created_at").first()


def _ask_again(task: CitizenTask, event: TermEvent) -> None:
    """Another day, or more to answer: in the same task, so that one answer ends all of it."""
    if event.text and event.text not in task.why:
        task.why = f"{event.text}\n\n{task.why}".strip()
    task.due_on, task.about = event.until, [*task.about, event.external_id]
    task.save(update_fields=["why", "due_on", "about"])


def run_again(*, case: Case, actor: Actor, external_id: str, **more: Any) -> TermEvent:
    """As `resume`; what the agency waited for, it has: the citizen need not answer here any more."""
    with transaction.atomic():
        event = resume(case=case, actor=actor, external_id=external_id, **more)
        _end_what_belongs_to_it(case, actor, event)
        if event.article == SUPPLEMENT:
            _go_on(case, external_id)
    return event


def _end_what_belongs_to_it(case: Case, actor: Actor, event: TermEvent) -> None:
    """What was asked in several goes is one task: once settled, the clock stands still for none of it."""
    ended = event.ends
    if ended is None:
        return
    for task in CitizenTask.objects.filter(case=case, kind=CitizenTask.Kind.ASKED, answered_at=None):
        asked = suspensions_of(task)
        if ended.external_id in asked:
            rows = case.term_events.filter(external_id__in=asked, ended_by=None)
            for number, row in enumerate(rows):
                again = f"{event.external_id}:{number}"
                resume(case=case, actor=actor, external_id=again, of=row.external_id, on=event.since)


def _go_on(case: Case, external_id: str) -> None:
    """Changes nothing while another question still holds the clock, or where nobody waits for the citizen."""
    found = Case.objects.select_for_update().get(pk=case.pk)
    open_rows = found.term_events.filter(kind=TermEvent.Kind.SUSPENDED, article=SUPPLEMENT, ended_by=None)
    if found.phase != Phase.NEEDS_YOU or open_rows.exists():
        return
    apply_status(
        case=found,
        phase=Phase.HANDLED,
        text="",
        set_at=max(timezone.now(), found.phase_since),
        external_id=external_id,
        heard_from=found.agency,
    )
