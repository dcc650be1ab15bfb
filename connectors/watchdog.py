"""An end to every wait of one HTTP call.

The time-out of `requests` is per read: a server that sends one byte a second is never too slow for
it. Here a `Watch` holds a second handle on the socket of the call that runs, and shuts the
connection down at the deadline (`connectors.deadlines`), so that whatever waits on it wakes up.
"""

from __future__ import annotations

import ipaddress
import os
import socket
import time
from collections.abc import Sequence
from contextvars import ContextVar, Token
from functools import cache
from queue import Empty, SimpleQueue
from ssl import SSLContext
from threading import Lock, Thread
from types import TracebackType
from typing import Any, Self

from requests.adapters import HTTPAdapter
from requests.utils import DEFAULT_CA_BUNDLE_PATH
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.util import parse_url
from urllib3.util.ssl_ import create_urllib3_context

from connectors.deadlines import Deadline, set_deadline
from connectors.public import is_public

_KEPT = 16
"""Connections to one host that are kept open."""

_ONE_PIECE = 65_536
"""Bytes of a request that is sent in one piece."""

_Found = Sequence[tuple[Any, Any, int, str, Any]]

_current: ContextVar[Watch] = ContextVar("watch")
"""The watch of the call that this thread makes: urllib3 leaves no other way to hand it to a connection."""


class Watch:
    """Ends the call made inside its `with` block after `seconds`. `expired` says that it had to.

    With `public_only` no connection is made to an address that is not of the public internet, whatever
    the name said when it was looked up before.
    """

    def __init__(self, seconds: float, *, public_only: bool = False) -> None:
        self.expired = False
        self.public_only = public_only
        self._end = time.monotonic() + seconds
        self._lock = Lock()
        self._grip: socket.socket | None = None
        self._deadline: Deadline | None = None
        self._token: Token[Watch] | None = None

    def __enter__(self) -> Self:
        self._token = _current.set(self)
        self._deadline = set_deadline(self._end, self._expire)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._deadline is not None:
            self._deadline.cancel()
        with self._lock:
            self._let_go()
        if self._token is not None:
            _current.reset(self._token)

    @property
    def left(self) -> float:
        """Seconds until the deadline; negative after it."""
        return self._end - time.monotonic()

    def remaining(self) -> float:
        """The same, where there is no point in going on after it: raises `TimeoutError` then."""
        left = self.left
        if left <= 0:
            self.expired = True
            raise TimeoutError("the deadline has passed")
        return left

    def guard(self, connected: socket.socket) -> None:
        """From now on the deadline shuts this connection down.

        The handle is a duplicate: it stays valid when TLS wraps the socket or http.client gives it
        away, and closing it cannot hit a file descriptor that has become somebody else's.
        """
        with self._lock:
            self._let_go()
            self._grip = socket.socket(fileno=os.dup(connected.fileno()))
        self.remaining()

    def _expire(self) -> None:
        with self._lock:
            self.expired = True
            if self._grip is not None:
                try:
                    self._grip.shutdown(socket.SHUT_RDWR)
                except OSError:
                    pass  # the other side was first
                self._let_go()

    def _let_go(self) -> None:
        if self._grip is not None:
            self._grip.close()
            self._grip = None


def _resolve(host: str, port: int, within: float) -> _Found:
    """`getaddrinfo`, which cannot be interrupted: in a thread that is left behind when it is too slow."""
    if _is_address(host):
        return socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    answers: SimpleQueue[_Found | Exception] = SimpleQueue()

    def look_up() -> None:
        try:
            answers.put(socket.getaddrinfo(host, port, type=socket.SOCK_STREAM))
        except (OSError, UnicodeError) as error:
            answers.put(error)

    Thread(target=look_up, daemon=True).start()
    try:
        found = answers.get(timeout=within)
    except Empty:
        raise TimeoutError("the name was not resolved in time") from None
    if isinstance(found, Exception):
        raise OSError("the name was not resolved") from None
    return found


def _is_address(host: str) -> bool:
    """Whether there is nothing to look up."""
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True


class _Guarded(HTTPConnection):
    """A connection that tells the watch of the current call which socket it uses.

    Head and body of a small request go out in one piece: the other side wakes up once for it.
    """

    _held: bytearray | None = None

    def _new_conn(self) -> socket.socket:
        watch = _current.get()
        failure = OSError("the name has no address")
        found = _resolve(self.host.strip("[]"), self.port, watch.remaining())
        for family, kind, protocol, _, address in found:
            if watch.public_only and not is_public(address[0]):
                failure = OSError("this is no address of the public internet")
                continue
            candidate = socket.socket(family, kind, protocol)
            try:
                candidate.settimeout(min(watch.remaining(), float(self.timeout or watch.remaining())))
                for option in self.socket_options or ():
                    candidate.setsockopt(*option)
                candidate.connect(address)
                watch.guard(candidate)
                return candidate
            except OSError as error:
                candidate.close()
                failure = error
        raise failure

    def request(self, *args: Any, **kwargs: Any) -> None:
        if self.sock is not None:  # kept from an earlier call, or TLS has just been set up
            _current.get().guard(self.sock)
        self._held = bytearray()
        try:
            super().request(*args, **kwargs)
            self._send_held()
        finally:
            self._held = None

    def send(self, data: Any) -> None:
        if self._held is None:
            super().send(data)
        elif isinstance(data, bytes) and len(self._held) + len(data) <= _ONE_PIECE:
            self._held += data
        else:
            self._send_held()
            super().send(data)

    def _send_held(self) -> None:
        held, self._held = self._held, None
        if held:
            super().send(bytes(held))


class _GuardedTLS(_Guarded, HTTPSConnection):
    pass


class _Pool(HTTPConnectionPool):
    ConnectionCls = _Guarded


class _TLSPool(HTTPSConnectionPool):
    ConnectionCls = _GuardedTLS


def guarded_pool(origin: str, ca_file: str | None = None) -> HTTPConnectionPool:
    """Connections to one host (`origin`: scheme, host, port) that a `Watch` can end, kept for later calls.

    Over TLS it trusts the certificates in `ca_file`, or the public ones. Use it inside a `Watch` only.
    """
    to = parse_url(origin)
    host = str(to.host)
    if to.scheme == "https":
        return _TLSPool(host, to.port, maxsize=_KEPT, ssl_context=_trust(ca_file))
    return _Pool(host, to.port, maxsize=_KEPT)


@cache
def _trust(ca_file: str | None) -> SSLContext:
    """Read once, for every connection: there are hundreds of public certificates."""
    context = create_urllib3_context()
    context.load_verify_locations(ca_file or DEFAULT_CA_BUNDLE_PATH)
    return context


class GuardedAdapter(HTTPAdapter):
    """The transport of `requests`, on connections that a `Watch` can end. Use it inside a `Watch` only."""

    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        super().init_poolmanager(*args, **kwargs)
        self.poolmanager.pool_classes_by_scheme = {"http": _Pool, "https": _TLSPool}
