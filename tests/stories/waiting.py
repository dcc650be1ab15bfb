"""Waiting for what another process does, and reading what it wrote."""

from __future__ import annotations

from collections.abc import Callable
from threading import Event
from time import monotonic
from typing import Any, LiteralString

import psycopg
from redis import Redis

from portal.local.stack import Stack

FIRST_PAUSE, LONGEST_PAUSE, LONGER = 0.05, 0.5, 1.25
"""Seconds between the first two looks, and at most; each time so much longer. Who looks takes the time of the
processes that are waited for: a connection to the database, or a whole page."""


def until(is_so: Callable[[], object], *, seconds: float, what: str) -> None:
    """Returns when it is so; fails with `what` when it takes longer."""
    begun, never, pause = monotonic(), Event(), FIRST_PAUSE
    while not is_so():
        assert monotonic() - begun < seconds, f"not within {seconds:.0f} s: {what}"
        never.wait(pause)
        pause = min(pause * LONGER, LONGEST_PAUSE)


def rows(stack: Stack, query: LiteralString, *values: object) -> list[tuple[Any, ...]]:
    """What the portal's database answers."""
    with psycopg.connect(stack.database_url) as connection:
        return connection.execute(query, values).fetchall()


def one(stack: Stack, query: LiteralString, *values: object) -> Any:
    """The one value that the portal's database answers."""
    ((value,),) = rows(stack, query, *values)
    return value


def is_delivered(stack: Stack, reference: str) -> bool:
    """Whether the request with this reference reached its agency."""
    query = """
        SELECT count(*) FROM cases_delivery JOIN cases_case ON cases_case.id = case_id
        WHERE reference = %s AND kind = 'file' AND delivered_at IS NOT NULL
    """
    return bool(one(stack, query, reference) == 1)


def is_left_alone(stack: Stack, source: str) -> bool:
    """Whether the portal takes a source for down, and does not call it."""
    query = "SELECT count(*) FROM ledger_connectorstate WHERE name = %s AND down_since IS NOT NULL"
    return bool(one(stack, query, f"source:{source}") == 1)


def forget_failures(stack: Stack, source: str) -> None:
    """As if a source had never failed."""
    with psycopg.connect(stack.database_url) as connection:
        connection.execute("DELETE FROM ledger_connectorstate WHERE name = %s", [f"source:{source}"])


def bells(broker: Redis, task: str, *, about: str = "") -> int:
    """The messages for this task that wait for a worker; `about` is an id among their arguments."""
    queued = broker.lrange("celery", 0, -1)
    return sum(task.encode() in message and about.encode() in message for message in queued)


def services_of(stack: Stack, journey: str) -> list[str]:
    """The services of the cases that were made of a journey, given the path of its plan."""
    query = "SELECT service FROM cases_case WHERE journey_id = %s ORDER BY service"
    return [service for (service,) in rows(stack, query, journey.strip("/").rsplit("/", 1)[1])]
