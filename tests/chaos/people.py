"""The citizens of a chaos, so many that their drafts do not meet, and the child of each request."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from itertools import count, islice
from pathlib import Path
from typing import Any

import yaml

from portal.local.environment import ROOT
from portal.people.bsn import is_valid_bsn

ACCOUNTS = 12
"""So many of them can log in: the sandbox gives accounts to the first persons of a file."""

FILERS = 2
"""Processes that file without a browser, each for citizens of its own."""

EACH = 40
"""Citizens of each of them."""

PLACES = ("9001", "9002", "9004", "9002", "9003", "9001", "9002", "9004")
"""Where the children are born, in turn: by this, requests are spread over the agencies."""

_FIRST_BSN = 999_050_000
_PERSONS = ROOT / "connectors" / "sandbox" / "persons.yaml"
_CHILD = re.compile(r"\bKind([a-j]{5})\b")


def bsns_of_accounts() -> list[str]:
    """Who files in a browser."""
    return list(islice(_bsns(), ACCOUNTS))


def bsns_of_filer(filer: int) -> list[str]:
    """Whom this process files for."""
    first = ACCOUNTS + filer * EACH
    return list(islice(_bsns(), first, first + EACH))


def write_persons(file: Path) -> None:
    """Writes everybody, in the shape that the sandbox reads (`SANDBOX_PERSONS`)."""
    (like, *_) = yaml.safe_load(_PERSONS.read_text(encoding="utf-8"))
    bsns = bsns_of_accounts() + [bsn for filer in range(FILERS) for bsn in bsns_of_filer(filer)]
    file.write_text(json.dumps([_person(like, bsn, number) for number, bsn in enumerate(bsns)], default=str))


def account(number: int) -> str:
    """The name by which somebody logs in."""
    return f"Ouder {_letters(number)}"


def child(number: int) -> str:
    """The first name of the child in this request: no other request has it."""
    return f"Kind{_letters(number)}"


def place(number: int) -> str:
    """Where that child is born."""
    return PLACES[number % len(PLACES)]


def requests_in(text: str) -> set[int]:
    """The numbers of the requests whose child is named in a text."""
    return {int("".join(str(ord(letter) - ord("a")) for letter in found)) for found in _CHILD.findall(text)}


def _bsns() -> Iterator[str]:
    """Invented ones, which pass the 11-test."""
    return (str(number) for number in count(_FIRST_BSN) if is_valid_bsn(str(number)))


def _letters(number: int) -> str:
    return "".join(chr(ord("a") + int(digit)) for digit in f"{number:05d}")


def _person(like: dict[str, Any], bsn: str, number: int) -> dict[str, Any]:
    name = {"voornamen": "Ouder", "geslachtsnaam": _letters(number), "voorletters": "O."}
    whole = {"aanduidingNaamgebruik": like["naam"]["aanduidingNaamgebruik"], "volledigeNaam": account(number)}
    return like | {"burgerservicenummer": bsn, "naam": name | whole, "partners": []}
