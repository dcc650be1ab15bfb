"""Where everything that a service uses comes from: registers, the portal itself, or the citizen."""

from __future__ import annotations

from dataclasses import dataclass

from lifeevents.legal import Text
from lifeevents.model import Catalogue, FieldDefinition, Guidance, Question, Service


@dataclass(frozen=True, slots=True)
class Covered:
    """A field that the agency gets: from which source, or worked out of which fields."""

    field: FieldDefinition
    source: str
    out_of: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Coverage:
    """What comes from registers, what is typed, and what of that is asked of everybody."""

    known: tuple[Covered, ...]
    typed: tuple[Question, ...]

    @property
    def required(self) -> int:
        """How many questions everybody must answer."""
        return sum(question.required and not question.only_if for question in self.typed)


def coverage(catalogue: Catalogue, service: Service) -> Coverage:
    """Where what a service uses comes from."""
    fields = [catalogue.fields[name] for name in service.needs if name in catalogue.fields]
    known = tuple(
        Covered(field, field.source, field.derived.base if field.derived else ()) for field in fields
    )
    return Coverage(known, tuple(question for group in service.ask for question in group.questions))


def open_ends(catalogue: Catalogue) -> list[tuple[str, Text, str]]:
    """What nobody checked in the law yet: id, title and note of each service and guidance."""
    parts: list[Service | Guidance] = [*catalogue.services.values(), *catalogue.guidance.values()]
    return [(one.id, one.title, one.note) for one in parts if not one.verified]
