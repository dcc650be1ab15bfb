"""What is known, as values a rule can work with; what cannot be true is refused and counts as unknown."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from lifeevents.ages import date_bounds
from lifeevents.rules.model import MOST_ITEMS, Fact

_MOST = Decimal(10) ** 12


@dataclass(frozen=True, slots=True)
class Span:
    """A number or day that is known to lie from `low` to `high`: a birth of which only the year is known."""

    low: Any
    high: Any


def accepted(
    facts: Mapping[str, Fact], known: Mapping[str, Any], on: date
) -> tuple[dict[str, Any], tuple[str, ...]]:
    """The facts as values, and the names of those that were refused. None and unknown names are left out."""
    values: dict[str, Any] = {}
    refused: list[str] = []
    for name, fact in facts.items():
        given = known.get(name)
        if given is None:
            continue
        value = _items(fact, given, name, on, refused) if fact.kind == "list" else _value(fact, given, on)
        if value is None:
            refused.append(name)
        else:
            values[name] = value
    return values, tuple(refused)


def _items(fact: Fact, given: Any, name: str, on: date, refused: list[str]) -> list[dict[str, Any]] | None:
    if not isinstance(given, (list, tuple)) or len(given) > MOST_ITEMS:
        return None
    result = []
    for item in given:
        if not isinstance(item, Mapping):
            return None
        values, wrong = accepted(fact.items, item, on)
        refused.extend(f"{name}.{key}" for key in wrong)
        result.append(values)
    return result


def _value(fact: Fact, given: Any, on: date) -> Any:
    """The value; None where it is of another kind, or cannot be."""
    match fact.kind:
        case "yes_no":
            return given if isinstance(given, bool) else None
        case "choice":
            return given if given in fact.words else None
        case "date":
            return _day(given, on if fact.not_future else None)
    return _number(given)


def _number(given: Any) -> Decimal | None:
    if isinstance(given, bool) or not isinstance(given, (int, str, Decimal)):
        return None
    try:
        number = Decimal(given)
    except InvalidOperation:
        return None
    return number if number.is_finite() and 0 <= number < _MOST else None


def _day(given: Any, latest: date | None) -> date | Span | None:
    if isinstance(given, date):
        first = last = given
    elif isinstance(given, str):
        try:
            first, last = date_bounds(given)
        except ValueError:
            return None
    else:
        return None
    if latest is not None:
        if first > latest:
            return None
        last = min(last, latest)
    return first if first == last else Span(first, last)
