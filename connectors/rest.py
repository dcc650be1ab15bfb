"""A source without code: its manifest says what is asked and where in the answer each field stands."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from secrets import token_hex
from typing import ClassVar, cast

from connectors.base import (
    JSON,
    NOBODY,
    Malformed,
    Misconfigured,
    Refused,
    Source,
    Subject,
    UnknownSubject,
    Value,
)
from connectors.http import Client
from connectors.leaves import KINDS
from connectors.mapping import BSN, Call, FieldMap, Leaf, Placeholder, Rest
from connectors.pointer import find

_MISSING = object()
_NOT_FOUND = 404


class RestSource(Source):
    """Asks as its `rest` block says: one question a call, however many fields of it are wanted.

    The registry makes one class of this a manifest (`rest_source`).
    """

    rest: ClassVar[Rest]

    def __init__(
        self, url: str, api_key: str = "", deadline: float = 5.0, ca_file: str | None = None
    ) -> None:
        """`deadline` in seconds, of each question. Raises `ValueError` for what cannot work."""
        headers = {self.rest.key: api_key} if self.rest.key else {}
        self._client = Client(url, connector=self.name, headers=headers, deadline=deadline, ca_file=ca_file)

    def fetch(self, subject: Subject, fields: Collection[str], *, trace_id: str) -> dict[str, Value]:
        """The asked fields that the register has.

        Raises `UnknownSubject` where the manifest takes its 404 for that; `Malformed` when the answer
        is about another, or lacks something or has it in another form than the manifest says; and
        what `connectors.http` raises.
        """
        unknown = set(fields) - set(self.rest.fields)
        if unknown:
            raise Misconfigured(f"{self.name}: does not offer {', '.join(sorted(unknown))}")
        given = {**subject.given, BSN: subject.bsn}
        values: dict[str, Value] = {}
        for call in self.rest.calls:
            asked = [field for field in call.fields if field in fields]
            if asked:
                answer = self._ask(call, given, trace_id)
                found = {field: self._value(call.fields[field], answer) for field in asked}
                values |= {field: value for field, value in found.items() if value is not None}
        return values

    def check(self) -> None:
        """The call that the manifest names, or a question about nobody. Raises a `ConnectorError`."""
        trace_id = token_hex(16)
        if self.rest.health:
            self._client.get_json(self.rest.health, trace_id=trace_id)
            return
        try:
            self._ask(self.rest.calls[0], {**self.rest.nobody, BSN: NOBODY}, trace_id)
        except UnknownSubject:
            return

    def _ask(self, call: Call, given: Mapping[str, JSON], trace_id: str) -> JSON:
        question = self._question(call, given)
        try:
            answer = self._client.post_json(call.path, question, trace_id=trace_id, idempotent=True)
        except Refused as refused:
            if refused.status == _NOT_FOUND and call.unknown in refused.codes:
                raise UnknownSubject(f"{self.name}: does not know whom or what was asked about") from None
            raise
        for at, asked in call.same.items():
            if find(answer, at, _MISSING) != find(given.get(asked.name), asked.at):
                raise Malformed(f"{self.name}: {at} is not what was asked about")
        return answer

    def _question(self, call: Call, given: Mapping[str, JSON]) -> dict[str, JSON]:
        """The body. What may be missing and was not given is left out."""
        body: dict[str, JSON] = {}
        for word, written in call.question.items():
            if isinstance(written, Placeholder):
                value = find(given.get(written.name), written.at)
                if value is None and not written.is_optional:
                    raise Misconfigured(f"{self.name}: cannot be asked without {written.name}")
                if value is not None:
                    body[word] = value
            else:
                body[word] = written
        return body

    def _value(self, field: FieldMap, answer: JSON) -> Value | None:
        found = self._there(answer, field.at)
        doubted, secret = self._says(answer, field.doubted), self._says(answer, field.secret)
        if found is None or found == []:
            return Value([], doubted, secret) if field.none_is_empty else None
        if field.shape == "keys":
            return Value(self._object(field, found), doubted, secret)
        if not isinstance(found, list):
            raise Malformed(f"{self.name}: {field.at} is no list")
        return Value([self._object(field, item) for item in found], doubted, secret)

    def _object(self, field: FieldMap, item: JSON) -> dict[str, JSON]:
        if not isinstance(item, dict):
            raise Malformed(f"{self.name}: {field.at} holds something that is no object")
        read = {key: self._leaf(leaf, item) for key, leaf in field.leaves.items()}
        return {key: value for key, value in read.items() if value is not None}

    def _leaf(self, leaf: Leaf, item: JSON) -> JSON:
        value = find(item, leaf.at)
        if value is None and leaf.is_optional:
            return None
        try:
            known = KINDS[leaf.kind](value)
        except ValueError as error:
            raise Malformed(f"{self.name}: {leaf.at} must be {error}") from None
        if not leaf.words:
            return known
        if known not in leaf.words:
            raise Malformed(f"{self.name}: {leaf.at} has a word that the manifest does not know")
        return leaf.words[known]

    def _says(self, answer: JSON, at: str) -> bool:
        """What the register says of a whole field; where it says nothing, it is not so."""
        said = find(answer, at) if at else None
        if said is not None and not isinstance(said, bool):
            raise Malformed(f"{self.name}: {at} must be true or false")
        return bool(said)

    def _there(self, answer: JSON, at: str) -> JSON:
        found = find(answer, at, _MISSING)
        if found is _MISSING:
            raise Malformed(f"{self.name}: {at} is missing")
        return found


def rest_source(name: str, rest: Rest) -> type[RestSource]:
    """The class of a source that is nothing but its manifest."""
    return cast(type[RestSource], type(f"RestSource_{name}", (RestSource,), {"name": name, "rest": rest}))
