"""The life events of a citizen on one line, and whom of an event the citizen did not tell yet."""

from __future__ import annotations

from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext as _

from portal.cases.models import Journey, Phase
from portal.citizen.pages import TimelineStep, event_title
from portal.citizen.plan import plan_of
from portal.citizen.untold import Untold, untold_of
from portal.people.actor import Actor


@dataclass(frozen=True, slots=True)
class LifeEventLine:
    """One life event: its step on the line, and what another organisation of the same event does not know."""

    step: TimelineStep
    untold: Untold | None


def lifeline_of(journeys: list[Journey], silent: frozenset[str], actor: Actor) -> list[LifeEventLine]:
    """What was sent, newest first. Of an event in `silent` nothing is suggested: a child died."""
    untold = untold_of([one for one in journeys if one.event not in silent], actor)
    return [_line(journey, untold.get(str(journey.pk))) for journey in journeys]


def _line(journey: Journey, untold: Untold | None) -> LifeEventLine:
    plan = plan_of(journey)
    is_done = all(Phase(case.phase).is_final for case in journey.cases.all())
    words = _("%(done)s van de %(total)s geregeld") % {"done": plan.done, "total": plan.total}
    step = TimelineStep(
        what=event_title(journey),
        state="yours" if plan.asks_citizen else "past" if is_done else "now",
        when=journey.submitted_at,
        why=words,
        href=reverse("citizen:plan", args=[journey.event, journey.pk]),
    )
    return LifeEventLine(step, untold)
