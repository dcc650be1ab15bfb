"""Brings an agency what a citizen says about a zaak that it has: as a document in that zaak.

The standard has no messages. A document is what every back office shows, keeps and archives, and a document
that comes into a zaak is news of it. A withdrawal is one too, with a line in the toelichting of the zaak:
resultaat and eindstatus are the agency's to set, and a suspension (opschorting) is its decision as well.
An objection is one that comes into a zaak that is closed: whether it may is a matter of rights to the server.
"""

from __future__ import annotations

from dataclasses import dataclass
from zoneinfo import ZoneInfo

from connectors.base import Document, Once, Post, Report
from connectors.destinations.zgw.api import Api
from connectors.destinations.zgw.catalogus import Asker, Catalogus
from connectors.destinations.zgw.documents import Shelf, refuse_closed, zaak_at
from connectors.destinations.zgw.parts import text
from connectors.destinations.zgw.reporting import Full, Reporter

HERE = ZoneInfo("Europe/Amsterdam")
TITLES = {
    "answer": "Antwoord van de inwoner",
    "message": "Bericht van de inwoner",
    "withdrawal": "Intrekking door de inwoner",
    "objection": "Bezwaar van de inwoner",
}
WITHDRAWN = "De inwoner trekt de aanvraag in. Lees het document: Intrekking door de inwoner."


@dataclass(frozen=True, slots=True)
class Sender:
    """One post on its way. `document_type` is the setting of that name."""

    zaken: Api
    documenten: Api
    catalogus: Catalogus
    rsin: str
    document_type: str | None
    parts_from: int
    url: str
    post: Post

    def run(self, once: Once) -> None:
        """What was written, then what goes with it. Once in effect, whatever happens on the way."""
        trace_id = self.post.trace_id
        zaak = zaak_at(self.zaken, self.url, trace_id)
        asker = Asker(self.post.agency, trace_id)
        shelf = Shelf(
            zaken=self.zaken,
            documenten=self.documenten,
            rsin=self.rsin,
            zaak=self.url,
            kind=self.catalogus.incoming(text(zaak, "zaaktype"), self.document_type, asker),
            day=self.post.written_at.astimezone(HERE).date(),
            trace_id=trace_id,
            once=once,
            parts_from=self.parts_from,
        )
        for document in (letter(self.post, text(zaak, "identificatie")), *self.post.documents):
            shelf.put(document, before=None if self.post.kind == "objection" else lambda: refuse_closed(zaak))
        if self.post.kind == "withdrawal":
            self._tell(once)

    def _tell(self, once: Once) -> None:
        """A line in the zaak itself, for who does not look at its documents. Without room there is none."""
        line = Report(self.post.reference, self.post.agency, "withdrawn", "", WITHDRAWN, self.post.trace_id)
        try:
            Reporter(self.zaken, self.url, line).run(once)
        except Full:
            return


def letter(post: Post, zaak: str) -> Document:
    """What was written, as a text that anybody can read, in ten years too. `zaak` is its identificatie."""
    written = post.written_at.astimezone(HERE)
    lines = [
        TITLES[post.kind],
        f"Zaak: {zaak}",
        f"Kenmerk: {post.reference}",
        f"Geschreven op: {written:%d-%m-%Y} om {written:%H:%M} uur",
        *([f"Gaat over: {post.about}"] if post.about else []),
        *([f"Bijlagen: {'; '.join(one.title for one in post.documents)}"] if post.documents else []),
        "",
        post.text.strip() or "(zonder tekst)",
    ]
    return Document(post.reference, TITLES[post.kind], "text/plain", ("\n".join(lines) + "\n").encode())
