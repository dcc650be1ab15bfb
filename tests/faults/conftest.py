"""What the tests of faults share: points to break processes at, and agencies that count."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import psycopg
import pytest
from celery import Celery

from connectors import faults
from portal.local.stack import Stack
from tests.stories.agency import Agency
from tests.stories.conftest import new_caller, waterstad, without
from tests.stories.waiting import one, until

__all__ = ["new_caller", "waterstad", "without"]

A_MINUTE = 60.0
"""Seconds after a fault within which everything is as if it never was."""

_LEASES = (
    "UPDATE cases_delivery SET lease_until = now(), not_before = now() WHERE delivered_at IS NULL",
    "UPDATE cases_case SET reading_until = now() WHERE reading_until > now()",
    "UPDATE cases_notification SET lease_until = now(), not_before = now() WHERE delivered_at IS NULL",
    "UPDATE cases_webhook SET lease_until = now(), not_before = now() WHERE waiting_since IS NOT NULL",
)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Gives every test here more time: a busy machine starts processes slowly."""
    for item in items:
        if item.path.parent.name == "faults" and not item.get_closest_marker("timeout"):
            item.add_marker(pytest.mark.timeout(300))


@dataclass(frozen=True, slots=True)
class Points:
    """Where processes break. `stack` was started with its folder."""

    stack: Stack
    folder: Path

    def arm(self, name: str, *words: str) -> None:
        """The next passages meet these words."""
        faults.arm(self.folder, name, *words)

    def met(self, name: str) -> list[str]:
        """What happened there since the test began."""
        return faults.met(self.folder, name)

    def kill_at_each(self, names: Sequence[str], *, in_time: float = A_MINUTE) -> None:
        """A worker dies at each of them once, whatever the order; after each death the leases run out."""
        for dead in range(1, len(names) + 1):
            until(partial(self._died, names, dead), seconds=in_time, what=self._missing(names))
            time_passes(self.stack)

    def _died(self, names: Sequence[str], times: int) -> bool:
        return sum(len(self.met(name)) for name in names) >= times

    def _missing(self, names: Sequence[str]) -> str:
        return f"a worker at one of {[name for name in names if not self.met(name)]}"


@pytest.fixture
def at_points(stack: Stack) -> Iterator[Points]:
    """`at_points.arm("zgw.after-zaak", "kill")`; afterwards nothing is armed."""
    folder = Path(stack.env[faults.VARIABLE])
    folder.mkdir(exist_ok=True)
    faults.forget(folder)
    yield Points(stack, folder)
    faults.disarm(folder)


@pytest.fixture
def polderveen(stack: Stack) -> Iterator[Agency]:
    """The municipality whose back office does otherwise all that the standard lets it."""
    agency = Agency(stack, "gemeente-polderveen")
    yield agency
    agency.breaks("none")


def time_passes(stack: Stack) -> None:
    """As if fifty seconds went by: what a dead worker had claimed is free, and the timetable sweeps.

    Only for when no worker lives that has claimed something.
    """
    with psycopg.connect(stack.database_url) as connection:
        for statement in _LEASES:
            connection.execute(statement)
    sweeps(stack)


def sweeps(stack: Stack) -> None:
    """The timetable rings for what is due, now rather than within five seconds."""
    with closing(Celery(broker=stack.env["BROKER_URL"])) as celery:
        celery.send_task("portal.cases.tasks.sweep", expires=30)


def arrivals(stack: Stack, reference: str) -> int:
    """How often we wrote down that it arrived. What the agency says of that itself may come later."""
    query = """
        SELECT count(*) FROM cases_statusupdate JOIN cases_case ON cases_case.id = case_id
        WHERE reference = %s AND external_id = 'arrived'
    """
    return int(one(stack, query, reference))
