"""The clock of a case as its events make it: rows in, `lifeevents.terms` out. Writes nothing."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from lifeevents.legal import Term
from lifeevents.model import Service
from lifeevents.terms import DecisionClock, Extended, Suspended, decide_by, suspended
from portal.cases.terms.models import TermEvent


def clock_with(
    service: Service, received_on: date | None, events: Iterable[TermEvent]
) -> DecisionClock | None:
    """By when there must be a decision; None where no law sets a term, or the case is not there yet."""
    if service.decision_term is None or received_on is None:
        return None
    # What an agency did to its term before it sent the case on is not the next one's.
    own = [event for event in events if event.since >= received_on]
    return decide_by(received_on, service.decision_term, facts_of(service, own))


def facts_of(service: Service, events: Iterable[TermEvent]) -> list[Suspended | Extended]:
    """The suspensions with their ends, and the extensions."""
    rows = list(events)
    return [fact for row in rows if (fact := fact_of(service, row, rows))]


def fact_of(service: Service, row: TermEvent, rows: list[TermEvent]) -> Suspended | Extended | None:
    """What a row means for the clock; None where that is nothing. `rows` hold what ended it, if anything."""
    if row.kind == TermEvent.Kind.SUSPENDED:
        ended = next((one.since for one in rows if one.ends_id == row.pk and row.pk), None)
        return suspended(row.article, since=row.since, until=row.until, ended=ended)
    if row.kind == TermEvent.Kind.EXTENDED:
        return _extended(service, row)
    return None


def _extended(service: Service, row: TermEvent) -> Extended:
    if row.weeks is None:
        return Extended(row.article, row.since, to=row.until)
    article = service.extension.article if service.extension else None
    assert article is not None  # noqa: S101 -- `extend` refuses where the law gives none
    return Extended(row.article, row.since, by=Term(article=article, weeks=row.weeks))
