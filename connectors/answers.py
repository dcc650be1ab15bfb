"""What comes from outside, within bounds: JSON, the codes in it, and how long to wait."""

from __future__ import annotations

import json
import math
import re
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from connectors.base import JSON, Malformed

LONGEST_RETRY_AFTER = 3600.0
"""Seconds. Longer waits than this are the other side's mistake more often than its wish."""

_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")
_CODE = re.compile(r"(?=.{1,60}\Z)[a-z]+([_-][a-z]+|[A-Z][a-z]*)*")


def parse(raw: bytes, *, max_depth: int, connector: str) -> JSON:
    """The JSON in `raw`.

    Raises `Malformed` for what is no JSON in UTF-8, and for what would break us later: nesting
    beyond `max_depth`, and signs that no database or page can hold.
    """
    try:
        value = json.loads(raw.decode("utf-8-sig"), parse_constant=_no_constant)
    except (ValueError, RecursionError):
        raise Malformed(f"{connector}: the answer is not valid JSON") from None
    level: list[JSON] = [value]
    depth = 0
    while level:
        depth += 1
        if depth > max_depth:
            raise Malformed(f"{connector}: the answer is nested deeper than {max_depth} levels")
        level = [below for item in level for below in _below(item, connector)]
    return value


def problem_codes(problem: JSON) -> frozenset[str]:
    """The codes in an RFC 7807 problem as Dutch APIs write it: its own, and those of its `invalidParams`.

    Only words without digits, so that nothing personal comes along; anything else counts as no code.
    """
    if not isinstance(problem, dict):
        return frozenset()
    wrong = problem.get("invalidParams")
    parts = [problem, *(wrong if isinstance(wrong, list) else [])]
    written = [part.get("code") for part in parts if isinstance(part, dict)]
    return frozenset(code for code in written if isinstance(code, str) and _CODE.fullmatch(code))


def retry_after(value: str | None) -> float | None:
    """Seconds to wait, from a number or a date, between 0 and `LONGEST_RETRY_AFTER`; None when not said."""
    if value is None:
        return None
    try:
        seconds = float(value) if value.strip().isdigit() else _seconds_until(value)
    except (ValueError, OverflowError):
        return None
    return min(max(seconds, 0.0), LONGEST_RETRY_AFTER)


def _below(item: JSON, connector: str) -> list[JSON]:
    if isinstance(item, dict):
        return [*item.keys(), *item.values()]
    if isinstance(item, str) and _UNSTORABLE.search(item):
        raise Malformed(f"{connector}: the answer holds signs that are no text")
    return item if isinstance(item, list) else []


def _no_constant(name: str) -> None:
    raise ValueError(f"{name} is no JSON")


def _seconds_until(date: str) -> float:
    moment = parsedate_to_datetime(date)
    aware = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return math.ceil((aware - datetime.now(UTC)).total_seconds())
