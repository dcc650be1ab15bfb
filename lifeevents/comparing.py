"""What changed between two versions of a definition, or of a whole catalogue: key by key."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from pydantic import TypeAdapter

from lifeevents.model import Catalogue

_ADDED, _GONE, _CHANGED = "+", "-", "~"
_KEYS = ("id", "value", "key", "slug", "name", "event")
"""By what an item of a list is recognised, so that one more item is not a change of all after it."""


@dataclass(frozen=True, slots=True, order=True)
class Change:
    """A key that is other than it was. `before` and `after` are plain data; None where it was not there."""

    path: str
    before: Any
    after: Any

    @property
    def sign(self) -> str:
        """`+` for what came, `-` for what went, `~` for what is other."""
        return _ADDED if self.before is None else _GONE if self.after is None else _CHANGED

    def __str__(self) -> str:
        if self.sign == _CHANGED:
            return f"~ {self.path}: {_short(self.before)} → {_short(self.after)}"
        return f"{self.sign} {self.path}: {_short(self.after if self.before is None else self.before)}"


def changes(before: Any, after: Any) -> list[Change]:
    """The changes between two definitions of the same class, in the order of their paths."""
    kind = TypeAdapter(type(after))
    old, new = kind.dump_python(before, mode="json"), kind.dump_python(after, mode="json")
    return sorted(_compare("", old, new), key=lambda one: one.path)


def catalogue_changes(before: Catalogue, after: Catalogue) -> dict[str, list[Change]]:
    """By "folder/name" what changed; one that is new or gone has a single change without a path."""
    found: dict[str, list[Change]] = {}
    for folder in ("agencies", "fields", "services", "events", "guidance", "corrections", "activities"):
        old: Mapping[str, Any] = getattr(before, folder)
        new: Mapping[str, Any] = getattr(after, folder)
        for name in sorted(old.keys() | new.keys()):
            if name not in old:
                found[f"{folder}/{name}"] = [Change("", None, name)]
            elif name not in new:
                found[f"{folder}/{name}"] = [Change("", name, None)]
            elif differing := changes(old[name], new[name]):
                found[f"{folder}/{name}"] = differing
    return found


def _compare(path: str, old: Any, new: Any) -> Iterator[Change]:
    if old == new:
        return
    left, right = _named(old), _named(new)
    if left is None or right is None:
        yield Change(path, old, new)
        return
    for key in left.keys() | right.keys():
        inner = f"{path}.{key}" if path else str(key)
        yield from _compare(inner, left.get(key), right.get(key))


def _named(value: Any) -> dict[str, Any] | None:
    """A mapping, or a list of items with names of their own, by name; None for all else."""
    if isinstance(value, dict):
        return value
    if not isinstance(value, list) or not all(isinstance(one, dict) for one in value):
        return None
    key = next((key for key in _KEYS if value and all(key in one for one in value)), None)
    names = [str(one[key]) for one in value] if key else []
    if len(set(names)) != len(value):
        return None
    return dict(zip(names, value, strict=True))


def _short(value: Any) -> str:
    text = str(value)
    return text if len(text) <= 120 else f"{text[:117]}…"
