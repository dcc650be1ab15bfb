"""Telling it: a claim first, one signed call outside any transaction, and a longer pause after each failure.

It is a hint and nothing more: told twice or never, an agency that lists its changed cases misses nothing.
"""

from __future__ import annotations

import random
from datetime import datetime, timedelta
from functools import partial
from typing import Any

import structlog
from django.conf import settings
from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from connectors.base import ConnectorError, Misconfigured
from connectors.faults import fault_point
from connectors.http import Client
from connectors.signing import signed_headers
from portal.cases.models import new_trace_id
from portal.cases.out.leases import LeaseOver, keep
from portal.cases.webhooks.models import Webhook
from portal.cases.webhooks.setting import context_of, may_be_here
from portal.people import keys
from portal.people.keys import CannotDecrypt

log = structlog.get_logger(__name__)

LEASE = timedelta(seconds=50)
"""Longer than a task may live (45 s): two never tell the same."""

DEADLINE = 10.0
"""Seconds that the agency may take to say that it heard."""

MAX_ATTEMPTS = 24
"""After so many failures in a row, which take about nine hours, an operator must look."""

_FIRST_PAUSE, _LONGEST_PAUSE = 2.0, 3600.0
_LONGEST_ERROR = 200


def due_webhooks() -> list[str]:
    """The agencies that must be told now."""
    return list(_due(timezone.now()).order_by("not_before").values_list("pk", flat=True))


def tell(*, agency: str) -> None:
    """Tells one agency what waits for it, if that is due. Repeatable."""
    hook = _claim(agency)
    if hook is None:
        return
    try:
        _attempt(hook)
    except LeaseOver:
        log.warning("a webhook stood still until its lease was over", agency=agency)


def _attempt(hook: Webhook) -> None:
    told, agency = dict(hook.waiting), hook.agency
    fault_point("webhook.before-call")
    try:
        _call(hook)
    except (ConnectorError, ValueError, CannotDecrypt) as error:
        # None of them repeats an address, a body or a secret.
        pause = error.retry_after if isinstance(error, ConnectorError) else None
        log.warning("an agency could not be told", agency=agency, error=str(error), attempts=hook.attempts)
        _note_failure(hook, str(error), pause)
    else:
        fault_point("webhook.answered")
        _note_told(hook, told)


def _due(now: datetime) -> QuerySet[Webhook]:
    free = Q(lease_until=None) | Q(lease_until__lt=now)
    return Webhook.objects.filter(free, waiting_since__isnull=False, stopped_at=None, not_before__lte=now)


def _claim(agency: str) -> Webhook | None:
    """Takes it for this process and commits; None where it is not due, or another has it."""
    now = timezone.now()
    with transaction.atomic():
        hook = _due(now).filter(pk=agency).select_for_update(skip_locked=True).first()
        if hook is None:
            return None
        if hook.attempts >= MAX_ATTEMPTS:
            # Each of them ended with its worker, so that nobody could write down what went wrong.
            hook.stopped_at, hook.last_error = now, hook.last_error or "each attempt broke off"
            hook.save(update_fields=["stopped_at", "last_error"])
            return None
        hook.lease_until, hook.attempts = now + LEASE, hook.attempts + 1
        hook.save(update_fields=["lease_until", "attempts"])
    return hook


def _call(hook: Webhook) -> None:
    if settings.PRACTICE and not may_be_here(hook.address):
        raise Misconfigured("webhook: nothing goes out of a place to practise")
    secret = keys.decrypt(bytes(hook.secret), context=context_of(hook.agency)).decode()
    client = Client(
        hook.address,
        connector="webhook",
        deadline=DEADLINE,
        sign=partial(signed_headers, key_id=hook.key_id, secret=secret),
        public_only=not may_be_here(hook.address),
    )
    keep(hook)
    client.tell(body_of(hook), trace_id=new_trace_id())


def body_of(hook: Webhook) -> dict[str, Any]:
    """What is said: for whom, how much of which kind, and since when. Nothing of whom it is about."""
    since = hook.waiting_since
    return {
        "agency": hook.agency,
        "waiting": dict(hook.waiting),
        "since": since.isoformat() if since else None,
    }


def _note_told(hook: Webhook, told: dict[str, int]) -> None:
    """What came during the call still waits."""
    now = timezone.now()
    with transaction.atomic():
        kept = _ours(hook)
        if kept is None:
            return
        left = {kind: number - told.get(kind, 0) for kind, number in kept.waiting.items()}
        kept.waiting = {kind: number for kind, number in left.items() if number > 0}
        kept.waiting_since = now if kept.waiting else None
        kept.not_before, kept.attempts, kept.lease_until = now, 0, None
        kept.told_at, kept.last_error = now, ""
        kept.save()


def _note_failure(hook: Webhook, error: str, pause: float | None) -> None:
    now = timezone.now()
    with transaction.atomic():
        kept = _ours(hook)
        if kept is None:
            return
        kept.last_error, kept.lease_until = error[:_LONGEST_ERROR], None
        kept.not_before = now + timedelta(seconds=pause if pause is not None else _pause(kept.attempts))
        if kept.attempts >= MAX_ATTEMPTS:
            kept.stopped_at = now
        kept.save()


def _ours(hook: Webhook) -> Webhook | None:
    """The row, locked; None where an operator changed or removed it meanwhile, or another worker has it."""
    same = Webhook.objects.filter(pk=hook.pk, key_id=hook.key_id, lease_until=hook.lease_until)
    return same.select_for_update().first()


def _pause(attempts: int) -> float:
    ceiling = min(_LONGEST_PAUSE, _FIRST_PAUSE * 2 ** min(attempts, 20))
    return random.uniform(1.0, ceiling)  # noqa: S311  (spreads load; nothing secret hangs on it)
