"""The worker process and its static timetable.

The broker is a doorbell: the truth is the outbox in the database, and losing every message loses
nothing. Arguments are opaque ids.
"""

from __future__ import annotations

import os
import sys
import time
from functools import cached_property

from celery import Celery
from celery.fixups.django import DjangoFixup, DjangoWorkerFixup
from celery.schedules import crontab
from celery.signals import celeryd_init

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")

_VISIBILITY = 120
"""Seconds until a message that nobody acknowledged is given to another worker: more than a task may take.

Each client of one broker must say the same: the shortest of them counts. No message waits longer than
that either (`eta`), or it would be given away meanwhile; what must wait is a row in the database.
"""

_BROKER = {
    "visibility_timeout": _VISIBILITY,
    "unacked_restore_interval": 5,
    # A broker that hangs must not make a citizen wait: the sweep rings again.
    "socket_connect_timeout": 2,
    "socket_timeout": 5,
}


_FRESH = 1.0
"""Seconds. Where a connection broke in less than that, the task fails, and the timetable rings again."""


class _KeptConnections(DjangoWorkerFixup):
    """Keeps the connection to the database from task to task, as a web process does (`CONN_MAX_AGE`).

    Celery itself closes it before and after each task. One that broke is found out before it is used again
    (`CONN_HEALTH_CHECKS`), and one that is too old is replaced.
    """

    _used_at = float("-inf")

    def close_database(self, **_: object) -> None:
        """Before and after a task: closes those that are too old, or of no use any more.

        One that was used a moment ago is not asked once more whether it lives.
        """
        from django.db import close_old_connections, connections

        close_old_connections()
        now = time.monotonic()
        is_fresh, self._used_at = now < self._used_at + _FRESH, now
        for kept in connections.all(initialized_only=True):
            if is_fresh and kept.connection is not None:
                kept.health_check_done = True  # type: ignore[attr-defined]  # unknown to the stubs

    def validate_models(self) -> None:
        """Without Django's checks, whose findings Celery throws away: they load every page with all that it
        needs, 20 MB in each process, and nobody asks a worker for a page. Who starts the portal makes them.
        """
        self.django_setup()


class _Fixup(DjangoFixup):
    @cached_property
    def worker_fixup(self) -> DjangoWorkerFixup:
        """Made when the settings have been read."""
        return _KeptConnections(self.app)


app = Celery("levensloket", fixups=[lambda made: _Fixup(made).install()])
app.config_from_object("django.conf:settings", namespace="CELERY")
app.conf.update(
    accept_content=["json"],
    task_serializer="json",
    result_backend=None,
    task_ignore_result=True,
    task_acks_late=True,
    task_reject_on_worker_lost=True,
    worker_prefetch_multiplier=1,
    task_soft_time_limit=30,
    task_time_limit=45,
    broker_transport_options=_BROKER,
    result_backend_transport_options={"visibility_timeout": _VISIBILITY},
    visibility_timeout=_VISIBILITY,
    broker_connection_retry_on_startup=True,
    worker_hijack_root_logger=False,
    timezone="Europe/Amsterdam",
    beat_schedule={
        "sweep the outbox": {"task": "portal.cases.tasks.sweep", "schedule": 5.0, "options": {"expires": 5}},
        "end what can no longer be taken back": {
            "task": "portal.cases.tasks.conclude_due",
            "schedule": 5.0,
            "options": {"expires": 5},
        },
        "send what may go from today": {
            "task": "portal.cases.tasks.wake_for_today",
            "schedule": 60.0,
            "options": {"expires": 60},
        },
        "probe agencies that are down": {
            "task": "portal.cases.tasks.probe",
            "schedule": 15.0,
            "options": {"expires": 15},
        },
        "read open cases": {
            "task": "portal.cases.tasks.reconcile",
            "schedule": 10.0,
            "options": {"expires": 10},
        },
        "fetch and check documents": {
            "task": "portal.cases.tasks.check_documents",
            "schedule": 15.0,
            "options": {"expires": 15},
        },
        "remind of what stays unread": {
            "task": "portal.cases.tasks.remind",
            "schedule": crontab(minute=7),
            "options": {"expires": 300},
        },
        "look what happened, for who wanted that": {
            "task": "portal.cases.tasks.propose",
            "schedule": 60.0,
            "options": {"expires": 60},
        },
        "count how long services took": {
            "task": "portal.cases.tasks.count_durations",
            "schedule": crontab(hour=2, minute=30),
            "options": {"expires": 3600},
        },
        "destroy what is past its term": {
            "task": "portal.cases.tasks.purge_expired",
            "schedule": crontab(hour=3, minute=30),
            "options": {"expires": 3600},
        },
        "publish the heads of the log": {
            "task": "portal.ledger.tasks.publish",
            "schedule": 15.0,
            "options": {"expires": 15},
        },
        "hand on what the helpdesk did not do in time": {
            "task": "portal.cases.tasks.escalate_moments",
            "schedule": 60.0,
            "options": {"expires": 60},
        },
        "write down what the helpdesk saw": {
            "task": "portal.access.tasks.write_assist_pages",
            "schedule": 5.0,
            "options": {"expires": 5},
        },
        "write down which doors stayed shut": {
            "task": "portal.access.tasks.write_denials",
            "schedule": 60.0,
            "options": {"expires": 60},
        },
        "clear old tokens": {
            "task": "portal.access.tasks.clear_tokens",
            "schedule": 3600.0,
            "options": {"expires": 3600},
        },
    },
)
app.autodiscover_tasks(["portal.cases", "portal.ledger", "portal.access"])


@celeryd_init.connect
def _refuse_what_is_wrong(**_: object) -> None:
    from django.core.exceptions import ImproperlyConfigured

    from connectors.registry import ConfigError
    from lifeevents.catalogue import CatalogueError
    from portal.catalogue import load_all
    from portal.practice.checks import refuse_what_is_real

    try:
        refuse_what_is_real()
        load_all()
    except (CatalogueError, ConfigError, ImproperlyConfigured) as error:
        # Celery logs what the receiver of a signal raises, and starts all the same; an exit it lets through.
        sys.exit(f"Error: {error}")
