"""How long the citizen has, by law, for what was not sent yet."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from lifeevents.model import Service
from lifeevents.terms import first_day_before, last_day
from portal import clock
from portal.cases.journey.answers import Answers
from portal.cases.models import Journey


@dataclass(frozen=True, slots=True)
class Window:
    """From which day something can be done, None where the law sets none, and until which day it must be."""

    opens: date | None
    until: date


def window_of(service: Service, answers: Answers) -> Window | None:
    """The days for one service; None where the law sets none, nobody read it, or the day is not known yet."""
    term = service.citizen_term
    if term is None or not service.verified:
        return None
    days = _days_answered(term.since, answers)
    if not days:
        return None
    opens = first_day_before(min(days), term.opens) if term.opens else None
    return Window(opens, last_day(min(days), term.term))


def day_to_come(service: Service, answers: Answers) -> date | None:
    """The first day on which it may be sent; None where the law sets none, or where it has come."""
    window = window_of(service, answers)
    return window.opens if window and window.opens and clock.today() < window.opens else None


def due_for_citizen(journey: Journey, answers: Answers) -> date | None:
    """The last day on which the law wants it sent; None where there is none, or not yet to tell."""
    windows = [window_of(service, answers) for service in journey.services]
    return min((window.until for window in windows if window), default=None)


def _days_answered(question: str, answers: Answers) -> list[date]:
    items = [item for group in answers.groups.values() for item in group]
    return [date.fromisoformat(item[question]) for item in items if item.get(question)]
