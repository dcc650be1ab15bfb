"""A passkey without a device: what an authenticator and a browser answer (WebAuthn level 2)."""

from __future__ import annotations

import hashlib
import json
import os
import struct
from typing import Any

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from fido2 import cbor
from fido2.cose import ES256
from fido2.utils import websafe_encode

_PRESENT_AND_VERIFIED = 0x05
_WITH_KEY = 0x40


class SoftPasskey:
    """One key, for one site; `create` and `get` answer what the server asked, in the browser's JSON."""

    def __init__(self, *, origin: str = "http://localhost:8000", site: str = "localhost") -> None:
        self.origin, self.site = origin, site
        self._key = ec.generate_private_key(ec.SECP256R1())
        self._id = os.urandom(16)
        self._count = 0

    def create(self, asked: dict[str, Any]) -> dict[str, Any]:
        """What `navigator.credentials.create` gives."""
        client = self._client("webauthn.create", asked)
        public = cbor.encode(dict(ES256.from_cryptography_key(self._key.public_key())))
        whose = bytes(16) + struct.pack(">H", len(self._id)) + self._id + public
        data = self._data(_PRESENT_AND_VERIFIED | _WITH_KEY) + whose
        attestation = cbor.encode({"fmt": "none", "attStmt": {}, "authData": data})
        return self._answer(clientDataJSON=client, attestationObject=attestation)

    def get(self, asked: dict[str, Any]) -> dict[str, Any]:
        """What `navigator.credentials.get` gives."""
        client = self._client("webauthn.get", asked)
        data = self._data(_PRESENT_AND_VERIFIED)
        signed = self._key.sign(data + hashlib.sha256(client).digest(), ec.ECDSA(hashes.SHA256()))
        return self._answer(clientDataJSON=client, authenticatorData=data, signature=signed)

    def _client(self, kind: str, asked: dict[str, Any]) -> bytes:
        challenge = asked["publicKey"]["challenge"]
        return json.dumps({"type": kind, "challenge": challenge, "origin": self.origin}).encode()

    def _data(self, flags: int) -> bytes:
        self._count += 1
        return hashlib.sha256(self.site.encode()).digest() + struct.pack(">BI", flags, self._count)

    def _answer(self, **response: bytes) -> dict[str, Any]:
        return {
            "id": websafe_encode(self._id),
            "rawId": websafe_encode(self._id),
            "type": "public-key",
            "clientExtensionResults": {},
            "response": {name: websafe_encode(value) for name, value in response.items()},
        }
