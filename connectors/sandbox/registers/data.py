"""What the registers without code know, read from `registers.yaml`, with its dates counted from a day."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import yaml

BSN = "burgerservicenummer"
_FILE = Path(__file__).with_name("registers.yaml")
_COUNTED = re.compile(r"\{(year|month)([+-][0-9]+)?\}")

Record = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Register:
    """One register. `calls` gives per path what it `known`, by number, and what `nothing` looks like."""

    name: str
    key: str
    calls: Mapping[str, Mapping[str, Any]]

    @property
    def is_about_persons(self) -> bool:
        """Whether the numbers are those of people."""
        return self.key == BSN

    @property
    def unknown(self) -> str:
        """The code with which it says that it does not know a number."""
        return "person-unknown" if self.is_about_persons else "centre-unknown"

    def record(self, call: str, number: str, day: date) -> Record | None:
        """What it says about a number on a day, the number aside; None for what has no entry."""
        entries = self.calls[call]
        found = entries["known"].get(number, entries.get("nothing"))
        return None if found is None else {key: counted(part, day) for key, part in found.items()}


@cache
def registers() -> dict[str, Register]:
    """All of them, by the word in their address."""
    content = yaml.load(_FILE.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)
    return {name: Register(**one) for name, one in content.items()}


def counted(part: Any, day: date, back: int = 0) -> Any:
    """A copy in which years and months stand for themselves; `back` months before the day."""
    if isinstance(part, dict):
        if part.keys() == {"months", "line"}:
            return [counted(part["line"], day, number) for number in range(1, part["months"] + 1)]
        return {key: counted(value, day, back) for key, value in part.items()}
    if isinstance(part, list):
        return [counted(item, day, back) for item in part]
    return _filled(part, day, back) if isinstance(part, str) else part


def _filled(text: str, day: date, back: int) -> str | int:
    """A text with its year and month filled in; a year on its own is a number."""

    def fill(match: re.Match[str]) -> str:
        steps = int(match[2] or 0)
        if match[1] == "year":
            return str(day.year + steps)
        months = day.year * 12 + day.month - 1 + steps - back
        return f"{months // 12:04}-{months % 12 + 1:02}"

    filled = _COUNTED.sub(fill, text)
    return int(filled) if re.fullmatch(r"\{year([+-][0-9]+)?\}", text) else filled
