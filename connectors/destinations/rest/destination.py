"""The destination `rest`: an agency that implements our own small intake API (`openapi.yaml`)."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterable
from datetime import UTC, datetime
from functools import partial
from secrets import token_hex
from typing import Any, ClassVar, Literal, cast

from connectors.base import (
    JSON,
    Destination,
    Document,
    Envelope,
    Heard,
    Malformed,
    Once,
    Paper,
    Post,
    Reading,
    Receipt,
    Report,
    Subject,
)
from connectors.destinations.rest.asking import asked_in
from connectors.faults import fault_point
from connectors.http import Client
from connectors.signing import signed_headers

_KINDS = ("status", "result")
LARGEST = 25 * 1024 * 1024
"""Bytes of a document that an agency shows."""


class RestDestination(Destination):
    """Posts the request in one signed envelope, and reads back what the agency says of it.

    The agency's words are those of the API itself (`arrived`, `handled`, `granted` …), so that no
    service needs a list of them.
    """

    name: ClassVar[str] = "rest"
    speaks_ours: ClassVar[bool] = True

    def __init__(
        self, url: str, key_id: str, secret: str, deadline: float = 8.0, ca_file: str | None = None
    ) -> None:
        """`deadline` in seconds, for each call. Raises `ValueError` for what can never work."""
        self._client = Client(
            url,
            connector=self.name,
            deadline=deadline,
            ca_file=ca_file,
            sign=partial(signed_headers, key_id=key_id, secret=secret),
        )

    def file(self, envelope: Envelope, once: Once) -> Receipt:
        """One POST with our reference as Idempotency-Key; an answer that got lost is looked up by it.

        It names the documents, which come after it, a PUT for each.

        Raises `Malformed` for a receipt of another request, and what `connectors.http` raises.
        """

        def post() -> JSON:
            made = self._client.post_json(
                "/requests",
                _body(envelope),
                trace_id=envelope.trace_id,
                headers={"Idempotency-Key": envelope.reference},
            )
            fault_point("rest.after-request")
            return _receipt(made, envelope.reference)

        def find() -> JSON | None:
            listed = self._client.get_json(
                "/requests", query={"reference": envelope.reference}, trace_id=envelope.trace_id
            )
            found = _list(_object(listed), "results")
            return _receipt(found[0], envelope.reference) if found else None

        kept = once("request", post, find)
        self._put_documents(kept["their_reference"], envelope.documents, envelope.trace_id, once)
        return Receipt(kept["their_reference"], datetime.fromisoformat(kept["received_at"]))

    def report(self, their_reference: str, report: Report, once: Once) -> None:
        """One PUT to an address with our reference of the news in it: made again, it is the same note."""
        body = {
            "reference": report.reference,
            "kind": report.kind,
            "field": report.about,
            "text": report.text,
        }
        values = {"their": their_reference, "ours": report.reference}

        def put() -> JSON:
            path = "/requests/{their}/notes/{ours}"
            self._client.put_json(path, body, trace_id=report.trace_id, values=values)
            fault_point("rest.after-note")
            return {}

        # What may have arrived is simply put there again.
        once("note", put, lambda: None)

    def send(self, their_reference: str, post: Post, once: Once) -> None:
        """A PUT for each document, then one for what was said, which names them. Made again, it is the same.

        Raises `Refused` for a request that is closed there (409).
        """
        self._put_documents(their_reference, post.documents, post.trace_id, once)
        values = {"their": their_reference, "ours": post.reference}
        body = _post(their_reference, post)
        self._put("post", "/requests/{their}/posts/{ours}", values, body, post.trace_id, once)

    def _put_documents(
        self, their_reference: str, documents: Iterable[Document], trace_id: str, once: Once
    ) -> None:
        path = "/requests/{their}/documents/{ours}"
        for document in documents:
            values = {"their": their_reference, "ours": document.reference}
            self._put(f"document:{document.reference}", path, values, _file(document), trace_id, once)

    def _put(
        self, step: str, path: str, values: dict[str, str], body: JSON, trace_id: str, once: Once
    ) -> None:
        def put() -> JSON:
            self._client.put_json(path, body, trace_id=trace_id, values=values)
            fault_point("rest.after-post")
            return {}

        # What may have arrived is simply put there again.
        once(step, put, lambda: None)

    def document(self, their_reference: str, paper: Paper, *, trace_id: str) -> bytes:
        """The file as it is, of at most `LARGEST` bytes."""
        values = {"their": their_reference, "paper": paper.external_id}
        path = "/requests/{their}/papers/{paper}"
        return self._client.get_bytes(path, most=LARGEST, trace_id=trace_id, values=values)

    def read(self, their_reference: str, *, version: str, trace_id: str) -> Reading | None:
        """Every update so far, oldest first. `version` is an ETag."""
        found = self._client.get_if_changed(
            "/requests/{reference}", version, values={"reference": their_reference}, trace_id=trace_id
        )
        if found is None:
            return None
        request = _object(found[0])
        if request.get("theirReference") != their_reference:
            raise Malformed("rest: answered with another request")
        heard = [_heard(_object(one)) for one in _list(request, "updates")]
        papers = [_paper(_object(one)) for one in _list({"papers": [], **request}, "papers")]
        return Reading(tuple(sorted(heard, key=lambda one: one.set_at)), found[1], tuple(papers))

    def check(self) -> None:
        """Asks for a request that nobody has, which tries connection, key and contract."""
        nobodys = self._client.get_json(
            "/requests", query={"reference": "LL-0000-0000"}, trace_id=token_hex(16)
        )
        _list(_object(nobodys), "results")


def _body(envelope: Envelope) -> JSON:
    """What is not so is left out: nobody files for another, no documents, not sent on by anybody."""
    body = {
        "reference": envelope.reference,
        "service": envelope.service,
        "agency": envelope.agency,
        "title": envelope.title,
        "subject": _subject(envelope.subject),
        "submittedAt": envelope.submitted_at.astimezone(UTC).isoformat(),
        "payload": dict(envelope.payload),
    }
    if envelope.representative is not None:
        body["representative"] = {"bsn": envelope.representative.bsn}
    if envelope.documents:
        body["documents"] = _named(envelope.documents)
    if (came := envelope.forwarded) is not None:
        body["forwardedFrom"] = {
            "agency": came.agency,
            "name": came.name,
            "receivedOn": came.received_on.isoformat(),
            "reason": came.reason,
        }
    return body


def _subject(subject: Subject) -> JSON:
    """By BSN; who has none by what they said themselves, without what is not known."""
    person = subject.person
    if person is None:
        return {"bsn": subject.bsn}
    found = {
        "number": person.number,
        "firstNames": person.first_names,
        "prefix": person.prefix,
        "surname": person.surname,
        "birthDate": person.birth_date,
        "vNumber": person.v_number,
    }
    return {"person": {name: value for name, value in found.items() if value}}


def _post(their_reference: str, post: Post) -> JSON:
    return {
        "reference": post.reference,
        "theirReference": their_reference,
        "kind": post.kind,
        "about": post.about,
        "text": post.text,
        "writtenAt": post.written_at.astimezone(UTC).isoformat(),
        "documents": _named(post.documents),
    }


def _named(documents: Iterable[Document]) -> JSON:
    return [
        {"reference": one.reference, "title": one.title, "mediaType": one.media_type} for one in documents
    ]


def _file(document: Document) -> JSON:
    return {
        "reference": document.reference,
        "title": document.title,
        "mediaType": document.media_type,
        "content": b64encode(document.content).decode(),
    }


def _paper(paper: dict[str, JSON]) -> Paper:
    size, decision = paper.get("size"), paper.get("decision", False)
    if not (size is None or (isinstance(size, int) and not isinstance(size, bool) and size >= 0)):
        raise Malformed("rest: 'size' is no number of bytes")
    if not isinstance(decision, bool):
        raise Malformed("rest: 'decision' is neither true nor false")
    return Paper(
        external_id=_text(paper, "id"),
        title=_text(paper, "title"),
        media_type=_text(paper, "mediaType", needed=False),
        set_at=_moment(paper, "setAt"),
        size=size,
        decision=decision,
    )


def _receipt(made: JSON, reference: str) -> JSON:
    """What is remembered of the step: nothing about the person."""
    request = _object(made)
    if request.get("reference") != reference:
        raise Malformed("rest: the receipt is of another request")
    return {
        "their_reference": _text(request, "theirReference"),
        "received_at": _moment(request, "receivedAt").isoformat(),
    }


def _heard(update: dict[str, JSON]) -> Heard:
    kind = update.get("kind")
    if kind not in _KINDS:
        raise Malformed("rest: an update is neither a status nor a result")
    return Heard(
        external_id=_text(update, "id"),
        kind=cast(Literal["status", "result"], kind),
        word=_text(update, "word"),
        text=_text(update, "text", needed=False),
        set_at=_moment(update, "setAt"),
        asked=asked_in(update),
    )


def _object(value: JSON) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise Malformed("rest: the answer is no object")
    return value


def _list(value: dict[str, Any], key: str) -> list[JSON]:
    found = value.get(key)
    if not isinstance(found, list):
        raise Malformed(f"rest: the answer has no list '{key}'")
    return found


def _text(value: dict[str, Any], key: str, *, needed: bool = True) -> str:
    found = value.get(key, "")
    if not isinstance(found, str) or (needed and not found.strip()):
        raise Malformed(f"rest: '{key}' is no text")
    return found


def _moment(value: dict[str, Any], key: str) -> datetime:
    try:
        moment = datetime.fromisoformat(_text(value, key))
    except ValueError:
        raise Malformed(f"rest: '{key}' is no moment") from None
    if moment.tzinfo is None:
        raise Malformed(f"rest: '{key}' has no time zone")
    return moment
