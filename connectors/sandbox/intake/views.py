"""The intake itself: filing a request, finding and reading it, and a note on it."""

from __future__ import annotations

import re
import secrets
from collections.abc import Mapping
from datetime import datetime
from http import HTTPStatus
from typing import Any

from django.http import HttpRequest
from django.utils import timezone

from connectors.sandbox.intake.agencies import IntakeAgency
from connectors.sandbox.intake.entry import JSON, body_of
from connectors.sandbox.intake.models import IntakeNote, IntakePaper, IntakeRequest, IntakeUpdate
from connectors.sandbox.intake.problems import not_found, wrong

_REFERENCE = re.compile(r"LL-[0-9A-Z]{4}-[0-9A-Z]{4}")
_NOTE = re.compile(r"LL-[0-9A-Z]{4}-[0-9A-Z]{4}\.[0-9]+")
_BSN = re.compile(r"[0-9]{9}")
_CAME = ("agency", "name", "receivedOn", "reason")
_MOST_DOCUMENTS = 5
_NOTE_KINDS = ("disputed", "corrected", "rejected", "withdrawn")


def file_request(agency: IntakeAgency, request: HttpRequest) -> tuple[int, JSON]:
    """201 with a receipt; 200 with that of the first time for a request that is here already."""
    envelope = body_of(request)
    _check_envelope(agency, envelope)
    if request.headers.get("Idempotency-Key") != envelope["reference"]:
        raise wrong("Idempotency-Key is not the reference of the request.")
    kept, is_new = IntakeRequest.objects.get_or_create(
        agency=agency.id,
        reference=envelope["reference"],
        defaults={"number": _new_number(agency), "envelope": envelope},
    )
    return HTTPStatus.CREATED if is_new else HTTPStatus.OK, _receipt(kept)


def find_request(agency: IntakeAgency, request: HttpRequest) -> tuple[int, JSON]:
    """The receipt of the request with our reference, or none."""
    if set(request.GET) != {"reference"} or not _REFERENCE.fullmatch(request.GET["reference"]):
        raise wrong("Ask for one reference.")
    found = IntakeRequest.objects.filter(agency=agency.id, reference=request.GET["reference"])
    return HTTPStatus.OK, {"results": [_receipt(one) for one in found]}


def read_request(agency: IntakeAgency, request: HttpRequest, number: str) -> tuple[int, JSON]:
    """The receipt, and all that the agency said since."""
    kept = kept_request(agency, number)
    return HTTPStatus.OK, _receipt(kept) | {
        "updates": [_told(one) for one in kept.updates.all()],
        "papers": [_paper(one) for one in kept.papers.all()],
    }


def put_note(agency: IntakeAgency, request: HttpRequest, number: str, reference: str) -> tuple[int, JSON]:
    """Keeps the note; the same one again changes nothing."""
    kept, note = kept_request(agency, number), body_of(request)
    if note.get("reference") != reference or not _NOTE.fullmatch(reference):
        raise wrong("The reference is not the one of the address.")
    if note.get("kind") not in _NOTE_KINDS or not all(_is_text(note.get(name)) for name in ("field", "text")):
        raise wrong("A note has a kind, a field and a text.")
    IntakeNote.objects.get_or_create(
        request=kept,
        reference=reference,
        defaults={name: note[name] for name in ("kind", "field", "text")},
    )
    return HTTPStatus.OK, {name: note[name] for name in ("reference", "kind", "field", "text")}


def filed(agency: str) -> dict[str, dict[str, int]]:
    """What the agency really has, whatever it answered: by reference, how many of each of `STEPS`."""
    return {
        one.reference: {
            "requests": 1,
            "notes": one.notes.count(),
            "documents": one.documents.count(),
            "posts": one.posts.count(),
        }
        for one in IntakeRequest.objects.filter(agency=agency)
    }


def kept_request(agency: IntakeAgency, number: str) -> IntakeRequest:
    """The request that the agency calls so. Raises `Problem` (404) where there is none."""
    found = IntakeRequest.objects.filter(agency=agency.id, number=number).first()
    if found is None:
        raise not_found()
    return found


def _new_number(agency: IntakeAgency) -> str:
    return f"{agency.prefix}-{timezone.localdate().year}-{secrets.token_hex(5)}"


def _receipt(kept: IntakeRequest) -> JSON:
    return {
        "reference": kept.reference,
        "theirReference": kept.number,
        "receivedAt": kept.received_at.isoformat(),
    }


def _told(update: IntakeUpdate) -> JSON:
    return {
        "id": update.key,
        "kind": update.kind,
        "word": update.word,
        "text": update.text,
        "setAt": update.set_at.isoformat(),
    }


def _paper(paper: IntakePaper) -> JSON:
    return {
        "id": paper.key,
        "title": paper.title,
        "mediaType": paper.media_type,
        "setAt": paper.set_at.isoformat(),
        "size": len(paper.content),
        "decision": paper.decision,
    }


def _check_envelope(agency: IntakeAgency, envelope: Mapping[str, Any]) -> None:
    """Raises `Problem` for what the contract does not allow."""
    if not _matches(_REFERENCE, envelope.get("reference")):
        raise wrong("'reference' is not one of Levensloket.")
    if not all(_is_text(envelope.get(name)) for name in ("service", "agency", "title", "submittedAt")):
        raise wrong("'service', 'agency', 'title' and 'submittedAt' are texts.")
    if envelope["agency"] != agency.id:
        raise wrong("This request is for another agency.")
    if not (_is_person(envelope.get("subject")) or _is_without_bsn(envelope.get("subject"))):
        raise wrong("'subject' has no 'bsn' of nine digits, and no 'person'.")
    if "representative" in envelope and not _is_person(envelope["representative"]):
        raise wrong("'representative' has no 'bsn' of nine digits.")
    _check_where_it_was(envelope.get("forwardedFrom"))
    check_documents(envelope.get("documents", []))
    payload = envelope.get("payload")
    shapes = {"facts": dict, "not_fetched": list, "answers": dict}
    if not isinstance(payload, dict) or not all(
        isinstance(payload.get(name), shape) for name, shape in shapes.items()
    ):
        raise wrong("'payload' has 'facts', 'not_fetched' and 'answers'.")
    try:
        is_moment = datetime.fromisoformat(envelope["submittedAt"]).tzinfo is not None
    except ValueError:
        is_moment = False
    if not is_moment:
        raise wrong("'submittedAt' is no moment with a time zone.")


def _check_where_it_was(came: object) -> None:
    is_whole = isinstance(came, dict) and all(_is_text(came.get(name)) for name in _CAME)
    if came is not None and not is_whole:
        raise wrong("'forwardedFrom' says who had it, since when, and why.")


def check_documents(named: object) -> None:
    """Raises `Problem` for what is no list of documents as a request and a post name them."""
    if not isinstance(named, list) or len(named) > _MOST_DOCUMENTS:
        raise wrong("'documents' is a list of at most five.")
    if not all(isinstance(one, dict) and isinstance(one.get("reference"), str) for one in named):
        raise wrong("Each of the documents has a reference.")


def _is_person(value: object) -> bool:
    return isinstance(value, dict) and _matches(_BSN, value.get("bsn"))


def _is_without_bsn(value: object) -> bool:
    person = value.get("person") if isinstance(value, dict) else None
    return isinstance(person, dict) and all(_is_text(person.get(name)) for name in ("number", "surname"))


def _is_text(value: object) -> bool:
    return isinstance(value, str)


def _matches(pattern: re.Pattern[str], value: object) -> bool:
    return isinstance(value, str) and pattern.fullmatch(value) is not None
