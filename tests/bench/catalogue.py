"""A catalogue for the benches: eight sources with five fields each, and eight services that need all forty.

The portal's own has too few of both yet. Every service has a ground for every field, so that the number of
services changes nothing but the work of the engine itself.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from unittest.mock import patch

import portal.catalogue
from connectors.base import Source, Subject, Value
from connectors.http import Client
from connectors.registry import About, Connectors
from lifeevents.model import Activity, Article, Catalogue, FieldDefinition, Service, Text
from portal.catalogue import catalogue

SOURCES = ("brp", "bag", "polis", "bri", "rdw", "lrk", "svb", "duo")
FIELDS = tuple(f"{source}.{name}" for source in SOURCES for name in ("one", "two", "three", "four", "five"))
SERVICES = 8
_DAY = 86_400
_LAW = Article(name="artikel 1 Wet van de meting", verified=False)


def activities(services: int) -> list[Activity]:
    """The grounds of that many services."""
    return [_service(number).activity for number in range(1, services + 1)]


@contextmanager
def installed(sources: Mapping[str, Source]) -> Iterator[None]:
    """The portal has this catalogue and these sources, and afterwards its own again."""
    made = _catalogue()
    with (
        patch.object(portal.catalogue, "load_catalogue", lambda _folder: made),
        patch.object(portal.catalogue.registry, "load", lambda _path: _Connectors(dict(sources), {})),
    ):
        _forget()
        try:
            yield
        finally:
            _forget()


def _forget() -> None:
    portal.catalogue.forget()
    portal.catalogue.connectors.cache_clear()


def _catalogue() -> Catalogue:
    own = catalogue()
    fields = {name: _field(name) for name in FIELDS}
    services = {one.id: one for one in map(_service, range(1, SERVICES + 1))}
    return Catalogue(agencies=dict(own.agencies), fields=fields, services=services, events={})


def _text(words: str) -> Text:
    return Text(nl=words, en=words)


def _field(name: str) -> FieldDefinition:
    return FieldDefinition(
        name=name, source=name.partition(".")[0], subject="person", label=_text(name), max_age=_DAY
    )


def _service(number: int) -> Service:
    name = f"service-{number}"
    return Service(
        id=name,
        title=_text(name),
        summary=_text(name),
        noun="aanvraag",
        kind="application",
        outcome="decision",
        remedy="none",
        penalty=False,
        agency="svb",
        upl="",
        level="midden",
        activity=Activity(
            id=name, purpose=_text(name), ground=_LAW, fields=FIELDS, retention=name, retention_days=365
        ),
        needs=FIELDS,
        ask=(),
        why=_text(name),
        next_step=_text(name),
    )


@dataclass(frozen=True, slots=True)
class _Connectors(Connectors):
    """Sources that have no manifest: nothing waits for anything."""

    def waits_for(self, source: str) -> Mapping[str, tuple[str, ...]]:
        return {}

    def about(self, source: str) -> About:
        return "person"

    def fields_of(self, source: str) -> tuple[str, ...]:
        return tuple(name for name in FIELDS if name.startswith(f"{source}."))


class Instant(Source):
    """Answers at once, without a network: what remains is the engine's own work."""

    name = "instant"

    def fetch(self, subject: Subject, fields: Collection[str], *, trace_id: str) -> dict[str, Value]:
        return {name: Value({"value": name}) for name in fields}

    def check(self) -> None:
        return None


class OverHttp(Source):
    """Asks a register of `tests.bench.other_side`, through the portal's own door out."""

    name = "over-http"

    def __init__(self, url: str) -> None:
        self._client = Client(url, connector=self.name)

    def fetch(self, subject: Subject, fields: Collection[str], *, trace_id: str) -> dict[str, Value]:
        question = {"bsn": subject.bsn, "fields": sorted(fields)}
        answer = self._client.post_json("/ask", question, trace_id=trace_id, idempotent=True)
        return {name: Value(answer[name]) for name in fields}

    def check(self) -> None:
        self._client.post_json("/ask", {"bsn": "", "fields": []}, trace_id="0" * 31 + "1", idempotent=True)
