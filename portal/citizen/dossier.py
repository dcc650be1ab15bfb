"""Everything about one case to keep: as one PDF, or as a ZIP with that and the files that belong to it."""

from __future__ import annotations

import io
import mimetypes
import zipfile
from typing import Any, Final

from django.utils.text import slugify
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from portal.cases.customtable.words import lines_of
from portal.cases.journey.payloads import payload_or_none
from portal.cases.judging.trace import why_of
from portal.cases.models import Case, Document, Outcome
from portal.cases.reading.endings import outcome_text
from portal.cases.reading.names import agency_of, title_of
from portal.cases.reading.showing import sent_context
from portal.cases.reading.wording import standing_of
from portal.cases.talk.documents import content_of, documents_of
from portal.cases.talk.sending import answer_as_text
from portal.cases.talk.showing import Said, talk_of
from portal.citizen.pages import timeline
from portal.citizen.pdf import paper
from portal.ledger.keys import KeyDestroyed

MOST_SAID: Final = 300
"""Messages and questions on paper, the newest: thousands would take minutes to set."""

MOST_BYTES: Final = 100 * 1024 * 1024
"""Of all files in one ZIP, so that one person's letters do not fill the memory of everybody's server."""


def as_pdf(case: Case) -> bytes:
    """The case on paper (PDF/UA-1). Raises `PdfUnavailable`."""
    return paper("citizen/dossier_print.html", _context(case, shown_documents(case)))


def as_zip(case: Case) -> bytes:
    """The same PDF, and each file that is there. What does not fit is named in the PDF, and left out.

    Raises `PdfUnavailable`.
    """
    documents = shown_documents(case)
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr(
            f"{case.reference}.pdf", paper("citizen/dossier_print.html", _context(case, documents))
        )
        for number, document in enumerate(_that_fit(documents), start=1):
            try:
                content = content_of(document)
            except KeyDestroyed:
                continue
            # Files are packed already: PDF, JPEG and PNG.
            archive.writestr(f"{_('documenten')}/{_name(number, document)}", content)
    return packed.getvalue()


def shown_documents(case: Case) -> list[Document]:
    """The files that there are to save, oldest first; none for whom an address in one of them is hidden."""
    if case.hides_places:
        return []
    rows = documents_of(case).filter(state=Document.State.READY).exclude(title="")
    return list(rows.exclude(task__isnull=False, task__answered_at=None).select_related("case__citizen"))


def _that_fit(documents: list[Document]) -> list[Document]:
    fitting, room = [], MOST_BYTES
    for document in documents:
        room -= document.size or 0
        if room >= 0:
            fitting.append(document)
    return fitting


def _name(number: int, document: Document) -> str:
    """A title can be anything; a name in a ZIP becomes a file on somebody's machine."""
    words = slugify(document.title)[:60] or "document"
    return f"{number:03}-{words}{mimetypes.guess_extension(document.media_type) or ''}"


def _context(case: Case, documents: list[Document]) -> dict[str, Any]:
    outcome: Outcome | None = getattr(case, "outcome", None)
    thread = talk_of(case).thread
    fitting = {document.pk for document in _that_fit(documents)}
    return {
        "case": case,
        "language": get_language(),
        "title": title_of(case.definition),
        "agency": agency_of(case).name,
        "standing": standing_of(case),
        "outcome": outcome,
        "outcome_text": outcome_text(case, outcome) if outcome else "",
        "why": why_of(case, outcome) if outcome else None,
        "steps": timeline(case),
        "thread": [(said, _text_of(said)) for said in thread[-MOST_SAID:]],
        "left_out": max(0, len(thread) - MOST_SAID),
        "tables": [lines_of(one, for_staff=False) for one in case.tables.order_by("opened_at")],
        "documents": [(document, document.pk in fitting) for document in documents],
        **sent_context(case, payload_or_none(case)),
    }


def _text_of(said: Said) -> str:
    """What was said, also in an answer; that it was destroyed where its term is over."""
    if not said.is_answer or said.task is None:
        return said.text
    try:
        return "" if said.task.case.hides_places else answer_as_text(said.task)
    except KeyDestroyed:
        return _("Deze tekst is gewist, omdat de termijn voorbij is.")
