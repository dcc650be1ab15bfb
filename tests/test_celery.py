"""The broker is a doorbell: what it is set to, so that it may die, forget and repeat without a loss."""

from __future__ import annotations

import ast
import subprocess
import sys
import time
from datetime import timedelta
from typing import cast

import pytest
from django.db import connection, connections
from kombu.exceptions import EncodeError

from portal.cases.out import leases, outbox
from portal.celery import _Fixup, _KeptConnections, app
from portal.local.environment import ROOT

LONGEST_WAIT = 60


def test_a_message_is_acknowledged_when_its_work_is_done_and_returned_when_its_worker_dies() -> None:
    assert app.conf.task_acks_late
    assert app.conf.task_reject_on_worker_lost
    assert app.conf.worker_prefetch_multiplier == 1


def test_every_limit_is_longer_than_the_one_inside_it() -> None:
    hard, lease = app.conf.task_time_limit, leases.LEASE.total_seconds()
    assert (app.conf.task_soft_time_limit, hard, lease) == (30, 45, 50)
    visibility = {
        app.conf.visibility_timeout,
        app.conf.broker_transport_options["visibility_timeout"],
        app.conf.result_backend_transport_options["visibility_timeout"],
    }
    assert visibility == {120}
    assert app.conf.broker_transport_options["unacked_restore_interval"] == 5


def test_a_task_that_may_take_longer_is_acknowledged_first() -> None:
    app.loader.import_default_modules()
    for name, task in app.tasks.items():
        if (task.time_limit or 0) > app.conf.visibility_timeout:
            assert not task.acks_late, name


def test_messages_are_json_and_nothing_else() -> None:
    assert app.conf.accept_content == ["json"]
    assert app.conf.task_serializer == "json"
    assert app.conf.result_backend is None
    with pytest.raises(EncodeError):
        app.send_task(outbox.DELIVER, (object(),))


def test_the_timetable_is_static_and_every_entry_is_there() -> None:
    app.loader.import_default_modules()
    assert app.conf.beat_scheduler == "celery.beat:PersistentScheduler"
    for name, entry in app.conf.beat_schedule.items():
        assert entry["task"] in app.tasks, name
        # An old turn is worth nothing: the next one does its work.
        assert entry["options"]["expires"] <= 3600, name
    sweeps = [e for e in app.conf.beat_schedule.values() if e["task"] == "portal.cases.tasks.sweep"]
    assert [timedelta(seconds=float(one["schedule"])) for one in sweeps] == [timedelta(seconds=5)]


def test_no_message_waits_in_the_broker_longer_than_a_minute() -> None:
    """What waits longer would be given to a second worker when its visibility is over."""
    for path in sorted((ROOT / "portal").rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Call):
                for keyword in node.keywords:
                    assert keyword.arg not in {"eta", "countdown"} or _is_short(keyword.value), path


def _is_short(value: ast.expr) -> bool:
    return isinstance(value, ast.Constant) and isinstance(value.value, int) and value.value <= LONGEST_WAIT


@pytest.mark.django_db(transaction=True)
def test_a_worker_keeps_its_connection_from_task_to_task_unless_it_is_too_old() -> None:
    fixup = _Fixup(app).worker_fixup
    connection.close()  # one of an earlier test may be too old by now
    connection.ensure_connection()
    kept = connection.connection
    fixup.close_database()
    assert connection.connection is kept
    connection.close_at = 0
    fixup.close_database()
    assert connection.connection is None


@pytest.mark.django_db(transaction=True)
def test_a_connection_is_asked_whether_it_lives_unless_it_was_used_a_moment_ago() -> None:
    assert _is_asked(last_used=-3600)
    assert not _is_asked(last_used=3600)


def _is_asked(*, last_used: float) -> bool:
    """Whether the connection is asked before a task's first statement, so many seconds after its last use."""
    fixup = cast(_KeptConnections, _Fixup(app).worker_fixup)
    connection.close()
    connection.ensure_connection()
    connection.close_at = None
    fixup._used_at = time.monotonic() + last_used
    fixup.close_database()
    return not vars(connections["default"])["health_check_done"]


def test_a_worker_loads_no_page() -> None:
    """Each of its processes would hold them, and shows none."""
    start = "from portal.celery import app; app.loader.import_default_modules()"
    look = "import sys; print([one for one in sys.modules if one in {'portal.urls', 'portal.citizen.views'}])"
    told = subprocess.run(
        [sys.executable, "-c", f"{start}; {look}"], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert told.stdout.strip() == "[]"
