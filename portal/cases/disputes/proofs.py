"""Documents that prove what a citizen says, kept under seal. What may be one is said in `talk.files`."""

from __future__ import annotations

import base64

from django.http import HttpResponse

from portal.cases.models import Dispute, Proof
from portal.cases.talk.files import MOST, TooMany, as_download, kind_of
from portal.ledger.keys import seal, unseal


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
    """A document as a file to save."""
    return as_download(open_proof(document), document.content_type, name="bewijs")
