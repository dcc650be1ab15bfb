"""Reads parts of an answer; another shape than the specification says raises `Malformed`."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime

from connectors.base import JSON, Malformed

Part = dict[str, JSON]


def part(value: JSON) -> Part:
    """An object of the answer."""
    if not isinstance(value, dict):
        raise Malformed("zgw: an answer is not the object that the specification says")
    return value


def text(whole: Part, key: str) -> str:
    """A text; "" where it is missing or null."""
    value = whole.get(key)
    if value is None:
        return ""
    if not isinstance(value, str):
        raise wrong(key)
    return value


def moment(whole: Part, key: str) -> datetime:
    """A moment with its time zone."""
    try:
        read = datetime.fromisoformat(text(whole, key))
    except ValueError:
        raise wrong(key) from None
    if read.tzinfo is None:
        raise wrong(key)
    return read


def day(whole: Part, key: str) -> date | None:
    """A date; None where it is missing or null."""
    written = text(whole, key)
    try:
        return date.fromisoformat(written) if written else None
    except ValueError:
        raise wrong(key) from None


def same(made: Part, sent: Mapping[str, str]) -> None:
    """Raises `Malformed` where an answer is about something else than what was sent: two got mixed up."""
    for key, value in sent.items():
        if made.get(key) != value:
            raise Malformed(f"zgw: the answer has another {key} than what was sent")


def expanded(whole: Part, key: str) -> Part:
    """What the server expanded under `key`; {} where it did not."""
    inside = whole.get("_expand")
    found = inside.get(key) if isinstance(inside, dict) else None
    return found if isinstance(found, dict) else {}


def wrong(key: str) -> Malformed:
    """The error for a part that cannot be read. Never names its value."""
    return Malformed(f"zgw: {key} is not what the specification says")
