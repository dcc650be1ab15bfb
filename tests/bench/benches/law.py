"""Rules of law: how long one computation takes."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from typing import Any

from lifeevents.rules import Rule, evaluate, load_rules
from tests.bench.harness import Bench, Measure
from tests.bench.world import World

ROUNDS = 200
CHILDREN = [{"birth": f"20{year:02}-03-04", "in_household": True, "school": True} for year in range(8, 20, 2)]


RENT: dict[str, Any] = {
    "partners": 0,
    "birth": "1990-05-05",
    "independent": True,
    "registered": True,
    "rent": "800",
    "service_costs": "20",
    "children": 2,
    "handicap": False,
    "before": False,
    "income": "30000",
    "assets": "0",
}
KNOWN: dict[str, dict[str, Any]] = {
    "kinderbijslag": {"lives_in_nl": True, "lawful_stay": True, "children": CHILDREN},
    "huurtoeslag": RENT,
}
"""The rules with the most work: one on six children, and the longest tree. Both end with an amount."""


@contextmanager
def _law(world: World) -> Iterator[Measure]:
    """The slower of two rules: verdict, reasons and amount."""
    rules = load_rules().rules

    def measure() -> float:
        return max(_milliseconds(rules[name], known) for name, known in KNOWN.items())

    yield measure


def _milliseconds(rule: Rule, known: dict[str, Any]) -> float:
    begun = time.perf_counter()
    for _ in range(ROUNDS):
        outcome = evaluate(rule, known, on=date(2025, 5, 20))
    seconds = time.perf_counter() - begun
    assert outcome.amount is not None
    return seconds / ROUNDS * 1000


BENCHES = [
    Bench(
        name="law",
        about="the slowest rule of law, with its amount",
        unit="ms",
        prepare=_law,
        limit=1,
    )
]
