"""The floors: the least that the work can cost, measured in the same run as what is held against it.

Each has a bound that it must reach itself, so that nobody wins by a slow floor. Every floor stands here.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import sha256

import requests

from tests.bench.harness import Floor, Measure
from tests.bench.world import SLOW_MS, World
from tests.factories import spare_bsns


@contextmanager
def _one_call(world: World) -> Iterator[Measure]:
    """One question to the slowest source, with `requests` and nothing else."""
    address = f"{world.other_side.slow('brp')}/ask"
    question = {"bsn": next(spare_bsns()), "fields": ["brp.one"]}

    def measure() -> float:
        begun = time.perf_counter()
        requests.post(address, json=question, timeout=10).raise_for_status()
        return time.perf_counter() - begun

    yield measure


ONE_CALL = Floor(
    name="one bare call to a source of 300 ms",
    unit="s",
    bound=SLOW_MS / 1000 * 1.1,
    direction="max",
    prepare=_one_call,
)


@contextmanager
def _bare_chain(world: World) -> Iterator[Measure]:
    """Lines a second: SHA-256 over the hash before and a line of the usual length, all in memory."""
    lines = [f'{{"number":{number},"rest":"{"x" * 720}"}}'.encode() for number in range(24_000)]

    def measure() -> float:
        previous = "0" * 64
        begun = time.perf_counter()
        for line in lines:
            previous = sha256(previous.encode() + line).hexdigest()
        return len(lines) / (time.perf_counter() - begun)

    yield measure


BARE_CHAIN = Floor(
    name="a bare chain of hashes in memory",
    unit="lines/s",
    bound=200_000,
    direction="min",
    prepare=_bare_chain,
)
