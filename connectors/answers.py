"""JSON from outside, within bounds."""

from __future__ import annotations

import json
import re

from connectors.base import JSON, Malformed

_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")


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


def _below(item: JSON, connector: str) -> list[JSON]:
    if isinstance(item, dict):
        return [*item.keys(), *item.values()]
    if isinstance(item, str) and _UNSTORABLE.search(item):
        raise Malformed(f"{connector}: the answer holds signs that are no text")
    return item if isinstance(item, list) else []


def _no_constant(name: str) -> None:
    raise ValueError(f"{name} is no JSON")
