"""The source `bag`: BAG API Individuele Bevragingen v2, addresses by postcode and house number.

It is asked about an address, never about a person: no BSN goes there.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping
from secrets import token_hex
from typing import ClassVar

from connectors.base import JSON, Malformed, Misconfigured, Refused, Source, Subject, Value
from connectors.http import Client
from connectors.sources.bag.parse import addresses

FIELD = "bag.addresses"
MOST = 100
"""Addresses in one answer: the largest page that the API gives."""

_POSTCODE = re.compile(r"[1-9][0-9]{3}[A-Z]{2}")
_NUMBER = re.compile(r"[1-9][0-9]{0,4}")
_LETTER = re.compile(r"[A-Z]")
_SUFFIX = re.compile(r"[0-9A-Z]{1,4}")

_Question = dict[str, str]


class TooManyAddresses(Refused):
    """More addresses share this postcode and number than one answer holds; a letter or suffix narrows it."""


class BagSource(Source):
    """Asks the BAG. The shape of the value is in the manifest beside this file."""

    name: ClassVar[str] = "bag"

    def __init__(self, url: str, api_key: str, deadline: float = 5.0, ca_file: str | None = None) -> None:
        """`url` with the version; `deadline` in seconds. Raises `ValueError` for what cannot work."""
        self._client = Client(
            url,
            connector=self.name,
            headers={"X-Api-Key": api_key, "Accept": "application/hal+json"},
            deadline=deadline,
            ca_file=ca_file,
        )

    def fetch(self, subject: Subject, fields: Collection[str], *, trace_id: str) -> dict[str, Value]:
        """Every address that fits what was typed (`subject.given`); [] where none does.

        Raises `TooManyAddresses`; `Malformed` when it answers about another address; and what
        `connectors.http` raises.
        """
        unknown = set(fields) - {FIELD}
        if unknown:
            raise Misconfigured(f"bag: does not offer {', '.join(sorted(unknown))}")
        if not fields:
            return {}
        question = _question(subject.given)
        if question is None:
            return {FIELD: Value([])}
        answer = self._client.get_json(
            "/adressen", query={**question, "exacteMatch": "false", "pageSize": str(MOST)}, trace_id=trace_id
        )
        found, is_doubted = addresses(answer, most=MOST)
        if found is None:
            raise TooManyAddresses(f"bag: more than {MOST} addresses fit: a letter or suffix is needed")
        if not all(_fits(one, question) for one in found):
            raise Malformed("bag: answered with another address")
        return {FIELD: Value(found, under_investigation=is_doubted)}

    def check(self) -> None:
        """Asks what API this is, which tries connection and key. Raises a `ConnectorError`."""
        self._client.get_json("/info", headers={"Accept": "application/json"}, trace_id=token_hex(16))


def _question(given: Mapping[str, JSON]) -> _Question | None:
    """The query for what was typed; None for what no address in the Netherlands can have."""
    if "postcode" not in given or "house_number" not in given:
        raise Misconfigured(f"{FIELD} is asked before postcode and house_number are known")
    asked: _Question = {}
    for name, (parameter, pattern) in _PARAMETERS.items():
        typed = _plain(given.get(name, ""))
        if typed and not pattern.fullmatch(typed):
            return None
        if typed:
            asked[parameter] = typed
    return asked if {"postcode", "huisnummer"} <= asked.keys() else None


def _plain(typed: JSON) -> str:
    return re.sub(r"[\s-]", "", str(typed)).upper()


_PARAMETERS: dict[str, tuple[str, re.Pattern[str]]] = {
    "postcode": ("postcode", _POSTCODE),
    "house_number": ("huisnummer", _NUMBER),
    "house_letter": ("huisletter", _LETTER),
    "suffix": ("huisnummertoevoeging", _SUFFIX),
}
_KEYS: dict[str, Callable[[dict[str, JSON]], JSON]] = {
    "postcode": lambda one: one.get("postcode"),
    "huisnummer": lambda one: one.get("number"),
    "huisletter": lambda one: one.get("letter"),
    "huisnummertoevoeging": lambda one: one.get("suffix"),
}


def _fits(found: dict[str, JSON], question: _Question) -> bool:
    return all(_plain(_KEYS[parameter](found)) == asked for parameter, asked in question.items())
