"""When a no stops being one by time alone: a child is born in a quarter that began, somebody turns 18."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from lifeevents.rules.evaluation import evaluate
from lifeevents.rules.model import Rule

_MONTHS = 12
"""How far is looked ahead. What is further off than a year says little to who asks now."""


@dataclass(frozen=True, slots=True)
class Later:
    """From `day` on the answer is no longer no: yes with `sure`, and otherwise not known yet."""

    day: date
    sure: bool


def later(rule: Rule, known: Mapping[str, Any], *, on: date) -> Later | None:
    """The first day within a year on which a no is none, if nothing changes but the day.

    None where the answer is not no now, stays so, or is not known for lack of a law or figure of that day.
    """
    if evaluate(rule, known, on=on).verdict is not False:
        return None
    before = on
    for first in _firsts_of_months(on):
        if _is_no(rule, known, first):
            before = first
            continue
        day = _between(rule, known, before, first)
        return Later(day, evaluate(rule, known, on=day).verdict is True)
    return None


def _is_no(rule: Rule, known: Mapping[str, Any], day: date) -> bool:
    found = evaluate(rule, known, on=day)
    return found.verdict is False or bool(found.gaps)


def _between(rule: Rule, known: Mapping[str, Any], no: date, other: date) -> date:
    """The first day after `no` that is none, up to `other`, which is none."""
    while (other - no).days > 1:
        middle = no + (other - no) // 2
        if _is_no(rule, known, middle):
            no = middle
        else:
            other = middle
    return other


def _firsts_of_months(on: date) -> list[date]:
    first, found = on.replace(day=1), []
    for _month in range(_MONTHS):
        first = (first + timedelta(days=31)).replace(day=1)
        found.append(first)
    return found
