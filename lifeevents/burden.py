"""What agencies need for a life event, and how much of that somebody types: the counter over all events."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from lifeevents.model import Catalogue, Service


@dataclass(frozen=True, slots=True)
class Burden:
    """Of one event, with everything in it asked for.

    `needed` counts each fact and each question that must be answered, once for each agency that gets it;
    `typed` counts those questions once. A question that depends on another one counts.
    """

    event: str
    needed: int
    typed: int

    @property
    def saved(self) -> int:
        """The part that nobody types, in whole per cents."""
        return round(100 * (1 - self.typed / self.needed)) if self.needed else 0


def burdens(catalogue: Catalogue) -> list[Burden]:
    """The counter of each event, by its name."""
    return [_burden(event.slug, catalogue.services_of(event)) for event in catalogue.events.values()]


def _burden(event: str, services: Iterable[Service]) -> Burden:
    needed = 0
    typed: set[str] = set()
    for service in services:
        questions = {one.id for group in service.ask for one in group.questions if one.required}
        needed += len(service.needs) + len(questions)
        typed |= questions
    return Burden(event, needed, len(typed))
