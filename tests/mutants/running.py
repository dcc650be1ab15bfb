"""A plugin of pytest: in place of running the tests once, runs those of each mutant in a process of its own.

All have the same database, one after the other; each begins as a copy of this process, which has collected
all tests and made the database, so that a mutant costs no more than its own tests.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from _pytest.runner import runtestprotocol

if TYPE_CHECKING:
    from tests.mutants.finding import Mutant

FEWEST = 60
SURVIVORS = Path(__file__).with_name("survivors.txt")
"""A name a line, and above it why no test can miss that guard, or why another one stands before it."""
_NOTICED, _SURVIVED, _BROKEN = 0, 1, 2


def pytest_addoption(parser: pytest.Parser) -> None:
    """Which mutants; all of them without these."""
    parser.addoption("--mutants", default="", help="those whose name has these words")
    parser.addoption("--every", type=int, default=1, help="each so-manieth of them")


@pytest.hookimpl(tryfirst=True)
def pytest_runtestloop(session: pytest.Session) -> bool:
    """All of it. Only now can the portal be imported: its settings come from the plugin of all tests."""
    from tests.mutants.finding import every_mutant
    from tests.mutants.mapping import belongs, narrow_tests

    words, every = session.config.getoption("--mutants"), session.config.getoption("--every")
    chosen = [one for one in every_mutant() if words in str(one)][::every]
    _make_the_database(session)
    survived, sound = [], set()
    for mutant in chosen:
        names = narrow_tests(mutant)
        items = [item for item in session.items if belongs(item.nodeid, names)]
        if names not in sound and _in_a_copy(None, items) != _SURVIVED:
            # They fail by themselves, and so would say nothing about any guard.
            raise pytest.UsageError(f"without any mutant, one of these fails: {', '.join(names)}")
        sound.add(names)
        if not _is_noticed(mutant, items):
            survived.append(mutant)
    _judge(session, len(chosen), [str(one) for one in survived], whole=not words and every == 1)
    return True


def _judge(session: pytest.Session, tried: int, survived: list[str], *, whole: bool) -> None:
    known = {line for line in SURVIVORS.read_text(encoding="utf-8").splitlines() if line[:1] not in ("", "#")}
    missed = [name for name in survived if name not in known]
    noticed = tried - len(survived)
    sys.stderr.write(f"{noticed} guards were missed when they were gone, {len(survived)} were not\n")
    for name in missed:
        sys.stderr.write(f"Error: nobody missed {name}\n")
    if whole and (gone := known - set(survived)):
        sys.stderr.write("".join(f"Error: survivors.txt names what is missed now: {name}\n" for name in gone))
        session.testsfailed += 1
    session.testsfailed += len(missed) + (whole and noticed < FEWEST) + (not tried)


def _make_the_database(session: pytest.Session) -> None:
    first = next(item for item in session.items if "db" in getattr(item, "fixturenames", ()))
    # With a next one, what lasts for the whole session is not taken down; one of another folder, so that
    # everything else is.
    elsewhere = next(item for item in session.items if item.path.parent != first.path.parent)
    runtestprotocol(first, log=False, nextitem=elsewhere)
    from django.db import connections

    connections.close_all()


def _is_noticed(mutant: Mutant, items: list[pytest.Item]) -> bool:
    code = _in_a_copy(mutant, items)
    sys.stderr.write(f"{'missed  ' if code == _NOTICED else 'SURVIVED'} {mutant}\n")
    return code == _NOTICED


def _in_a_copy(mutant: Mutant | None, items: list[pytest.Item]) -> int:
    """Runs these tests in a fork of this process; None: with nothing taken away."""
    sys.stdout.flush()
    sys.stderr.flush()
    child = os.fork()
    if child == 0:
        code = _BROKEN
        try:
            from tests.mutants.taking import take_away

            if mutant is not None:
                take_away(mutant)
            code = _NOTICED if any(_fails(items)) else _SURVIVED
        finally:
            os._exit(code)
    _, status = os.waitpid(child, 0)
    code = os.waitstatus_to_exitcode(status)
    if code not in (_NOTICED, _SURVIVED):
        raise RuntimeError(f"could not be tried: {mutant}")
    return code


def _fails(items: list[pytest.Item]) -> Iterator[bool]:
    for number, item in enumerate(items):
        following = items[number + 1] if number + 1 < len(items) else item
        reports = runtestprotocol(item, log=False, nextitem=following)
        yield any(report.failed for report in reports)
