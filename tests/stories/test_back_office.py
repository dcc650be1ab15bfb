"""What goes wrong between the portal and a ZGW back office. What arrived is counted by the back office."""

from __future__ import annotations

from contextlib import closing
from typing import LiteralString

import psycopg
import pytest
from celery import Celery
from redis import Redis

from portal.cases.out.outbox import DELIVER
from portal.local.stack import Stack
from tests.stories.agency import ONE_OF_EACH, STEPS, Agency
from tests.stories.conftest import NewCaller, NewPerson, Without
from tests.stories.waiting import bells, is_delivered, one, until

pytestmark = pytest.mark.story

PATIENCE = 90.0
"""Seconds that other processes may take on a busy machine."""
AWAY = "De gemeente Waterstad is nu niet bereikbaar. Uw aangifte is bewaard."


# --- Processes that die (at each point of a delivery: tests/faults) ---------------------------------


def test_with_valkey_flushed_and_the_web_killed_one_zaak_arrives(
    new_caller: NewCaller, stack: Stack, waterstad: Agency, without: Without
) -> None:
    caller = new_caller("Marieke Brouwer")
    seen = caller.prepares()
    with closing(Redis.from_url(stack.env["BROKER_URL"])) as broker, without("worker"):
        caller.sends(seen)
        with without("web"):
            broker.flushall()
            assert bells(broker, DELIVER) == 0
        reference = caller.reference()
        assert waterstad.has(reference) == {}
    until(lambda: is_delivered(stack, reference), seconds=PATIENCE, what="the delivery by the sweep")
    assert waterstad.has(reference) == ONE_OF_EACH


# --- An agency that is away -----------------------------------------------------------------------


def test_while_the_agency_is_away_the_citizen_reads_so_and_then_it_goes_out(
    new_caller: NewCaller, new_person: NewPerson, stack: Stack, waterstad: Agency
) -> None:
    caller, citizen, operator = new_caller("Iris Vos"), new_person(), new_person()
    seen = caller.prepares()
    waterstad.breaks("down")
    caller.sends(seen)
    reference = caller.reference()
    until(lambda: _is_down(stack, waterstad), seconds=PATIENCE, what="that the agency is away")

    citizen.logs_in("Iris Vos")
    citizen.goes_to(f"/aanvragen/{reference}/")
    citizen.reads(AWAY)
    citizen.reads("Wij sturen hem zodra het weer kan. U hoeft niets te doen.")
    operator.starts_work("Otto Maas")
    operator.goes_to("/medewerker/koppelingen/")
    row = operator.page.get_by_role("row").filter(has_text="Gemeente Waterstad")
    assert "Nee, sinds" in row.inner_text()
    assert waterstad.has(reference) == {}

    _put_off(stack, reference)  # as after many attempts: it must not wait for that
    waterstad.breaks("none")
    until(lambda: is_delivered(stack, reference), seconds=PATIENCE, what="the delivery, by itself")
    assert waterstad.has(reference) == ONE_OF_EACH
    citizen.goes_to(f"/aanvragen/{reference}/")
    citizen.reads("De gemeente Waterstad heeft uw aangifte")
    assert citizen.page.get_by_text(AWAY).count() == 0
    operator.goes_to("/medewerker/koppelingen/")
    assert "Nee, sinds" not in row.inner_text()


def _is_down(stack: Stack, agency: Agency) -> bool:
    query = "SELECT count(*) FROM ledger_connectorstate WHERE name = %s AND down_since IS NOT NULL"
    return bool(one(stack, query, f"agency:{agency.name}"))


# --- Answers that say something else than what happened -------------------------------------------


@pytest.mark.parametrize("step", STEPS)
@pytest.mark.parametrize("fault", ["stored-500", "lost"])
def test_what_was_stored_without_a_good_answer_is_not_stored_again(
    new_caller: NewCaller, stack: Stack, waterstad: Agency, fault: str, step: str
) -> None:
    caller = new_caller("Karin Schouten")
    seen = caller.prepares()
    waterstad.breaks(fault, step=step, times=1)
    caller.sends(seen)
    reference = caller.reference()
    until(lambda: _ended_once(stack, reference), seconds=PATIENCE, what="the first attempt")
    assert waterstad.fault() == "none"
    assert waterstad.has(reference)[step] == 1
    _make_due(stack, reference)
    until(lambda: is_delivered(stack, reference), seconds=PATIENCE, what="the delivery")
    assert _attempts(stack, reference) == 2
    assert waterstad.has(reference) == ONE_OF_EACH


def _ended_once(stack: Stack, reference: str) -> bool:
    """An attempt failed; or another one succeeded after it, if we looked late."""
    return bool(one(stack, f"SELECT last_error <> '' OR delivered_at IS NOT NULL {_ROW}", reference))


# --- At once --------------------------------------------------------------------------------------


def test_many_workers_with_the_same_case_make_one_zaak(
    new_caller: NewCaller, stack: Stack, waterstad: Agency, without: Without
) -> None:
    caller = new_caller("Daan Bakker")
    seen = caller.prepares()
    with closing(Redis.from_url(stack.env["BROKER_URL"])) as broker:
        with without("worker"):
            caller.sends(seen)
            reference = caller.reference()
            for _ in range(20):
                _ring(stack, reference)
            assert bells(broker, DELIVER) > 20
            waterstad.breaks("gate", step="zaken")
        # One is held at the gate with the zaak; all others come and find the row taken.
        until(lambda: waterstad.has(reference), seconds=PATIENCE, what="the zaak")
        until(lambda: bells(broker, DELIVER) == 0, seconds=PATIENCE, what="the other bells")
        waterstad.breaks("none")
    until(lambda: is_delivered(stack, reference), seconds=PATIENCE, what="the delivery")
    assert _attempts(stack, reference) == 1
    assert waterstad.has(reference) == ONE_OF_EACH


# --- The portal's side ----------------------------------------------------------------------------

_ROW: LiteralString = """
    FROM cases_delivery JOIN cases_case ON cases_case.id = case_id WHERE reference = %s AND kind = 'file'
"""


def _make_due(stack: Stack, reference: str) -> None:
    """Ends the lease or the pause before the next attempt, and rings."""
    query = "UPDATE cases_delivery SET lease_until = NULL, not_before = now() WHERE id = %s"
    with psycopg.connect(stack.database_url) as connection:
        connection.execute(query, [_row(stack, reference)])
    _ring(stack, reference)


def _put_off(stack: Stack, reference: str) -> None:
    """The next attempt is an hour away."""
    query = "UPDATE cases_delivery SET not_before = now() + interval '1 hour' WHERE id = %s"
    with psycopg.connect(stack.database_url) as connection:
        connection.execute(query, [_row(stack, reference)])


def _ring(stack: Stack, reference: str) -> None:
    with Celery(broker=stack.env["BROKER_URL"]) as bell:
        bell.send_task(DELIVER, (_row(stack, reference),), expires=60)


def _row(stack: Stack, reference: str) -> str:
    return str(one(stack, f"SELECT cases_delivery.id {_ROW}", reference))


def _attempts(stack: Stack, reference: str) -> int:
    return int(one(stack, f"SELECT attempts {_ROW}", reference))
