"""A world of its own for tests of the engine: fields, grounds, and sources that do as they are told."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from typing import Any, ClassVar

import pytest

import portal.catalogue
from connectors.base import Source, Subject, Value
from lifeevents.model import Activity, Article, Catalogue, FieldDefinition, Text
from portal.catalogue import connectors

TEXT = Text(nl="Een", en="One")
LAW = Article(name="een wet", verified=False)


class Told(Source):
    """Answers from `values`; `does` is run first, in the thread of the call, and may raise or give values."""

    name: ClassVar[str] = "told"

    def __init__(self) -> None:
        self.values: dict[str, Any] = {}
        self.does: Callable[[], Any] = lambda: None
        self.asked: list[tuple[Subject, frozenset[str]]] = []

    def fetch(self, subject: Subject, fields: Collection[str], *, trace_id: str) -> dict[str, Value]:
        self.asked.append((subject, frozenset(fields)))
        given: dict[str, Value] | None = self.does()
        if given is not None:
            return given
        return {name: Value(self.values[name]) for name in fields if name in self.values}

    def check(self) -> None:
        self.does()


@dataclass
class World:
    """Add fields and say what they wait for; each source of theirs is there by itself."""

    fields: dict[str, FieldDefinition] = field(default_factory=dict)
    sources: dict[str, Told] = field(default_factory=dict)
    waiting: dict[str, tuple[str, ...]] = field(default_factory=dict)
    things: set[str] = field(default_factory=set)

    def add(self, name: str, value: Any = None, *, max_age: int = 3600, **more: Any) -> None:
        """A field, and what its source says of it (None: it has none)."""
        source = name.partition(".")[0]
        self.fields[name] = FieldDefinition(
            name=name, source=source, subject="person", label=TEXT, max_age=max_age, **more
        )
        told = self.sources.setdefault(source, Told())
        if value is not None:
            told.values[name] = value

    def asked(self, source: str) -> int:
        """How often a source was asked."""
        return len(self.sources[source].asked)

    # What the portal wants of `connectors.registry.Connectors`:

    def source(self, name: str) -> Told:
        return self.sources[name]

    def destination(self, agency_id: str) -> None:
        return None

    def waits_for(self, source: str) -> dict[str, tuple[str, ...]]:
        return {name: names for name, names in self.waiting.items() if self.fields[name].source == source}

    def about(self, source: str) -> str:
        return "thing" if source in self.things else "person"

    def install(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """From now on this is the catalogue, and these are the connectors."""
        monkeypatch.setattr(
            "portal.catalogue.load_catalogue",
            lambda _folder: Catalogue(agencies={}, fields=self.fields, services={}, events={}),
        )
        monkeypatch.setattr("portal.catalogue.registry.load", lambda _path, **_only: self)
        forget()


def forget() -> None:
    """Catalogue and connectors are read again."""
    portal.catalogue.forget()
    connectors.cache_clear()


def activity(name: str, *fields: str) -> Activity:
    """A ground for these fields."""
    return Activity(
        id=name, purpose=TEXT, ground=LAW, fields=fields, retention="een-jaar", retention_days=365
    )
