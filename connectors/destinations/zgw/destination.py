"""The destination `zgw`: a back office that speaks the ZGW standards, Zaken API 1.5 to 1.7."""

from __future__ import annotations

import re
from secrets import token_hex
from typing import ClassVar

from connectors.base import (
    Destination,
    Envelope,
    Misconfigured,
    Once,
    Paper,
    Post,
    Reading,
    Receipt,
    Refused,
    Report,
)
from connectors.destinations.zgw.api import Api, Key, NoRights
from connectors.destinations.zgw.catalogus import Asker, Catalogus
from connectors.destinations.zgw.documents import DOCUMENTS, LINKS
from connectors.destinations.zgw.filing import NO_DOCUMENTS, Filing
from connectors.destinations.zgw.papers import PaperReader
from connectors.destinations.zgw.parts import text
from connectors.destinations.zgw.reading import Reader
from connectors.destinations.zgw.reporting import Reporter
from connectors.destinations.zgw.sending import Sender

_WEIGHTS = (9, 8, 7, 6, 5, 4, 3, 2, -1)


class ZgwDestination(Destination):
    """Makes a zaak of each request, and hears how it goes on. The receipt holds the address of the zaak."""

    name: ClassVar[str] = "zgw"

    def __init__(
        self,
        zaken_url: str,
        catalogi_url: str,
        client_id: str,
        secret: str,
        rsin: str,
        notificaties_url: str | None = None,
        documenten_url: str | None = None,
        besluiten_url: str | None = None,
        catalogus: str | None = None,
        document_type: str | None = None,
        deadline: float = 8.0,
        document_deadline: float = 20.0,
        parts_from: int = 10_000_000,
        ca_file: str | None = None,
    ) -> None:
        """Deadlines in seconds, for each call: `document_deadline` for those to the Documenten API.

        A document of `parts_from` bytes or more goes there in parts.

        Raises `ValueError` for what can never work.
        """
        if not _is_rsin(rsin):
            raise ValueError("'rsin' must be nine digits that pass the 11-test, within quotes")
        if besluiten_url and not documenten_url:
            raise ValueError("'besluiten_url' is of no use without 'documenten_url'")
        key = Key(client_id, secret)

        def api(url: str, seconds: float = deadline) -> Api:
            return Api(url, key, deadline=seconds, ca_file=ca_file)

        self._rsin = rsin
        self._document_type = document_type
        self._parts_from = parts_from
        self._zaken = api(zaken_url)
        self._catalogus = Catalogus(api(catalogi_url), catalogus)
        self._notificaties = api(notificaties_url) if notificaties_url else None
        self._documenten = api(documenten_url, document_deadline) if documenten_url else None
        self._besluiten = api(besluiten_url) if besluiten_url else None
        self.notifies = self._notificaties is not None

    def file(self, envelope: Envelope, once: Once) -> Receipt:
        """A zaak with our reference as its identificatie, its people, properties, documents and first status.

        Raises `Misconfigured` for a type that the agency does not have, `Refused` where another zaak
        has our reference, `Malformed` for an address of another host, and what `connectors.http` raises.
        """
        return Filing(
            zaken=self._zaken,
            documenten=self._documenten,
            catalogus=self._catalogus,
            rsin=self._rsin,
            document_type=self._document_type,
            parts_from=self._parts_from,
            envelope=envelope,
            once=once,
        ).run()

    def report(self, their_reference: str, report: Report, once: Once) -> None:
        """Adds it to the zaak's toelichting, behind what stands there.

        Raises `Refused` for a zaak that is closed or whose toelichting is full.
        """
        Reporter(self._zaken, their_reference, report).run(once)

    def send(self, their_reference: str, post: Post, once: Once) -> None:
        """A document in the zaak with what was written, and one for each that goes with it.

        Raises `Refused` for a zaak that is closed, `Misconfigured` without a Documenten API.
        """
        if self._documenten is None:
            raise Misconfigured(NO_DOCUMENTS)
        Sender(
            zaken=self._zaken,
            documenten=self._documenten,
            catalogus=self._catalogus,
            rsin=self._rsin,
            document_type=self._document_type,
            parts_from=self._parts_from,
            url=their_reference,
            post=post,
        ).run(once)

    def read(self, their_reference: str, *, version: str, trace_id: str) -> Reading | None:
        """Every status so far, the result of a zaak that is closed, and what it shows to the citizen."""
        asker = Asker("the agency", trace_id)
        reader = Reader(self._zaken, self._catalogus, self._papers(asker), asker)
        return reader.read(their_reference, version)

    def document(self, their_reference: str, paper: Paper, *, trace_id: str) -> bytes:
        """The content of a document, at most 25 MB, checked for its size and checksum.

        Raises `Refused` for one that the agency does not show to the citizen, or not any more.
        """
        papers = self._papers(Asker("the agency", trace_id))
        if papers is None:
            raise Misconfigured(NO_DOCUMENTS)
        return papers.content(their_reference, paper)

    def _papers(self, asker: Asker) -> PaperReader | None:
        if self._documenten is None:
            return None
        return PaperReader(self._zaken, self._documenten, self._besluiten, self._catalogus, asker)

    def subscribe(self, callback: str, credential: str) -> None:
        """Has the agency call `callback` with `credential` as Authorization, for what is its own.

        That is each zaak, and each document and decision where it has those channels and we their APIs. One
        subscription stays one, however often this runs.
        """
        if self._notificaties is None:
            raise Misconfigured("zgw: the settings have no notificaties_url, so the agency cannot call us")
        trace_id = token_hex(16)
        wanted = {"callbackUrl": callback, "auth": credential, "kanalen": self._channels(trace_id)}
        listed = self._notificaties.listed("/abonnement", trace_id=trace_id)
        ours = [text(one, "url") for one in listed if one.get("callbackUrl") == callback]
        for url in ours:
            identity = self._notificaties.id_of(url, "abonnement")
            self._notificaties.put("/abonnement/{id}", wanted, trace_id=trace_id, values={"id": identity})
        if not ours:
            self._notificaties.post("/abonnement", wanted, trace_id=trace_id)

    def _channels(self, trace_id: str) -> list[dict[str, object]]:
        """Those that the agency has, each with the filter that keeps others' news out."""
        assert self._notificaties is not None  # noqa: S101 -- `subscribe` looked
        own = {"bronorganisatie": self._rsin}
        wanted = {"zaken": own}
        if self._documenten is not None:
            wanted["documenten"] = own
        if self._besluiten is not None:
            wanted["besluiten"] = {"verantwoordelijkeOrganisatie": self._rsin}
        try:
            has = {text(one, "naam") for one in self._notificaties.listed("/kanaal", trace_id=trace_id)}
        except (NoRights, Refused):
            has = set()  # who may not see the channels has at least this one
        return [
            {"naam": name, "filters": filters}
            for name, filters in wanted.items()
            if name == "zaken" or name in has
        ]

    def pointed_at(self, channel: str, main_object: str) -> tuple[str, ...]:
        """The zaken that a document is in, or the one that a decision is about."""
        trace_id = token_hex(16)
        if channel == "documenten" and self._documenten and self._documenten.has(main_object, DOCUMENTS):
            query = {"informatieobject": main_object}
            listed = self._zaken.listed(f"/{LINKS}", trace_id=trace_id, query=query)
            return tuple(text(one, "zaak") for one in listed if query.items() <= one.items())
        if channel == "besluiten" and self._besluiten and self._besluiten.has(main_object, "besluiten"):
            values = {"id": self._besluiten.id_of(main_object, "besluiten")}
            found = self._besluiten.get("/besluiten/{id}", trace_id=trace_id, values=values)
            return (text(found, "zaak"),) if found.get("url") == main_object else ()
        return ()

    def check(self) -> None:
        """Asks the Catalogi API for its catalogi, and the others for what nobody has.

        That tries connection, key and rights of each. Raises a `ConnectorError`.
        """
        trace_id = token_hex(16)
        self._catalogus.check(trace_id)
        nobodys = {"identificatie": "LL-0000-0000", "bronorganisatie": self._rsin}
        self._zaken.listed("/zaken", trace_id=trace_id, query=nobodys)
        if self._documenten is not None:
            self._documenten.listed(f"/{DOCUMENTS}", trace_id=trace_id, query=nobodys)
        if self._besluiten is not None:
            decided = {"identificatie": "LL-0000-0000", "verantwoordelijkeOrganisatie": self._rsin}
            self._besluiten.listed("/besluiten", trace_id=trace_id, query=decided)


def _is_rsin(rsin: str) -> bool:
    if not re.fullmatch(r"[0-9]{9}", rsin) or rsin == "0" * 9:
        return False
    return sum(int(digit) * weight for digit, weight in zip(rsin, _WEIGHTS, strict=True)) % 11 == 0
