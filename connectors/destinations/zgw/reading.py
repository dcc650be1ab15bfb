"""Reads a zaak back: every status it got, its result once the agency has closed it, and its papers."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from connectors.base import Heard, Malformed, Reading
from connectors.destinations.zgw.api import Api
from connectors.destinations.zgw.catalogus import Asker, Catalogus
from connectors.destinations.zgw.papers import Decisions, PaperReader
from connectors.destinations.zgw.parts import Part, expanded, moment, text

_EXPAND = {"expand": "status,status.statustype,resultaat,resultaat.resultaattype"}
"""Always the same: the ETag of a zaak is the same with and without it, and must never mix two bodies."""


@dataclass(frozen=True, slots=True)
class Reader:
    """One look at one zaak. Without `papers` the agency shows no documents."""

    zaken: Api
    catalogus: Catalogus
    papers: PaperReader | None
    asker: Asker

    def read(self, url: str, version: str) -> Reading | None:
        """None where the zaak still is as it was at `version`, and nothing else was decided about it.

        A version is the ETag of the zaak, and where there are papers what was decided so far: a decision
        need not change the zaak. It is "" while a letter is still being written: when that is finished,
        nothing else changes, so that each look must be a whole one.
        """
        etag, _, decided = version.partition(" ")
        found = self._zaak(url, etag)
        decisions = self.papers.decisions(url) if self.papers else Decisions(frozenset(), "")
        if found is None and decisions.version == decided:
            return None
        zaak, now = found or self._zaak(url, "") or _impossible()
        statuses = self._statuses(zaak)
        heard = (*statuses, *self._result(zaak, statuses))
        if self.papers is None:
            return Reading(heard, now)
        papers = self.papers.papers(zaak, decisions)
        whole = f"{now} {decisions.version}".strip() if now and papers.is_settled else ""
        return Reading(heard, whole, papers.shown)

    def _zaak(self, url: str, etag: str) -> tuple[Part, str] | None:
        found = self.zaken.get_if_changed(
            "/zaken/{id}",
            etag,
            trace_id=self.asker.trace_id,
            values={"id": self.zaken.id_of(url, "zaken")},
            query=_EXPAND,
        )
        if found is not None and found[0].get("url") != url:
            raise Malformed("zgw: answered with another zaak")
        return found

    def _statuses(self, zaak: Part) -> list[Heard]:
        query = {"zaak": text(zaak, "url")}
        listed = self.zaken.listed("/statussen", trace_id=self.asker.trace_id, query=query)
        heard = [self._status(zaak, status) for status in listed if query.items() <= status.items()]
        return self._known_to(zaak, sorted(heard, key=lambda one: one.set_at))

    def _known_to(self, zaak: Part, statuses: list[Heard]) -> list[Heard]:
        """Those that the zaak itself knew of when it was read, a moment before the list.

        A status that came in between may have closed it: with its result, which was not in what we read.
        It is for the next look, which finds another ETag.
        """
        url = text(zaak, "status")
        if not url:
            return []
        identity = self.zaken.id_of(url, "statussen")
        newest = [one.set_at for one in statuses if one.external_id == identity]
        return [one for one in statuses if newest and one.set_at <= newest[0]]

    def _status(self, zaak: Part, status: Part) -> Heard:
        newest = expanded(zaak, "status")
        is_newest = newest.get("url") == status.get("url")
        # Of Zaken 1.7, a status in a list may bring its type along as well.
        known = expanded(newest if is_newest else status, "statustype")
        word = text(known, "omschrijving") if known.get("url") == status.get("statustype") else ""
        return Heard(
            external_id=self.zaken.id_of(text(status, "url"), "statussen"),
            kind="status",
            word=word or self._word("statustype", zaak, status),
            text=text(status, "statustoelichting"),
            set_at=moment(status, "datumStatusGezet"),
        )

    def _result(self, zaak: Part, statuses: list[Heard]) -> list[Heard]:
        """The result of a closed zaak: before that, the agency may still change it.

        A result has no moment of its own: it counts from the last status.
        """
        url = text(zaak, "resultaat")
        if not url or not text(zaak, "einddatum") or not statuses:
            return []
        identity = self.zaken.id_of(url, "resultaten")
        result = expanded(zaak, "resultaat")
        if result.get("url") != url:
            result = self.zaken.get("/resultaten/{id}", trace_id=self.asker.trace_id, values={"id": identity})
        return [
            Heard(
                external_id=identity,
                kind="result",
                word=text(expanded(result, "resultaattype"), "omschrijving")
                or self._word("resultaattype", zaak, result),
                text=text(result, "toelichting"),
                set_at=_last(statuses),
            )
        ]

    def _word(self, key: str, zaak: Part, whole: Part) -> str:
        return self.catalogus.word(f"{key}n", text(zaak, "zaaktype"), text(whole, key), self.asker)


def _impossible() -> tuple[Part, str]:
    raise Malformed("zgw: nothing changed since no version at all")


def _last(statuses: list[Heard]) -> datetime:
    return max(status.set_at for status in statuses)
