"""The manners of an odd back office: all that the standard allows and a first one does not do.

Its addresses stand under another prefix, its pages are short, its lists run backward, its keys come in
another order, with fields that the standard does not have, it says to be of Zaken 1.7, and it takes its time.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import Any

from connectors.sandbox.zgw.catalogue import agencies

PREFIX = "dienstverlening/rest"
"""What stands before the API in the addresses of an odd one: /zgw/<agency>/dienstverlening/rest/zaken/v1."""

PAGE_SIZE, ODD_PAGE_SIZE = 100, 2
SECONDS = 0.15
"""How much longer each answer of an odd one takes."""

VERSIONS = {
    "catalogi": "1.3.1",
    "zaken": "1.5.1",
    "notificaties": "1.0.1",
    "documenten": "1.4.3",
    "besluiten": "1.1.0",
}
ODD_VERSIONS = VERSIONS | {"catalogi": "1.3.2", "zaken": "1.7.0", "documenten": "1.6.0"}
_UNKNOWN: dict[str, Any] = {
    "leverancier": {"interneStatus": "OK", "tags": []},
    "laatstGemuteerd": "2026-01-01T00:00:00Z",
}
_OF_1_7: dict[str, Any] = {
    "laatstGeopend": None,
    "identificatieExtern": "",
    "zaakobjecten": [],
    "rollenUrl": None,
}


def is_odd(agency: str) -> bool:
    """Whether a back office has these manners."""
    known = agencies().get(agency)
    return known is not None and known.is_odd


def path_of(agency: str, api: str) -> str:
    """Where an API stands below the agency, without a slash at either end."""
    return f"{PREFIX}/{api}/v1" if is_odd(agency) else f"{api}/api/v1"


def page_size(agency: str) -> int:
    """How many an answer holds at most."""
    return ODD_PAGE_SIZE if is_odd(agency) else PAGE_SIZE


def in_order(agency: str, found: Sequence[Any]) -> Sequence[Any]:
    """A page in the order in which this back office gives it: the standard promises none."""
    return list(reversed(found)) if is_odd(agency) else found


def versions(agency: str) -> dict[str, str]:
    """The version of each API."""
    return ODD_VERSIONS if is_odd(agency) else VERSIONS


def dress(agency: str, body: Any) -> Any:
    """An answer as this back office writes it."""
    return _oddly(body) if is_odd(agency) else body


def dawdle(agency: str) -> None:
    """Takes its time."""
    if is_odd(agency):
        time.sleep(SECONDS)


def _oddly(body: Any) -> Any:
    if isinstance(body, list):
        return [_oddly(one) for one in body]
    if not isinstance(body, dict):
        return body
    own = {key: _oddly(value) for key, value in reversed(body.items())}
    return {**_UNKNOWN, **own} if "url" in body else own
