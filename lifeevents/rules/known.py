"""The facts of a rule that need no question: they stand in a register, or were answered before."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from lifeevents.rules.model import Fact, Origin

_NOTHING: tuple[Any, ...] = (None, "", [], {})
_YES_NO = {"yes": True, "no": False}


def known_facts(
    facts: Mapping[str, Fact], values: Mapping[str, Any], answers: Mapping[str, Any]
) -> dict[str, Any]:
    """Facts by name, as `evaluate` takes them; what nothing says is left out.

    `values` are fields of registers by name: None where the register has nothing, and not there where it was
    not asked or could not say. `answers` are those of the citizen, by question.
    """
    found: dict[str, Any] = {}
    for name, fact in facts.items():
        origin = fact.known_from
        if origin is None:
            continue
        source = values if origin.field else answers
        key = origin.field or origin.answer or ""
        if key in source and (value := _fact(fact, origin, source[key])) is not None:
            found[name] = value
    return found


def _fact(fact: Fact, origin: Origin, whole: Any) -> Any:
    """The fact in a value; None where it says nothing of it."""
    value = _at(origin.at, whole)
    if fact.kind == "list":
        return _items(fact, [] if value is None else value)
    if fact.kind != "yes_no":
        return value if value not in _NOTHING else None
    if origin.among:
        return value in origin.among if value not in _NOTHING else None
    if origin.presence:
        there = value not in _NOTHING and value is not False
        return there if there or origin.presence == "decides" else None
    return value if isinstance(value, bool) else _YES_NO.get(value)


def _items(fact: Fact, value: Any) -> list[dict[str, Any]] | None:
    if not isinstance(value, list):
        return None
    return [
        {
            name: found
            for name, item in fact.items.items()
            if item.known_from and (found := _fact(item, item.known_from, one)) is not None
        }
        for one in value
    ]


def _at(pointer: str, value: Any) -> Any:
    for key in pointer.split("/")[1:]:
        value = value.get(key) if isinstance(value, Mapping) else None
    return value
