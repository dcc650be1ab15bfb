"""Documents that prove what a citizen says: three kinds, looked at by their first bytes, kept under seal.

They are never opened or changed by us: whoever may see them gets them as a file to save.
"""

from __future__ import annotations

import base64

from django.http import HttpResponse

from portal.cases.models import Dispute, Proof
from portal.ledger.keys import seal, unseal

LARGEST = 10 * 1024 * 1024
"""Bytes of one document."""

MOST = 5
"""Documents with one dispute."""

_SIGNATURES = (
    (b"%PDF-", "application/pdf"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"\x89PNG\r\n\x1a\n", "image/png"),
)
"""How a file of each kind begins (ISO 32000, ISO/IEC 10918-1, ISO/IEC 15948)."""

_ENDINGS = {"application/pdf": "pdf", "image/jpeg": "jpg", "image/png": "png"}


class WrongFile(Exception):
    """It is empty, too large, or no PDF, JPEG or PNG: the message is "empty", "large" or "kind"."""


class TooMany(Exception):
    """There are as many documents as there may be."""


def kind_of(content: bytes) -> str:
    """The content type that its first bytes show. Raises `WrongFile`."""
    if not content:
        raise WrongFile("empty")
    if len(content) > LARGEST:
        raise WrongFile("large")
    for signature, kind in _SIGNATURES:
        if content.startswith(signature):
            return kind
    raise WrongFile("kind")


def add_proof(dispute: Dispute, content: bytes) -> Proof:
    """Keeps a document. Raises `WrongFile` or `TooMany`."""
    kind = kind_of(content)
    if dispute.proofs.count() >= MOST:
        raise TooMany(dispute.reference)
    proof = Proof(dispute=dispute, content_type=kind, size=len(content))
    text = base64.b64encode(content).decode()
    proof.sealed = seal(dispute.citizen, dispute.retention, f"proof:{proof.pk}", text)
    proof.save(force_insert=True)
    return proof


def open_proof(proof: Proof) -> bytes:
    """The document again."""
    dispute = proof.dispute
    text = unseal(dispute.citizen, dispute.retention, f"proof:{proof.pk}", proof.sealed)
    return base64.b64decode(text)


def as_file(document: Proof) -> HttpResponse:
    """A document as a file to save: no browser opens it on our address, or guesses what it is."""
    name = f"bewijs.{_ENDINGS[document.content_type]}"
    return HttpResponse(
        open_proof(document),
        content_type=document.content_type,
        headers={
            "Content-Disposition": f'attachment; filename="{name}"',
            "X-Content-Type-Options": "nosniff",
            "Cache-Control": "private, no-store",
        },
    )
