"""ClamAV's daemon, which looks for viruses: one file in, the name of what it found out.

Its own protocol (clamd(8), INSTREAM) over TCP or a socket in a folder; nothing of the file is written down.
"""

from __future__ import annotations

import socket
import struct
import time
from dataclasses import dataclass

from connectors.base import Malformed, Unavailable

_CHUNK = 65_536
_LONGEST_ANSWER = 4096


@dataclass(frozen=True, slots=True)
class Clamd:
    """`address` is "host:port", or the path of a socket. `deadline` in seconds, for one file."""

    address: str
    deadline: float = 20.0

    def __post_init__(self) -> None:
        if not self.address.startswith("/") and not self.address.rpartition(":")[2].isdecimal():
            raise ValueError("the address of clamd is host:port, or the path of a socket")

    def look_into(self, content: bytes) -> str:
        """The name of the virus that is in it, "" where none is. Raises `Unavailable` or `Malformed`."""
        until = time.monotonic() + self.deadline
        try:
            with self._connect() as link:
                link.sendall(b"zINSTREAM\0")
                for at in range(0, len(content), _CHUNK):
                    part = content[at : at + _CHUNK]
                    link.settimeout(_left(until))
                    link.sendall(struct.pack(">I", len(part)) + part)
                link.sendall(struct.pack(">I", 0))
                said = self._answer(link, until)
        except OSError:
            raise Unavailable("clamd: no answer in time, or no connection") from None
        return _found(said)

    def _connect(self) -> socket.socket:
        if self.address.startswith("/"):
            link = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
            link.settimeout(self.deadline)
            try:
                link.connect(self.address)
            except OSError:
                link.close()
                raise
            return link
        host, _, port = self.address.rpartition(":")
        return socket.create_connection((host.strip("[]"), int(port)), timeout=self.deadline)

    def _answer(self, link: socket.socket, until: float) -> str:
        said = b""
        while not said.endswith(b"\0") and len(said) < _LONGEST_ANSWER:
            link.settimeout(_left(until))
            part = link.recv(_LONGEST_ANSWER)
            if not part:
                break
            said += part
        return said.rstrip(b"\0\n").decode("ascii", "replace")


def _left(until: float) -> float:
    left = until - time.monotonic()
    if left <= 0:
        raise TimeoutError
    return left


def _found(said: str) -> str:
    """What stands in "stream: Eicar-Signature FOUND"; "" for "stream: OK"."""
    if said == "stream: OK":
        return ""
    if said.startswith("stream: ") and said.endswith(" FOUND"):
        return said.removeprefix("stream: ").removesuffix(" FOUND")
    # It stops reading at a size of its own, and says so: then it did not look.
    raise Malformed("clamd: it did not look into the file")
