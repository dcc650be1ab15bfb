"""Noting that something waits, in the transaction of what waits."""

from __future__ import annotations

from typing import Final

from django.db import transaction
from django.utils import timezone

from portal.cases.webhooks.models import Webhook
from portal.catalogue import connectors

KINDS: Final = {
    "file": "case",
    "answer": "answer",
    "message": "message",
    "withdraw": "withdrawal",
    "objection": "objection",
    "report": "dispute",
}
"""By the kind of an outbox row, what an agency is told that waits."""


def note_waiting_for(agency: str, *, kind: str) -> bool:
    """Counts one more thing that waits. True where the agency must be told, and is not about to be.

    Only for an agency that fetches here and wants to be told. Its row is locked until the transaction ends.
    """
    destination = connectors().destination(agency)
    if destination is None or not destination.pulls:
        return False
    with transaction.atomic(savepoint=False):
        hook = Webhook.objects.select_for_update().filter(pk=agency).first()
        if hook is None:
            return False
        was_quiet = hook.waiting_since is None
        word = KINDS[kind]
        hook.waiting[word] = hook.waiting.get(word, 0) + 1
        if was_quiet:
            hook.waiting_since = hook.not_before = timezone.now()
        hook.save(update_fields=["waiting", "waiting_since", "not_before"])
        return was_quiet and hook.stopped_at is None
