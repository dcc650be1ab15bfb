"""Reads a zaak back: every status it got, and its result once the agency has closed it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from connectors.base import Heard, Malformed, Reading
from connectors.destinations.zgw.api import Api
from connectors.destinations.zgw.catalogus import Asker, Catalogus
from connectors.destinations.zgw.parts import Part, expanded, moment, text

_EXPAND = {"expand": "status,status.statustype,resultaat,resultaat.resultaattype"}
"""Always the same: the ETag of a zaak is the same with and without it, and must never mix two bodies."""


@dataclass(frozen=True, slots=True)
class Reader:
    """One look at one zaak."""

    zaken: Api
    catalogus: Catalogus
    asker: Asker

    def read(self, url: str, version: str) -> Reading | None:
        """None where the zaak still is as it was at `version`."""
        found = self.zaken.get_if_changed(
            "/zaken/{id}",
            version,
            trace_id=self.asker.trace_id,
            values={"id": self.zaken.id_of(url, "zaken")},
            query=_EXPAND,
        )
        if found is None:
            return None
        zaak, now = found
        if zaak.get("url") != url:
            raise Malformed("zgw: answered with another zaak")
        statuses = self._statuses(zaak)
        return Reading((*statuses, *self._result(zaak, statuses)), now)

    def _statuses(self, zaak: Part) -> list[Heard]:
        query = {"zaak": text(zaak, "url")}
        listed = self.zaken.listed("/statussen", trace_id=self.asker.trace_id, query=query)
        heard = [self._status(zaak, status) for status in listed if query.items() <= status.items()]
        return sorted(heard, key=lambda one: one.set_at)

    def _status(self, zaak: Part, status: Part) -> Heard:
        newest = expanded(zaak, "status")
        is_newest = newest.get("url") == status.get("url")
        word = text(expanded(newest, "statustype"), "omschrijving") if is_newest else ""
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


def _last(statuses: list[Heard]) -> datetime:
    return max(status.set_at for status in statuses)
