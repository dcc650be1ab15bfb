"""Which addresses there are, and what the BAG answers to a question about them. Plain Python."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import yaml

Address = dict[str, Any]

FILE = Path(__file__).with_name("addresses.yaml")
PATTERNS = {
    "postcode": r"[1-9][0-9]{3}[a-zA-Z]{2}",
    "huisnummer": r"[1-9][0-9]{0,4}",
    "huisletter": r"[a-zA-Z]",
    "huisnummertoevoeging": r"[0-9a-zA-Z]{1,4}",
    "exacteMatch": "true|false",
    "page": r"[1-9][0-9]{0,4}",
    "pageSize": r"[1-9][0-9]|100",
}
"""The parameters that are played, each with what it must look like."""
NEEDED = ("postcode", "huisnummer")
SEARCHED = (*NEEDED, "huisletter", "huisnummertoevoeging")


class BadQuestion(Exception):
    """The question cannot be answered; `wrong` are the names of the parameters that are missing or wrong."""

    def __init__(self, wrong: list[str]) -> None:
        super().__init__("the question has parameters that are missing or wrong")
        self.wrong = wrong


@cache
def addresses() -> tuple[Address, ...]:
    """Every address, in the shape of the API (`AdresIO`)."""
    written = yaml.load(FILE.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)
    return tuple(map(_address, written))


def question_in(given: Mapping[str, str]) -> dict[str, str]:
    """The parameters of a question. Raises `BadQuestion`, which does not repeat their values."""
    wrong = [name for name in NEEDED if name not in given]
    wrong += [name for name, value in given.items() if not re.fullmatch(PATTERNS.get(name, r"(?!)"), value)]
    if wrong:
        raise BadQuestion(sorted(wrong))
    return dict(given)


def found(question: Mapping[str, str]) -> list[Address]:
    """The addresses that fit. Where `exacteMatch` is true a letter that was not asked may not be there."""
    is_exact = question.get("exacteMatch") == "true"
    names = SEARCHED if is_exact else [name for name in SEARCHED if name in question]
    return [
        one
        for one in addresses()
        if all(str(one.get(name, "")).upper() == question.get(name, "").upper() for name in names)
    ]


def collection(question: Mapping[str, str], fitting: list[Address], address: str) -> dict[str, Any]:
    """One page of the answer (`AdresIOHalCollection`), without a list where there is nothing on it.

    `address` is that of the register itself, for the links.
    """
    page, size = int(question.get("page", "1")), int(question.get("pageSize", "20"))
    shown = fitting[(page - 1) * size : page * size]
    links = {"self": {"href": f"{address}?page={page}"}}
    if len(fitting) > page * size:
        links["next"] = {"href": f"{address}?page={page + 1}"}
    return {**({"_embedded": {"adressen": shown}} if shown else {}), "_links": links}


def _address(given: Mapping[str, Any]) -> Address:
    municipality, number = given["municipality"], f"{given['id']:010}"
    whole = {
        "openbareRuimteNaam": given["street"],
        "korteNaam": given["street"][:24],
        "huisnummer": given["number"],
        "huisletter": given.get("letter"),
        "huisnummertoevoeging": given.get("suffix"),
        "postcode": given["postcode"],
        "woonplaatsNaam": given["city"],
        "nummeraanduidingIdentificatie": f"{municipality}20{number}",
        "openbareRuimteIdentificatie": f"{municipality}30{number}",
        "woonplaatsIdentificatie": municipality,
        "adresseerbaarObjectIdentificatie": f"{municipality}01{number}",
        "pandIdentificaties": [f"{municipality}10{number}"],
    }
    return {name: value for name, value in whole.items() if value is not None}
