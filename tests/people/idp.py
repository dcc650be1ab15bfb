"""An identity provider on a local port, which does as a test tells it: it vouches, forges, or falls over."""

from __future__ import annotations

import base64
import hashlib
import json
import secrets
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs

import jwt
from cryptography.hazmat.primitives.asymmetric import rsa

KEY_ID = "key-1"
SECRETS = {"levensloket": "citizen-secret-of-more-than-32-bytes", "levensloket-medewerkers": "staff-secret"}


class FakeIdp:
    """`answers` replaces the answer of a path: (status, type, body); `token_changes` spoils the id_token."""

    def __init__(self) -> None:
        self.url = ""
        self._published = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        self._codes: dict[str, tuple[dict[str, str], dict[str, Any]]] = {}
        self.behave()

    def behave(self) -> None:
        """Honest again, and everything forgotten."""
        self.answers: dict[str, tuple[int, str, bytes]] = {}
        self.token_changes: dict[str, Any] = {}
        self.headers = {"kid": KEY_ID}
        self.key: Any = self._published
        self.algorithm = "RS256"
        self.seen: list[str] = []

    def authorize(self, asked: dict[str, str], claims: dict[str, Any]) -> str:
        """What the person's own click would do: a code for this request, good for these claims."""
        code = secrets.token_urlsafe(8)
        self._codes[code] = (asked, claims)
        return code

    def answer(self, path: str, form: dict[str, str]) -> tuple[int, str, bytes]:
        """Status, content type and body for one request."""
        self.seen.append(path)
        if path in self.answers:
            return self.answers[path]
        if path == "/token":
            return self._token(form)
        documents = {"/.well-known/openid-configuration": self._discovery, "/jwks": self._jwks}
        if path not in documents:
            return 404, "text/plain", b""
        return 200, "application/json", json.dumps(documents[path]()).encode()

    def _discovery(self) -> dict[str, Any]:
        return {
            "issuer": self.url,
            "authorization_endpoint": f"{self.url}/authorize",
            "token_endpoint": f"{self.url}/token",
            "jwks_uri": f"{self.url}/jwks",
            "token_endpoint_auth_methods_supported": ["client_secret_post"],
        }

    def _jwks(self) -> dict[str, Any]:
        public = json.loads(jwt.algorithms.RSAAlgorithm.to_jwk(self._published.public_key()))
        return {"keys": [{**public, "kid": KEY_ID, "alg": "RS256", "use": "sig"}]}

    def _token(self, form: dict[str, str]) -> tuple[int, str, bytes]:
        asked, claims = self._codes.pop(form.get("code", ""), ({}, {}))
        digest = hashlib.sha256(form.get("code_verifier", "").encode()).digest()
        challenge = base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
        good = (
            asked
            and SECRETS.get(form.get("client_id", "")) == form.get("client_secret")
            and asked["client_id"] == form["client_id"]
            and asked["redirect_uri"] == form.get("redirect_uri")
            and asked.get("code_challenge_method") == "S256"
            and asked["code_challenge"] == challenge
        )
        if not good:
            return 400, "application/json", b'{"error": "invalid_grant"}'
        body = {"access_token": "access", "token_type": "Bearer", "expires_in": 60}
        body["id_token"] = self._id_token(asked, claims)
        return 200, "application/json", json.dumps(body).encode()

    def _id_token(self, asked: dict[str, str], claims: dict[str, Any]) -> str:
        now = int(time.time())
        standard = {
            "iss": self.url,
            "aud": asked["client_id"],
            "iat": now,
            "exp": now + 60,
            "nonce": asked["nonce"],
        }
        payload = {**standard, **claims, **self.token_changes}
        present = {name: value for name, value in payload.items() if value is not None}
        return jwt.encode(present, key=self.key, algorithm=self.algorithm, headers=self.headers)


@contextmanager
def running_idp() -> Iterator[FakeIdp]:
    """The provider, listening on a free port of this machine."""
    idp = FakeIdp()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self._reply({})

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", "0"))).decode()
            form = {name: values[0] for name, values in parse_qs(body).items()}
            scheme, _, credentials = self.headers.get("Authorization", "").partition(" ")
            if scheme == "Basic":
                client_id, _, secret = base64.b64decode(credentials).decode().partition(":")
                form |= {"client_id": client_id, "client_secret": secret}
            self._reply(form)

        def _reply(self, form: dict[str, str]) -> None:
            status, kind, body = idp.answer(self.path, form)
            self.send_response(status)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(body)))
            if 300 <= status < 400:
                self.send_header("Location", f"{idp.url}/elsewhere")
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: Any) -> None:
            """Silent."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    idp.url = f"http://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield idp
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
