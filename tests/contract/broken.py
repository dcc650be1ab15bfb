"""Answers with one thing wrong: a part of another type, or a part that is gone; and what may come of them."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from connectors.base import JSON, Value

_OTHERS: list[JSON] = [7, "x", True, ["x"], {"x": 1}]
"""One of each type. JSON has one type of number, and what is null may be missing."""


def with_another_type(document: JSON) -> Iterator[tuple[str, JSON]]:
    """The document once for each of its leaves and each other type: where it is wrong, and all of it."""
    for path, leaf in _leaves(document, ()):
        for other in _OTHERS:
            if type(other) is not type(leaf):
                yield f"{_shown(path)} = {json.dumps(other)}", _changed(document, path, other)


def with_a_part_gone(document: JSON) -> Iterator[tuple[str, JSON]]:
    """The document once without each of its keys."""
    for path in _keys(document, ()):
        yield f"{_shown(path)} is gone", _without(document, path)


def is_no_more(value: Value, whole: Value) -> bool:
    """Whether a value says a part of what the whole one says and nothing else, or is marked as in doubt."""
    is_hidden = value.secret or not whole.secret
    if value.under_investigation and not whole.under_investigation:
        return is_hidden
    keeps_doubt = value.under_investigation or not whole.under_investigation
    return is_hidden and keeps_doubt and _is_part(value.data, whole.data)


def _is_part(part: JSON, whole: JSON) -> bool:
    if part is None:
        return True
    if type(part) is not type(whole):
        return False
    if isinstance(part, dict):
        return part.keys() <= whole.keys() and all(_is_part(part[key], whole[key]) for key in part)
    if isinstance(part, str):
        return set(part.split()) <= set(whole.split())
    if isinstance(part, list):
        # Lines may be fewer; one child less is another answer.
        texts = all(isinstance(item, str) for item in whole)
        if texts:
            return set(" ".join(part).split()) <= set(" ".join(whole).split())
        return len(part) == len(whole) and all(map(_is_part, part, whole))
    return bool(part == whole)


_Path = tuple[Any, ...]


def _leaves(part: JSON, path: _Path) -> Iterator[tuple[_Path, JSON]]:
    if isinstance(part, dict | list):
        for key, below in _entries(part):
            yield from _leaves(below, (*path, key))
    else:
        yield path, part


def _keys(part: JSON, path: _Path) -> Iterator[_Path]:
    for key, below in _entries(part):
        if isinstance(part, dict):
            yield (*path, key)
        yield from _keys(below, (*path, key))


def _entries(part: JSON) -> list[tuple[Any, JSON]]:
    if isinstance(part, dict):
        return list(part.items())
    return list(enumerate(part)) if isinstance(part, list) else []


def _changed(part: JSON, path: _Path, other: JSON) -> JSON:
    if not path:
        return other
    copy = dict(part) if isinstance(part, dict) else list(part)
    copy[path[0]] = _changed(part[path[0]], path[1:], other)
    return copy


def _without(part: JSON, path: _Path) -> JSON:
    copy = dict(part) if isinstance(part, dict) else list(part)
    if len(path) == 1:
        del copy[path[0]]
    else:
        copy[path[0]] = _without(part[path[0]], path[1:])
    return copy


def _shown(path: _Path) -> str:
    return ".".join(map(str, path))
