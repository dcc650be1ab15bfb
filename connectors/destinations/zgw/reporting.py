"""Tells an agency something about a zaak that it has, in the zaak's toelichting.

The Zaken API has no resource for a remark that a citizen makes later, and a status is the agency's to
set. The toelichting is seen by whoever opens the zaak; changing it needs a right that filing needs too.
"""

from __future__ import annotations

from dataclasses import dataclass

from connectors.base import JSON, Once, Refused, Report
from connectors.destinations.zgw.api import Api
from connectors.destinations.zgw.documents import refuse_closed, zaak_at
from connectors.destinations.zgw.parts import Part, text, wrong
from connectors.faults import fault_point

LONGEST = 1000
"""Characters that the standard allows in a toelichting."""

_SHORTEST = 40
"""Less room than this says nothing to anybody."""


class Full(Refused):
    """The toelichting of the zaak has no room for more."""


@dataclass(frozen=True, slots=True)
class Reporter:
    """One piece of news. Its reference between brackets in the text is how an earlier attempt is found.

    The API knows no `If-Match` for zaken: what somebody types in the same moment, between our reading
    and our writing, could be lost there. The two follow each other at once, so that the moment is short.
    """

    zaken: Api
    url: str
    report: Report

    def run(self, once: Once) -> None:
        """Once in effect, also after a crash or an answer that got lost."""
        once("toelichting", self._add, self._find)

    def _find(self) -> JSON | None:
        return {} if self._mark in text(self._zaak(), "toelichting") else None

    def _add(self) -> JSON:
        zaak = self._zaak()
        before = text(zaak, "toelichting")
        if self._mark in before:
            return {}
        refuse_closed(zaak)
        changed = self.zaken.patch(
            "/zaken/{id}",
            {"toelichting": self._added(before)},
            trace_id=self.report.trace_id,
            values=self._values,
        )
        fault_point("zgw.after-toelichting")
        if self._mark not in text(changed, "toelichting"):
            raise wrong("toelichting")
        return {}

    def _added(self, before: str) -> str:
        lead = f"{before}\n{self._mark} " if before else f"{self._mark} "
        room = LONGEST - len(lead)
        said = self.report.text
        if len(said) > room:
            if room < _SHORTEST:
                raise Full("zgw: the toelichting of the zaak is full")
            said = f"{said[: room - 1]}…"
        return lead + said

    def _zaak(self) -> Part:
        return zaak_at(self.zaken, self.url, self.report.trace_id)

    @property
    def _values(self) -> dict[str, str]:
        return {"id": self.zaken.id_of(self.url, "zaken")}

    @property
    def _mark(self) -> str:
        return f"[{self.report.reference}]"
