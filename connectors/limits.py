"""How much an agency takes from us at once, and in a minute: set per destination, beside its address."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields

from connectors.marked import Marked

_MOST = 1000


@dataclass(frozen=True, slots=True)
class Limits:
    """What one destination gets from all our processes together.

    `max_in_flight`: calls that run at the same moment. An agency that hangs holds so many workers, and
    no more. `reads_a_minute`: calls with which cases are read back, also at a notification.
    """

    max_in_flight: int = 2
    reads_a_minute: int = 60


LIMIT_NAMES = tuple(one.name for one in fields(Limits))


def take_limits(keys: dict[str, Marked]) -> Limits:
    """Takes the limits out of a destination's settings. Raises `ConfigError` for what is no number."""
    given: Mapping[str, int] = {name: _number(name, keys.pop(name)) for name in LIMIT_NAMES if name in keys}
    return Limits(**given)


def _number(name: str, part: Marked) -> int:
    text = part.text(f"'{name}'").strip()
    if not (text.isascii() and text.isdigit() and 1 <= int(text) <= _MOST):
        raise part.error(f"'{name}' must be a whole number from 1 to {_MOST}: correct it")
    return int(text)
