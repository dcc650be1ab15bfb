"""What kinds of cases a municipality has, read from `catalogue.yaml`. The same keys at every start."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any
from uuid import NAMESPACE_URL, UUID, uuid5

import yaml

Definition = dict[str, Any]

_FILE = Path(__file__).with_name("catalogue.yaml")
FINAL, CONCEPT, ALL = "definitief", "concept", "alles"
"""The values of the parameter `status`; the first is the default."""


@dataclass(frozen=True, slots=True)
class Agency:
    """A municipality with a back office of its own; `is_odd` has the manners of `manners.py`."""

    id: str
    name: str
    rsin: str
    is_odd: bool = False


@dataclass(frozen=True, slots=True)
class Type:
    """One type of a zaaktype (statustype, roltype, eigenschap, resultaattype) or of the catalogue.

    `number` counts from 1 within its kind. `note` is the generic name of a roltype, the definition of
    an eigenschap and the direction of an informatieobjecttype. `is_end` is for the last statustype.
    """

    key: UUID
    name: str
    number: int
    note: str = ""
    is_end: bool = False


@dataclass(frozen=True, slots=True)
class ZaakType:
    """One version of a kind of case. `definition` has the texts that the sandbox only passes on."""

    key: UUID
    identificatie: str
    definition: Definition
    is_concept: bool
    statustypen: tuple[Type, ...]
    resultaattypen: tuple[Type, ...]
    roltypen: tuple[Type, ...]
    eigenschappen: tuple[Type, ...]

    def types(self, resource: str) -> tuple[Type, ...]:
        """Those of one kind, by the name of the resource."""
        found: tuple[Type, ...] = getattr(self, resource)
        return found

    def type(self, resource: str, key: UUID) -> Type | None:
        """One of them."""
        return next((one for one in self.types(resource) if one.key == key), None)


RESOURCES = ("statustypen", "resultaattypen", "roltypen", "eigenschappen")


@dataclass(frozen=True, slots=True)
class Catalogue:
    """The one catalogue of an agency."""

    agency: Agency
    key: UUID
    domein: str
    zaaktypen: tuple[ZaakType, ...]
    informatieobjecttypen: tuple[Type, ...]
    besluittypen: tuple[Type, ...]

    def zaaktype(self, key: UUID) -> ZaakType | None:
        """A kind of case, also when it is a concept."""
        return next((one for one in self.zaaktypen if one.key == key), None)

    def known(self, key: UUID) -> ZaakType:
        """The kind of a case that is stored; a kind is never taken out of the file again."""
        found = self.zaaktype(key)
        if found is None:
            raise LookupError("a stored case is of a kind that catalogue.yaml does not have")
        return found

    def document_type(self, key: UUID) -> Type | None:
        """An informatieobjecttype."""
        return next((one for one in self.informatieobjecttypen if one.key == key), None)

    def decision_type(self, key: UUID) -> Type | None:
        """A besluittype."""
        return next((one for one in self.besluittypen if one.key == key), None)

    def with_type(self, resource: str, key: UUID) -> tuple[ZaakType, Type] | None:
        """A type, and the kind of case that it belongs to."""
        for zaaktype in self.zaaktypen:
            found = zaaktype.type(resource, key)
            if found:
                return zaaktype, found
        return None


def agencies() -> dict[str, Agency]:
    """All municipalities that have a back office here, by id."""
    return {key: Agency(key, **one) for key, one in _content()["agencies"].items()}


@lru_cache
def catalogue_of(agency: str) -> Catalogue:
    """The catalogue of an agency. Raises `KeyError` for one that has no back office."""
    content = _content()
    zaaktypen = tuple(_zaaktype(agency, one) for one in content["zaaktypen"])
    decisions = _numbered(content["besluittypen"], agency, "besluittypen")
    return Catalogue(
        agencies()[agency],
        key_of(agency),
        content["domein"],
        zaaktypen,
        informatieobjecttypen=_noted(content, "informatieobjecttypen", agency),
        besluittypen=tuple(Type(key, name, number) for number, name, key in decisions),
    )


@lru_cache
def _content() -> Definition:
    content: Definition = yaml.load(_FILE.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)
    return content


def _zaaktype(agency: str, definition: Definition) -> ZaakType:
    base = (agency, definition["identificatie"], definition["versiedatum"])
    statuses = definition["statustypen"]
    return ZaakType(
        key_of(*base),
        definition["identificatie"],
        definition,
        is_concept=definition.get("concept", False),
        statustypen=tuple(
            Type(key, name, number, is_end=number == len(statuses))
            for number, name, key in _numbered(statuses, *base, "statustypen")
        ),
        resultaattypen=tuple(
            Type(key, name, number)
            for number, name, key in _numbered(definition["resultaattypen"], *base, "resultaattypen")
        ),
        roltypen=_noted(definition, "roltypen", *base),
        eigenschappen=_noted(definition, "eigenschappen", *base),
    )


def _noted(definition: Definition, resource: str, *base: str) -> tuple[Type, ...]:
    notes: dict[str, str] = definition[resource]
    return tuple(
        Type(key, name, number, note=notes[name]) for number, name, key in _numbered(notes, *base, resource)
    )


def _numbered(names: Any, *base: str) -> Iterator[tuple[int, str, UUID]]:
    for number, name in enumerate(names, 1):
        yield number, name, key_of(*base, name)


def key_of(*parts: str) -> UUID:
    """The key of what has these names: the same at every start."""
    return uuid5(NAMESPACE_URL, "/".join(("zandbak", *parts)))
