"""Puts a document in a zaak: stored in the Documenten API, then linked in the Zaken API, each once.

A document has a name that is unique (identificatie within bronorganisatie), and is in a zaak once: by those
two an earlier attempt is found. It goes in one piece, or where it is large in parts (`pieces`).
"""

from __future__ import annotations

import hashlib
import mimetypes
import re
from base64 import b64encode
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from connectors.base import JSON, Document, Malformed, Misconfigured, Once, Refused
from connectors.destinations.zgw.api import Api
from connectors.destinations.zgw.parts import Part, same, text
from connectors.destinations.zgw.pieces import Pieces, remembered
from connectors.faults import fault_point

AUTHOR = "Inwoner, via Levensloket"
"""The auteur of what comes from a citizen: no name, the rol has who it is."""

DOCUMENTS = "enkelvoudiginformatieobjecten"
LINKS = "zaakinformatieobjecten"
_LONGEST_TITLE = 200
_NAME = re.compile(r"[A-Za-z0-9_-]{1,40}")
_TAKEN = "identificatie-niet-uniek"
_LINKED = "unique"


@dataclass(frozen=True, slots=True)
class Shelf:
    """Where documents of one zaak go. `kind` is their informatieobjecttype, `day` that on which they came.

    One of `parts_from` bytes or more goes in parts.
    """

    zaken: Api
    documenten: Api
    rsin: str
    zaak: str
    kind: str
    day: date
    trace_id: str
    once: Once
    parts_from: int

    def put(
        self, document: Document, *, looks_first: bool = False, before: Callable[[], None] | None = None
    ) -> None:
        """One document. `looks_first`: an attempt that nobody remembers may have stored it.

        `before` runs before it is stored, and may refuse. Raises a `ConnectorError`; `Refused` for a
        zaak that is closed.
        """

        def make() -> JSON:
            if before:
                before()
            return (self._find(document) if looks_first else None) or self._make(document)

        stored = self.once(f"document:{document.reference}", make, lambda: self._find(document))
        url = str(stored["url"])
        if "parts" in stored:
            Pieces(self.documenten, DOCUMENTS, url, self.trace_id, self.once).bring(document, stored)

        def link() -> JSON:
            return (self._find_link(url) if looks_first else None) or self._link(url, document)

        self.once(f"document:{document.reference}:zaak", link, lambda: self._find_link(url))

    # --- The document -------------------------------------------------------------------------------

    def _make(self, document: Document) -> JSON:
        try:
            made = self.documenten.post(f"/{DOCUMENTS}", self._body(document), trace_id=self.trace_id)
        except Refused as refused:
            found = self._find(document) if _TAKEN in refused.codes else None
            if found is None:
                raise
            return found
        fault_point("zgw.after-document")
        same(made, self._name(document))
        return self._kept(made)

    def _find(self, document: Document) -> JSON | None:
        name = self._name(document)
        listed = self.documenten.listed(f"/{DOCUMENTS}", trace_id=self.trace_id, query=name)
        found = [one for one in listed if name.items() <= one.items()]
        if len(found) > 1:
            raise Malformed("zgw: more than one document has our reference, which is unique")
        return self._kept(found[0]) if found else None

    def _kept(self, stored: Part) -> JSON:
        url = text(stored, "url")
        self.documenten.id_of(url, DOCUMENTS)
        return {"url": url, **remembered(stored)}

    def _body(self, document: Document) -> JSON:
        day, content = self.day.isoformat(), document.content
        return {
            **self._name(document),
            "creatiedatum": day,
            "ontvangstdatum": day,
            "titel": shortened(document.title, _LONGEST_TITLE),
            "auteur": AUTHOR,
            "taal": "dut",
            "status": "definitief",
            "vertrouwelijkheidaanduiding": "zaakvertrouwelijk",
            "formaat": document.media_type,
            "bestandsnaam": file_name(document),
            "bestandsomvang": len(content),
            "inhoud": b64encode(content).decode() if len(content) < self.parts_from else None,
            "integriteit": {
                "algoritme": "sha_256",
                "waarde": hashlib.sha256(content).hexdigest(),
                "datum": day,
            },
            "informatieobjecttype": self.kind,
        }

    def _name(self, document: Document) -> dict[str, str]:
        return {"identificatie": name_of(document.reference), "bronorganisatie": self.rsin}

    # --- Its place in the zaak ----------------------------------------------------------------------

    def _link(self, document: str, of: Document) -> JSON:
        body = {
            "zaak": self.zaak,
            "informatieobject": document,
            "titel": shortened(of.title, _LONGEST_TITLE),
        }
        try:
            made = self.zaken.post(f"/{LINKS}", body, trace_id=self.trace_id)
        except Refused as refused:
            found = self._find_link(document) if _LINKED in refused.codes else None
            if found is None:
                raise
            return found
        except Misconfigured:
            # A zaak that was closed meanwhile is a matter of rights to the server.
            refuse_closed(zaak_at(self.zaken, self.zaak, self.trace_id))
            raise
        fault_point("zgw.after-link")
        same(made, {"zaak": self.zaak, "informatieobject": document})
        return {"url": text(made, "url")}

    def _find_link(self, document: str) -> JSON | None:
        query = {"zaak": self.zaak, "informatieobject": document}
        listed = self.zaken.listed(f"/{LINKS}", trace_id=self.trace_id, query=query)
        return next(({"url": text(one, "url")} for one in listed if query.items() <= one.items()), None)


def zaak_at(zaken: Api, url: str, trace_id: str) -> Part:
    """The zaak with that address, as it is now."""
    zaak = zaken.get("/zaken/{id}", trace_id=trace_id, values={"id": zaken.id_of(url, "zaken")})
    if zaak.get("url") != url:
        raise Malformed("zgw: answered with another zaak")
    return zaak


def refuse_closed(zaak: Part) -> None:
    """Raises `Refused` for a zaak that is closed, so that a person calls."""
    if text(zaak, "einddatum"):
        raise Refused("zgw: the zaak is closed, so nothing can be added to it")


def name_of(reference: str) -> str:
    """Our reference as the identificatie of a document: of few signs, at most 40, the same each time."""
    if _NAME.fullmatch(reference):
        return reference
    readable = re.sub(r"[^A-Za-z0-9_-]", "-", reference)[:27]
    return f"{readable}-{hashlib.sha256(reference.encode()).hexdigest()[:12]}"


def file_name(document: Document) -> str:
    """The title as the name of a file, with the ending that belongs to its type."""
    plain = " ".join(re.sub(r"[^\w-]+", " ", document.title).split())[:100] or "document"
    kind = document.media_type.partition(";")[0].strip()
    return f"{plain}{mimetypes.guess_extension(kind) or ''}"


def shortened(title: str, longest: int) -> str:
    """A title within what the standard holds."""
    return title if len(title) <= longest else f"{title[: longest - 1]}…"
