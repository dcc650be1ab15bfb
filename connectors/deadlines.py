"""One thread that keeps all deadlines of this process: a heap of moments, and what is done at each.

A thread for every call would cost more than the call itself. What is done at a deadline must be quick:
the others wait for it.
"""

from __future__ import annotations

import logging
import os
import time
from collections.abc import Callable
from heapq import heappop, heappush
from itertools import count
from threading import Condition, Thread

logger = logging.getLogger(__name__)


class Deadline:
    """What is done at one moment, unless it is cancelled first."""

    __slots__ = ("_act",)

    def __init__(self, act: Callable[[], None]) -> None:
        self._act: Callable[[], None] | None = act

    def cancel(self) -> None:
        """From now on nothing is done, unless it is being done at this moment."""
        self._act = None

    def strike(self) -> None:
        """The moment is there."""
        if act := self._act:
            act()


class _Keeper:
    """Holds the deadlines, and the thread that waits for the first of them.

    One that was cancelled stays in the heap until its moment: so the thread sleeps through all calls
    that end in time.
    """

    def __init__(self) -> None:
        self._heap: list[tuple[float, int, Deadline]] = []
        self._order = count()
        self._changed = Condition()
        self._thread: Thread | None = None

    def set(self, moment: float, act: Callable[[], None]) -> Deadline:
        deadline = Deadline(act)
        with self._changed:
            heappush(self._heap, (moment, next(self._order), deadline))
            if self._thread is None or not self._thread.is_alive():
                self._thread = Thread(target=self._run, name="deadlines", daemon=True)
                self._thread.start()
            elif self._heap[0][2] is deadline:
                self._changed.notify()
        return deadline

    def _run(self) -> None:
        while True:
            try:
                self._next().strike()
            except Exception:
                # Of one call; those of all others are still to come.
                logger.exception("a deadline failed")

    def _next(self) -> Deadline:
        """Waits for the first deadline, also where an earlier one comes meanwhile."""
        with self._changed:
            while not self._heap or self._heap[0][0] > time.monotonic():
                self._changed.wait(self._heap[0][0] - time.monotonic() if self._heap else None)
            return heappop(self._heap)[2]


_keeper = _Keeper()


def set_deadline(moment: float, act: Callable[[], None]) -> Deadline:
    """Does `act` at `moment` (of `time.monotonic`) in a thread of its own, unless that is cancelled."""
    return _keeper.set(moment, act)


def _begin_anew() -> None:
    """Threads do not survive a fork, and a lock might have been held in it."""
    global _keeper
    _keeper = _Keeper()


os.register_at_fork(after_in_child=_begin_anew)
