"""The lists of what everybody gets at each route, written by hand (`test_routes.py` says how)."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from pathlib import Path

from tests.access.world import WHO


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the list."""

    route: str
    method: str
    object: str
    expected: dict[str, str]

    def __str__(self) -> str:
        return f"{self.method} {self.route} {self.object}"


MISSING = "no-"
"""How the name of an object begins that does not exist."""

LISTS = ("access_expected.csv", "access_expected_staff.csv")


def lines_of(name: str) -> list[dict[str, str]]:
    """The lines of one list."""
    path = Path(__file__).parent.parent / name
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def key(line: dict[str, str]) -> tuple[str, str, str]:
    """What a line is about."""
    return line["route"], line["method"], line["object"]


def rows() -> list[Row]:
    """Both lists side by side; what the second does not have is "" here, and fails."""
    others = {key(line): line for line in lines_of(LISTS[1])}
    both = [{**others.get(key(line), {}), **line} for line in lines_of(LISTS[0])]
    return [Row(*key(line), {who: line.get(who, "") for who in WHO}) for line in both]
