"""Reads the samples beside each connector, and builds the connector that they are about.

The format is documented in connectors/README.md.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import yaml

from connectors.base import JSON, Destination, Source
from connectors.registry import Kind, Registration, find
from tests.connectors.other_side import Reply, raw

SECRET = "sample-key-3f9c"
"""Given for every secret setting, and never to be seen again."""


@dataclass(frozen=True, slots=True)
class Sample:
    """One file: which connector, what is asked, what the other side answers, what we then expect."""

    connector: Registration
    name: str
    kind: str
    content: Mapping[str, Any]

    @property
    def id(self) -> str:
        """How the test report names it."""
        return f"{self.connector.name}-{self.name}"

    @property
    def expect(self) -> Mapping[str, Any]:
        """What must come of it."""
        expected: Mapping[str, Any] = self.content["expect"]
        return expected

    @property
    def replies(self) -> list[Reply]:
        """What the other side says, in order."""
        single = [self.content["answer"]] if "answer" in self.content else []
        return [reply(given) for given in self.content.get("answers", single)]


def reply(given: Mapping[str, Any]) -> Reply:
    """An `answer` of a sample as something the other side can say."""
    body = given["text"] if "text" in given else json.dumps(given["json"])
    return raw(body.encode(), status=given.get("status", 200), headers=given.get("headers"))


def samples(kind: Kind) -> list[Sample]:
    """Every sample of every connector of a kind."""
    return [
        Sample(connector, path.stem, content["kind"], content)
        for connector in find(kind).values()
        for path in sorted((connector.folder / "samples").glob("*.yaml"))
        for content in [yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)]
    ]


def build(connector: Registration, url: str, seconds: float = 5.0) -> Any:
    """The connector, pointed at `url`, with its deadline and something for each setting it must have."""
    given = {"url": url, "secret": SECRET, "text": "sample", "seconds": seconds}
    return connector.build(
        {
            name: given[setting.kind]
            for name, setting in connector.settings.items()
            if setting.kind == "seconds" or not setting.optional
        }
    )


def build_source(connector: Registration, url: str, seconds: float = 5.0) -> Source:
    """The same, for a source."""
    source: Source = build(connector, url, seconds)
    return source


def build_destination(connector: Registration, url: str) -> Destination:
    """The same, for a destination."""
    destination: Destination = build(connector, url)
    return destination


class Steps:
    """A `Once` in memory. With `forget` every step counts as begun, but its result is lost: a crash."""

    def __init__(self) -> None:
        self.calls: list[str] = []
        self._results: dict[str, JSON] = {}
        self._begun: set[str] = set()

    def __call__(self, name: str, call: Callable[[], JSON], find: Callable[[], JSON | None]) -> JSON:
        if name in self._results:
            return self._results[name]
        found = find() if name in self._begun else None
        self._begun.add(name)
        if found is None:
            self.calls.append(name)
            found = call()
        # A result is kept as JSON, as the database does.
        self._results[name] = json.loads(json.dumps(found))
        return self._results[name]

    def forget(self) -> None:
        """The process dies before it can write down any result."""
        self._results.clear()
