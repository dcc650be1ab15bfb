"""Messages about a case, both ways, with their documents; and what the agency adds by itself."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from portal.cases.involved import require_uninvolved
from portal.cases.models import Case, Delivery, Document, Message, Notice, Side
from portal.cases.notices.noting import note
from portal.cases.out import outbox
from portal.cases.talk.documents import keep, note_document
from portal.cases.talk.files import MOST, TooMany
from portal.cases.talk.heard import came_by, fields_of, note_heard
from portal.cases.talk.standing import Closed, require_agency, require_open, side_of, touch
from portal.cases.talk.texts import kept
from portal.ledger.log.uses import record_staff_action
from portal.people.actor import Actor


class OtherMessage(Exception):
    """The agency used this id for something else."""


def write(
    *,
    case: Case,
    actor: Actor,
    text: str,
    external_id: str,
    files: Sequence[bytes] = (),
    written_at: datetime | None = None,
) -> Message:
    """Somebody writes; the citizen's goes to the agency, the agency's stands in the citizen's inbox.

    `external_id` is the writer's own id, of the form or of the agency: the same again is the same message.
    Raises `WrongText`, `WrongFile`, `TooMany`, `Closed`, `NotThere`, `OtherMessage`, `PermissionError`; then
    nothing of it is kept.
    """
    side, said = side_of(actor, case), kept(text)
    if side == Side.AGENCY:
        require_uninvolved(case, actor)
    if len(files) > MOST:
        raise TooMany(case.reference)
    with transaction.atomic():
        came = came_by(actor)
        rows = Case.objects.select_for_update(of=("self",)).select_related("citizen", "journey")
        locked = rows.get(pk=case.pk)
        if known := Message.objects.filter(case=locked, side=side, external_id=external_id).first():
            if known.text != said:
                raise OtherMessage(external_id)
            return known
        require_open(locked)
        message = Message.objects.create(
            case=locked,
            side=side,
            text=said,
            external_id=external_id,
            written_at=written_at or timezone.now(),
            **fields_of(came),
        )
        for content in files:
            keep(case=locked, side=side, content=content, title=attachment_title(), message=message)
        if side == Side.CITIZEN:
            outbox.add(case=locked, kind=Delivery.Kind.MESSAGE, message=message)
            note_heard(came, locked, "message", message=message)
        else:
            note(case=locked, kind=Notice.Kind.MESSAGE, about=str(message.pk))
        _log(actor, locked, message.pk, "message-written")
        touch(locked)
    return message


def add_document(
    *,
    case: Case,
    actor: Actor,
    content: bytes,
    title: str,
    external_id: str,
    set_at: datetime | None = None,
    decision: bool = False,
) -> Document:
    """The agency puts a document with the case, which the citizen can save. Repeatable by its own id.

    Also of a case that has ended: the letter of a decision comes after it. Raises `WrongText` (the title),
    `WrongFile`, `NotThere`, `OtherMessage`, `PermissionError`.
    """
    require_agency(actor, case)
    said = " ".join(kept(title).split())
    with transaction.atomic():
        locked = Case.objects.select_for_update(of=("self",)).select_related("citizen").get(pk=case.pk)
        if known := Document.objects.filter(case=locked, external_id=external_id).first():
            if (known.title, known.size) != (said, len(content)):
                raise OtherMessage(external_id)
            return known
        try:
            require_open(locked)
        except Closed:
            pass
        document = keep(
            case=locked,
            side=Side.AGENCY,
            content=content,
            title=said,
            external_id=external_id,
            set_at=set_at,
            decision=decision,
        )
        note_document(document)
        _log(actor, locked, document.pk, "document-added")
        touch(locked)
    return document


def mark_read(*, case: Case, actor: Actor) -> None:
    """Who reads the thread has read what the other side wrote. The system reads nothing."""
    side = side_of(actor, case)
    if actor.capacity == "system":
        return
    other = Side.CITIZEN if side == Side.AGENCY else Side.AGENCY
    Message.objects.filter(case=case, side=other, read_at=None).update(read_at=timezone.now())


def attachment_title() -> str:
    """What a file is called that somebody sent along: its own name is not kept."""
    return _("Bijlage")


def _log(actor: Actor, case: Case, operation_id: uuid.UUID, what: str) -> None:
    if actor.user is not None and actor.is_staff and actor.filing is None:
        record_staff_action(operation_id, staff=actor.user, what=what, reference=case.reference)
