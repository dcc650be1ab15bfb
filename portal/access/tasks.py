"""What the timetable does for the door."""

from __future__ import annotations

from celery import shared_task

from portal.access.clients import clear_old_tokens


@shared_task(name="portal.access.tasks.clear_tokens")
def clear_tokens() -> None:
    """Every hour: a token lives a quarter of an hour."""
    clear_old_tokens()
