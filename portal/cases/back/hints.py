"""Notifications of other channels than that of cases: a document or a decision has news, of some case.

Which case that is only the agency can say, so that a worker asks it; the call itself is answered at once.
What waits is a row, once for each thing with news, until it was asked, or until the poll has come by anyway.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any, Final

import structlog
from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone

from connectors.base import ConnectorError
from connectors.tally import counted_calls
from portal.cases.back.hearing import case_with
from portal.cases.back.reconcile import note_news
from portal.cases.models import NewsHint
from portal.cases.out import outbox, room
from portal.catalogue import connectors

log = structlog.get_logger(__name__)

CHANNELS: Final = ("documenten", "besluiten")
"""Those of which somebody must ask what they are about."""

FOLLOW = "portal.cases.tasks.follow_hint"
"""The name of the task that asks."""

_ASKING = timedelta(seconds=40)
_KEPT = timedelta(hours=1)
"""By then the poll has read every open case."""
_MOST_PAUSE = timedelta(minutes=5)
_A_TURN = 50


def is_told_elsewhere(channel: str, action: str) -> bool:
    """A new document is in no case yet: when it comes into one, that is news of the case itself.

    So nobody is asked about each document that we bring ourselves.
    """
    return channel == "documenten" and action == "create"


def note_hint(*, agency: str, channel: str, main_object: str) -> None:
    """Something of the agency has news. A hundred of the same, before anybody asked, are one."""
    hint, made = NewsHint.objects.get_or_create(agency=agency, channel=channel, main_object=main_object)
    if made:
        outbox.ring(str(hint.pk), task=FOLLOW)


def follow(*, hint_id: Any) -> None:
    """Asks the agency which cases a hint is about, and marks those as having news. Repeatable."""
    hint = _claim(hint_id)
    if hint is None:
        return
    destination = connectors().destination(hint.agency)
    try:
        with counted_calls() as tally:
            found = destination.pointed_at(hint.channel, hint.main_object) if destination else ()
    except ConnectorError as error:
        log.warning("a hint could not be followed", agency=hint.agency, kind=error.kind, error=str(error))
        if error.permanent:
            hint.delete()
        return
    finally:
        room.book_more(hint.agency, tally.calls - 1)
    # First it goes: news that comes from now on is a new hint, and what came before is in what is read next.
    hint.delete()
    for reference in found:
        case = case_with(agency=hint.agency, their_reference=reference)
        if case is not None:
            note_news(case=case)


def sweep() -> None:
    """Rings for those whose bell was lost, or whose agency was away; drops what the poll has overtaken."""
    now = timezone.now()
    NewsHint.objects.filter(created_at__lt=now - _KEPT).delete()
    due = NewsHint.objects.filter(not_before__lte=now).order_by("not_before")
    for pk in list(due.values_list("pk", flat=True)[:_A_TURN]):
        outbox.ring(str(pk), task=FOLLOW)


def _claim(hint_id: Any) -> NewsHint | None:
    """Takes it for so long as asking may take; the next try is later each time."""
    now = timezone.now()
    with transaction.atomic():
        rows = NewsHint.objects.select_for_update(skip_locked=True).filter(pk=hint_id)
        hint = rows.filter(Q(not_before__lte=now)).first()
        if hint is None or not room.enter_to_read(hint.agency, now):
            return None
        pause = min(_ASKING * 2**hint.tries, _MOST_PAUSE)
        NewsHint.objects.filter(pk=hint.pk).update(tries=F("tries") + 1, not_before=now + pause)
    return hint
