"""Processes that die at the worst moment, and a queue that forgets: each request arrives, once.

What arrived is counted by the agency that got it, in its own back office; our own rows must agree.
"""

from __future__ import annotations

from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import closing

import psycopg
import pytest
import requests
from redis import Redis

from portal.cases.out.outbox import DELIVER
from portal.local.stack import Stack
from tests.stories.agency import ONE_OF_EACH, Agency
from tests.stories.conftest import NewCaller, Without
from tests.stories.waiting import bells, is_delivered, one, services_of, until

pytestmark = pytest.mark.story

SENT_TO = "Wij stuurden uw gegevens naar de gemeente Waterstad"
PATIENCE = 90.0
"""Seconds that other processes may take on a busy machine."""


def test_a_worker_killed_in_the_middle_delivers_once(
    new_caller: NewCaller, stack: Stack, waterstad: Agency, without: Without
) -> None:
    caller = new_caller("Daan Bakker")
    seen = caller.prepares()
    with without("worker"), closing(psycopg.connect(stack.database_url)) as lock:
        caller.sends(seen)
        reference = caller.reference()
        lock.execute("SELECT 1 FROM cases_case WHERE reference = %s FOR UPDATE", [reference])
        stack.start_process("worker")
        # It has claimed the row, filed the request, and waits for our lock to write that down.
        until(lambda: _waits_for(stack, lock), seconds=PATIENCE, what="a worker in the middle")
        stack.kill("worker")
        lock.rollback()
        assert not is_delivered(stack, reference)
        assert waterstad.has(reference) == ONE_OF_EACH
    until(lambda: is_delivered(stack, reference), seconds=PATIENCE, what="the delivery")
    assert _attempts(stack, reference) == 2
    assert waterstad.has(reference) == ONE_OF_EACH
    assert _arrivals(stack, reference) == 1
    # The citizen reads of both attempts, and that of the first one nobody knows how it ended.
    page = caller.get(f"/aanvragen/{reference}/").text
    assert page.count(SENT_TO) == 2
    assert page.count("Begonnen. Onbekend of het aankwam.") == 1


def _waits_for(stack: Stack, holder: psycopg.Connection) -> bool:
    query = "SELECT count(*) FROM pg_stat_activity WHERE %s = ANY(pg_blocking_pids(pid))"
    return bool(one(stack, query, holder.info.backend_pid))


def test_the_web_killed_before_it_rings_the_bell_loses_nothing(
    new_caller: NewCaller, stack: Stack, waterstad: Agency, without: Without
) -> None:
    caller = new_caller("Milan van Dijk")
    seen = caller.prepares()
    with closing(Redis.from_url(stack.env["BROKER_URL"])) as broker, ThreadPoolExecutor(1) as pool:
        with without("worker", "beat"):
            # The web commits, then waits to put its message in the queue; there it dies.
            broker.client_pause(60_000, all=False)
            try:
                pressed = pool.submit(caller.sends, seen)
                until(lambda: services_of(stack, caller.journey), seconds=PATIENCE, what="the commit")
                with without("web"):
                    _was_cut_off(pressed)
            finally:
                broker.client_unpause()
            assert bells(broker, DELIVER) == 0
            reference = caller.reference()
            assert waterstad.has(reference) == {}
        until(lambda: is_delivered(stack, reference), seconds=PATIENCE, what="the delivery by the sweep")
    assert waterstad.has(reference) == ONE_OF_EACH
    assert caller.sends(seen).url.endswith(caller.journey)
    assert services_of(stack, caller.journey) == ["geboorteaangifte"]
    assert _arrivals(stack, reference) == 1


def _was_cut_off(pressed: Future[requests.Response]) -> None:
    with pytest.raises(requests.ConnectionError):
        pressed.result()


def test_a_valkey_that_forgets_everything_loses_nothing(
    new_caller: NewCaller, stack: Stack, waterstad: Agency, without: Without
) -> None:
    caller = new_caller("Marieke Brouwer")
    seen = caller.prepares()
    with closing(Redis.from_url(stack.env["BROKER_URL"])) as broker:
        with without("worker", "beat"):
            caller.sends(seen)
            assert bells(broker, DELIVER) == 1
            broker.flushall()
            assert bells(broker, DELIVER) == 0
            reference = caller.reference()
            assert waterstad.has(reference) == {}
        until(lambda: is_delivered(stack, reference), seconds=PATIENCE, what="the delivery by the sweep")
    assert waterstad.has(reference) == ONE_OF_EACH
    assert _attempts(stack, reference) == 1
    assert _arrivals(stack, reference) == 1


def _attempts(stack: Stack, reference: str) -> int:
    query = """
        SELECT attempts FROM cases_delivery JOIN cases_case ON cases_case.id = case_id
        WHERE reference = %s AND kind = 'file'
    """
    return int(one(stack, query, reference))


def _arrivals(stack: Stack, reference: str) -> int:
    """How often we wrote down that it arrived. What the agency says of that itself may come later."""
    query = """
        SELECT count(*) FROM cases_statusupdate JOIN cases_case ON cases_case.id = case_id
        WHERE reference = %s AND external_id = 'arrived'
    """
    return int(one(stack, query, reference))
