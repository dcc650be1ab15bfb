"""Documents of a case: taken in, looked into, sealed, and given to who may have them.

A document has one way through: its bytes say whether it may be kept at all (`files`), a scanner looks
into it where there is one, and only then anybody gets it. What is refused afterwards leaves no bytes.
"""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Any

import structlog
from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from connectors.base import ConnectorError
from connectors.base import Document as Attached
from connectors.clamd import Clamd
from portal.cases.models import Case, CitizenTask, Document, Message, Notice, Side
from portal.cases.notices.noting import note
from portal.cases.out import outbox
from portal.cases.talk.files import kind_of
from portal.cases.talk.letters import kind_of_letter
from portal.cases.talk.standing import ASKED_AGAIN, touch
from portal.ledger.keys import KeyRing

log = structlog.get_logger(__name__)

CHECK = "portal.cases.tasks.check_document"
"""The name of the task that looks into one document, or fetches it first."""

LONGEST_TITLE = 200


class NotReady(Exception):
    """It is not there yet, or was not looked into yet, or was refused: nobody gets it."""


def documents_of(case: Case) -> QuerySet[Document]:
    """All of them, oldest first, without their bytes."""
    return Document.objects.filter(case=case).defer("sealed")


def of_request(case: Case) -> QuerySet[Document]:
    """Those that the citizen sent along with the request itself, oldest first, without their bytes."""
    return documents_of(case).filter(side=Side.CITIZEN, message=None, task=None)


FOLLOWS = "follows:"
"""Begins the external id of the message with which files of the request follow it."""


def was_of_request(document: Document) -> bool:
    """Whether it went with the request, or follows it because it was not looked into in time."""
    follows = document.message is not None and document.message.external_id.startswith(FOLLOWS)
    return follows or of_request(document.case).filter(pk=document.pk).exists()


def keep(
    *,
    case: Case,
    side: Side,
    content: bytes,
    title: str,
    message: Message | None = None,
    task: CitizenTask | None = None,
    external_id: str = "",
    set_at: datetime | None = None,
    decision: bool = False,
    pk: uuid.UUID | None = None,
) -> Document:
    """Seals a file that somebody gave. In a transaction. Raises `WrongFile` before anything is kept.

    `pk` is the id that it has already, of what answered a question before there was a case.
    """
    document = Document(
        pk=pk or uuid.uuid4(),
        case=case,
        side=side,
        message=message,
        task=task,
        title=title[:LONGEST_TITLE],
        external_id=external_id,
        set_at=set_at or timezone.now(),
        decision=decision,
    )
    take_in(document, content)
    document.save(force_insert=True)
    return document


def take_in(document: Document, content: bytes) -> None:
    """Puts the bytes in, sealed; the document is not saved. Raises `WrongFile`."""
    kind = kind_of_letter if document.side == Side.AGENCY else kind_of
    document.media_type, document.size = kind(content), len(content)
    ring = KeyRing(document.case.citizen)
    document.sealed = ring.seal_bytes(document.case.retention, _context(document.pk), content)
    document.state = Document.State.CHECKING if scanner() else Document.State.READY
    if document.state == Document.State.CHECKING:
        transaction.on_commit(lambda: outbox.ring(str(document.pk), task=CHECK))


def content_of(document: Document) -> bytes:
    """The bytes again. Raises `NotReady`, or `portal.ledger.keys.KeyDestroyed` after its term."""
    if document.state != Document.State.READY or document.sealed is None:
        raise NotReady(document.pk)
    return _opened(document)


def attached(document: Document) -> Attached:
    """The document as a connector brings it. Raises as `content_of`."""
    return Attached(
        reference=document.pk.hex,
        title=document.title,
        media_type=document.media_type,
        content=content_of(document),
    )


def note_document(document: Document) -> None:
    """The citizen must hear of a document of the agency. In the transaction that makes it."""
    kind = Notice.Kind.DECISION if document.decision else Notice.Kind.MESSAGE
    note(case=document.case, kind=kind, about=str(document.pk))


def mark_opened(document: Document, *, by: Side) -> None:
    """A person of that side saved what the other side gave: the first time is when it was read."""
    unread = Document.objects.filter(pk=document.pk, read_at=None).exclude(side=by)
    unread.update(read_at=timezone.now())


def scanner() -> Clamd | None:
    """The one of this installation; None where it has none."""
    return Clamd(settings.CLAMD_ADDRESS) if settings.CLAMD_ADDRESS else None


def look_into(*, document_id: Any) -> None:
    """A worker looks into a document that waits for it. Repeatable; a scanner that is away is asked later."""
    document = Document.objects.select_related("case__citizen").get(pk=document_id)
    found = scanner()
    if document.state != Document.State.CHECKING or document.sealed is None:
        return
    try:
        virus = found.look_into(_opened(document)) if found else ""
    except ConnectorError as error:
        log.warning("a document could not be looked into", document=str(document.pk), error=str(error))
        return
    if virus:
        log.warning("a document has a virus", document=str(document.pk), virus=virus)
        refuse(document, "virus")
    else:
        _now(document, Document.State.READY)


def refuse(document: Document, reason: str) -> None:
    """Nobody will get it, and its bytes go. What went with the request is asked of the citizen again."""
    document.sealed, document.reason = None, reason
    with transaction.atomic():
        if was_of_request(document):
            _ask_again(document)
        _now(document, Document.State.REFUSED)


def _ask_again(document: Document) -> None:
    why = _("%(title)s: in uw bestand zat een virus. De organisatie kreeg het niet.")
    CitizenTask.objects.get_or_create(
        case=document.case,
        external_id=f"{ASKED_AGAIN}{document.pk}",
        defaults={
            "kind": CitizenTask.Kind.ASKED,
            "what": _("Stuur een nieuw bestand"),
            "why": why % {"title": document.title},
            "wants_document": True,
        },
    )


def _now(document: Document, state: Document.State) -> None:
    document.state = state
    with transaction.atomic():
        document.save(update_fields=["state", "sealed", "reason"])
        touch(document.case)


def to_work_on() -> QuerySet[Document, uuid.UUID]:
    """Documents that a worker must fetch or look into, oldest first."""
    waiting = (Document.State.AWAITED, Document.State.CHECKING)
    return Document.objects.filter(state__in=waiting).order_by("created_at").values_list("pk", flat=True)


def _opened(document: Document) -> bytes:
    ring = KeyRing(document.case.citizen)
    sealed = document.sealed
    assert sealed is not None  # noqa: S101 -- both callers looked
    return ring.unseal_bytes(document.case.retention, _context(document.pk), sealed)


def _context(document_id: uuid.UUID) -> str:
    return f"document:{document_id}"
