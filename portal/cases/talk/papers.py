"""Documents that an agency shows in a system of its own: noted at once, fetched once, by a worker."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import partial
from typing import Any

import structlog
from django.core.cache import cache
from django.db import transaction
from django.utils.translation import gettext as _

from connectors.base import ConnectorError, Paper
from connectors.faults import fault_point
from portal.cases.models import Case, Document, Side
from portal.cases.out import outbox
from portal.cases.talk.documents import CHECK, LONGEST_TITLE, note_document, refuse, take_in
from portal.cases.talk.files import WrongFile
from portal.cases.talk.standing import touch
from portal.catalogue import connectors
from portal.ledger.log.uses import PORTAL, Use, record_use
from portal.ledger.models import DataUse

log = structlog.get_logger(__name__)

FETCHED = "document"
"""The outcome of the line in the log that a document was fetched."""

_SECONDS = 40
"""One fetches at a time, for 30 s at most (the soft limit of a task). Who died while fetching holds nobody up
for longer: the timetable finds the document within 15 s after that."""

_LONGEST_ID = 1000
_UNPRINTABLE = re.compile(r"[\x00-\x1f\x7f-\x9f\ud800-\udfff]+")


def note_papers(case: Case, papers: Iterable[Paper]) -> None:
    """The agency shows these: each is a document of the case, once, and a worker fetches what is in it."""
    for paper in papers:
        if len(paper.external_id) > _LONGEST_ID:
            log.error("the id of a document is too long to keep", reference=case.reference)
            continue
        with transaction.atomic():
            document, made = Document.objects.get_or_create(
                case=case,
                external_id=paper.external_id,
                defaults={
                    "side": Side.AGENCY,
                    "title": _UNPRINTABLE.sub(" ", paper.title).strip()[:LONGEST_TITLE] or _("Document"),
                    "state": Document.State.AWAITED,
                    "set_at": paper.set_at,
                    "decision": paper.decision,
                },
            )
            if made:
                note_document(document)
                touch(case)
                transaction.on_commit(partial(outbox.ring, str(document.pk), task=CHECK))


def fetch(*, document_id: Any) -> None:
    """Gets the bytes of a document that the agency named, and seals them. A failure that passes: later."""
    rows = Document.objects.select_related("case__citizen", "case__journey")
    document = rows.get(pk=document_id)
    destination = connectors().destination(document.case.agency)
    if document.state != Document.State.AWAITED or destination is None:
        return
    if not cache.add(f"fetching:{document.pk}", True, timeout=_SECONDS):
        return
    case = document.case
    paper = Paper(document.external_id, document.title, document.media_type, document.set_at)
    try:
        content = destination.document(case.their_reference, paper, trace_id=case.journey.trace_id)
    except ConnectorError as error:
        log.warning("a document could not be fetched", reference=case.reference, error=str(error))
        if error.permanent:
            refuse(document, "unavailable")
        return
    finally:
        cache.delete(f"fetching:{document.pk}")
    fault_point("paper.fetched")
    _keep(document, content)


def _keep(document: Document, content: bytes) -> None:
    try:
        with transaction.atomic():
            take_in(document, content)
            document.save(update_fields=["sealed", "media_type", "size", "state"])
            _log(document.case)
            touch(document.case)
    except WrongFile as wrong:
        log.warning("a document of an agency is not taken", document=str(document.pk), why=str(wrong))
        refuse(document, str(wrong))


def _log(case: Case) -> None:
    use = Use(
        citizen=case.citizen,
        trace_id=case.journey.trace_id,
        operation=DataUse.Operation.FETCH,
        activities=(case.definition.activity,),
        fields=(),
        recipient=PORTAL,
        source=case.agency,
        retention=case.retention,
    )
    record_use(use, outcome=FETCHED)
