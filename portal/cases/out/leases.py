"""Rows that one worker at a time works on: a claim is a lease, committed before the work begins.

What must reach somebody is such a row, written in the transaction of the act: an outbox row to an agency,
a notification to a citizen. A worker that dies leaves a row that is due again when its lease is over.
"""

from __future__ import annotations

import random
from datetime import datetime, timedelta
from typing import Any, Protocol, TypeVar

from django.db import models
from django.db.models import Q, QuerySet
from django.utils import timezone

from portal.rows import store

LEASE = timedelta(seconds=50)
"""How long a claim holds: more than a task may take (45 s), so that two never work on one row."""

_ATTEMPTS = "attempts"
"""In `progress`: every attempt ever; no step has this name. `attempts` itself begins anew at a replay."""

_FIRST_PAUSE, _LONGEST_PAUSE = 2.0, 600.0
_LONGEST_ERROR = 200


class LeaseOver(Exception):
    """Somebody else may work on the row by now; who had it leaves it alone."""


class LeasedRow(models.Model):
    """`progress` holds the results of steps that were done, by their names, and every attempt ever."""

    class Human(models.TextChoices):
        """Why a person must look at it."""

        REFUSED = "refused"
        CONFIG = "config"
        EXCEEDED = "exceeded"
        UNKNOWN = "unknown"
        CALL = "call"

    not_before = models.DateTimeField(default=timezone.now)
    attempts = models.PositiveIntegerField(default=0)
    lease_until = models.DateTimeField(null=True)
    progress: models.JSONField[dict[str, Any], dict[str, Any]] = models.JSONField(default=dict)
    delivered_at = models.DateTimeField(null=True)
    needs_human = models.CharField(max_length=10, choices=Human.choices, blank=True)
    last_error = models.CharField(max_length=200, blank=True)
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        abstract = True


R = TypeVar("R", bound=LeasedRow)


def free(rows: QuerySet[R], now: datetime) -> QuerySet[R]:
    """Those whose time has come, on which nobody works and at which nobody must look."""
    unclaimed = Q(lease_until=None) | Q(lease_until__lt=now)
    return rows.filter(unclaimed, delivered_at=None, needs_human="", not_before__lte=now)


def take(row: LeasedRow, now: datetime) -> None:
    """Claims a row that the caller's transaction has locked."""
    row.lease_until, row.attempts = now + LEASE, row.attempts + 1
    row.progress[_ATTEMPTS] = int(row.progress.get(_ATTEMPTS, 0)) + 1
    store(row, "lease_until", "attempts", "progress")


class Claimed(Protocol):
    """What a claim holds until `lease_until`."""

    pk: Any
    lease_until: Any


def keep(row: Claimed) -> None:
    """Before each effect, and before a failure is noted: `LeaseOver` where the claim does not hold any more.

    A task ends before its lease. But one that stood still, with its machine, goes on as if no time went by.
    """
    if row.lease_until is not None and row.lease_until <= timezone.now():
        raise LeaseOver(str(row.pk))


def may_have_begun(row: LeasedRow) -> bool:
    """Whether an attempt before this one was made, of which nobody may have written down what it did."""
    return int(row.progress.get(_ATTEMPTS, 0)) > 1


def finish(row: LeasedRow) -> None:
    """The row has done its work."""
    row.delivered_at, row.lease_until, row.last_error = timezone.now(), None, ""
    store(row, "delivered_at", "lease_until", "last_error", "progress")


def try_later(
    row: LeasedRow, *, error: str, most: int, pause: float | None = None, human: LeasedRow.Human
) -> None:
    """Backs off with full jitter, or for `pause` seconds; after `most` attempts a person looks (`human`)."""
    row.last_error, row.lease_until = error[:_LONGEST_ERROR], None
    if row.attempts >= most:
        row.needs_human = human
    row.not_before = timezone.now() + timedelta(
        seconds=pause if pause is not None else pause_of(row.attempts)
    )
    row.save(update_fields=["last_error", "lease_until", "needs_human", "not_before", "progress"])


def wait(row: LeasedRow, *, error: str, pause: timedelta = timedelta()) -> None:
    """What stands in the way is no fault of this row: it is due as soon as that is over, or after `pause`."""
    row.last_error, row.lease_until, row.attempts = error[:_LONGEST_ERROR], None, row.attempts - 1
    row.not_before = timezone.now() + pause
    row.save(update_fields=["last_error", "lease_until", "attempts", "not_before", "progress"])


def ask_human(row: LeasedRow, *, kind: LeasedRow.Human, error: str) -> None:
    """Trying again will not help: a person must look."""
    row.needs_human, row.last_error, row.lease_until = kind, error[:_LONGEST_ERROR], None
    row.save(update_fields=["needs_human", "last_error", "lease_until", "progress"])


def let_try_again(row: LeasedRow) -> None:
    """What was wrong is mended: new attempts, from now."""
    row.needs_human, row.attempts, row.not_before = "", 0, timezone.now()
    row.save(update_fields=["needs_human", "attempts", "not_before"])


def begin_anew(row: LeasedRow, *names: str) -> None:
    """The row has its work to do once more; the fields `names` are stored with it.

    Every attempt ever is kept, so that an effect which may be there is looked up before it is made again.
    """
    row.progress = {_ATTEMPTS: int(row.progress.get(_ATTEMPTS, 0))}
    row.delivered_at, row.lease_until, row.attempts, row.not_before = None, None, 0, timezone.now()
    row.needs_human = row.last_error = ""
    fields = (
        "progress",
        "delivered_at",
        "lease_until",
        "attempts",
        "not_before",
        "needs_human",
        "last_error",
    )
    row.save(update_fields=[*fields, *names])


def pause_of(attempts: int) -> float:
    """Seconds until the next attempt, by chance below a ceiling that doubles."""
    ceiling = min(_LONGEST_PAUSE, _FIRST_PAUSE * 2 ** min(attempts, 20))
    return random.uniform(1.0, ceiling)  # noqa: S311  (spreads load; nothing secret hangs on it)
