"""From which age somebody asks for something alone. Before that a parent or guardian does it for them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from lifeevents.ages import whole_years
from lifeevents.model import Service
from portal import clock
from portal.access.standing import day_of_birth
from portal.ledger.engine.gather import Answer
from portal.people.actor import Mandate


class TooYoung(Exception):
    """The citizen is too young to ask for this alone; `years` is from when they may."""

    def __init__(self, years: int) -> None:
        super().__init__(str(years))
        self.years = years


def require_age(services: Iterable[Service], facts: Mapping[str, Answer], mandate: Mandate | None) -> None:
    """Raises `TooYoung`. Who acts for another is of age; a day of birth that is not known stops nobody."""
    born = day_of_birth(facts.get("brp.birth"))
    if mandate is not None or born is None:
        return
    for service in services:
        if service.alone_from and whole_years(born, clock.today()) < service.alone_from.years:
            raise TooYoung(service.alone_from.years)
