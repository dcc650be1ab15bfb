"""Getting it there: how fast one worker delivers, and what it holds in memory after many."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.bench import floors
from tests.bench.filed import (
    HANGING,
    WAVE,
    a_second,
    due_again,
    filed,
    forget,
    in_a_wave,
    worker,
)
from tests.bench.harness import Bench, Measure
from tests.bench.world import World

BATCH = 60
"""Deliveries in one measurement."""

ALL, MANY, AT_ONCE = 20_000, 2_000, 250
"""What the limit is about; so many of them are made, unless `BENCH_ALL` is set, and so many at a time."""

MEGABYTE = 1_000_000
_PATIENCE = 600.0


@contextmanager
def _deliveries(world: World) -> Iterator[Measure]:
    """Deliveries a second of one worker process: bell, claim, log, nine calls, arrival."""
    forget()
    with worker(world.back_office.url):
        a_second(filed(1))

        def measure() -> float:
            return a_second(filed(BATCH))

        yield measure
    forget()


@contextmanager
def _memory(world: World) -> Iterator[Measure]:
    """Megabytes (resident) of the larger process of a worker, after 20,000 deliveries.

    One of them takes messages and hands them on, the other delivers. It makes 2,000, and what they grew by in
    the second half of them is taken for all that are left out. With `BENCH_ALL` it makes them all.
    """
    forget()
    rows = filed(AT_ONCE)
    many = ALL if "BENCH_ALL" in os.environ else MANY

    def measure() -> float:
        with worker(world.back_office.url) as group:
            a_second(rows[:1])
            (process,) = _children(group.pid)
            held = []
            for _ in range(many // AT_ONCE):
                due_again(rows)
                # However slow the machine is: this is about memory.
                a_second(rows, seconds=_PATIENCE)
                held.append(max(_resident(process), _resident(group.pid)))
                print(f"    {len(held) * AT_ONCE:,}: {held[-1]:.1f} MB", file=sys.stderr)
            assert _children(group.pid) == [process], "another process took over"
        half = len(held) // 2
        grows = max(0.0, held[-1] - held[half - 1]) / ((len(held) - half) * AT_ONCE)
        return held[-1] + grows * (ALL - many)

    yield measure
    forget()


@contextmanager
def _beside_one_that_hangs(world: World) -> Iterator[Measure]:
    """Seconds to delivery at one agency, on average, while another one lets every call hang.

    Its workers are those of the floor, in which that other one answers: who delivers is the same, what is
    delivered, and the moment.
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
        runs=7,
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
        about=f"the larger process of a worker after {ALL:,} deliveries: {MANY:,}, and growth for the rest",
        unit="MB",
        prepare=_memory,
        limit=150,
        runs=1,
        warm_up=0,
    ),
]
