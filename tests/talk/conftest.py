"""Noor's case at an agency, and that agency: in the portal, or with a system of its own that counts."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from socketserver import BaseRequestHandler, ThreadingTCPServer
from typing import Any, ClassVar

import pytest
from django.utils import timezone

from connectors.base import (
    ConnectorError,
    Destination,
    Envelope,
    Heard,
    Once,
    Paper,
    Post,
    Reading,
    Receipt,
    Report,
)
from portal.cases.models import Case
from portal.people.actor import Actor
from tests.cases.steps import deliver_all, submitted
from tests.cast import NEIGHBOUR_BSN, NOOR_BSN
from tests.factories import make_citizen_user, make_officer
from tests.registers import Register
from tests.talk.files import EICAR


@dataclass
class System(Destination):
    """An agency's own system: it keeps what it gets, and fails when a test says so."""

    name: ClassVar[str] = "test"
    speaks_ours: ClassVar[bool] = True

    filed: list[Envelope] = field(default_factory=list)
    posts: list[Post] = field(default_factory=list)
    heard: list[Heard] = field(default_factory=list)
    papers: dict[str, bytes] = field(default_factory=dict)
    fetched: list[str] = field(default_factory=list)
    fail_before: list[Exception] = field(default_factory=list)
    fail_after: list[Exception] = field(default_factory=list)

    def file(self, envelope: Envelope, once: Once) -> Receipt:
        self.filed.append(envelope)
        return Receipt("A-1", timezone.now())

    def report(self, their_reference: str, report: Report, once: Once) -> None:
        raise AssertionError("nothing is in dispute here")

    def send(self, their_reference: str, post: Post, once: Once) -> None:
        assert their_reference == "A-1"

        def effect() -> Any:
            if self.fail_before:
                raise self.fail_before.pop()
            self.posts.append(post)
            if self.fail_after:
                raise self.fail_after.pop()
            return {}

        once("post", effect, lambda: {} if post.reference in {one.reference for one in self.posts} else None)

    def document(self, their_reference: str, paper: Paper, *, trace_id: str) -> bytes:
        if self.fail_before:
            raise self.fail_before.pop()
        self.fetched.append(paper.external_id)
        return self.papers[paper.external_id]

    def read(self, their_reference: str, *, version: str, trace_id: str) -> Reading | None:
        shown = tuple(Paper(name, "Een brief", "application/pdf", timezone.now()) for name in self.papers)
        return Reading(tuple(self.heard), "", shown)

    def check(self) -> None:
        if any(isinstance(error, ConnectorError) for error in self.fail_before):
            raise self.fail_before[0]


@pytest.fixture
def noor(db: None, register: Register) -> Actor:
    """Noor, who has a child; the register knows her."""
    return Actor.of_user(make_citizen_user(NOOR_BSN))


@pytest.fixture
def neighbour(db: None) -> Actor:
    """Another citizen, with a login."""
    return Actor.of_user(make_citizen_user(NEIGHBOUR_BSN))


@pytest.fixture
def officer(noor: Actor) -> Actor:
    """Wilma, of the municipality that has Noor's case."""
    return Actor.of_user(make_officer("gemeente-waterstad"))


@pytest.fixture
def case(noor: Actor) -> Case:
    """Noor's case, which the municipality has in the portal's own back office."""
    submitted(noor, follow_ups=())
    deliver_all()
    return fresh(Case.objects.get(service="geboorteaangifte"))


@pytest.fixture
def system(monkeypatch: pytest.MonkeyPatch) -> System:
    """Every agency has a system of its own."""
    system = System()
    monkeypatch.setattr("connectors.registry.Connectors.destination", lambda _self, _name: system)
    return system


def fresh(case: Case) -> Case:
    """As the next request reads it."""
    return Case.objects.select_related("journey", "citizen").get(pk=case.pk)


class Daemon(BaseRequestHandler):
    """clamd, as far as INSTREAM goes: it finds EICAR, and has a limit."""

    limit = 1_000_000

    def handle(self) -> None:
        assert self._read(10) == b"zINSTREAM\0"
        content = b""
        while size := int.from_bytes(self._read(4)):
            content += self._read(size)
            if len(content) > self.limit:
                self.request.sendall(b"INSTREAM size limit exceeded. ERROR\0")
                return
        found = b"stream: Eicar-Signature FOUND\0" if EICAR in content else b"stream: OK\0"
        self.request.sendall(found)

    def _read(self, size: int) -> bytes:
        data = b""
        while len(data) < size:
            data += self.request.recv(size - len(data))
        return data


@pytest.fixture
def clamd(settings: Any) -> Iterator[str]:
    """The address of a scanner, which the portal uses."""
    with ThreadingTCPServer(("127.0.0.1", 0), Daemon) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        settings.CLAMD_ADDRESS = f"127.0.0.1:{server.server_address[1]}"
        yield settings.CLAMD_ADDRESS
        server.shutdown()
