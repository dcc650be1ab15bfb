"""What an agency's officers and programs get of the talk about a case; each document is a line in the log."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet

from portal.cases.models import Case, Document
from portal.cases.talk.documents import content_of
from portal.ledger.log.uses import Use, record_staff_view, record_use
from portal.ledger.models import DataUse
from portal.people.actor import Actor

DOCUMENT_OPENED = "document-opened"
"""The outcome of the line that an officer saved a document of the citizen."""

DOCUMENT_FETCHED = "document-fetched"
"""The same for an agency's program, in which no person saw it yet."""


def open_document(*, actor: Actor, case: Case, document_id: Any) -> tuple[Document, bytes]:
    """A document of a case that the agency has, with its bytes; the look stands in the citizen's log.

    `case` is one that the actor may see (`inbox.worklist_for`). Raises `Document.DoesNotExist` for one that
    is not with it, or of an answer that was not given yet; `NotReady`; and `KeyDestroyed` after its term.
    """
    document = shown_documents(case).select_related("case__citizen", "case__journey").get(pk=document_id)
    content = content_of(document)
    use = Use(
        citizen=case.citizen,
        trace_id=case.journey.trace_id,
        operation=DataUse.Operation.VIEW,
        activities=(case.definition.activity,),
        fields=(),
        recipient=case.agency,
    )
    if actor.program is not None:
        record_use(use, outcome=DOCUMENT_FETCHED)
    else:
        record_staff_view(use, staff=actor.require_user(), what=DOCUMENT_OPENED, reference=case.reference)
    return document, content


def shown_documents(case: Case) -> QuerySet[Document]:
    """The documents that the agency may have: of an answer only once it was given."""
    return (
        Document.objects.filter(case=case).exclude(task__isnull=False, task__answered_at=None).defer("sealed")
    )
