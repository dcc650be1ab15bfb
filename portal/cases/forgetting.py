"""People without a BSN of whom nothing is kept any more: who they were goes too."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from django.db.models import Exists, OuterRef
from django.utils import timezone

from portal.ledger.models import DataKey
from portal.people.models import Unregistered

_AT_LEAST: Final = timedelta(days=31)
"""A form that was given along may come back; the portal's own choice."""


def forget_unregistered() -> int:
    """At night: those of whom no key is left, so that nothing of theirs can be read; gives how many."""
    keys = DataKey.objects.filter(citizen=OuterRef("citizen"))
    rows = Unregistered.objects.filter(citizen__created_at__lt=timezone.now() - _AT_LEAST)
    gone, _each = rows.exclude(Exists(keys)).delete()
    return gone
