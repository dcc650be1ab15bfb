"""The Documenten API, for what comes in parts (bestandsdelen), and the lock on a document."""

from __future__ import annotations

from typing import Any
from uuid import UUID, uuid4

from django.db import transaction

from connectors.sandbox.zgw.addresses import DOCUMENTEN, address
from connectors.sandbox.zgw.answers import JSON, Answer, Call
from connectors.sandbox.zgw.models import Bestandsdeel, Informatieobject
from connectors.sandbox.zgw.papers.storing import tell_of_document
from connectors.sandbox.zgw.problems import NO_FIELD, invalid_field, not_found
from connectors.sandbox.zgw.tokens import FORCE_UNLOCK

PARTS = "bestandsdelen"


@transaction.atomic
def put_part(call: Call, key: UUID) -> Answer:
    """`PUT bestandsdelen/<uuid>`: a form with `inhoud` and `lock`. Again is the same."""
    found = Bestandsdeel.objects.select_for_update().select_related("document")
    one = found.filter(document__agency=call.agency, pk=key).first()
    if one is None:
        raise not_found()
    _require_lock(one.document, call.body.get("lock"))
    content = call.body.get("inhoud")
    if not isinstance(content, bytes) or len(content) != one.size:
        raise invalid_field("inhoud", "file-size", "Dit is niet de grootte van het bestandsdeel.")
    one.content = content
    one.save(update_fields=["content"])
    return Answer({**part_body(one, one.document, is_there=True), "inhoud": None})


def lock(call: Call, key: UUID) -> Answer:
    """`POST enkelvoudiginformatieobjecten/<uuid>/lock`."""
    with transaction.atomic():
        document = _document(call, key)
        if document.lock:
            raise invalid_field(NO_FIELD, "existing-lock", "Het document is al vergrendeld.")
        document.lock = uuid4().hex
        document.save(update_fields=["lock"])
    return Answer({"lock": document.lock})


def unlock(call: Call, key: UUID) -> Answer:
    """`POST enkelvoudiginformatieobjecten/<uuid>/unlock`: joins the parts, where there are any."""
    with transaction.atomic():
        document = _document(call, key)
        given, is_forced = call.body.get("lock", ""), FORCE_UNLOCK in call.application.rights
        if not (is_forced and not given):
            _require_lock(document, given)
        parts = list(document.parts.all())
        if any(one.content is None for one in parts):
            raise invalid_field(NO_FIELD, "incomplete-documents", "Er ontbreken nog bestandsdelen.")
        if parts:
            document.content = b"".join(bytes(one.content or b"") for one in parts)
            document.parts.all().delete()
        document.lock = ""
        document.save(update_fields=["lock", "content"])
        tell_of_document(call.catalogue, document, "update")
    return Answer(None)


def part_body(part: Any, document: Informatieobject, *, is_there: bool | None = None) -> JSON:
    """A `BestandsDeel`, of a question that was annotated with `is_there`, where that is not given."""
    return {
        "url": address(document.agency, DOCUMENTEN, PARTS, part.uuid),
        "volgnummer": part.number,
        "omvang": part.size,
        "voltooid": part.is_there if is_there is None else is_there,
        "lock": document.lock,
    }


def _document(call: Call, key: UUID) -> Informatieobject:
    rows = Informatieobject.objects.select_for_update().filter(agency=call.agency, pk=key)
    document = rows.first()
    if document is None:
        raise not_found()
    return document


def _require_lock(document: Informatieobject, given: object) -> None:
    if not document.lock or given != document.lock:
        raise invalid_field("lock", "incorrect-lock-id", "Dit is niet het slot van het document.")
