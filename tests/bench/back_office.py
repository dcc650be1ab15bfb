"""The agencies of the benches: `python -m tests.bench.back_office` prints its port and plays back offices.

Each stands at `/<name>/zaken` and `/<name>/catalogi`, answers at once and keeps nothing but its calls:
`POST /calls` gives those with an effect since the last time, as `[path, body]`. An agency whose name
begins with `hangs` lets every call hang.
"""

from __future__ import annotations

import json
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event, Lock
from typing import Any
from urllib.parse import parse_qs, urlsplit
from uuid import UUID, uuid4

_lock = Lock()
_calls: list[list[Any]] = []
_never = Event()

KEPT = 1000
"""So many calls are told at most: enough to know what one delivery is."""


def _address(host: str, agency: str, resource: str, number: int) -> str:
    return f"http://{host}/{agency}/catalogi/{resource}/{UUID(int=number)}"


class Handler(BaseHTTPRequestHandler):
    """One connection, kept open."""

    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        """Makes what is posted."""
        body = json.loads(self.rfile.read(int(self.headers.get("Content-Length", 0))) or "{}")
        if self.path == "/calls":
            self._answer(_told())
            return
        self._hang()
        with _lock:
            if len(_calls) < KEPT:
                _calls.append([self.path, body])
        self._answer({**body, "url": f"http://{self.headers['Host']}{self.path}/{uuid4()}"}, status=201)

    def do_GET(self) -> None:
        """Lists what goes with the one zaaktype, and no zaken."""
        self._hang()
        agency, api, resource = self.path.strip("/").partition("?")[0].split("/")[:3]
        query = {name: values[0] for name, values in parse_qs(urlsplit(self.path).query).items()}
        found = [] if api == "zaken" else self._types(agency, resource, query)
        self._answer({"count": len(found), "next": None, "previous": None, "results": found})

    def _types(self, agency: str, resource: str, query: dict[str, str]) -> list[dict[str, Any]]:
        host = self.headers["Host"]
        zaaktype = query.get("zaaktype") or _address(host, agency, "zaaktypen", 1)
        own = {"zaaktype": zaaktype}
        match resource:
            case "zaaktypen":
                made = {"identificatie": query.get("identificatie"), "beginGeldigheid": "2020-01-01"}
                catalogus = _address(host, agency, "catalogussen", 1)
                return [{**made, "url": zaaktype, "catalogus": catalogus, "concept": False}]
            case "roltypen":
                rol = {"omschrijving": "Melder", "omschrijvingGeneriek": "initiator"}
                return [{**own, **rol, "url": _address(host, agency, resource, 1)}]
            case "statustypen":
                return [{**own, "volgnummer": 1, "url": _address(host, agency, resource, 1)}]
            case "eigenschappen":
                return [
                    {**own, "naam": name, "url": _address(host, agency, resource, number)}
                    for number, name in enumerate(PROPERTIES, start=1)
                ]
        return []

    def _hang(self) -> None:
        if self.path.startswith("/hangs"):
            _never.wait()

    def _answer(self, value: Any, *, status: int = 200) -> None:
        """In one piece: a second small one would wait for the other side's acknowledgement of the first."""
        body = json.dumps(value).encode()
        head = f"HTTP/1.1 {status} -\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
        self.wfile.write(head.encode() + body)

    def log_message(self, format: str, *args: Any) -> None:
        """Says nothing."""


PROPERTIES = (
    "kinderen",
    "geboorteplaats",
    "rol",
    "achternaam",
    "andere ouder",
    "naam andere ouder",
    "bijzonderheden",
    "gegevens",
    "niet opgehaald",
)
"""The eigenschappen of its zaaktype, by name: those of the birth in the catalogue."""


def _told() -> list[list[Any]]:
    with _lock:
        told = list(_calls)
        _calls.clear()
    return told


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128


def main() -> None:
    """Serves until it is ended."""
    with _Server(("127.0.0.1", 0), Handler) as server:
        print(server.server_address[1], flush=True)
        try:
            server.serve_forever()
        except KeyboardInterrupt:
            return


if __name__ == "__main__":
    main()
