"""Reads the body of a question to the BRP, or says what is wrong with it. Plain Python."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from typing import Any

from connectors.sandbox.brp.fields import PERSON, RESIDENT, Tree, is_known, wanted, within

BY_BSN = "RaadpleegMetBurgerservicenummer"
BY_DWELLING = "ZoekMetAdresseerbaarObjectIdentificatie"
BY_NAME = "ZoekMetGeslachtsnaamEnGeboortedatum"
PLAYED = {
    BY_BSN: ("burgerservicenummer",),
    BY_DWELLING: ("adresseerbaarObjectIdentificatie",),
    BY_NAME: ("geslachtsnaam", "geboortedatum"),
}
"""Each question that is played, with the parameters that it cannot do without."""
MORE = {
    BY_BSN: (),
    BY_DWELLING: ("inclusiefOverledenPersonen",),
    BY_NAME: ("voornamen", "inclusiefOverledenPersonen"),
}
"""What else may be asked with it."""
NOT_PLAYED = (
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
DWELLING = re.compile(r"(?!0{16})[0-9]{16}")
NAME = re.compile(r"[a-zA-Z0-9À-ž .'\-]{1,200}")
"""Without the wildcard of the specification, which is not played."""


@dataclass(frozen=True, slots=True)
class Query:
    """A question that can be answered: about `bsns`, without doubles, about who lives in `dwelling`, or
    about who is called `name` and was born on `born` (ISO 8601), with `first_names` where those are given.

    `municipality` narrows it to one. The dead are found by dwelling only where `with_dead` says so.
    """

    kind: str
    bsns: tuple[str, ...]
    wanted: Tree
    municipality: str | None
    dwelling: str = ""
    with_dead: bool = False
    name: str = ""
    first_names: str = ""
    born: str = ""


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
    kind = _kind(body)
    missing = [name for name in (*PLAYED[kind], "fields") if name not in body]
    if missing:
        params = [InvalidParam(name, "required", "Deze parameter ontbreekt.") for name in missing]
        raise BadQuery("Er ontbreken verplichte parameters.", "paramsCombination", params)
    wrong = _wrong_search(kind, body) + _wrong_fields(kind, body["fields"])
    wrong += _wrong_municipality(body) + _unknown_names(kind, body)
    if wrong:
        raise BadQuery("Een of meer parameters kloppen niet.", "paramsValidation", wrong)
    return Query(
        kind=kind,
        bsns=tuple(dict.fromkeys(body.get("burgerservicenummer", ()))),
        wanted=wanted(within(body["fields"], RESIDENT) if kind != BY_BSN else body["fields"]),
        municipality=body.get("gemeenteVanInschrijving"),
        dwelling=body.get("adresseerbaarObjectIdentificatie", ""),
        with_dead=body.get("inclusiefOverledenPersonen", False),
        name=body.get("geslachtsnaam", ""),
        first_names=body.get("voornamen", ""),
        born=body.get("geboortedatum", ""),
    )


def _kind(body: dict[str, Any]) -> str:
    kind = body.get("type")
    if kind is None:
        param = InvalidParam("type", "required", "Deze parameter ontbreekt.")
        raise BadQuery("Er ontbreken verplichte parameters.", "paramsCombination", [param])
    if kind in NOT_PLAYED:
        param = InvalidParam("type", "notPlayed", f"De zandbak speelt alleen {' en '.join(PLAYED)}.")
        raise BadQuery("Deze zoekvraag speelt de zandbak niet.", "paramsValidation", [param])
    if not isinstance(kind, str) or kind not in PLAYED:
        param = InvalidParam("type", "value", "Dit is geen zoekvraag van de BRP.")
        raise BadQuery("Een of meer parameters kloppen niet.", "paramsValidation", [param])
    return kind


def _wrong_search(kind: str, body: dict[str, Any]) -> list[InvalidParam]:
    """What is wrong with the parameters that only this question has."""
    if kind == BY_BSN:
        return _wrong_bsns(body["burgerservicenummer"])
    wrong = _wrong_names(body) if kind == BY_NAME else _wrong_dwelling(body)
    if not isinstance(body.get("inclusiefOverledenPersonen", False), bool):
        wrong.append(InvalidParam("inclusiefOverledenPersonen", "boolean", "Dit is geen ja of nee."))
    return wrong


def _wrong_dwelling(body: dict[str, Any]) -> list[InvalidParam]:
    dwelling = body["adresseerbaarObjectIdentificatie"]
    if isinstance(dwelling, str) and DWELLING.fullmatch(dwelling):
        return []
    return [InvalidParam("adresseerbaarObjectIdentificatie", "pattern", "Dit is geen nummer uit de BAG.")]


def _wrong_names(body: dict[str, Any]) -> list[InvalidParam]:
    wrong = [
        InvalidParam(name, "pattern", "Dit is geen naam.")
        for name in ("geslachtsnaam", "voornamen")
        if name in body and not (isinstance(body[name], str) and NAME.fullmatch(body[name]))
    ]
    try:
        date.fromisoformat(body["geboortedatum"])
    except (TypeError, ValueError):
        wrong.append(InvalidParam("geboortedatum", "date", "Dit is geen datum."))
    return wrong


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


def _wrong_fields(kind: str, value: Any) -> list[InvalidParam]:
    wrong = _wrong_array("fields", value, MAX_FIELDS)
    if wrong:
        return wrong
    for index, path in enumerate(value):
        name = f"fields[{index}]"
        if not (isinstance(path, str) and FIELD.fullmatch(path)):
            wrong.append(InvalidParam(name, "pattern", "Dit is geen pad naar een veld."))
        elif not is_known(path, PERSON if kind == BY_BSN else RESIDENT):
            wrong.append(InvalidParam(name, "fields", "Dit veld bestaat niet of mag niet worden gevraagd."))
    return wrong


def _wrong_municipality(body: dict[str, Any]) -> list[InvalidParam]:
    code = body.get("gemeenteVanInschrijving")
    if code is None or (isinstance(code, str) and MUNICIPALITY.fullmatch(code)):
        return []
    return [InvalidParam("gemeenteVanInschrijving", "pattern", "Dit zijn geen vier cijfers.")]


def _unknown_names(kind: str, body: dict[str, Any]) -> list[InvalidParam]:
    known = {"type", "fields", "gemeenteVanInschrijving", *PLAYED[kind], *MORE[kind]}
    return [
        InvalidParam("body", "unknownParam", "Er staat een onbekende parameter in de vraag.")
        for _ in sorted(body.keys() - known)[:1]
    ]
