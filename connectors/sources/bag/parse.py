"""Reads the addresses in an answer of the BAG (`AdresIOHalCollection`) into values of ours.

A part of another type than the specification says raises `Malformed`.
"""

from __future__ import annotations

from connectors.base import JSON, Malformed

Part = dict[str, JSON]

_TEXTS = {
    "street": "openbareRuimteNaam",
    "letter": "huisletter",
    "suffix": "huisnummertoevoeging",
    "postcode": "postcode",
    "city": "woonplaatsNaam",
    "object_id": "adresseerbaarObjectIdentificatie",
    "number_id": "nummeraanduidingIdentificatie",
}


def addresses(answer: JSON, *, most: int) -> tuple[list[Part] | None, bool]:
    """The addresses in an answer, or None where there are more than `most`; and whether any is in doubt.

    An answer without addresses is an answer where it has the links of a collection: then there are none.
    """
    links = answer.get("_links") if isinstance(answer, dict) else None
    if not isinstance(links, dict):
        raise _wrong("the answer")
    items = _part(answer, "_embedded").get("adressen", [])
    if not isinstance(items, list) or not all(isinstance(item, dict) for item in items):
        raise _wrong("the list of addresses")
    if "next" in links or len(items) > most:
        return None, False
    return [_address(item) for item in items], any(map(_is_doubted, items))


def _address(item: Part) -> Part:
    number = item.get("huisnummer")
    if isinstance(number, bool) or not isinstance(number, int):
        raise _wrong("huisnummer")
    texts = {key: _text(item[name], name) for key, name in _TEXTS.items() if name in item}
    house = f"{texts.get('letter', '')}{texts.get('suffix', '')}"
    postcode = texts.get("postcode", "")
    lines = [
        " ".join(word for word in (texts.get("street"), str(number), house) if word),
        " ".join(word for word in (postcode[:4], postcode[4:], texts.get("city")) if word),
    ]
    return {"lines": [line for line in lines if line], "number": number, **texts}


def _is_doubted(item: Part) -> bool:
    """Whether any part is in doubt; a mark that cannot be read counts too."""
    return any(mark not in (None, False) for mark in _part(item, "inonderzoek").values())


def _part(part: Part, key: str) -> Part:
    found = part.get(key, {})
    if not isinstance(found, dict):
        raise _wrong(key)
    return found


def _text(value: JSON, name: str) -> str:
    if not isinstance(value, str) or not value.strip():
        raise _wrong(name)
    return value.strip()


def _wrong(what: str) -> Malformed:
    return Malformed(f"bag: {what} is not what the specification says")
