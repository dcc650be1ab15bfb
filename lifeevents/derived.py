"""Yes or no in place of the whole: what the portal works out of what registers hold (AVG 5(1)(c)).

Where an agency can do with the answer, it gets the answer and not the copy. Pure: values in, answer
out. None means that the values leave it open: then a person looks, and nothing is guessed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import date
from typing import Any

from lifeevents.ages import has_years
from lifeevents.model import Derived, Persons

Values = Mapping[str, Any]
"""By field what its register holds, in the shape of the connector's manifest; None where it has none."""


def next_base(rule: Derived, values: Values, persons: Mapping[str, Persons]) -> str | None:
    """The field that must be known next for an answer; None where `values` is enough.

    They are looked at in their order, so that no more is asked than the answer takes: whoever has no
    partner lives with none, and nobody needs to know who else lives there.
    """
    missing = next((name for name in rule.base if name not in values), None)
    if rule.test == "among" and rule.base[0] in values and _one_of(rule, values, persons) is None:
        return None
    return missing


def derive(rule: Derived, values: Values, persons: Mapping[str, Persons], *, today: date) -> bool | None:
    """The answer to a field's test, once `next_base` asks for no more.

    `persons` says per field where its BSNs stand. `today` is the day in Europe/Amsterdam.
    """
    return _TESTS[rule.test](rule, values, persons, today)


def persons_at(persons: Persons | None, value: Any) -> list[str]:
    """The BSNs in a value, each once, in the order in which they stand."""
    if persons is None:
        return []
    found = _at(value, persons.at.split("/")[1:])
    return list(dict.fromkeys(item for item in found if isinstance(item, str) and item))


def _at(value: Any, path: list[str]) -> Iterator[Any]:
    if not path:
        yield value
    elif path[0] == "*" and isinstance(value, list):
        for item in value:
            yield from _at(item, path[1:])
    elif isinstance(value, dict) and path[0] in value:
        yield from _at(value[path[0]], path[1:])


def _at_least_years(
    rule: Derived, values: Values, persons: Mapping[str, Persons], today: date
) -> bool | None:
    value = values[rule.base[0]]
    return has_years(value.get("date"), rule.years, today) if isinstance(value, dict) else None


def _present(rule: Derived, values: Values, persons: Mapping[str, Persons], today: date) -> bool | None:
    """Whether the register has any: an empty list is none."""
    return values[rule.base[0]] not in (None, [], {})


def _among(rule: Derived, values: Values, persons: Mapping[str, Persons], today: date) -> bool | None:
    """Whether the one person of the first field is among those of the second."""
    one, many = rule.base
    if values[one] is None:
        return False
    wanted = _one_of(rule, values, persons)
    if wanted is None or values[many] is None:
        return None
    found = persons_at(persons.get(many), values[many])
    if wanted in found:
        return True
    # Somebody there without a BSN may be the one.
    return False if len(found) == len(values[many]) else None


def _one_of(rule: Derived, values: Values, persons: Mapping[str, Persons]) -> str | None:
    """The BSN of the one person in the first field; None where there is none, or more than one."""
    found = persons_at(persons.get(rule.base[0]), values[rule.base[0]])
    return found[0] if len(found) == 1 else None


_TESTS: dict[str, Callable[[Derived, Values, Mapping[str, Persons], date], bool | None]] = {
    "at_least_years": _at_least_years,
    "present": _present,
    "among": _among,
}
