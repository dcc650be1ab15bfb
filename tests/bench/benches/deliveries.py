"""Getting it there: how fast one worker delivers, and what it holds in memory after many."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.bench import floors
from tests.bench.filed import (
    HANGING,
    WAVE,
    due_again,
    filed,
    forget,
    in_a_wave,
    ring,
    until_delivered,
    worker,
)
from tests.bench.harness import Bench, Measure
from tests.bench.world import World

BATCH = 100
"""Deliveries in one measurement."""

MANY, AT_ONCE = 20_000, 500
MEGABYTE = 1_000_000


@contextmanager
def _deliveries(world: World) -> Iterator[Measure]:
    """Deliveries a second of one worker process: bell, claim, log, eight calls and more, arrival."""
    forget()
    rows = filed(BATCH)
    with worker(world.back_office.url):
        ring(rows[:1])
        until_delivered(rows[:1])

        def measure() -> float:
            due_again(rows)
            begun = time.perf_counter()
            ring(rows)
            until_delivered(rows)
            return BATCH / (time.perf_counter() - begun)

        yield measure
    forget()


@contextmanager
def _memory(world: World) -> Iterator[Measure]:
    """Megabytes (resident) of the process that delivers, after 20,000 deliveries by itself."""
    forget()
    rows = filed(AT_ONCE)

    def measure() -> float:
        with worker(world.back_office.url) as group:
            ring(rows[:1])
            until_delivered(rows[:1])
            (process,) = _children(group.pid)
            for _ in range(MANY // AT_ONCE):
                due_again(rows)
                ring(rows)
                until_delivered(rows)
            assert _children(group.pid) == [process], "another process took over"
            return _resident(process)

    yield measure
    forget()


@contextmanager
def _beside_one_that_hangs(world: World) -> Iterator[Measure]:
    """Seconds to delivery at one agency, on average, while another one lets every call hang.

    Its workers are those of the floor: who delivers is the same, and so is the moment.
    """
    rows, hanging = filed(WAVE), filed(WAVE, agency=HANGING)

    def measure() -> float:
        forget()
        return in_a_wave(rows, hanging)

    yield measure
    forget()


def _children(pid: int) -> list[int]:
    return [int(one) for one in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def _resident(pid: int) -> float:
    """What the process holds: VmRSS."""
    lines = dict(
        line.split(":", 1) for line in Path(f"/proc/{pid}/status").read_text().splitlines() if ":" in line
    )
    return int(lines["VmRSS"].split()[0]) * 1024 / MEGABYTE


BENCHES = [
    Bench(
        name="deliveries",
        about="one worker process to an agency that answers at once",
        unit="/s",
        prepare=_deliveries,
        limit=0.5,
        direction="min",
        floor=floors.BARE_DELIVERY,
        limit_on="ratio",
    ),
    Bench(
        name="hanging-agency",
        about="time to delivery at one agency while another hangs; four workers, calls of 2 s at most",
        unit="s",
        prepare=_beside_one_that_hangs,
        limit=1.1,
        floor=floors.ALONE,
        limit_on="ratio",
    ),
    Bench(
        name="worker-memory",
        about=f"a worker process after {MANY:,} deliveries",
        unit="MB",
        prepare=_memory,
        limit=150,
        runs=1,
        warm_up=0,
    ),
]
