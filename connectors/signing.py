"""Signed calls between the portal and an agency: HTTP Message Signatures (RFC 9421) with a shared secret.

The signature (HMAC-SHA-256) covers the method, the address, the date, the digest of the body
(Content-Digest, RFC 9530) and, where there is one, the Idempotency-Key. Both sides use it: the
portal signs what it files and what it tells, an agency checks it, and the other way round.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from email.utils import format_datetime
from secrets import token_urlsafe

LABEL = "levensloket"
OLDEST_SECONDS = 300
"""A signature older than this, or from further in the future, is refused: it may be a copy."""

_INPUT = re.compile(
    rf'{LABEL}=(\(((?:"[@a-z-]+" ?)+)\);created=(\d{{1,12}});nonce="([\w-]{{16,64}})";'
    r'alg="hmac-sha256";keyid="([\w.:-]{1,100})")'
)
_SIGNATURE = re.compile(rf"{LABEL}=:([A-Za-z0-9+/=]+):")
_ALWAYS = ("@method", "@target-uri", "date", "content-digest")
_WHERE_GIVEN = ("idempotency-key",)


class BadSignature(Exception):
    """The call is not signed with the key it names, was changed, or is too old. The message says which."""


def content_digest(body: bytes) -> str:
    """The header Content-Digest of a body (RFC 9530)."""
    return f"sha-256=:{base64.b64encode(hashlib.sha256(body).digest()).decode()}:"


def signature_base(components: Sequence[tuple[str, str]], params: str) -> bytes:
    """What is signed (RFC 9421, 2.5): a line for each component, and one for the parameters."""
    lines = [f'"{name}": {value}' for name, value in components]
    return "\n".join([*lines, f'"@signature-params": {params}']).encode()


def signed_headers(
    method: str,
    address: str,
    body: bytes,
    headers: Mapping[str, str],
    *,
    key_id: str,
    secret: str,
    now: datetime | None = None,
) -> dict[str, str]:
    """The headers that sign a call: Date, Content-Digest, Signature-Input and Signature.

    `headers` are those that it has already; of these Idempotency-Key is signed along.
    """
    moment = now or datetime.now(UTC)
    added = {"Date": format_datetime(moment, usegmt=True), "Content-Digest": content_digest(body)}
    known = _lowered({**headers, **added})
    names = [*_ALWAYS, *(name for name in _WHERE_GIVEN if name in known)]
    listed = " ".join(f'"{name}"' for name in names)
    params = (
        f"({listed});created={int(moment.timestamp())};"
        f'nonce="{token_urlsafe(18)}";alg="hmac-sha256";keyid="{key_id}"'
    )
    base = signature_base(_values(names, method, address, known), params)
    signature = base64.b64encode(_mac(secret, base)).decode()
    return {**added, "Signature-Input": f"{LABEL}={params}", "Signature": f"{LABEL}=:{signature}:"}


def check_signature(
    method: str,
    address: str,
    body: bytes,
    headers: Mapping[str, str],
    *,
    secrets: Mapping[str, str],
    now: datetime | None = None,
) -> tuple[str, str]:
    """Who signed the call (the id of one of the `secrets`), and its nonce, by which a copy is known.

    Raises `BadSignature`. That a nonce was used before is for who keeps them to say.
    """
    known = _lowered(headers)
    stated = _INPUT.fullmatch(known.get("signature-input", ""))
    given = _SIGNATURE.fullmatch(known.get("signature", ""))
    if stated is None or given is None:
        raise BadSignature("the call is not signed as it should be")
    params, listed, created, nonce, key_id = stated.groups()
    names = re.findall(r'"([@a-z-]+)"', listed)
    needed = {*_ALWAYS, *(name for name in _WHERE_GIVEN if name in known)}
    if needed - set(names):
        raise BadSignature(f"the signature must cover {', '.join(sorted(needed))}")
    _check_age(int(created), now or datetime.now(UTC))
    if known.get("content-digest") != content_digest(body):
        raise BadSignature("the body is not the one of Content-Digest")
    secret = secrets.get(key_id)
    base = signature_base(_values(names, method, address, known), params)
    if secret is None or not hmac.compare_digest(_mac(secret, base), _decoded(given[1])):
        raise BadSignature("the signature is not made with the key it names")
    return key_id, nonce


def _check_age(created: int, now: datetime) -> None:
    if abs(now.timestamp() - created) > OLDEST_SECONDS:
        raise BadSignature(f"the signature is more than {OLDEST_SECONDS} seconds from now")


def _values(
    names: Sequence[str], method: str, address: str, headers: Mapping[str, str]
) -> list[tuple[str, str]]:
    derived = {"@method": method.upper(), "@target-uri": address}
    try:
        return [(name, derived.get(name) or headers[name]) for name in names]
    except KeyError as missing:
        raise BadSignature(f"the header {missing} is signed, but not there") from None


def _lowered(headers: Mapping[str, str]) -> dict[str, str]:
    return {name.lower(): value.strip() for name, value in headers.items()}


def _mac(secret: str, base: bytes) -> bytes:
    return hmac.digest(secret.encode(), base, hashlib.sha256)


def _decoded(signature: str) -> bytes:
    try:
        return base64.b64decode(signature, validate=True)
    except ValueError:
        return b""
