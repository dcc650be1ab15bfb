"""Rules of law: how long one computation takes."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date

from lifeevents.rules import evaluate, load_rules
from tests.bench.harness import Bench, Measure
from tests.bench.world import World

ROUNDS = 200
CHILDREN = [{"birth": f"20{year:02}-03-04", "in_household": True, "school": True} for year in range(8, 20, 2)]


@contextmanager
def _law(world: World) -> Iterator[Measure]:
    """The rule with the most work, with six children: verdict, reasons and amount."""
    rule = load_rules().rules["kinderbijslag"]
    known = {"lives_in_nl": True, "lawful_stay": True, "children": CHILDREN}

    def measure() -> float:
        begun = time.perf_counter()
        for _ in range(ROUNDS):
            outcome = evaluate(rule, known, on=date(2025, 5, 20))
        seconds = time.perf_counter() - begun
        assert outcome.amount is not None
        return seconds / ROUNDS * 1000

    yield measure


BENCHES = [
    Bench(
        name="law",
        about="one rule on six children, with its amount",
        unit="ms",
        prepare=_law,
        limit=1,
    )
]
