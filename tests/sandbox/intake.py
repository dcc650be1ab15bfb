"""A program that talks to an intake of the sandbox, as the portal does, or as somebody who must not."""

from __future__ import annotations

import base64
import json
import secrets
from datetime import datetime
from typing import Any

import requests

from connectors.signing import signed_headers

JSON = dict[str, Any]
SECONDS = 15
DUINZICHT = "gemeente-duinzicht"
PDF = b"%PDF-1.7 bewijs"
NOOR = "999000019"


class Intake:
    """The intake of one agency. A call can be signed wrongly, too late, or sent as it was recorded."""

    def __init__(self, sandbox_url: str, secret: str, agency: str = DUINZICHT) -> None:
        self.sandbox_url, self.secret, self.agency = sandbox_url, secret, agency
        self.url = f"{sandbox_url}/intake/{agency}/v1"

    def prepared(
        self,
        method: str,
        path: str,
        body: Any = None,
        *,
        secret: str = "",
        key_id: str = "levensloket",
        now: datetime | None = None,
        **headers: str,
    ) -> requests.PreparedRequest:
        """A signed call that can be sent, and sent again."""
        data = b"" if body is None else json.dumps(body).encode()
        given = {name.replace("_", "-"): value for name, value in headers.items()}
        if body is not None:
            given["Content-Type"] = "application/json"
        address = f"{self.url}{path}"
        signed = signed_headers(
            method, address, data, given, key_id=key_id, secret=secret or self.secret, now=now
        )
        return requests.Request(method, address, data=data, headers=given | signed).prepare()

    def call(self, method: str, path: str, body: Any = None, **more: Any) -> requests.Response:
        """Signs and sends it."""
        return send(self.prepared(method, path, body, **more))

    def file(self, envelope: JSON, **more: Any) -> requests.Response:
        """A citizen's request."""
        return self.call("POST", "/requests", envelope, Idempotency_Key=envelope["reference"], **more)

    def filed(self) -> JSON:
        """The receipt of a new request."""
        answer = self.file(envelope(self.agency))
        assert answer.status_code == 201, answer.text
        made: JSON = answer.json()
        return made

    def put_note(self, receipt: JSON, note: JSON) -> requests.Response:
        """News of a value in a request."""
        path = f"/requests/{receipt['theirReference']}/notes/{note['reference']}"
        return self.call("PUT", path, note)

    def set_fault(self, kind: str, **more: Any) -> None:
        """Sets a fault on this intake."""
        body = {"fault": kind, **more}
        address = f"{self.sandbox_url}/storingen/{self.agency}"
        assert requests.post(address, json=body, timeout=SECONDS).ok

    def has(self, reference: str) -> dict[str, int] | None:
        """What the agency has of a request, as the sandbox counts it."""
        counted = requests.get(f"{self.sandbox_url}/tellers/", timeout=SECONDS).json()[self.agency]
        found: dict[str, int] | None = counted.get(reference)
        return found


def send(call: requests.PreparedRequest, seconds: float = SECONDS) -> requests.Response:
    """Sends a call as it stands."""
    with requests.Session() as session:
        return session.send(call, timeout=seconds)


def new_reference() -> str:
    """One that nobody used."""
    text = secrets.token_hex(4).upper()
    return f"LL-{text[:4]}-{text[4:]}"


def envelope(agency: str = DUINZICHT, **change: Any) -> JSON:
    """What a portal sends for a birth."""
    return {
        "reference": new_reference(),
        "service": "geboorteaangifte",
        "agency": agency,
        "title": "Geboorteaangifte",
        "subject": {"bsn": NOOR},
        "submittedAt": "2026-11-21T09:30:00+01:00",
        "payload": {
            "facts": {"brp.name": {"value": {"full": "Noor de Wit"}, "source": "brp"}},
            "not_fetched": ["brp.partner"],
            "answers": {"child": [{"first_names": "<b>Mia</b>", "sex": "V"}]},
        },
        **change,
    }


def note(receipt: JSON, number: int = 1) -> JSON:
    """That the citizen says that a value is wrong."""
    return {
        "reference": f"{receipt['reference']}.{number}",
        "kind": "disputed",
        "field": "brp.name",
        "text": "Volgens de inwoner klopt dit niet: Naam.",
    }


def document(receipt: JSON) -> JSON:
    """A document of the citizen."""
    return {
        "reference": secrets.token_hex(16),
        "title": "Bewijs",
        "mediaType": "application/pdf",
        "content": base64.b64encode(PDF).decode(),
    }


def post(receipt: JSON, kind: str = "message") -> JSON:
    """What the citizen says after filing."""
    return {
        "reference": secrets.token_hex(16),
        "theirReference": receipt["theirReference"],
        "kind": kind,
        "about": "",
        "text": "Mag het ook <b>morgen</b>?",
        "writtenAt": "2026-11-22T09:30:00+01:00",
        "documents": [],
    }
