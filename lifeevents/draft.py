"""The catalogue while it is being read: each part with the place it stands, and the names that are taken."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Generic, TypeVar

from lifeevents.model import (
    Activity,
    Agency,
    Correction,
    FieldDefinition,
    Guidance,
    LifeEvent,
    Question,
    QuestionGroup,
    Service,
)
from lifeevents.yamlfile import Document, Part, Problem

Item = TypeVar("Item")


@dataclass(frozen=True, slots=True)
class Entry(Generic[Item]):
    """A part of the catalogue, and where it stands: a whole file, or a key of one."""

    item: Item
    document: Document
    at: tuple[Part, ...] = ()

    def problem(self, message: str, *path: Part) -> Problem:
        """A problem with a key of this part."""
        return self.document.problem(message, *self.at, *path)


@dataclass(slots=True)
class Shelf(Generic[Item]):
    """The entries of one folder by name. `broken` holds the names whose file is wrong: known, but not usable.

    `unknown_content` is set when a file that may hold any number of names cannot be read at all.
    """

    entries: dict[str, Entry[Item]] = field(default_factory=dict)
    broken: set[str] = field(default_factory=set)
    unknown_content: bool = False

    def knows(self, name: str) -> bool:
        """Whether a reference to this name can be right; a broken file is named once, not at each use."""
        return self.unknown_content or name in self.entries or name in self.broken

    @property
    def is_whole(self) -> bool:
        """Whether every file of the folder could be used."""
        return not (self.broken or self.unknown_content)

    def items(self) -> dict[str, Item]:
        """The parts by name, without their places."""
        return {name: entry.item for name, entry in self.entries.items()}


@dataclass(frozen=True, slots=True)
class Draft:
    """Everything that was read and has the right shape."""

    agencies: Shelf[Agency] = field(default_factory=Shelf)
    fields: Shelf[FieldDefinition] = field(default_factory=Shelf)
    services: Shelf[Service] = field(default_factory=Shelf)
    events: Shelf[LifeEvent] = field(default_factory=Shelf)
    corrections: Shelf[Correction] = field(default_factory=Shelf)
    activities: Shelf[Activity] = field(default_factory=Shelf)
    guidance: Shelf[Guidance] = field(default_factory=Shelf)
    rules: frozenset[str] = frozenset()


def questions_of(service: Service) -> Iterator[tuple[QuestionGroup, Question, tuple[Part, ...]]]:
    """Each question of a service, with its group and its place in the file."""
    for number, group in enumerate(service.ask):
        for index, question in enumerate(group.questions):
            yield group, question, ("ask", number, "questions", index)
