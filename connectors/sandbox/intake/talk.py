"""What citizen and agency say of a request afterwards: posts with documents, and papers of the agency."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from django.db import transaction
from django.http import HttpRequest

from connectors.sandbox.intake.agencies import IntakeAgency
from connectors.sandbox.intake.entry import JSON, Binary, body_of
from connectors.sandbox.intake.models import IntakeDocument, IntakePaper, IntakePost, IntakeRequest
from connectors.sandbox.intake.problems import Problem, not_found, wrong
from connectors.sandbox.intake.views import check_documents, kept_request

MEDIA_TYPES = ("application/pdf", "image/jpeg", "image/png")
MOST_BYTES = 25_000_000
_REFERENCE = re.compile(r"[A-Za-z0-9.-]{1,64}")
_KINDS = ("answer", "message", "withdrawal", "objection")


def put_document(agency: IntakeAgency, request: HttpRequest, number: str, reference: str) -> tuple[int, JSON]:
    """Keeps a document of the citizen; the same again changes nothing.

    A post names it afterwards, unless the request named it: then it is taken after the end too.
    """
    told = body_of(request)
    _check_reference(told, reference)
    content = _content(told)
    if told.get("mediaType") not in MEDIA_TYPES or not isinstance(told.get("title"), str):
        raise wrong("A document has a title, and is a PDF, JPEG or PNG.")
    with transaction.atomic():
        kept = _locked(agency, number)
        if not kept.documents.filter(reference=reference).exists():
            if reference not in kept.named:
                _refuse_if_closed(kept)
            IntakeDocument.objects.create(
                request=kept,
                reference=reference,
                title=told["title"],
                media_type=told["mediaType"],
                content=content,
            )
    return HTTPStatus.OK, {}


def put_post(agency: IntakeAgency, request: HttpRequest, number: str, reference: str) -> tuple[int, JSON]:
    """Keeps what the citizen says; the same again changes nothing. 409 for a request that is closed."""
    told = body_of(request)
    _check_reference(told, reference)
    _check_post(told, number)
    with transaction.atomic():
        kept = _locked(agency, number)
        if not kept.posts.filter(reference=reference).exists():
            if told["kind"] != "objection":
                _refuse_if_closed(kept)
            named = [one["reference"] for one in told["documents"]]
            documents = kept.documents.filter(reference__in=named)
            if len(documents) != len(set(named)):
                raise wrong("A document that the post names did not come before it.")
            post = IntakePost.objects.create(
                request=kept,
                reference=reference,
                kind=told["kind"],
                about=told["about"],
                text=told["text"],
                written_at=told["writtenAt"],
            )
            documents.update(post=post)
    names = ("reference", "theirReference", "kind", "about", "text", "writtenAt", "documents")
    return HTTPStatus.OK, {name: told[name] for name in names}


def read_paper(agency: IntakeAgency, request: HttpRequest, number: str, key: str) -> tuple[int, Binary]:
    """A document of the agency, as it is."""
    paper = IntakePaper.objects.filter(request=kept_request(agency, number), key=key).first()
    if paper is None:
        raise not_found()
    return HTTPStatus.OK, Binary(bytes(paper.content))


def _locked(agency: IntakeAgency, number: str) -> IntakeRequest:
    return IntakeRequest.objects.select_for_update().get(pk=kept_request(agency, number).pk)


def _refuse_if_closed(kept: IntakeRequest) -> None:
    if kept.is_closed:
        raise Problem(HTTPStatus.CONFLICT, "closed", "This request is closed.")


def _check_reference(told: Mapping[str, Any], reference: str) -> None:
    if told.get("reference") != reference or not _REFERENCE.fullmatch(reference):
        raise wrong("The reference is not the one of the address.")


def _check_post(told: Mapping[str, Any], number: str) -> None:
    """Raises `Problem` for what the contract does not allow."""
    if told.get("theirReference") != number or told.get("kind") not in _KINDS:
        raise wrong("A post is about the request of its address, and has a kind.")
    if not all(isinstance(told.get(name), str) for name in ("about", "text", "writtenAt")):
        raise wrong("'about', 'text' and 'writtenAt' are texts.")
    check_documents(told.get("documents"))


def _content(told: Mapping[str, Any]) -> bytes:
    try:
        content = base64.b64decode(str(told.get("content", "")), validate=True)
    except binascii.Error:
        raise wrong("'content' is no base64.") from None
    if not 0 < len(content) <= MOST_BYTES:
        raise wrong("A document has at most 25 MB, and is not empty.")
    return content
