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
from portal.cases.terms.verbs import resume, suspend
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
    """As `suspend`; where the agency waits for the citizen, the citizen has a task, with its last day."""
    with transaction.atomic():
        event = suspend(
            case=case,
            article=article,
            actor=actor,
            external_id=external_id,
            since=since,
            until=until,
            text=text,
        )
        if event.article == SUPPLEMENT and event.until is not None and event.until >= clock.today():
            _ask(case, event)
    return event


def _ask(case: Case, event: TermEvent) -> None:
    found = Case.objects.select_for_update().get(pk=case.pk)
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


def run_again(*, case: Case, actor: Actor, external_id: str, **more: Any) -> TermEvent:
    """As `resume`; what the agency waited for, it has: the citizen need not answer here any more."""
    with transaction.atomic():
        event = resume(case=case, actor=actor, external_id=external_id, **more)
        if event.article == SUPPLEMENT:
            _go_on(case, external_id)
    return event


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
