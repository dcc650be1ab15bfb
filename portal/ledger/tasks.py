"""What the timetable does with the log."""

from __future__ import annotations

from datetime import timedelta

from celery import shared_task
from django.conf import settings

from portal.ledger.log.heads import publish_if_due


@shared_task(name="portal.ledger.tasks.publish")
def publish() -> None:
    """Publishes the heads of the chains that grew, every `LOG_HEADS_SECONDS`.

    The timetable asks more often: a worker that starts again need not wait a whole turn.
    """
    publish_if_due(timedelta(seconds=settings.LOG_HEADS_SECONDS))
