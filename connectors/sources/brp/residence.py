"""Where a person lives: `brp.address`."""

from __future__ import annotations

import re
from collections.abc import Callable

from connectors.base import Malformed, Value
from connectors.sources.brp.parts import (
    Part,
    code_of,
    date_of,
    described,
    doubted,
    join,
    marked,
    number_of,
    part_of,
    text_of,
    texts,
)

_FUNCTIONS = {"W": "home", "B": "post"}
_BESIDE = {"to": "t/o", "by": "bij"}
_BAG_ID = re.compile(r"(?!0{16})[0-9]{16}")
"""An identification in the BAG; sixteen zeros stand for none."""


def address(person: Part) -> Value | None:
    """`brp.address`, `secret` where the person asked for secrecy.

    The municipality goes with an address in the Netherlands only: who lives elsewhere is kept on
    the list of non-residents, which is no municipality.
    """
    place = part_of(person, "verblijfplaats")
    if not place:
        return None
    where = part_of(place, "verblijfadres")
    read = _ADDRESSES.get(str(place.get("type")))
    if read is None:
        raise Malformed("brp: an address of a kind that the specification does not have")
    data = read(where, part_of(person, "gemeenteVanInschrijving")) | _bag_ids(place)
    function = _FUNCTIONS.get(code_of(place, "functieAdres"))
    if function:
        data["function"] = function
    if "datumVan" in place:
        data["since"] = date_of(place, "datumVan")
    return Value(
        data,
        under_investigation=doubted(place)
        or doubted(where)
        or doubted(person, "gemeenteVanInschrijving")
        or marked(place, "indicatieVastgesteldVerblijftNietOpAdres"),
        secret=marked(person, "geheimhoudingPersoonsgegevens"),
    )


def _bag_ids(place: Part) -> Part:
    """The dwelling and its address by their numbers in the BAG, where the register has real ones."""
    found = texts(
        object_id=place.get("adresseerbaarObjectIdentificatie"),
        number_id=place.get("nummeraanduidingIdentificatie"),
    )
    return {key: value for key, value in found.items() if _BAG_ID.fullmatch(value)}


def _dutch_address(where: Part, municipality: Part) -> Part:
    known = texts(
        street=where.get("officieleStraatnaam") or where.get("korteStraatnaam"),
        letter=where.get("huisletter"),
        suffix=where.get("huisnummertoevoeging"),
        postcode=_postcode(where),
        city=where.get("woonplaats") or municipality.get("omschrijving"),
    )
    number = None if where.get("huisnummer") is None else number_of(where, "huisnummer")
    house = f"{known.get('letter', '')}{known.get('suffix', '')}"
    beside = _BESIDE.get(code_of(where, "aanduidingBijHuisnummer"))
    postcode = known.get("postcode", "")
    lines = [
        join(known.get("street"), beside, str(number) if number is not None else None, house),
        join(postcode[:4], postcode[4:], known.get("city")),
    ]
    numbered = {} if number is None else {"number": number}
    return _address("address", lines, municipality) | known | numbered


def _location(where: Part, municipality: Part) -> Part:
    lines = [text_of(where.get("locatiebeschrijving")), text_of(municipality.get("omschrijving"))]
    return _address("location", lines, municipality)


def _abroad(where: Part, municipality: Part) -> Part:
    lines = [text_of(where.get(line)) for line in ("regel1", "regel2", "regel3")]
    return _address("abroad", [*lines, described(where, "land")], {})


def _nowhere(where: Part, municipality: Part) -> Part:
    return _address("unknown", [], {})


_ADDRESSES: dict[str, Callable[[Part, Part], Part]] = {
    "Adres": _dutch_address,
    "Locatie": _location,
    "VerblijfplaatsBuitenland": _abroad,
    "VerblijfplaatsOnbekend": _nowhere,
}


def _address(kind: str, lines: list[str | None], municipality: Part) -> Part:
    found = texts(municipality=municipality.get("code"), municipality_name=municipality.get("omschrijving"))
    return {"kind": kind, "lines": [line for line in lines if line], **found}


def _postcode(where: Part) -> str | None:
    written = text_of(where.get("postcode"))
    return written.replace(" ", "").upper() if written else None
