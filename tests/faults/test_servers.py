"""Databases and timetables that break while a request is on its way."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from threading import Event
from time import monotonic
from typing import LiteralString
from uuid import uuid4

import psycopg
import pytest
from redis import Redis

from portal.cases.out.outbox import DELIVER
from portal.local.stack import Stack
from tests.faults.conftest import A_MINUTE, arrivals
from tests.stories.agency import ONE_OF_EACH, Agency
from tests.stories.by_wire import Caller
from tests.stories.conftest import NewCaller, Without
from tests.stories.test_told import gives_an_address, mails
from tests.stories.waiting import bells, is_delivered, one, services_of, until

pytestmark = pytest.mark.story

HAS_IT = "De gemeente Waterstad heeft uw aangifte"
HEIDEDORP = "9002"
NOT_NOW = "Er ging iets mis"
FROZEN = 30.0
"""Seconds that the broker hangs."""

NOTICED = 1.0
"""Seconds that who sends waits at least for a broker that hangs."""

PATIENCE = 20.0
"""The most that a citizen waits for a page while the broker hangs, on a busy machine."""


def _arrives_once(stack: Stack, agency: Agency, caller: Caller) -> None:
    reference = caller.reference()
    until(lambda: is_delivered(stack, reference), seconds=A_MINUTE, what="the delivery")
    assert agency.has(reference) == ONE_OF_EACH
    assert arrivals(stack, reference) == 1
    assert HAS_IT in caller.get(f"/aanvragen/{reference}/").text


# --- Valkey ---------------------------------------------------------------------------------------


def test_a_valkey_that_dies_loses_nothing(
    new_caller: NewCaller, stack: Stack, waterstad: Agency, without: Without
) -> None:
    caller = new_caller("Sanne Visser")
    seen = caller.prepares()
    with without("valkey"):
        asked = monotonic()
        assert caller.sends(seen).status_code == 200
        assert monotonic() - asked < PATIENCE
        assert services_of(stack, caller.journey) == ["geboorteaangifte"]
    _arrives_once(stack, waterstad, caller)


def test_a_valkey_that_hangs_makes_nobody_wait_and_loses_nothing(
    new_caller: NewCaller, stack: Stack, waterstad: Agency
) -> None:
    caller = new_caller("Milan van Dijk")
    seen = caller.prepares()
    stack.freeze("valkey")
    try:
        asked = monotonic()
        assert caller.sends(seen).status_code == 200
        assert NOTICED < monotonic() - asked < PATIENCE
        page = f"/aanvragen/{caller.reference()}/"
        # Workers hang too: nobody reads of an arrival that was none, and pages are there all the while.
        while monotonic() - asked < FROZEN:
            assert HAS_IT not in caller.get(page).text
            Event().wait(1)
    finally:
        stack.thaw("valkey")
    _arrives_once(stack, waterstad, caller)


# --- PostgreSQL -----------------------------------------------------------------------------------


def _killed(stack: Stack) -> None:
    stack.kill("postgres")
    stack.start_process("postgres")


def _cut_off(stack: Stack) -> None:
    with psycopg.connect(stack.postgres.url("postgres"), autocommit=True) as connection:
        connection.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = 'portal'")


@pytest.mark.parametrize("breaks", [_killed, _cut_off])
def test_a_database_that_goes_in_the_middle_of_a_delivery_leaves_one_of_each(
    breaks: Callable[[Stack], None], new_caller: NewCaller, stack: Stack, waterstad: Agency
) -> None:
    caller = new_caller("Daan Bakker")
    seen = caller.prepares()
    # The agency has stored it, and holds its answer: when that comes, there is no connection to note it on.
    waterstad.breaks("gate", step="rollen", times=1)
    caller.sends(seen)
    reference = caller.reference()
    until(lambda: waterstad.has(reference).get("rollen"), seconds=A_MINUTE, what="a worker in the middle")
    breaks(stack)
    waterstad.breaks("none")
    _arrives_once(stack, waterstad, caller)


def test_without_a_database_the_citizen_reads_that_it_did_not_work(
    new_caller: NewCaller, stack: Stack, waterstad: Agency, without: Without
) -> None:
    caller = new_caller("Marieke Brouwer")
    seen = caller.prepares()
    with without("postgres"):
        pressed = caller.session.post(
            f"{stack.url}{caller.journey}controle/",
            data={"csrfmiddlewaretoken": caller.session.cookies["levensloket-csrf"], "seen": seen},
            timeout=60,
        )
        assert pressed.status_code >= 500
        assert NOT_NOW in pressed.text
    assert services_of(stack, caller.journey) == []
    assert caller.sends(seen).status_code == 200
    _arrives_once(stack, waterstad, caller)


def test_a_deadlock_ends_one_attempt_and_not_the_request(
    new_caller: NewCaller, stack: Stack, waterstad: Agency, without: Without
) -> None:
    caller = new_caller("Karin Schouten")
    seen = caller.prepares()
    with without("worker"):
        caller.sends(seen)
        reference = caller.reference()
    # The worker looks for a deadlock after so long, and we never do: it is the worker that gives way.
    with _looks_for_deadlocks_after(stack, "5s"), closing(psycopg.connect(stack.database_url)) as other:
        other.execute("SET deadlock_timeout = '10min'")
        other.execute("SELECT 1 FROM cases_case WHERE reference = %s FOR UPDATE", [reference])
        until(lambda: _waits_for(stack, other), seconds=A_MINUTE, what="a worker that wants our row")
        # It has written in the log of uses in the same transaction, and now we want all of that.
        other.execute("LOCK TABLE ledger_datause IN ACCESS EXCLUSIVE MODE")
        other.rollback()
    _arrives_once(stack, waterstad, caller)
    assert "deadlock detected" in (stack.logs_folder / "postgres.log").read_text()


def _waits_for(stack: Stack, holder: psycopg.Connection) -> bool:
    query = "SELECT count(*) FROM pg_stat_activity WHERE %s = ANY(pg_blocking_pids(pid))"
    return bool(one(stack, query, holder.info.backend_pid))


@contextmanager
def _looks_for_deadlocks_after(stack: Stack, seconds: LiteralString) -> Iterator[None]:
    """Every session looks for a deadlock after this long."""
    with psycopg.connect(stack.postgres.url("postgres"), autocommit=True) as connection:
        connection.execute(f"ALTER SYSTEM SET deadlock_timeout = '{seconds}'")
        connection.execute("SELECT pg_reload_conf()")
        try:
            yield
        finally:
            connection.execute("ALTER SYSTEM RESET deadlock_timeout")
            connection.execute("SELECT pg_reload_conf()")


# --- The timetable --------------------------------------------------------------------------------


def test_two_timetables_at_once_deliver_once(
    new_caller: NewCaller, stack: Stack, waterstad: Agency, without: Without
) -> None:
    caller = new_caller("Iris Vos")
    seen = caller.prepares()
    second = ["-m", "celery", "--app", "portal.celery", "beat", "--pidfile=", "--loglevel", "INFO"]
    beat = stack.run("beat-2", [*second, "--schedule", str(stack.folder / "second-timetable")])
    try:
        with closing(Redis.from_url(stack.env["BROKER_URL"])) as broker:
            until(lambda: _swept(stack), seconds=A_MINUTE, what="a round of the second one")
            with without("worker"):
                caller.sends(seen)
                # No bell of ours is left: the two of them ring for the same row.
                broker.delete("celery")
                until(lambda: bells(broker, "sweep") >= 2, seconds=A_MINUTE, what="a sweep by each")
        _arrives_once(stack, waterstad, caller)
    finally:
        beat.kill()


def _swept(stack: Stack) -> bool:
    log = stack.logs_folder / "beat-2.log"
    return log.exists() and "portal.cases.tasks.sweep" in log.read_text()


def test_what_waited_an_hour_for_the_timetable_goes_out_when_it_is_back(
    new_caller: NewCaller, stack: Stack, waterstad: Agency, without: Without
) -> None:
    caller = new_caller("Daan Bakker")
    seen = caller.prepares()
    with without("beat"), closing(Redis.from_url(stack.env["BROKER_URL"])) as broker:
        with without("worker"):
            caller.sends(seen)
            reference = caller.reference()
            broker.flushall()
            with psycopg.connect(stack.database_url) as connection:
                connection.execute(
                    "UPDATE cases_delivery SET not_before = not_before - interval '1 hour',"
                    " created_at = created_at - interval '1 hour' WHERE delivered_at IS NULL"
                )
        assert bells(broker, DELIVER) == 0
        assert not is_delivered(stack, reference)
        page = caller.get(f"/aanvragen/{reference}/").text
        assert HAS_IT not in page
    _arrives_once(stack, waterstad, caller)


def test_news_and_mail_that_waited_an_hour_for_the_timetable_come_when_it_is_back(
    new_caller: NewCaller, stack: Stack, waterstad: Agency, without: Without
) -> None:
    filer, reader = new_caller("Daan Bakker"), new_caller("Iris Vos")
    filer.sends(filer.prepares())
    reference, asked = filer.reference(), _filed_at(reader, stack, HEIDEDORP)
    until(lambda: is_delivered(stack, reference), seconds=A_MINUTE, what="the delivery")
    address = gives_an_address(reader, stack)
    officer = Caller(stack, "Hans Dekker", level="")
    zaak = str(one(stack, "SELECT their_reference FROM cases_case WHERE reference = %s", reference))
    with without("beat"), closing(Redis.from_url(stack.env["BROKER_URL"])) as broker:
        with without("worker"):
            waterstad.takes_up(zaak)
            page = f"/medewerker/{asked}/gesprek/bericht/"
            assert officer.post(page, text="Belt u ons?", key=str(uuid4())).status_code == 200
            broker.flushall()
            _an_hour_goes_by(stack, reference, asked)
        assert "behandelt uw aangifte" not in filer.get(f"/aanvragen/{reference}/").text
        assert _told(stack, asked) == 0
    until(lambda: _is_handled(stack, reference), seconds=A_MINUTE, what="the news, by the poll")
    until(lambda: _told(stack, asked) == 1, seconds=A_MINUTE, what="the mail")
    assert mails(stack, address)


def _an_hour_goes_by(stack: Stack, reference: str, asked: str) -> None:
    """The notification got lost as well: only the poll can find what the agency did."""
    with psycopg.connect(stack.database_url) as connection:
        connection.execute(
            "UPDATE cases_case SET read_at = now() - interval '1 hour', reading_until = NULL"
            " WHERE reference = %s",
            [reference],
        )
        connection.execute(
            "UPDATE cases_notification SET not_before = cases_notification.not_before - interval '1 hour',"
            " created_at = cases_notification.created_at - interval '1 hour' FROM cases_notice, cases_case"
            " WHERE cases_notice.id = notice_id AND cases_case.id = case_id AND reference = %s"
            " AND delivered_at IS NULL",
            [asked],
        )


def _told(stack: Stack, reference: str) -> int:
    """How many mails went out about what an officer wrote in this case."""
    query = """
        SELECT count(*) FROM cases_notification JOIN cases_notice ON cases_notice.id = notice_id
        JOIN cases_case ON cases_case.id = case_id
        WHERE reference = %s AND cases_notice.kind = 'message' AND delivered_at IS NOT NULL
    """
    return int(one(stack, query, reference))


def _is_handled(stack: Stack, reference: str) -> bool:
    return str(one(stack, "SELECT phase FROM cases_case WHERE reference = %s", reference)) == "handled"


def _filed_at(caller: Caller, stack: Stack, place: str) -> str:
    caller.prepares()
    where = {"birth_place": place, "role": "gave_birth"}
    assert caller.post(f"{caller.journey}vragen/birth/1/", **where).status_code == 200
    caller.sends(caller.seen())
    reference = caller.reference()
    until(lambda: is_delivered(stack, reference), seconds=A_MINUTE, what="the delivery")
    return reference


# --- The register and every agency ----------------------------------------------------------------


def test_where_nobody_listens_at_the_other_side_it_goes_out_later(
    new_caller: NewCaller, stack: Stack, waterstad: Agency, without: Without
) -> None:
    caller = new_caller("Milan van Dijk")
    seen = caller.prepares()
    with without("sandbox"):
        caller.sends(seen)
        reference = caller.reference()
        until(lambda: _was_tried(stack, reference), seconds=A_MINUTE, what="a try that failed")
        assert HAS_IT not in caller.get(f"/aanvragen/{reference}/").text
    _arrives_once(stack, waterstad, caller)


def _was_tried(stack: Stack, reference: str) -> bool:
    query = """
        SELECT count(*) FROM cases_delivery JOIN cases_case ON cases_case.id = case_id
        WHERE reference = %s AND last_error <> ''
    """
    return bool(one(stack, query, reference))
