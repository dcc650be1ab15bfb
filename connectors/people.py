"""Registers in which somebody can be looked up by name and birth date, for who does not know their number."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass, field
from datetime import date

from connectors.base import Refused


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who was found. Nothing says where they live. `bsn` is not shown when it is printed."""

    bsn: str = field(repr=False)
    full: str
    birth_date: str


class TooManyPeople(Refused):
    """More people have this name and birth date than one answer of the register holds."""


class FindsPeople(ABC):
    """A source that can be asked who has a name and a birth date."""

    @abstractmethod
    def find_people(
        self, *, family_name: str, born: date, first_names: str = "", trace_id: str
    ) -> list[Person]:
        """The living who have this name, without its prefix, and were born on this day; [] where nobody was.

        A name is taken whole: no part of one finds anybody. Raises `TooManyPeople`, `Malformed` when it
        answers about others, and what `connectors.http` raises.
        """
