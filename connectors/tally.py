"""Counting the calls that a piece of work makes to the other side, however it makes them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass


@dataclass(slots=True)
class Tally:
    """`calls`: requests that went out, each try of one counted."""

    calls: int = 0


_running: ContextVar[Tally | None] = ContextVar("tally", default=None)


@contextmanager
def counted_calls() -> Iterator[Tally]:
    """Counts every request that this thread sends meanwhile, also where the work fails."""
    tally = Tally()
    before = _running.set(tally)
    try:
        yield tally
    finally:
        _running.reset(before)


def note_call() -> None:
    """A request goes out."""
    tally = _running.get()
    if tally is not None:
        tally.calls += 1
