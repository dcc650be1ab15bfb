"""Hearing back by the API: how many statuses a second one process takes."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from tests.bench import floors
from tests.bench.harness import Bench, Measure
from tests.bench.told import CALLS, arrived, program, statuses_a_second
from tests.bench.world import World


@contextmanager
def _statuses(_world: World) -> Iterator[Measure]:
    """Statuses a second, each for a case of its own."""
    client = program()

    def measure() -> float:
        return statuses_a_second(client, arrived(CALLS), "/api/v1/cases/{}/statuses")

    yield measure


BENCHES = [
    Bench(
        name="statuses",
        about="by the API of agencies, one after another",
        unit="/s",
        prepare=_statuses,
        limit=0.5,
        direction="min",
        floor=floors.FIVE_STATEMENTS,
        limit_on="ratio",
        runs=7,
    )
]
