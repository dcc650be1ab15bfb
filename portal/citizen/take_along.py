"""Everything to take along (AVG 20): one ZIP with the document as JSON, the same to read, and every file.

mijn-gegevens.json      `portal.citizen.download`, for other programs
mijn-gegevens.html      the same for people, in any browser, without a network
documenten/<reference>/01-<title>.<kind>
controleer.py           checks the JSON without us
"""

from __future__ import annotations

import io
import json
import mimetypes
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

from django.template.loader import render_to_string
from django.utils.text import slugify

from portal.cases.models import Case, Document
from portal.cases.talk.documents import NotReady, content_of, documents_of
from portal.citizen.pdf import context_of
from portal.ledger.keys import KeyDestroyed
from portal.ledger.log import controleer
from portal.people.actor import Actor

NAME: Final = "mijn-gegevens"


def as_zip(document: dict[str, Any], *, actor: Actor) -> bytes:
    """The bytes of the ZIP."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", compression=zipfile.ZIP_DEFLATED) as file:
        file.writestr(f"{NAME}.json", json.dumps(document, ensure_ascii=False, indent=1))
        page = render_to_string("citizen/my_data_print.html", context_of(document, most=None))
        file.writestr(f"{NAME}.html", page)
        file.writestr("controleer.py", Path(controleer.__file__).read_text(encoding="utf-8"))
        for name, content in _documents(actor):
            file.writestr(name, content)
    return made.getvalue()


def _documents(actor: Actor) -> Iterator[tuple[str, bytes]]:
    """Of every request what both sides put with it, as long as we have it, oldest first."""
    for case in Case.objects.filter(citizen=actor.require_citizen()).order_by("created_at", "pk"):
        for number, one in enumerate(documents_of(case), start=1):
            try:
                yield _name(case, number, one), content_of(one)
            except (NotReady, KeyDestroyed):
                # Still being looked into, or its term is over: the JSON says what it was.
                continue


def _name(case: Case, number: int, document: Document) -> str:
    ending = mimetypes.guess_extension(document.media_type) or ""
    return f"documenten/{case.reference}/{number:02}-{slugify(document.title)[:60] or 'document'}{ending}"
