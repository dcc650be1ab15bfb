"""The destination `zgw`: a back office that speaks the ZGW standards, Zaken API 1.5."""

from __future__ import annotations

import re
from secrets import token_hex
from typing import ClassVar

from connectors.base import Destination, Envelope, Misconfigured, Once, Reading, Receipt, Report
from connectors.destinations.zgw.api import Api, Key
from connectors.destinations.zgw.catalogus import Asker, Catalogus
from connectors.destinations.zgw.filing import Filing
from connectors.destinations.zgw.parts import text
from connectors.destinations.zgw.reading import Reader
from connectors.destinations.zgw.reporting import Reporter

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
        catalogus: str | None = None,
        deadline: float = 8.0,
        ca_file: str | None = None,
    ) -> None:
        """`deadline` in seconds, for each call. Raises `ValueError` for what can never work."""
        if not _is_rsin(rsin):
            raise ValueError("'rsin' must be nine digits that pass the 11-test, within quotes")
        key = Key(client_id, secret)

        def api(url: str) -> Api:
            return Api(url, key, deadline=deadline, ca_file=ca_file)

        self._rsin = rsin
        self._zaken = api(zaken_url)
        self._catalogus = Catalogus(api(catalogi_url), catalogus)
        self._notificaties = api(notificaties_url) if notificaties_url else None
        self.notifies = self._notificaties is not None

    def file(self, envelope: Envelope, once: Once) -> Receipt:
        """A zaak with our reference as its identificatie, its initiator, its properties and its first status.

        Raises `Misconfigured` for a type that the agency does not have, `Refused` where another zaak
        has our reference, `Malformed` for an address of another host, and what `connectors.http` raises.
        """
        return Filing(self._zaken, self._catalogus, self._rsin, envelope, once).run()

    def report(self, their_reference: str, report: Report, once: Once) -> None:
        """Adds it to the zaak's toelichting, behind what stands there.

        Raises `Refused` for a zaak that is closed or whose toelichting is full.
        """
        Reporter(self._zaken, their_reference, report).run(once)

    def read(self, their_reference: str, *, version: str, trace_id: str) -> Reading | None:
        """Every status so far, and the result of a zaak that is closed. `version` is an ETag."""
        asker = Asker("the agency", trace_id)
        return Reader(self._zaken, self._catalogus, asker).read(their_reference, version)

    def subscribe(self, callback: str, credential: str) -> None:
        """Has the agency call `callback` for each zaak of its own, with `credential` as Authorization.

        One subscription stays one, however often this runs.
        """
        if self._notificaties is None:
            raise Misconfigured("zgw: the settings have no notificaties_url, so the agency cannot call us")
        wanted = {
            "callbackUrl": callback,
            "auth": credential,
            "kanalen": [{"naam": "zaken", "filters": {"bronorganisatie": self._rsin}}],
        }
        trace_id = token_hex(16)
        listed = self._notificaties.listed("/abonnement", trace_id=trace_id)
        ours = [text(one, "url") for one in listed if one.get("callbackUrl") == callback]
        for url in ours:
            identity = self._notificaties.id_of(url, "abonnement")
            self._notificaties.put("/abonnement/{id}", wanted, trace_id=trace_id, values={"id": identity})
        if not ours:
            self._notificaties.post("/abonnement", wanted, trace_id=trace_id)

    def check(self) -> None:
        """Asks the Catalogi API for its catalogi and the Zaken API for a zaak that nobody has.

        That tries connection, key and rights of both. Raises a `ConnectorError`.
        """
        trace_id = token_hex(16)
        self._catalogus.check(trace_id)
        nobodys = {"identificatie": "LL-0000-0000", "bronorganisatie": self._rsin}
        self._zaken.listed("/zaken", trace_id=trace_id, query=nobodys)


def _is_rsin(rsin: str) -> bool:
    if not re.fullmatch(r"[0-9]{9}", rsin) or rsin == "0" * 9:
        return False
    return sum(int(digit) * weight for digit, weight in zip(rsin, _WEIGHTS, strict=True)) % 11 == 0
