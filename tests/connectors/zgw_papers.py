"""An agency of the destination `zgw` that has papers for the citizen, and what tests change in it."""

from __future__ import annotations

import hashlib
from typing import Any

from connectors.destinations.zgw.destination import ZgwDestination
from tests.contract.agency import Agency
from tests.contract.samples import SECRET

Content = dict[str, Any]

ZAAK_KEY = "00000000-0000-4000-8000-000000000001"
ZAAK = f"{{side}}/zaken/api/v1/zaken/{ZAAK_KEY}"
LETTER, DECISION, OURS = (f"d0000000-0000-4000-8000-00000000000{number}" for number in (1, 2, 3))
ZAAKTYPE = "{side}/catalogi/api/v1/zaaktypen/10000000-0000-4000-8000-000000000001"
KINDS = "{side}/catalogi/api/v1/informatieobjecttypen/70000000-0000-4000-8000-00000000000"
OUT, IN, INSIDE = (f"{KINDS}{number}" for number in (1, 2, 3))
WAYS: tuple[tuple[str, str], ...] = ((OUT, "uitgaand"), (IN, "inkomend"), (INSIDE, "intern"))
LINKED = "{side}/catalogi/api/v1/zaaktype-informatieobjecttypen/60000000-0000-4000-8000-00000000000"
BESLUIT = "{side}/besluiten/api/v1/besluiten/b0000000-0000-4000-8000-000000000001"
PDF = b"%PDF-1.7 beste mevrouw"


def document_url(key: str) -> str:
    return f"{{side}}/documenten/api/v1/enkelvoudiginformatieobjecten/{key}"


def document(key: str, **change: Any) -> Content:
    """A letter that the agency has finished and that is for the citizen, unless it is changed."""
    return {
        "url": document_url(key),
        "identificatie": f"DOCUMENT-{key[-1]}",
        "bronorganisatie": "999190015",
        "titel": f"Brief {key[-1]}",
        "auteur": "Gemeente Waterstad",
        "status": "definitief",
        "vertrouwelijkheidaanduiding": "zaakvertrouwelijk",
        "formaat": "application/pdf",
        "bestandsnaam": "brief.pdf",
        "bestandsomvang": len(PDF),
        "versie": 1,
        "beginRegistratie": "2025-11-24T11:00:00Z",
        "ontvangstdatum": None,
        "informatieobjecttype": OUT,
        "integriteit": {"algoritme": "sha_256", "waarde": hashlib.sha256(PDF).hexdigest().upper()},
        "bestandsdelen": [],
        "locked": False,
        **change,
    }


def link(key: str, set_at: str = "2025-11-24T10:00:00Z", **change: Any) -> Content:
    """A document is in the zaak."""
    url = f"{{side}}/zaken/api/v1/zaakinformatieobjecten/{key}"
    return {
        **{"url": url, "zaak": ZAAK, "informatieobject": document_url(key), "titel": ""},
        **{"registratiedatum": set_at, **change},
    }


class Papers:
    """What the agency has; changed by a test, then served."""

    def __init__(self) -> None:
        self.etag = '"b5e1"'
        self.documents = {
            LETTER: document(LETTER),
            DECISION: document(DECISION, titel="Besluit"),
            OURS: document(
                OURS, auteur="Inwoner, via Levensloket", ontvangstdatum="2025-11-22", informatieobjecttype=IN
            ),
        }
        self.links = [link(DECISION, "2025-11-25T10:00:00+01:00"), link(LETTER), link(OURS)]
        self.decisions = [{"url": BESLUIT, "zaak": ZAAK, "datum": "2025-11-25"}]
        self.letters = [{"besluit": BESLUIT, "informatieobject": document_url(DECISION)}]
        self.files: dict[str, Content] = {key: {"text": PDF.decode()} for key in self.documents}
        self.gone: dict[str, int] = {}

    def content(self) -> Content:
        """The answers of a sample."""
        path = "/documenten/api/v1/enkelvoudiginformatieobjecten"
        kinds = [
            {
                "url": f"{LINKED}{number}",
                "zaaktype": ZAAKTYPE,
                "informatieobjecttype": kind,
                "volgnummer": number,
                "richting": way,
            }
            for number, (kind, way) in enumerate(WAYS, 1)
        ]
        zaak = {"url": ZAAK, "zaaktype": ZAAKTYPE, "status": None, "resultaat": None, "einddatum": None}
        zaaks = {"call": f"GET /zaken/api/v1/zaken/{ZAAK_KEY}", "json": zaak}
        if self.etag:
            zaaks["headers"] = {"ETag": self.etag}
        found = [
            {
                "call": f"GET {path}/{key}",
                "json": {} if key in self.gone else one,
                "status": self.gone.get(key, 200),
            }
            for key, one in self.documents.items()
        ]
        files = [
            {
                "call": f"GET {path}/{key}/download",
                "headers": {"Content-Type": "application/octet-stream"},
                **one,
            }
            for key, one in self.files.items()
        ]
        return {
            "answers": [
                zaaks,
                {"call": "GET /zaken/api/v1/statussen", "json": {"next": None, "results": []}},
                {"call": "GET /zaken/api/v1/zaakinformatieobjecten", "json": self.links},
                {"call": "GET /besluiten/api/v1/besluiten", "json": _page(self.decisions)},
                {"call": "GET /besluiten/api/v1/besluitinformatieobjecten", "json": self.letters},
                {"call": "GET /catalogi/api/v1/zaaktype-informatieobjecttypen", "json": _page(kinds)},
                *found,
                *files,
            ]
        }


def _page(results: list[Content]) -> Content:
    return {"count": len(results), "next": None, "previous": None, "results": results}


def reader(agency: Agency, **settings: Any) -> ZgwDestination:
    """The destination with a Documenten and a Besluiten API; a setting that is None is left out."""
    given = {
        "zaken_url": f"{agency.url}/zaken/api/v1",
        "catalogi_url": f"{agency.url}/catalogi/api/v1",
        "documenten_url": f"{agency.url}/documenten/api/v1",
        "besluiten_url": f"{agency.url}/besluiten/api/v1",
        "client_id": "sample",
        "secret": SECRET,
        "rsin": "999190015",
        **settings,
    }
    return ZgwDestination(**{name: value for name, value in given.items() if value is not None})
