"""The bell: a task with an id wakes a worker. A lost one costs time only, since the timetable rings again."""

from __future__ import annotations

import structlog
from celery import current_app
from kombu.exceptions import OperationalError

log = structlog.get_logger(__name__)

_LASTS = 60
"""Seconds after which nobody needs it any more: the timetable has rung again by then."""


def ring(about: str, *, task: str) -> None:
    """Wakes a worker for the task of this name. A broker that is away is no error of who rings."""
    try:
        current_app.send_task(task, (about,), retry=False, expires=_LASTS)
    except OperationalError:
        log.warning("broker unreachable, the timetable will ring", task=task, row=about)
