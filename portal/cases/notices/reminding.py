"""What stays unread: a reminder after three days, and after seven a letter where something hangs on it."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from typing import Final

import structlog
from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from connectors.base import ConnectorError
from portal import clock
from portal.cases.models import CitizenTask, Notice, Notification, Phase
from portal.cases.notices import noting, sending
from portal.cases.notices.models import Channel

log = structlog.get_logger(__name__)

REMIND_AFTER: Final = 3
LETTER_AFTER: Final = 7
"""Days by the legal clock, from the day of the notice."""
FORGET_AFTER: Final = 60
"""Nobody is reminded of what is older: by then a letter went where one had to."""
BOUNCE_DAYS: Final = 3
"""So long a provider is asked whether a text arrived."""

_FORMAL: Final = [kind for kind in Notice.Kind if kind.is_formal]
_LETTERS: Final = [kind for kind in Notice.Kind if kind.demands_letter]
_Reason = Notification.Reason


def remind() -> Counter[str]:
    """Plans the reminders and letters of today; gives how many notices got which. Repeatable."""
    letters = _unread(LETTER_AFTER).filter(kind__in=_LETTERS).exclude(_has(channel=Channel.POST))
    again = _unread(LETTER_AFTER).exclude(kind__in=_LETTERS).exclude(_has(reason=_Reason.AGAIN))
    first = _unread(REMIND_AFTER, LETTER_AFTER).exclude(_has(reason=_Reason.REMINDER))
    return Counter(
        {
            "letters": _each(letters, _Reason.LETTER),
            "again": _each(again.filter(_has(reason=_Reason.NEWS)), _Reason.AGAIN),
            "reminders": _each(first.filter(_has(reason=_Reason.NEWS)), _Reason.REMINDER),
        }
    )


def _unread(after: int, before: int = FORGET_AFTER) -> QuerySet[Notice]:
    """The formal notices that are unread since so many days; younger than `before` days."""
    today = clock.today()
    oldest, newest = today - timedelta(days=before), today - timedelta(days=after)
    rows = Notice.objects.filter(read_at=None, kind__in=_FORMAL, on__gt=oldest, on__lte=newest)
    return rows.select_related("case__journey", "citizen")


def _has(**what: str) -> Exists:
    return Exists(Notification.objects.filter(notice=OuterRef("pk"), **what))


def _each(notices: QuerySet[Notice], reason: Notification.Reason) -> int:
    done = 0
    for notice in notices.iterator(chunk_size=500):
        with transaction.atomic():
            # Locked and looked at again: it may have been read meanwhile.
            row = Notice.objects.select_for_update().filter(pk=notice.pk, read_at=None).first()
            if row is None or not _still_matters(notice):
                continue
            if reason == _Reason.LETTER:
                noting.add_letter(notice, reason)
            elif not noting.is_silent(notice.case):
                noting.tell(notice, reason)
        done += 1
    return done


def _still_matters(notice: Notice) -> bool:
    """A question that was answered another way, and news of what the citizen took back, need no reading."""
    if notice.kind == Notice.Kind.TASK:
        open_tasks = CitizenTask.objects.filter(answered_at=None, dropped_at=None)
        return open_tasks.filter(pk=notice.about).exists() and not Phase(notice.case.phase).is_final
    return notice.kind == Notice.Kind.DECISION or notice.case.phase != Phase.WITHDRAWN


def look_for_bounces() -> int:
    """Asks the provider which texts of the last days can never arrive; gives how many those are."""
    since = timezone.now() - timedelta(days=BOUNCE_DAYS)
    sent = Notification.objects.filter(
        Q(reason__in=sending.CODES) | Q(notice__read_at=None, notice__kind__in=_LETTERS),
        channel=Channel.SMS,
        delivered_at__gt=since,
        dropped=False,
        told_with=None,
        bounced_at=None,
    )
    found = 0
    provider = sending.sms()
    for row in sent.order_by("-delivered_at").iterator():
        try:
            is_dead = provider.bounced(row.pk.hex, trace_id=row.pk.hex)
        except ConnectorError as error:
            # It is away, or busy: in an hour there is another look.
            log.warning("the provider of texts could not be asked", error=str(error))
            break
        found += is_dead and sending.bounced(row_id=row.pk)
    return found
