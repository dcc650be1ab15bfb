"""A row of the outbox that breaks whoever works on it: it holds up nobody else, and arrives once mended."""

from __future__ import annotations

from functools import partial
from typing import LiteralString

import psycopg
import pytest

from portal.local.stack import Stack
from tests.faults.conftest import A_MINUTE, arrivals, sweeps
from tests.stories.agency import ONE_OF_EACH, Agency
from tests.stories.conftest import NewCaller, Without
from tests.stories.waiting import is_delivered, one, until

pytestmark = pytest.mark.story

HAS_IT = "De gemeente Waterstad heeft uw aangifte"
SPOILED = "UPDATE cases_case SET sealed_payload = 'x' || sealed_payload WHERE reference = %s"
MENDED = "UPDATE cases_case SET sealed_payload = substr(sealed_payload, 2) WHERE reference = %s"

DUE = """
    UPDATE cases_delivery SET not_before = now() FROM cases_case
    WHERE cases_case.id = case_id AND delivered_at IS NULL AND reference = %s
"""


def test_a_poisoned_row_among_good_ones_stops_only_itself(
    new_caller: NewCaller, stack: Stack, waterstad: Agency, without: Without
) -> None:
    callers = [new_caller(name) for name in ("Sanne Visser", "Milan van Dijk", "Iris Vos")]
    with without("worker"):
        for caller in callers:
            caller.sends(caller.prepares())
        first, poisoned, last = (caller.reference() for caller in callers)
        _runs(stack, SPOILED, poisoned)
    for reference in (first, last):
        until(partial(is_delivered, stack, reference), seconds=A_MINUTE, what="the good ones")
        assert waterstad.has(reference) == ONE_OF_EACH
    until(lambda: _error(stack, poisoned) == "unexpected", seconds=A_MINUTE, what="an attempt that broke")
    assert waterstad.has(poisoned) == {}
    assert HAS_IT not in callers[1].get(f"/aanvragen/{poisoned}/").text

    _runs(stack, MENDED, poisoned)
    _runs(stack, DUE, poisoned)
    sweeps(stack)
    until(lambda: is_delivered(stack, poisoned), seconds=A_MINUTE, what="the one that was mended")
    assert waterstad.has(poisoned) == ONE_OF_EACH
    assert [arrivals(stack, reference) for reference in (first, poisoned, last)] == [1, 1, 1]
    assert HAS_IT in callers[1].get(f"/aanvragen/{poisoned}/").text


def _runs(stack: Stack, statement: LiteralString, reference: str) -> None:
    with psycopg.connect(stack.database_url) as connection:
        connection.execute(statement, [reference])


def _error(stack: Stack, reference: str) -> str:
    query = """
        SELECT last_error FROM cases_delivery JOIN cases_case ON cases_case.id = case_id
        WHERE reference = %s AND kind = 'file'
    """
    return str(one(stack, query, reference))
