"""All deadlines of a process are kept by one thread, each in its own time, whatever happens to the others."""

from __future__ import annotations

import subprocess
import sys
import threading
import time

import pytest

from connectors.deadlines import set_deadline

LONG = 20.0
"""Seconds that nobody waits, unless something is wrong."""


def _fail() -> None:
    raise RuntimeError("this one breaks")


def test_an_earlier_deadline_that_is_set_later_comes_first() -> None:
    order, over = list[str](), threading.Event()

    def later() -> None:
        order.append("later")
        over.set()

    now = time.monotonic()
    set_deadline(now + 0.2, later)
    set_deadline(now + 0.1, lambda: order.append("first"))
    assert over.wait(LONG)
    assert order == ["first", "later"]


def test_what_is_cancelled_is_not_done_and_all_others_are(caplog: pytest.LogCaptureFixture) -> None:
    done, over = list[str](), threading.Event()
    now = time.monotonic()
    set_deadline(now + 0.05, lambda: done.append("cancelled")).cancel()
    set_deadline(now + 0.06, _fail)
    set_deadline(now + 0.07, over.set)
    assert over.wait(LONG)
    assert done == []
    assert "a deadline failed" in caplog.text


def test_a_thousand_deadlines_are_kept_in_one_thread() -> None:
    threads, left = set[threading.Thread](), threading.Semaphore(0)

    def strike() -> None:
        threads.add(threading.current_thread())
        left.release()

    for number in range(1000):
        set_deadline(time.monotonic() + number / 100_000, strike)
    assert all(left.acquire(timeout=LONG) for _ in range(1000))
    assert len(threads) == 1


def test_a_process_that_forks_keeps_the_deadlines_of_its_child_too() -> None:
    """As a server does that loads the portal once and forks its workers."""
    program = """if True:
        import os, threading, time
        from connectors.deadlines import set_deadline
        def kept():
            over = threading.Event()
            set_deadline(time.monotonic() + 0.01, over.set)
            return over.wait(20)
        assert kept()
        child = os.fork()
        if not child:
            os._exit(0 if kept() else 1)
        raise SystemExit(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
    """
    assert subprocess.run([sys.executable, "-c", program], timeout=60, check=False).returncode == 0
