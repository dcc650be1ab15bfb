"""The life events of a citizen on one line, and whom of an event the citizen did not tell yet."""

from __future__ import annotations

from dataclasses import dataclass

from django.urls import reverse
from django.utils.text import get_text_list
from django.utils.translation import gettext as _

from lifeevents.model import Service
from portal.cases.models import Journey, Phase
from portal.cases.reading.wording import short_name, title_of
from portal.catalogue import catalogue
from portal.citizen.pages import TimelineStep, event_title
from portal.citizen.plan import plan_of


@dataclass(frozen=True, slots=True)
class LifeEventLine:
    """One life event: its step on the line, and what another organisation of the same event does not know."""

    step: TimelineStep
    untold: str


def lifeline_of(journeys: list[Journey], silent: frozenset[str]) -> list[LifeEventLine]:
    """What was sent, newest first. Of an event in `silent` nothing is suggested: a child died."""
    return [_line(journey, is_silent=journey.event in silent) for journey in journeys]


def _line(journey: Journey, *, is_silent: bool) -> LifeEventLine:
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
    return LifeEventLine(step, "" if is_silent else untold_words(journey))


def untold_words(journey: Journey) -> str:
    """ "You told the municipality, not yet the SVB": of an event that two organisations must know of.

    Told is who was sent something that was not taken back; "" where everybody knows, or nobody does.
    """
    told = [case for case in journey.cases.all() if case.phase not in (Phase.WITHDRAWN, Phase.STOPPED)]
    services = {case.service for case in told}
    missing = [service for service in journey.services if service.id not in services]
    if not told or not missing:
        return ""
    return _("U vertelde het %(told)s. Nog niet %(missing)s.") % {
        "told": _listed([_whom(journey.service(case.service)) for case in told]),
        "missing": _listed([f"{_whom(one)} ({title_of(one).lower()})" for one in missing]),
    }


def _whom(service: Service) -> str:
    """ "de SVB"; of one that is found by its kind only that: where somebody lives says nothing here."""
    if isinstance(service.agency, str) and service.agency in catalogue().agencies:
        return short_name(catalogue().agencies[service.agency])
    return _("de gemeente")


def _listed(names: list[str]) -> str:
    unique = list(dict.fromkeys(names))
    return str(get_text_list(unique, _("en")))
