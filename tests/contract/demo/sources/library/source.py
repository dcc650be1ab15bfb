"""The source `library`: which card a reader has, and which books."""

from __future__ import annotations

from collections.abc import Collection
from secrets import token_hex
from typing import ClassVar

from connectors.base import JSON, Malformed, Source, Subject, UnknownSubject, Value
from connectors.http import Client


class LibrarySource(Source):
    """Asks for one reader."""

    name: ClassVar[str] = "library"

    def __init__(self, url: str, key: str, deadline: float = 5.0, ca_file: str | None = None) -> None:
        self._client = Client(
            url, connector="library", headers={"X-Key": key}, deadline=deadline, ca_file=ca_file
        )

    def fetch(self, subject: Subject, fields: Collection[str], *, trace_id: str) -> dict[str, Value]:
        reader = self._reader(subject, trace_id)
        if reader.get("bsn") != subject.bsn:
            raise Malformed("library: answered about another reader")
        found = {field: self._checked(reader.get(field.removeprefix("library."))) for field in fields}
        doubted, secret = bool(reader.get("doubted")), bool(reader.get("secret"))
        return {field: Value(data, doubted, secret) for field, data in found.items() if data is not None}

    def check(self) -> None:
        try:
            self._reader(Subject("000000000"), token_hex(16))
        except UnknownSubject:
            return

    def _checked(self, data: JSON) -> JSON:
        parts = [*data.values()] if isinstance(data, dict) else [] if data is None else data
        if not isinstance(parts, list) or not all(isinstance(part, str) for part in parts):
            raise Malformed("library: a part of the answer is of another type than we know")
        return data

    def _reader(self, subject: Subject, trace_id: str) -> dict[str, JSON]:
        answer = self._ask(subject, trace_id)
        readers = answer.get("readers") if isinstance(answer, dict) else None
        if not isinstance(readers, list) or not all(isinstance(reader, dict) for reader in readers):
            raise Malformed("library: the answer holds no list of readers")
        if not readers:
            raise UnknownSubject("library: does not know this reader")
        return dict(readers[0])

    def _ask(self, subject: Subject, trace_id: str) -> JSON:
        return self._client.post_json("/readers", {"bsn": subject.bsn}, trace_id=trace_id)
