"""The destination `postbox`: one letter for each request."""

from __future__ import annotations

from datetime import UTC, datetime
from secrets import token_hex
from typing import ClassVar

from connectors.base import JSON, Destination, Envelope, Heard, Once, Reading, Receipt, Report
from connectors.http import Client


class PostboxDestination(Destination):
    """Posts a letter, finds it by our reference, and reads its stamps."""

    name: ClassVar[str] = "postbox"

    def __init__(self, url: str, key: str, deadline: float = 5.0) -> None:
        self._client = Client(url, connector=self.name, headers={"X-Key": key}, deadline=deadline)

    def file(self, envelope: Envelope, once: Once) -> Receipt:
        def kept(letter: JSON) -> JSON:
            return {"number": letter["number"], "received_at": datetime.now(UTC).isoformat()}

        def post() -> JSON:
            body = {"reference": envelope.reference, "bsn": envelope.subject.bsn, "text": envelope.payload}
            return kept(self._client.post_json("/letters", body, trace_id=envelope.trace_id))

        def find() -> JSON | None:
            query = {"reference": envelope.reference}
            letters = self._client.get_json("/letters", query=query, trace_id=envelope.trace_id)
            return kept(letters[0]) if letters else None

        letter = once("letter", post, find)
        return Receipt(letter["number"], datetime.fromisoformat(letter["received_at"]))

    def report(self, their_reference: str, report: Report, once: Once) -> None:
        query, trace_id = {"reference": report.reference}, report.trace_id
        body = {**query, "letter": their_reference, "text": report.text}
        once(
            "note",
            lambda: self._client.post_json("/notes", body, trace_id=trace_id),
            lambda: next(iter(self._client.get_json("/notes", query=query, trace_id=trace_id)), None),
        )

    def read(self, their_reference: str, *, version: str, trace_id: str) -> Reading | None:
        values = {"number": their_reference}
        found = self._client.get_if_changed("/letters/{number}", version, values=values, trace_id=trace_id)
        if found is None:
            return None
        stamps = found[0]["stamps"]
        heard = [
            Heard(one["id"], "status", one["word"], "", datetime.fromisoformat(one["at"])) for one in stamps
        ]
        return Reading(tuple(heard), found[1])

    def check(self) -> None:
        self._client.get_json("/letters", query={"reference": "none"}, trace_id=token_hex(16))
