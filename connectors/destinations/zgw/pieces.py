"""A document too large for one call goes in parts (bestandsdelen), and is locked until they are there.

The server says how large each part must be, and joins them when the lock is taken off. After a crash, what is
there is asked of the document itself: which parts are complete (voltooid), and whether it is still locked.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from connectors.base import JSON, Document, Malformed, Once, Refused
from connectors.destinations.zgw.api import Api
from connectors.destinations.zgw.parts import Part, part, text, wrong
from connectors.faults import fault_point

RESOURCE = "bestandsdelen"


def remembered(stored: Part) -> dict[str, JSON]:
    """What is kept of a document that waits for its parts; {} for one that is whole.

    Raises `Refused` where the lock is not ours to know: somebody at the agency must take it off.
    """
    parts = _parts(stored)
    if not parts:
        return {}
    lock = text(stored, "lock") or text(parts[0], "lock")
    if not lock:
        raise Refused("zgw: a document waits for its parts under a lock that we were not given")
    return {"lock": lock, "parts": [{"url": text(one, "url"), "size": _size(one)} for one in parts]}


@dataclass(frozen=True, slots=True)
class Pieces:
    """The parts of one document, at `url`, on their way."""

    documenten: Api
    resource: str
    url: str
    trace_id: str
    once: Once

    def bring(self, document: Document, kept: dict[str, Any]) -> None:
        """Each part that is not there yet, and then the lock goes. `kept` as `remembered` made it.

        Raises `Malformed` where the parts are not the document, and what `connectors.http` raises.
        """
        lock, parts, begin = kept["lock"], kept["parts"], 0
        if sum(one["size"] for one in parts) != len(document.content):
            raise Malformed("zgw: the parts of a document are not as large as the document")
        for number, one in enumerate(parts, start=1):
            content = document.content[begin : begin + one["size"]]
            begin += one["size"]
            self._part(document, f"{number}", one["url"], content, lock)
        self._unlock(document, lock)

    def _part(self, document: Document, number: str, url: str, content: bytes, lock: str) -> None:
        def put() -> JSON:
            values = {"id": self.documenten.id_of(url, RESOURCE)}
            made = self.documenten.put_form(
                f"/{RESOURCE}/{{id}}",
                {"lock": lock},
                {"inhoud": content},
                trace_id=self.trace_id,
                values=values,
            )
            fault_point("zgw.after-part")
            if made.get("url") != url:
                raise Malformed("zgw: answered with another part than was sent")
            return {}

        self.once(
            f"document:{document.reference}:part:{number}", put, lambda: {} if self._is_there(url) else None
        )

    def _unlock(self, document: Document, lock: str) -> None:
        def post() -> JSON:
            path, values = f"/{self.resource}/{{id}}/unlock", self._values
            self.documenten.act(path, {"lock": lock}, trace_id=self.trace_id, values=values)
            fault_point("zgw.after-unlock")
            return {}

        def find() -> JSON | None:
            return None if _parts(self._now()) else {}

        self.once(f"document:{document.reference}:unlock", post, find)

    def _is_there(self, url: str) -> bool:
        """Whether the server has a part, or has joined them all."""
        waiting = {text(one, "url"): one.get("voltooid") for one in _parts(self._now())}
        return not waiting or waiting.get(url) is True

    def _now(self) -> Part:
        path = f"/{self.resource}/{{id}}"
        found = self.documenten.get(path, trace_id=self.trace_id, values=self._values)
        if found.get("url") != self.url:
            raise Malformed("zgw: answered with another document")
        return found

    @property
    def _values(self) -> dict[str, str]:
        return {"id": self.documenten.id_of(self.url, self.resource)}


def _parts(stored: Part) -> list[Part]:
    """In their order; none of a document that is whole."""
    found = stored.get("bestandsdelen") or []
    if not isinstance(found, list):
        raise wrong("bestandsdelen")
    return sorted((part(one) for one in found), key=_number)


def _number(one: Part) -> int:
    number = one.get("volgnummer")
    if not isinstance(number, int):
        raise wrong("volgnummer")
    return number


def _size(one: Part) -> int:
    size = one.get("omvang")
    if not isinstance(size, int) or isinstance(size, bool) or size < 0:
        raise wrong("omvang")
    return size
