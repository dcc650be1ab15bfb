"""The documents that an agency shows to the citizen: letters in the zaak, and decisions about it.

The standard has no mark "for the citizen" on a document. What it does have is used, and all of it must say
yes: the zaaktype sends documents of this type out (richting), or it is the letter of a decision; the
document is finished; it is confidential to nobody but those in the zaak; and it did not come from outside.
"""

from __future__ import annotations

import hashlib
import logging
import mimetypes
import re
from collections.abc import Iterator
from dataclasses import dataclass
from uuid import UUID

from connectors.base import Malformed, Paper, Refused
from connectors.destinations.zgw.api import Api, NoRights
from connectors.destinations.zgw.catalogus import Asker, Catalogus
from connectors.destinations.zgw.documents import AUTHOR, DOCUMENTS, LINKS, zaak_at
from connectors.destinations.zgw.parts import Part, expanded, moment, text

LARGEST = 25 * 1024 * 1024
"""Bytes of one document."""

_FINISHED = ("definitief", "gearchiveerd")
_FOR_THE_CITIZEN = ("openbaar", "beperkt_openbaar", "zaakvertrouwelijk")
_MEDIA_TYPE = re.compile(r"[a-z0-9][a-z0-9.+-]*/[a-z0-9][a-z0-9.+-]*")
_ALGORITHMS = {"md5": "md5", "sha_1": "sha1", "sha_256": "sha256", "sha_512": "sha512"}
_LETTERS = "besluitinformatieobjecten"

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Decisions:
    """The letters of what was decided about a zaak, by address. `version` changes when there is another."""

    letters: frozenset[str]
    version: str


@dataclass(frozen=True, slots=True)
class Papers:
    """What the citizen may read. `is_settled`: nothing is still being written that may be shown later."""

    shown: tuple[Paper, ...]
    is_settled: bool


