"""Reads the samples beside each connector, and builds the connector that they are about.

The format is documented in connectors/README.md.
"""

from __future__ import annotations

import json
import socket
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from threading import Event
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import yaml

import connectors.destinations
import connectors.sources
from connectors.base import (
    JSON,
    Destination,
    Document,
    Envelope,
    Heard,
    Item,
    Post,
    Report,
    Source,
    Subject,
)
from connectors.base import Asked as Question
from connectors.registry import Kind, Registration, find, read_manifest
from tests.connectors.other_side import Asked, Reply, raw
from tests.contract.agency import Agency

TRACE = "0af7651916cd43dd8448eb211c80319c"
SECRET = "sample-key-3f9c-which-no-log-may-show"
"""Given for every secret setting, and never to be seen again."""

DEMO = Path(__file__).parent / "demo"
"""Connectors that the code does not know: whatever they get here, any new folder gets."""

connectors.sources.__path__.append(str(DEMO / "sources"))
connectors.destinations.__path__.append(str(DEMO / "destinations"))


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
    def subject(self) -> Subject:
        """Whom it is about, with what the asked fields wait for."""
        return Subject(self.content["subject"], self.content.get("given", {}))

    @property
    def replies(self) -> list[Reply]:
        """What the other side says: `answer` to everything, or to each question the first that fits."""
        if "answers" not in self.content:
            return [reply(self.content["answer"])]
        return [_routed(self.content["answers"])]


def reply(given: Mapping[str, Any]) -> Reply:
    """An `answer` of a sample as something the other side can say."""
    body = given["text"] if "text" in given else json.dumps(given["json"])
    return raw(body.encode(), status=given.get("status", 200), headers=given.get("headers"))


def _routed(answers: Sequence[Mapping[str, Any]]) -> Reply:
    """To each question the first answer of which `asked` is part of its body, or of its query."""
    replies = [(given.get("asked", {}), reply(given)) for given in answers]

    def answer(asked: Asked, connection: socket.socket, over: Event) -> bool:
        parts = asked.json() if asked.body else dict(parse_qsl(urlsplit(asked.target).query))
        chosen = [one for wanted, one in replies if wanted.items() <= parts.items()]
        return (chosen[0] if chosen else raw(b"", status=404))(asked, connection, over)

    return answer


def registrations(kind: Kind) -> list[Registration]:
    """Every connector of a kind, and the demo."""
    demo = [read_manifest(kind, path) for path in sorted((DEMO / kind).glob("*/manifest.yaml"))]
    return [*find(kind).values(), *demo]


def samples(kind: Kind) -> list[Sample]:
    """Every sample of every connector of a kind."""
    return [
        Sample(connector, path.stem, content["kind"], content)
        for connector in registrations(kind)
        for path in sorted((connector.folder / "samples").glob("*.yaml"))
        for content in [yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)]
    ]


def build(
    connector: Registration, url: str, seconds: float = 5.0, chosen: Mapping[str, str] | None = None
) -> Any:
    """The connector, pointed at `url`, with its deadline, what a sample chose, and something for the rest."""
    given = {"url": url, "secret": SECRET, "text": "sample", "seconds": seconds}
    values = {
        name: given[setting.kind]
        for name, setting in connector.settings.items()
        if setting.kind == "seconds" or not setting.optional
    }
    return connector.build(values | {name: text.format(side=url) for name, text in (chosen or {}).items()})


def build_source(
    connector: Registration, url: str, seconds: float = 5.0, ca_file: Path | None = None
) -> Source:
    """The same, for a source; `ca_file` for its setting of the kind `file`."""
    files = [name for name, setting in connector.settings.items() if setting.kind == "file"]
    chosen = {name: str(ca_file) for name in files} if ca_file else {}
    source: Source = build(connector, url, seconds, chosen)
    return source


def build_destination(sample: Sample, url: str, seconds: float = 5.0) -> Destination:
    """The destination of a sample, with the settings of the sample."""
    destination: Destination = build(sample.connector, url, seconds, sample.content.get("settings"))
    return destination


def envelope(sample: Sample) -> Envelope:
    """The request of a destination's sample."""
    given = sample.content["envelope"]
    return Envelope(
        reference=given["reference"],
        service=given["service"],
        agency=given["agency"],
        subject=Subject(given["subject"]),
        payload=given["payload"],
        submitted_at=datetime.fromisoformat(given["submitted_at"]),
        trace_id=TRACE,
        title=given.get("title", ""),
        zaaktype=given.get("zaaktype", ""),
        properties=given.get("properties", {}),
        documents=_documents(given),
        representative=Subject(given["representative"]) if "representative" in given else None,
    )


def post_of(sample: Sample) -> Post:
    """What the citizen of a destination's sample says later, about its request."""
    given = sample.content["post"]
    return Post(
        reference=given["reference"],
        agency=sample.content["envelope"]["agency"],
        kind=given["kind"],
        text=given["text"],
        written_at=datetime.fromisoformat(given["written_at"]),
        trace_id=TRACE,
        about=given.get("about", ""),
        documents=_documents(given),
    )


def _documents(given: Mapping[str, Any]) -> tuple[Document, ...]:
    return tuple(
        Document(**{**one, "content": one["content"].encode()}) for one in given.get("documents", [])
    )


def report_of(sample: Sample) -> Report:
    """The news of a destination's sample, about its request."""
    return Report(**sample.content["report"], agency=sample.content["envelope"]["agency"], trace_id=TRACE)


def expected_heard(sample: Sample, agency: Agency) -> tuple[Heard, ...]:
    """What the sample says that is heard of its request."""
    return tuple(
        Heard(
            **{
                **one,
                "set_at": datetime.fromisoformat(one["set_at"]),
                "asked": _asked(one["asked"]) if "asked" in one else None,
            }
        )
        for one in agency.fill(sample.content["reading"]["heard"])
    )


def _asked(asked: dict[str, Any]) -> Question:
    items = (
        Item(**{**one, "choices": tuple(tuple(pair) for pair in one.get("choices", []))})
        for one in asked["items"]
    )
    return Question(**{**asked, "until": date.fromisoformat(asked["until"]), "items": tuple(items)})


class Killed(BaseException):
    """The process ends here, whatever it was doing."""


class Steps:
    """A `Once` in memory that keeps what the portal's own keeps: "begun" before the call, its result after.

    `dies_at`: the process is killed after the call of that many steps, before their result is kept.
    """

    def __init__(self, dies_at: int = 0) -> None:
        self.calls: list[str] = []
        self.dies_at = dies_at
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
            if len(self.calls) == self.dies_at:
                raise Killed
        # A result is kept as JSON, as the database does.
        self._results[name] = json.loads(json.dumps(found))
        return self._results[name]

    @property
    def kept(self) -> str:
        """All that the portal's database would hold of it."""
        return json.dumps(self._results)

    def forget(self) -> None:
        """The process dies before it can write down any result."""
        self._results.clear()
