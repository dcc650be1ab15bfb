"""The parts that a `Persoon` of the BRP is made of: texts, dates, tables, names, and what is in doubt.

Text is taken as it is (real records break the patterns of the specification); a part of another type
than the specification says raises `Malformed`, because guessing would invent data.
"""

from __future__ import annotations

from datetime import date

from connectors.base import JSON, Malformed

Part = dict[str, JSON]


def names_of(part: Part) -> Part:
    """`first_names`, `prefix` and `family_name`, as far as they are known."""
    return texts(
        first_names=part.get("voornamen"),
        prefix=part.get("voorvoegsel"),
        family_name=part.get("geslachtsnaam"),
    )


def full_name(part: Part) -> Part:
    """`full`: the register's own, title included and a partner's name not; put together where it has none."""
    return texts(full=text_of(part.get("volledigeNaam")) or join(*names_of(part).values()))


def date_of(part: Part, key: str) -> str | None:
    """A date as far as it is known, as in ISO 8601; None when there is one but unknown."""
    if part.get(key) is None:
        return None
    written = part_of(part, key)
    kind = written.get("type")
    try:
        if kind == "Datum":
            return date.fromisoformat(written["datum"]).isoformat()
        if kind == "JaarMaandDatum":
            return date(number_of(written, "jaar"), number_of(written, "maand"), 1).isoformat()[:7]
        if kind == "JaarDatum":
            return date(number_of(written, "jaar"), 1, 1).isoformat()[:4]
    except (KeyError, TypeError, ValueError):
        raise wrong(key) from None
    if kind != "DatumOnbekend":
        raise wrong(key)
    return None


def doubted(part: Part, key: str | None = None) -> bool:
    """Whether the register investigates this part, or only what `key` names in it.

    A mark that cannot be read counts: what may be wrong is never passed on as certain.
    """
    doubt = part.get("inOnderzoek")
    if isinstance(doubt, dict):
        return marked(doubt, key) if key else any(marked(doubt, one) for one in doubt)
    return marked(part, "inOnderzoek")


def marked(part: Part, key: str) -> bool:
    """Whether there is a mark; only `false` and nothing at all are none."""
    return part.get(key) not in (None, False)


def number_of(part: Part, key: str) -> int:
    """The whole number at `key`, which must be there; `true` is none, though Python counts with it."""
    found = part.get(key)
    if isinstance(found, bool) or not isinstance(found, int):
        raise wrong(key)
    return found


def code_of(part: Part, key: str) -> str:
    """The code of a table value, "" where there is none; "." is a code like another."""
    return text_of(part_of(part, key).get("code"), unknown="") or ""


def described(part: Part, key: str) -> str | None:
    """The words of a table value."""
    return text_of(part_of(part, key).get("omschrijving"))


def texts(**values: JSON) -> Part:
    """The texts that are there, under their keys."""
    read = {key: text_of(value) for key, value in values.items()}
    return {key: text for key, text in read.items() if text is not None}


def text_of(value: JSON, unknown: str = ".") -> str | None:
    """Text without spaces around it; None for nothing, and for the register's sign for unknown."""
    if value is None:
        return None
    if not isinstance(value, str):
        raise wrong("a text")
    text = value.strip()
    return text if text and text != unknown else None


def part_of(part: Part, key: str) -> Part:
    """The group at `key`; empty where there is none."""
    found = part.get(key)
    if found is None:
        return {}
    if not isinstance(found, dict):
        raise wrong(key)
    return found


def items_of(part: Part, key: str) -> list[Part]:
    """The groups in the list at `key`; none where there is no list."""
    found = part.get(key)
    if found is None:
        return []
    if not isinstance(found, list) or not all(isinstance(item, dict) for item in found):
        raise wrong(key)
    return found


def join(*words: str | None) -> str | None:
    """Those that are there, with spaces between; None where none is."""
    return " ".join(word for word in words if word) or None


def wrong(what: str) -> Malformed:
    """The error for a part that is not of the type that the specification says."""
    return Malformed(f"brp: {what} is not what the specification says")
