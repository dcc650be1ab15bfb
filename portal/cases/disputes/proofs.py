"""Documents that prove what a citizen says, kept under seal. What may be one is said in `talk.files`.

Each is looked into by the scanner before anybody gets it, as a document of a case is (`talk.documents`).
"""

from __future__ import annotations

import base64
import uuid
from typing import Any

import structlog
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpResponse

from connectors.base import ConnectorError
from portal.cases.models import Dispute, Proof
from portal.cases.out import outbox
from portal.cases.talk.documents import NotReady, scanner
from portal.cases.talk.files import MOST, TooMany, as_download, kind_of
from portal.ledger.keys import KeyDestroyed, seal, unseal

log = structlog.get_logger(__name__)

CHECK = "portal.cases.tasks.check_proof"
"""The name of the task that looks into one of them."""


def add_proof(dispute: Dispute, content: bytes) -> Proof:
    """Keeps a document. In a transaction. Raises `WrongFile` or `TooMany`."""
    kind = kind_of(content)
    if dispute.proofs.count() >= MOST:
        raise TooMany(dispute.reference)
    proof = Proof(dispute=dispute, content_type=kind, size=len(content))
    text = base64.b64encode(content).decode()
    proof.sealed = seal(dispute.citizen, dispute.retention, f"proof:{proof.pk}", text)
    if scanner():
        proof.state = Proof.State.CHECKING
        transaction.on_commit(lambda: outbox.ring(str(proof.pk), task=CHECK))
    proof.save(force_insert=True)
    return proof


def open_proof(proof: Proof) -> bytes:
    """The document again, whether or not it was looked into. Raises `KeyDestroyed` after its term."""
    dispute = proof.dispute
    text = unseal(dispute.citizen, dispute.retention, f"proof:{proof.pk}", proof.sealed)
    return base64.b64decode(text)


def as_file(proof: Proof) -> HttpResponse:
    """A document as a file to save. Raises `NotReady`."""
    if proof.state != Proof.State.READY:
        raise NotReady(proof.pk)
    return as_download(open_proof(proof), proof.content_type, name="bewijs")


def proofs_to_give(dispute: Dispute) -> QuerySet[Proof]:
    """Those that may still go to an agency, oldest first."""
    return dispute.proofs.exclude(state=Proof.State.REFUSED).select_related("dispute__citizen")


def look_into(*, proof_id: Any) -> None:
    """A worker looks into one that waits for it. Repeatable; a scanner that is away is asked later."""
    proof = Proof.objects.select_related("dispute__citizen").get(pk=proof_id)
    found = scanner()
    if proof.state != Proof.State.CHECKING:
        return
    try:
        virus = found.look_into(open_proof(proof)) if found else ""
    except ConnectorError as error:
        log.warning("a proof could not be looked into", proof=str(proof.pk), error=str(error))
        return
    except KeyDestroyed:
        virus = "destroyed"
    proof.state = Proof.State.READY
    if virus:
        log.warning("a proof has a virus", proof=str(proof.pk), virus=virus)
        proof.state, proof.sealed, proof.size = Proof.State.REFUSED, b"", 0
    proof.save(update_fields=["state", "sealed", "size"])


def to_look_into() -> QuerySet[Proof, uuid.UUID]:
    """Those that wait for the scanner, oldest first."""
    waiting = Proof.objects.filter(state=Proof.State.CHECKING).order_by("created_at")
    return waiting.values_list("pk", flat=True)
