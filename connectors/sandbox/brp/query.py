"""Reads the body of a question to the BRP, or says what is wrong with it. Plain Python."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from connectors.sandbox.brp.fields import Tree, is_known, wanted

PLAYED = "RaadpleegMetBurgerservicenummer"
NOT_PLAYED = (
    "ZoekMetAdresseerbaarObjectIdentificatie",
    "ZoekMetGeslachtsnaamEnGeboortedatum",
    "ZoekMetNaamEnGemeenteVanInschrijving",
    "ZoekMetNummeraanduidingIdentificatie",
    "ZoekMetPostcodeEnHuisnummer",
    "ZoekMetStraatHuisnummerEnGemeenteVanInschrijving",
)
MAX_BSNS = 20
MAX_FIELDS = 130
BSN = re.compile(r"[0-9]{9}")
FIELD = re.compile(r"[a-zA-Z0-9._]{1,200}")
MUNICIPALITY = re.compile(r"[0-9]{4}")


@dataclass(frozen=True, slots=True)
class Query:
    """A question that can be answered. `bsns` has no doubles; `municipality` narrows it to one."""

    bsns: tuple[str, ...]
    wanted: Tree
    municipality: str | None


@dataclass(frozen=True, slots=True)
class InvalidParam:
    """One thing that is wrong with the body. The values themselves are never repeated."""

    name: str
    code: str
    reason: str


class BadQuery(Exception):
    """The body cannot be answered: `title` and `code` for the whole, `params` one by one."""

    def __init__(self, title: str, code: str, params: list[InvalidParam]) -> None:
        super().__init__(title)
        self.title = title
        self.code = code
        self.params = params


def read_query(body: Any) -> Query:
    """The question in a JSON body. Raises `BadQuery`."""
    if not isinstance(body, dict):
        raise BadQuery("De vraag is geen JSON object.", "json", [])
    _check_type(body)
    missing = [name for name in ("burgerservicenummer", "fields") if name not in body]
    if missing:
        params = [InvalidParam(name, "required", "Deze parameter ontbreekt.") for name in missing]
        raise BadQuery("Er ontbreken verplichte parameters.", "paramsCombination", params)
    wrong = _wrong_bsns(body["burgerservicenummer"]) + _wrong_fields(body["fields"])
    wrong += _wrong_municipality(body) + _unknown_names(body)
    if wrong:
        raise BadQuery("Een of meer parameters kloppen niet.", "paramsValidation", wrong)
    return Query(
        bsns=tuple(dict.fromkeys(body["burgerservicenummer"])),
        wanted=wanted(body["fields"]),
        municipality=body.get("gemeenteVanInschrijving"),
    )


def _check_type(body: dict[str, Any]) -> None:
    kind = body.get("type")
    if kind is None:
        param = InvalidParam("type", "required", "Deze parameter ontbreekt.")
        raise BadQuery("Er ontbreken verplichte parameters.", "paramsCombination", [param])
    if kind in NOT_PLAYED:
        param = InvalidParam("type", "notPlayed", f"De zandbak speelt alleen {PLAYED}.")
        raise BadQuery("Deze zoekvraag speelt de zandbak niet.", "paramsValidation", [param])
    if kind != PLAYED:
        param = InvalidParam("type", "value", "Dit is geen zoekvraag van de BRP.")
        raise BadQuery("Een of meer parameters kloppen niet.", "paramsValidation", [param])


def _wrong_array(name: str, value: Any, most: int) -> list[InvalidParam]:
    if not isinstance(value, list):
        return [InvalidParam(name, "array", "Dit is geen lijst.")]
    if not value:
        return [InvalidParam(name, "minItems", "De lijst is leeg.")]
    if len(value) > most:
        return [InvalidParam(name, "maxItems", f"De lijst heeft meer dan {most} waarden.")]
    return []


def _wrong_bsns(value: Any) -> list[InvalidParam]:
    wrong = _wrong_array("burgerservicenummer", value, MAX_BSNS)
    if wrong:
        return wrong
    return [
        InvalidParam(f"burgerservicenummer[{index}]", "pattern", "Dit zijn geen negen cijfers.")
        for index, bsn in enumerate(value)
        if not (isinstance(bsn, str) and BSN.fullmatch(bsn))
    ]


def _wrong_fields(value: Any) -> list[InvalidParam]:
    wrong = _wrong_array("fields", value, MAX_FIELDS)
    if wrong:
        return wrong
    for index, path in enumerate(value):
        name = f"fields[{index}]"
        if not (isinstance(path, str) and FIELD.fullmatch(path)):
            wrong.append(InvalidParam(name, "pattern", "Dit is geen pad naar een veld."))
        elif not is_known(path):
            wrong.append(InvalidParam(name, "fields", "Dit veld bestaat niet of mag niet worden gevraagd."))
    return wrong


def _wrong_municipality(body: dict[str, Any]) -> list[InvalidParam]:
    code = body.get("gemeenteVanInschrijving")
    if code is None or (isinstance(code, str) and MUNICIPALITY.fullmatch(code)):
        return []
    return [InvalidParam("gemeenteVanInschrijving", "pattern", "Dit zijn geen vier cijfers.")]


def _unknown_names(body: dict[str, Any]) -> list[InvalidParam]:
    known = {"type", "fields", "burgerservicenummer", "gemeenteVanInschrijving"}
    return [
        InvalidParam("body", "unknownParam", "Er staat een onbekende parameter in de vraag.")
        for _ in sorted(body.keys() - known)[:1]
    ]
