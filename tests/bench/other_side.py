"""The registers of the benches: `python -m tests.bench.other_side` prints its port and answers.

`POST /<milliseconds>/<register>/ask` answers after that time with each asked field; `POST /tallies` gives
what was asked since the last time; `POST /fail-once` has every register answer 503 to its next question.
"""

from __future__ import annotations

import json
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Lock
from typing import Any

_lock = Lock()
_asked: list[dict[str, Any]] = []
_failed: set[str] | None = None
"""The registers that failed since they were told to fail once; None when nobody told them."""


class Handler(BaseHTTPRequestHandler):
    """One connection, kept open."""

    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        """Answers one question."""
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        match self.path.strip("/").split("/"):
            case [milliseconds, register, "ask"]:
                self._ask(int(milliseconds) / 1000, register, json.loads(body))
            case ["tallies"]:
                self._tallies()
            case ["fail-once"]:
                _fail_once()
                self._answer({})
            case _:
                self._answer({}, status=404)

    def _ask(self, seconds: float, register: str, question: dict[str, Any]) -> None:
        with _lock:
            trace = self.headers.get("traceparent", "--").split("-")[1]
            said = {"register": register, "subject": question["bsn"], "trace": trace}
            _asked.append({**said, "try": int(self.headers.get("X-Try", 1))})
        time.sleep(seconds)
        if _fails(register):
            self._answer({}, status=503)
        else:
            self._answer({name: {"value": name} for name in question["fields"]})

    def _tallies(self) -> None:
        with _lock:
            told = list(_asked)
            _asked.clear()
        self._answer(told)

    def _answer(self, value: Any, *, status: int = 200) -> None:
        """In one piece: a second small one would wait for the other side's acknowledgement of the first."""
        body = json.dumps(value).encode()
        head = f"HTTP/1.1 {status} -\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
        self.wfile.write(head.encode() + body)

    def log_message(self, format: str, *args: Any) -> None:
        """Says nothing."""


def _fail_once() -> None:
    global _failed
    with _lock:
        _failed = set()


def _fails(register: str) -> bool:
    with _lock:
        if _failed is None or register in _failed:
            return False
        _failed.add(register)
        return True


def main() -> None:
    """Serves until it is ended."""
    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        print(server.server_address[1], flush=True)
        try:
            server.serve_forever()
        except KeyboardInterrupt:
            return


if __name__ == "__main__":
    main()
