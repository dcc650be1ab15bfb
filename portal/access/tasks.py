"""What the timetable does for the door."""

from __future__ import annotations

from celery import shared_task

from portal.access.assist.trail import write_pages
from portal.access.clients import clear_old_tokens
from portal.access.denials import noting


@shared_task(name="portal.access.tasks.clear_tokens")
def clear_tokens() -> None:
    """Every hour: a token lives a quarter of an hour."""
    clear_old_tokens()


@shared_task(name="portal.access.tasks.write_assist_pages")
def write_assist_pages() -> None:
    """Every 5 seconds: the lines, in the citizen's log, of pages that the helpdesk saw."""
    write_pages()


@shared_task(name="portal.access.tasks.write_denials")
def write_denials() -> None:
    """Every minute: doors that stayed shut, from the cache into the auditor's table."""
    noting.write()
