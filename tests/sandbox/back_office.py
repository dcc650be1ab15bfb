"""A program that talks to a back office of the sandbox, as the portal or as the municipality's own."""

from __future__ import annotations

import secrets
import time
from base64 import b64encode
from collections.abc import Callable
from typing import Any

import jwt
import requests

JSON = dict[str, Any]

SECONDS = 15
WATERSTAD, HEIDEDORP, POLDERVEEN = "gemeente-waterstad", "gemeente-heidedorp", "gemeente-polderveen"
RSIN = "999190015"
RSINS = {WATERSTAD: RSIN, HEIDEDORP: "999190027", POLDERVEEN: "999190039"}
NOOR = "999000019"
CRS = {"Accept-Crs": "EPSG:4326", "Content-Crs": "EPSG:4326"}
LONG_AGO = "2026-01-31T09:00:00Z"


def place(agency: str, api: str) -> str:
    """Where a back office has an API, below itself."""
    return f"dienstverlening/rest/{api}/v1" if agency == POLDERVEEN else f"{api}/api/v1"


def token(client_id: str | None, secret: str, **claims: Any) -> str:
    """An Authorization header. A claim that is None is left out."""
    payload = {"iss": client_id, "iat": int(time.time()), "client_id": client_id, **claims}
    known = {name: value for name, value in payload.items() if value is not None}
    return f"Bearer {jwt.encode(known, secret, algorithm='HS256')}"


class BackOffice:
    """The back office of one agency, seen by one application."""

    def __init__(
        self, sandbox_url: str, settings: dict[str, str], client_id: str = "", agency: str = WATERSTAD
    ) -> None:
        self.sandbox_url, self.agency = sandbox_url, agency
        self.client_id, self.secret = client_id or settings["ZGW_CLIENT_ID"], settings["ZGW_SECRET"]
        self.url = f"{sandbox_url}/zgw/{agency}"

    def call(
        self, method: str, address: str, body: Any = None, *, data: str | None = None, **headers: str | None
    ) -> requests.Response:
        """`address` is a full URL or a path such as `zaken/zaken`. A header that is None is left out."""
        api, _, rest = address.partition("/")
        url = address if address.startswith("http") else f"{self.url}/{place(self.agency, api)}/{rest}"
        given = {"Authorization": token(self.client_id, self.secret), **CRS}
        given |= {name.replace("_", "-"): value for name, value in headers.items()}  # type: ignore[misc]
        sent = {name: value for name, value in given.items() if value is not None}
        return requests.request(method, url, json=body, data=data, headers=sent, timeout=SECONDS)

    def get(self, address: str, **headers: str | None) -> requests.Response:
        """Reads."""
        return self.call("GET", address, **headers)

    def post(self, address: str, body: Any, **headers: str | None) -> requests.Response:
        """Makes."""
        return self.call("POST", address, body, **headers)

    def types(self, resource: str) -> dict[str, str]:
        """The URLs of the types of the birth registration, by name."""
        found: dict[str, str] = {}
        following: str | None = f"catalogi/{resource}?zaaktypeIdentificatie=GEBOORTE-AANGIFTE"
        while following:
            page = self.get(following).json()
            found |= {one.get("omschrijving") or one["naam"]: one["url"] for one in page["results"]}
            following = page["next"]
        return found

    def zaaktype(self) -> str:
        """The URL of the birth registration."""
        found = self.get("catalogi/zaaktypen?identificatie=GEBOORTE-AANGIFTE&status=definitief").json()
        url: str = found["results"][0]["url"]
        return url

    def zaak_body(self, **change: Any) -> JSON:
        """What a portal sends for a case, under a reference that nobody used."""
        return {
            "identificatie": f"LL-{secrets.token_hex(4).upper()}",
            "bronorganisatie": RSINS[self.agency],
            "verantwoordelijkeOrganisatie": RSINS[self.agency],
            "omschrijving": "Geboorteaangifte",
            "zaaktype": self.zaaktype(),
            "startdatum": "2026-01-31",
            **change,
        }

    def new_zaak(self, **change: Any) -> JSON:
        """A case that was filed just now."""
        answer = self.post("zaken/zaken", self.zaak_body(**change))
        assert answer.status_code == 201, answer.text
        made: JSON = answer.json()
        return made

    def role_body(self, zaak: JSON, /, **change: Any) -> JSON:
        """The citizen who files."""
        return {
            "zaak": zaak["url"],
            "roltype": self.types("roltypen")["Melder"],
            "roltoelichting": "Verstuurd via het portaal",
            "betrokkeneType": "natuurlijk_persoon",
            "betrokkeneIdentificatie": {"inpBsn": NOOR},
            **change,
        }

    def property_body(self, zaak: JSON, name: str = "achternaam", value: str = "de Wit") -> JSON:
        """One value of what is filed."""
        return {"zaak": zaak["url"], "eigenschap": self.types("eigenschappen")[name], "waarde": value}

    def status_body(self, zaak: JSON, name: str = "Geregistreerd", set_at: str = LONG_AGO) -> JSON:
        """A status."""
        return {
            "zaak": zaak["url"],
            "statustype": self.types("statustypen")[name],
            "datumStatusGezet": set_at,
        }

    def result_body(self, zaak: JSON, name: str = "Akte opgemaakt") -> JSON:
        """A result."""
        return {
            "zaak": zaak["url"],
            "resultaattype": self.types("resultaattypen")[name],
            "toelichting": "De akte ligt klaar.",
        }

    def document_body(self, content: bytes = b"Een brief.", **change: Any) -> JSON:
        """What a portal sends for a document, under a reference that nobody used."""
        kinds = self.get("catalogi/informatieobjecttypen?omschrijving=Stuk van de aanvrager").json()
        return {
            "identificatie": f"LL-{secrets.token_hex(4).upper()}",
            "bronorganisatie": RSINS[self.agency],
            "creatiedatum": "2026-01-31",
            "titel": "Bewijs",
            "auteur": "De inwoner",
            "taal": "dut",
            "formaat": "text/plain",
            "bestandsnaam": "bewijs.txt",
            "inhoud": b64encode(content).decode(),
            "bestandsomvang": len(content),
            "informatieobjecttype": kinds["results"][0]["url"],
            **change,
        }

    def new_document(self, content: bytes = b"Een brief.", **change: Any) -> JSON:
        """A document that was stored just now."""
        body = self.document_body(content, **change)
        answer = self.post("documenten/enkelvoudiginformatieobjecten", body)
        assert answer.status_code == 201, answer.text
        made: JSON = answer.json()
        return made

    def tally(self, reference: str) -> dict[str, int] | None:
        """What the agency has of a case, as the sandbox counts it."""
        counted = requests.get(f"{self.sandbox_url}/tellers/", timeout=SECONDS).json()[self.agency]
        found: dict[str, int] | None = counted.get(reference)
        return found

    def set_fault(self, kind: str, **more: Any) -> requests.Response:
        """Sets a fault on this back office."""
        body = {"fault": kind, **more}
        return requests.post(f"{self.sandbox_url}/storingen/{self.agency}", json=body, timeout=SECONDS)


NewBackOffice = Callable[..., BackOffice]