@dataclass(frozen=True, slots=True)
class PaperReader:
    """The papers of one agency. Without a Besluiten API, letters of decisions are letters like any other."""

    zaken: Api
    documenten: Api
    besluiten: Api | None
    catalogus: Catalogus
    asker: Asker

    def decisions(self, zaak: str) -> Decisions:
        """What was decided so far. A zaak may look unchanged when it gets a decision."""
        if self.besluiten is None:
            return Decisions(frozenset(), "")
        found: set[str] = set()
        for one in self._listed(self.besluiten, "besluiten", {"zaak": zaak}):
            link = {"besluit": text(one, "url")}
            found |= {text(two, "informatieobject") for two in self._listed(self.besluiten, _LETTERS, link)}
        keys = sorted(url.rpartition("/")[2] for url in found)
        seen = hashlib.sha256("\n".join(keys).encode()).hexdigest()[:16]
        return Decisions(frozenset(found), seen)

    def papers(self, zaak: Part, decisions: Decisions) -> Papers:
        """Oldest first."""
        shown, waiting = [], False
        for url, link in self._all(zaak, decisions):
            document = self._document(url, link)
            if document is None or not self._may_be_shown(zaak, document, url in decisions.letters):
                continue
            if text(document, "status") in _FINISHED and not document.get("bestandsdelen"):
                shown.append(self._paper(document, link, is_decision=url in decisions.letters))
            else:
                waiting = True
        return Papers(tuple(sorted(shown, key=lambda one: (one.set_at, one.external_id))), not waiting)

    def content(self, zaak_url: str, paper: Paper) -> bytes:
        """The content of a document that still is shown, whole.

        Raises `Refused` for one that is shown no more, `Malformed` for other bytes than were stored.
        """
        url = self.documenten.url_of(DOCUMENTS, _key(paper))
        zaak = zaak_at(self.zaken, zaak_url, self.asker.trace_id)
        decisions = self.decisions(zaak_url)
        link = next((one for other, one in self._all(zaak, decisions) if other == url), None)
        document = None if link is None else self._document(url, {})
        if (
            document is None
            or text(document, "status") not in _FINISHED
            or not self._may_be_shown(zaak, document, url in decisions.letters)
        ):
            raise Refused("zgw: the agency does not show this document any more")
        return self._download(document, _key(paper))

    # --- Which ----------------------------------------------------------------------------------------

    def _all(self, zaak: Part, decisions: Decisions) -> Iterator[tuple[str, Part]]:
        """The documents of a zaak and its decisions by address, each with its link to the zaak, or {}."""
        listed = self._listed(self.zaken, LINKS, {"zaak": text(zaak, "url")})
        links = {text(one, "informatieobject"): one for one in listed}
        for url in sorted({*links, *decisions.letters}):
            if self.documenten.has(url, DOCUMENTS):
                yield url, links.get(url, {})
            else:
                logger.warning("zgw: a document of another Documenten API is not shown")

    def _document(self, url: str, link: Part) -> Part | None:
        """What is known of a document; None for one that is not for us, or is gone."""
        known = expanded(link, "informatieobject")  # of Zaken 1.7, where the server does so by itself
        if not known:
            path, values = f"/{DOCUMENTS}/{{id}}", {"id": self.documenten.id_of(url, DOCUMENTS)}
            try:
                known = self.documenten.get(path, trace_id=self.asker.trace_id, values=values)
            except (NoRights, Refused):
                return None
        if known.get("url") != url:
            raise Malformed("zgw: answered with another document")
        return known

    def _may_be_shown(self, zaak: Part, document: Part, is_decision: bool) -> bool:
        came_in = text(document, "ontvangstdatum") or text(document, "auteur") == AUTHOR
        if came_in or text(document, "vertrouwelijkheidaanduiding") not in _FOR_THE_CITIZEN:
            return False
        return is_decision or text(document, "informatieobjecttype") in self.catalogus.outgoing(
            text(zaak, "zaaktype"), self.asker
        )

    def _listed(self, api: Api, resource: str, query: dict[str, str]) -> list[Part]:
        listed = api.listed(f"/{resource}", trace_id=self.asker.trace_id, query=query)
        return [one for one in listed if query.items() <= one.items()]

    # --- As what --------------------------------------------------------------------------------------

    def _paper(self, document: Part, link: Part, *, is_decision: bool) -> Paper:
        size = document.get("bestandsomvang")
        return Paper(
            external_id=self.documenten.id_of(text(document, "url"), DOCUMENTS),
            title=text(link, "titel") or text(document, "titel"),
            media_type=_media_type(document),
            set_at=moment(link, "registratiedatum") if link else moment(document, "beginRegistratie"),
            size=size if isinstance(size, int) else None,
            decision=is_decision,
        )

    def _download(self, document: Part, key: str) -> bytes:
        version, size = document.get("versie"), document.get("bestandsomvang")
        if isinstance(size, int) and size > LARGEST:
            raise Refused(f"zgw: the document is larger than {LARGEST} bytes")
        content = self.documenten.file(
            f"/{DOCUMENTS}/{{id}}/download",
            most=LARGEST,
            trace_id=self.asker.trace_id,
            values={"id": key},
            query={"versie": str(version)} if isinstance(version, int) else {},
        )
        if isinstance(size, int) and size != len(content):
            raise Malformed("zgw: the document is not as long as it should be")
        _check_sum(document, content)
        return content


def _check_sum(document: Part, content: bytes) -> None:
    told = document.get("integriteit")
    algorithm = _ALGORITHMS.get(text(told, "algoritme")) if isinstance(told, dict) else None
    if not isinstance(told, dict) or algorithm is None or not text(told, "waarde"):
        return
    found = hashlib.new(algorithm, content, usedforsecurity=False).hexdigest()
    if found != text(told, "waarde").strip().lower():
        raise Malformed("zgw: the document does not have the checksum that it should have")


def _media_type(document: Part) -> str:
    """The type that the agency gives; where that is none (".pdf"), the one that the file's name says."""
    given = text(document, "formaat").partition(";")[0].strip().lower()
    if _MEDIA_TYPE.fullmatch(given):
        return given
    guessed, _ = mimetypes.guess_type(text(document, "bestandsnaam"))
    return guessed or "application/octet-stream"


def _key(paper: Paper) -> str:
    """The key of a document of theirs, which becomes part of an address."""
    try:
        return str(UUID(paper.external_id))
    except ValueError:
        raise Refused("zgw: no document of theirs is called so") from None
