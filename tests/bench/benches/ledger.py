"""The log: how fast it is checked from end to end."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from itertools import islice

from portal.ledger.log.verify import check_all
from tests.bench import floors
from tests.bench.harness import Bench, Measure
from tests.bench.world import World
from tests.factories import make_citizen, spare_bsns
from tests.ledger.lines import write_lines

CHAINS, LINES = 40, 600


@cache
def _written() -> int:
    """Fills the log once, by the verb that writes it; gives the number of lines."""
    write_lines([make_citizen(bsn) for bsn in islice(spare_bsns(), CHAINS)], each=LINES)
    return CHAINS * LINES


@contextmanager
def _verify(world: World) -> Iterator[Measure]:
    """Lines a second, read from the database, hashed, and held against the heads."""
    written = _written()

    def measure() -> float:
        begun = time.perf_counter()
        report = check_all()
        seconds = time.perf_counter() - begun
        assert report.lines >= written
        assert report.findings == []
        return report.lines / seconds

    yield measure


BENCHES = [
    Bench(
        name="ledger-verify",
        about=f"the whole log checked, {CHAINS} chains of {LINES} lines and more",
        unit="lines/s",
        prepare=_verify,
        limit=20_000,
        direction="min",
        floor=floors.BARE_CHAIN,
    )
]
