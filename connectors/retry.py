"""When one call is tried again, and after how long: full jitter, within the deadline of the whole call.

Only a call that may be sent twice is (`connectors.http` knows which), and only where another try may
find another answer: no connection, one that broke off, 502, 503, 504, and 429 that says when to come
back. What would end after the deadline does not begin.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from random import SystemRandom

from connectors.base import ConnectorError, Unavailable

TRY_HEADER = "X-Try"
"""Goes with every call: "1", or for another try "2", "3", so that the other side can count those apart."""

_TOO_MANY = 429
_PASSING = {502, 503, 504}
_FIRST_PAUSE = 0.2
"""Seconds: the longest pause before the second try; each later one may be twice as long."""


@dataclass(frozen=True, slots=True)
class Retry:
    """How often at most, and what passes the time. `chance` gives a number from 0 up to 1."""

    tries: int = 3
    pause: Callable[[float], None] = time.sleep
    chance: Callable[[], float] = SystemRandom().random

    def pause_after(self, error: ConnectorError, *, tried: int, status: int, left: float) -> float | None:
        """Seconds to wait before the next try; None where there is to be none.

        `tried` is how many tries there were, `status` the answer to the last one (0: none), `left`
        the seconds until the deadline. The other side's Retry-After is the least it is left alone.
        """
        if tried >= self.tries or not isinstance(error, Unavailable) or not _may_pass(error, status):
            return None
        seconds = max(self.chance() * _FIRST_PAUSE * 2 ** (tried - 1), error.retry_after or 0.0)
        return seconds if seconds < left else None


def _may_pass(error: Unavailable, status: int) -> bool:
    if status == _TOO_MANY:
        return error.retry_after is not None
    # Below 400: the answer began well, and then the connection broke off.
    return status < 400 or status in _PASSING
