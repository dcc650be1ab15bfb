"""A signed call is known as such: changed, copied late, or made with another key, it is refused."""

from __future__ import annotations

import base64
import hashlib
import hmac
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.signing import BadSignature, check_signature, content_digest, signature_base, signed_headers

SECRET, KEY = "a shared secret of at least 32 characters", "levensloket-2026"
ADDRESS = "https://agency.example/v1/requests"
NOW = datetime(2026, 11, 25, 12, 0, tzinfo=UTC)
Call = tuple[str, str, bytes, dict[str, str]]


def signed(body: bytes = b'{"a": 1}', **more: str) -> Call:
    headers = {"Idempotency-Key": "LL-7K4M-Q9XC", **more}
    added = signed_headers("POST", ADDRESS, body, headers, key_id=KEY, secret=SECRET, now=NOW)
    return "POST", ADDRESS, body, {**headers, **added}


def check(call: Call, *, now: datetime = NOW, secrets: dict[str, str] | None = None) -> tuple[str, str]:
    return check_signature(*call, secrets={KEY: SECRET} if secrets is None else secrets, now=now)


def test_the_example_of_the_standard_comes_out_as_it_stands_there() -> None:
    """RFC 9421, B.2.5: HMAC-SHA-256 with the test key."""
    secret = base64.b64decode(
        "uzvJfB4u3N0Jy4T7NZ75MDVcr8zSTInedJtkgcu46YW4XByzNJjxBdtjUkdJPBtbmHhIDi6pcl8jsasjlTMtDQ=="
    )
    components = [
        ("date", "Tue, 20 Apr 2021 02:07:55 GMT"),
        ("@authority", "example.com"),
        ("content-type", "application/json"),
    ]
    params = '("date" "@authority" "content-type");created=1618884473;keyid="test-shared-secret"'
    mac = hmac.digest(secret, signature_base(components, params), hashlib.sha256)
    assert base64.b64encode(mac).decode() == "pxcQw6G3AjtMBQjwo8XzkZf/bws5LelbaMk5rGIGtE8="


def test_a_signed_call_says_whose_it_is_and_each_has_a_nonce_of_its_own() -> None:
    first, second = check(signed()), check(signed())
    assert first[0] == second[0] == KEY
    assert first[1] != second[1]


@pytest.mark.parametrize("seconds", [-301, 301])
def test_a_late_copy_is_refused(seconds: int) -> None:
    with pytest.raises(BadSignature, match="seconds"):
        check(signed(), now=NOW + timedelta(seconds=seconds))


def test_another_key_or_an_unknown_one_is_refused() -> None:
    for secrets in ({}, {KEY: "another"}, {"other": SECRET}):
        with pytest.raises(BadSignature, match="key"):
            check(signed(), secrets=secrets)


@pytest.mark.parametrize(
    "header", ["Signature", "Signature-Input", "Date", "Content-Digest", "Idempotency-Key"]
)
def test_a_header_that_is_missing_or_changed_is_refused(header: str) -> None:
    method, address, body, headers = signed()
    without = {name: value for name, value in headers.items() if name != header}
    for changed in (without, {**headers, header: headers[header][:-3] + "AAA"}):
        with pytest.raises(BadSignature):
            check((method, address, body, changed))


@given(st.binary(max_size=60), st.binary(max_size=60))
def test_only_the_body_that_was_signed_passes(body: bytes, other: bytes) -> None:
    method, address, _, headers = signed(body)
    assert check((method, address, body, headers))[0] == KEY
    if other != body:
        with pytest.raises(BadSignature):
            check((method, address, other, headers))
        with pytest.raises(BadSignature):
            check((method, address, other, {**headers, "Content-Digest": content_digest(other)}))


def test_another_method_or_address_is_refused() -> None:
    _, _, body, headers = signed()
    for method, address in (("PUT", ADDRESS), ("POST", f"{ADDRESS}/x")):
        with pytest.raises(BadSignature):
            check((method, address, body, headers))


def test_an_idempotency_key_that_is_not_signed_is_refused() -> None:
    added = signed_headers("POST", ADDRESS, b"", {}, key_id=KEY, secret=SECRET, now=NOW)
    with pytest.raises(BadSignature, match="idempotency-key"):
        check(("POST", ADDRESS, b"", {**added, "Idempotency-Key": "LL-7K4M-Q9XC"}))


@given(st.text(max_size=200), st.text(max_size=200))
def test_whatever_stands_in_the_headers_is_refused_and_never_an_error(stated: str, signature: str) -> None:
    with pytest.raises(BadSignature):
        check(("GET", ADDRESS, b"", {"Signature-Input": stated, "Signature": signature}))
