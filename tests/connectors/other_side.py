"""The other side of a connector, played over a real socket: it sends exactly the bytes a test wants.

A `Reply` gets the question, the open connection and an event that says the test is over; it returns
whether the connection stays open for another question.
"""

from __future__ import annotations

import json
import socket
import ssl
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from threading import Event, Thread
from types import TracebackType
from typing import Any, Self


@dataclass(frozen=True, slots=True)
class Asked:
    """One question as it came in. Header names are in lower case."""

    method: str
    target: str
    headers: dict[str, str]
    body: bytes

    def json(self) -> Any:
        """The body as JSON."""
        return json.loads(self.body)


Reply = Callable[[Asked, socket.socket, Event], bool]


def raw(
    body: bytes,
    *,
    status: int = 200,
    content_type: str | None = "application/json",
    headers: Mapping[str, str] | None = None,
) -> Reply:
    """A whole answer with a length; the connection stays open."""

    def reply(asked: Asked, connection: socket.socket, over: Event) -> bool:
        given = {"Content-Length": str(len(body)), **(headers or {})}
        if content_type:
            given.setdefault("Content-Type", content_type)
        lines = [f"HTTP/1.1 {status} X", *(f"{name}: {value}" for name, value in given.items())]
        connection.sendall("\r\n".join(lines).encode() + b"\r\n\r\n" + body)
        return True

    return reply


def answer(value: Any, *, status: int = 200, headers: Mapping[str, str] | None = None) -> Reply:
    """An answer in JSON."""
    return raw(json.dumps(value).encode(), status=status, headers=headers)


def html(status: int = 200) -> Reply:
    """The page that a gateway shows when it is being mended."""
    return raw(b"<!doctype html><title>Onderhoud</title>", status=status, content_type="text/html")


def drip(start: bytes, drop: bytes = b"x") -> Reply:
    """Sends `start` and then `drop` again and again, so that no single read is ever slow."""

    def reply(asked: Asked, connection: socket.socket, over: Event) -> bool:
        connection.sendall(start)
        while not over.wait(0.03):
            connection.sendall(drop)
        return False

    return reply


def silence(asked: Asked, connection: socket.socket, over: Event) -> bool:
    """Takes the question and says nothing."""
    over.wait()
    return False


def hang_up(asked: Asked, connection: socket.socket, over: Event) -> bool:
    """Takes the question and closes the connection."""
    return False


class OtherSide:
    """A server on this machine; it gives `replies` in their order, and the last one ever after."""

    def __init__(self, *replies: Reply, tls: ssl.SSLContext | None = None) -> None:
        self.asked: list[Asked] = []
        self.connections = 0
        self._replies = replies
        self._tls = tls
        self._over = Event()
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._open: list[socket.socket] = []
        scheme = "https" if tls else "http"
        self.url = f"{scheme}://127.0.0.1:{self._listener.getsockname()[1]}"

    def __enter__(self) -> Self:
        Thread(target=self._listen, daemon=True).start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._over.set()
        for one in (self._listener, *self._open):
            try:
                one.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass  # it was closed already
            one.close()

    def _listen(self) -> None:
        while not self._over.is_set():
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            self.connections += 1
            self._open.append(connection)
            Thread(target=self._serve, args=(connection,), daemon=True).start()

    def _serve(self, plain: socket.socket) -> None:
        try:
            connection = self._tls.wrap_socket(plain, server_side=True) if self._tls else plain
            with connection, connection.makefile("rb") as incoming:
                while asked := _question(incoming):
                    self.asked.append(asked)
                    reply = self._replies[min(len(self.asked), len(self._replies)) - 1]
                    if not reply(asked, connection, self._over):
                        return
        except OSError:
            return  # the client left, which is what some tests want


def _question(incoming: Any) -> Asked | None:
    first = incoming.readline().decode().split()
    if len(first) != 3:
        return None
    headers: dict[str, str] = {}
    while line := incoming.readline().decode().strip():
        name, _, value = line.partition(":")
        headers[name.lower()] = value.strip()
    body = incoming.read(int(headers.get("content-length", "0")))
    return Asked(first[0], first[1], headers, body)
