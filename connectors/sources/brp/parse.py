"""Reads a `Persoon` of Haal Centraal BRP Personen 2.7.0 into values of ours.

Each reader takes the whole person and returns a `Value`, or None when the register has nothing for
that field. Text is taken as it is (real records break the patterns of the specification); a part of
another type than the specification says raises `Malformed`, because guessing would invent data.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from connectors.base import JSON, Malformed, Value

Part = dict[str, JSON]

_BONDS = {"H": "marriage", "P": "partnership"}
_FUNCTIONS = {"W": "home", "B": "post"}
_BESIDE = {"to": "t/o", "by": "bij"}
_DIED = "O"
_UNKNOWN_REASON = "."


def name(person: Part) -> Value | None:
    """`brp.name`; `full` is the register's own, title included and a partner's name not."""
    part = _part(person, "naam")
    data = _full(part) | _names(part) | _texts(initials=part.get("voorletters"))
    return Value(data, under_investigation=_doubted(part)) if data else None


def birth(person: Part) -> Value | None:
    """`brp.birth`; `date` is always there, null when unknown."""
    part = _part(person, "geboorte")
    if not part:
        return None
    data = {"date": _date(part, "datum")} | _texts(
        place=_described(part, "plaats"), country=_described(part, "land")
    )
    return Value(data, under_investigation=_doubted(part))


def address(person: Part) -> Value | None:
    """`brp.address`, `secret` where the person asked for secrecy.

    The municipality goes with an address in the Netherlands only: who lives elsewhere is kept on
    the list of non-residents, which is no municipality.
    """
    place = _part(person, "verblijfplaats")
    if not place:
        return None
    where = _part(place, "verblijfadres")
    read = _ADDRESSES.get(str(place.get("type")))
    if read is None:
        raise Malformed("brp: an address of a kind that the specification does not have")
    data = read(where, _part(person, "gemeenteVanInschrijving"))
    function = _FUNCTIONS.get(_code(place, "functieAdres"))
    if function:
        data["function"] = function
    return Value(
        data,
        under_investigation=_doubted(place)
        or _doubted(where)
        or _doubted(person, "gemeenteVanInschrijving")
        or place.get("indicatieVastgesteldVerblijftNietOpAdres") is True,
        secret=bool(person.get("geheimhoudingPersoonsgegevens")),
    )


def partner(person: Part) -> Value | None:
    """`brp.partner`: the spouse or registered partner of today; one who was is none."""
    current = [item for item in _items(person, "partners") if "ontbindingHuwelijkPartnerschap" not in item]
    if not current:
        return None
    # A marriage abroad may give two at once. The value has room for one, so a person must look.
    part = current[0]
    data = _full(_part(part, "naam")) | _relative(part)
    bond = _BONDS.get(_code(part, "soortVerbintenis"))
    if bond:
        data["bond"] = bond
    return Value(data, under_investigation=len(current) > 1 or _doubted_relative(part))


def children(person: Part) -> Value:
    """`brp.children`: the register leaves `kinderen` out when there are none, and that is an answer: []."""
    items = _items(person, "kinderen")
    data = [_texts(bsn=item.get("burgerservicenummer")) | _relative(item) for item in items]
    return Value(data, under_investigation=any(_doubted_relative(item) for item in items))


def alive(person: Part) -> Value | None:
    """`brp.alive`. A record that stopped for a reason unknown says neither."""
    died = _part(person, "overlijden")
    reason = reason_stopped(person)
    if died or reason == _DIED:
        return Value({"alive": False}, under_investigation=_doubted(died))
    return None if reason == _UNKNOWN_REASON else Value({"alive": True})


def custody(person: Part) -> Value | None:
    """`brp.custody`; the kinds of custody pass as the register names them, so that new ones pass too."""
    items = _items(person, "gezag")
    if not items:
        return None
    data = [
        _texts(type=item.get("type"), minor_bsn=_part(item, "minderjarige").get("burgerservicenummer"))
        for item in items
    ]
    doubted = _doubted(person, "indicatieGezagMinderjarige") or any(_doubted(item) for item in items)
    return Value(data, under_investigation=doubted)


READERS: dict[str, Callable[[Part], Value | None]] = {
    "brp.name": name,
    "brp.birth": birth,
    "brp.address": address,
    "brp.partner": partner,
    "brp.children": children,
    "brp.alive": alive,
    "brp.custody": custody,
}


def reason_stopped(person: Part) -> str:
    """Why the register stopped keeping this record up (O died, F made in error …); "" when it did not."""
    return _code(_part(person, "opschortingBijhouding"), "reden")


def _dutch_address(where: Part, municipality: Part) -> Part:
    texts = _texts(
        street=where.get("officieleStraatnaam") or where.get("korteStraatnaam"),
        letter=where.get("huisletter"),
        suffix=where.get("huisnummertoevoeging"),
        postcode=_postcode(where),
        city=where.get("woonplaats") or municipality.get("omschrijving"),
    )
    number = where.get("huisnummer")
    if number is not None and not isinstance(number, int):
        raise _wrong("huisnummer")
    house = f"{texts.get('letter', '')}{texts.get('suffix', '')}"
    beside = _BESIDE.get(_code(where, "aanduidingBijHuisnummer"))
    postcode = texts.get("postcode", "")
    lines = [
        _join(texts.get("street"), beside, str(number) if number is not None else None, house),
        _join(postcode[:4], postcode[4:], texts.get("city")),
    ]
    known = {} if number is None else {"number": number}
    return _address("address", lines, municipality) | texts | known


def _location(where: Part, municipality: Part) -> Part:
    lines = [_text(where.get("locatiebeschrijving")), _text(municipality.get("omschrijving"))]
    return _address("location", lines, municipality)


def _abroad(where: Part, municipality: Part) -> Part:
    lines = [_text(where.get(line)) for line in ("regel1", "regel2", "regel3")]
    return _address("abroad", [*lines, _described(where, "land")], {})


def _nowhere(where: Part, municipality: Part) -> Part:
    return _address("unknown", [], {})


_ADDRESSES: dict[str, Callable[[Part, Part], Part]] = {
    "Adres": _dutch_address,
    "Locatie": _location,
    "VerblijfplaatsBuitenland": _abroad,
    "VerblijfplaatsOnbekend": _nowhere,
}


def _address(kind: str, lines: list[str | None], municipality: Part) -> Part:
    found = _texts(municipality=municipality.get("code"), municipality_name=municipality.get("omschrijving"))
    return {"kind": kind, "lines": [line for line in lines if line], **found}


def _postcode(where: Part) -> str | None:
    written = _text(where.get("postcode"))
    return written.replace(" ", "").upper() if written else None


def _relative(part: Part) -> Part:
    """Name and birth of a partner or child."""
    birth_part = _part(part, "geboorte")
    born = {"birth_date": _date(birth_part, "datum")} if "datum" in birth_part else {}
    return _names(_part(part, "naam")) | born


def _doubted_relative(part: Part) -> bool:
    return _doubted(part) or _doubted(_part(part, "naam")) or _doubted(_part(part, "geboorte"))


def _names(part: Part) -> Part:
    return _texts(
        first_names=part.get("voornamen"),
        prefix=part.get("voorvoegsel"),
        family_name=part.get("geslachtsnaam"),
    )


def _full(part: Part) -> Part:
    return _texts(full=_text(part.get("volledigeNaam")) or _join(*_names(part).values()))


def _date(part: Part, key: str) -> str | None:
    """A date as far as it is known, as in ISO 8601; None when there is one but unknown."""
    written = _part(part, key)
    kind = written.get("type", "DatumOnbekend")
    try:
        if kind == "Datum":
            return date.fromisoformat(written["datum"]).isoformat()
        if kind == "JaarMaandDatum":
            return date(written["jaar"], written["maand"], 1).isoformat()[:7]
        if kind == "JaarDatum":
            return date(written["jaar"], 1, 1).isoformat()[:4]
    except (KeyError, TypeError, ValueError):
        raise _wrong(key) from None
    if kind != "DatumOnbekend":
        raise _wrong(key)
    return None


def _doubted(part: Part, key: str | None = None) -> bool:
    """Whether the register investigates this part, or only what `key` names in it."""
    doubt = part.get("inOnderzoek")
    if isinstance(doubt, dict):
        return doubt.get(key) is True if key else any(value is True for value in doubt.values())
    return doubt is True


def _code(part: Part, key: str) -> str:
    return _text(_part(part, key).get("code"), unknown="") or ""


def _described(part: Part, key: str) -> str | None:
    return _text(_part(part, key).get("omschrijving"))


def _texts(**values: JSON) -> Part:
    """The texts that are there, under their keys."""
    read = {key: _text(value) for key, value in values.items()}
    return {key: text for key, text in read.items() if text is not None}


def _text(value: JSON, unknown: str = ".") -> str | None:
    """Text without spaces around it; None for nothing, and for the register's sign for unknown."""
    if value is None:
        return None
    if not isinstance(value, str):
        raise _wrong("a text")
    text = value.strip()
    return text if text and text != unknown else None


def _part(part: Part, key: str) -> Part:
    found = part.get(key)
    if found is None:
        return {}
    if not isinstance(found, dict):
        raise _wrong(key)
    return found


def _items(part: Part, key: str) -> list[Part]:
    found = part.get(key)
    if found is None:
        return []
    if not isinstance(found, list) or not all(isinstance(item, dict) for item in found):
        raise _wrong(key)
    return found


def _join(*words: str | None) -> str | None:
    return " ".join(word for word in words if word) or None


def _wrong(what: str) -> Malformed:
    return Malformed(f"brp: {what} is not what the specification says")
