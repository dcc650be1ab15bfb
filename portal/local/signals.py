"""Stopping at a signal, at places where it can do no harm.

A handler that raises can do so inside `subprocess` or a lock and leave it unusable. So the handler
here only takes note; `stop_if_asked`, called wherever this package waits, raises.
"""

from __future__ import annotations

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

_STOPS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
_asked: list[int] = []


class Stopped(BaseException):
    """Somebody asked to stop. Not an `Exception`, so that no handler for errors swallows it."""

    def __init__(self, number: int) -> None:
        super().__init__(signal.Signals(number).name)
        self.exit_code = 130 if number == signal.SIGINT else 0


def stop_if_asked() -> None:
    """Raises `Stopped` once after a signal; a later signal does not disturb the stopping."""
    if len(_asked) == 1:
        _asked.append(0)
        raise Stopped(_asked[0])


def _note(number: int, frame: FrameType | None) -> None:
    if not _asked:
        _asked.append(number)


@contextmanager
def stop_on_signals() -> Iterator[None]:
    """Inside: SIGINT, SIGTERM and SIGHUP make the next `stop_if_asked` raise."""
    _asked.clear()
    before = {each: signal.signal(each, _note) for each in _STOPS}
    try:
        yield
    finally:
        for each, handler in before.items():
            signal.signal(each, handler)
