"""What a client may be set up with: addresses and header values that can work, and are safe to use."""

from __future__ import annotations

import ipaddress
import re
import secrets
from collections.abc import Mapping
from urllib.parse import urlsplit

import requests

_TRACE_ID = re.compile(r"(?!0{32})[0-9a-f]{32}")
_HEADER_VALUE = re.compile(r"[\x21-\x7e]([\x20-\x7e]*[\x21-\x7e])?")


def checked_base(base_url: str) -> tuple[str, str]:
    """Its origin (scheme, host, port), and its path without a slash at the end.

    Raises `ValueError`, which does not repeat the address.
    """
    try:
        parts = urlsplit(base_url)
        prepared = urlsplit(requests.Request("GET", base_url).prepare().url or "")
    except ValueError:
        raise ValueError("the address is not a valid URL") from None
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise ValueError("the address must start with https:// and a host")
    if parts.username or parts.password or parts.query or parts.fragment:
        raise ValueError("the address may hold no password, no '?' and no '#'")
    if parts.scheme == "http" and not is_this_machine(parts.hostname):
        raise ValueError("the address must be https: personal data leave this machine encrypted only")
    return f"{prepared.scheme}://{prepared.netloc}", prepared.path.rstrip("/")


def checked_headers(headers: Mapping[str, str]) -> dict[str, str]:
    """The same headers. Raises `ValueError` for a value that no header can hold, without repeating it."""
    for name, value in headers.items():
        if not _HEADER_VALUE.fullmatch(value):
            raise ValueError(f"the value for the header {name} is empty, or holds signs that no header can")
    return dict(headers)


def traceparent(trace_id: str) -> str:
    """The header that W3C Trace Context asks for, with a new id for this call."""
    if not _TRACE_ID.fullmatch(trace_id):
        raise ValueError("a trace id is 32 hexadecimal digits, not all zero")
    return f"00-{trace_id}-{secrets.token_hex(8)}-01"


def is_this_machine(host: str) -> bool:
    """Whether a host is this machine by its name or address."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
