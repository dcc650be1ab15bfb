"""Up or down: what we know of each connector, shared by all processes.

A source is known as "source:<name>", an agency's intake as "agency:<catalogue id>".
"""

from __future__ import annotations

from django.db.models import F, Q
from django.utils import timezone

from portal.ledger.models import ConnectorState


def source_key(name: str) -> str:
    """The key of a source."""
    return f"source:{name}"


def agency_key(agency: str) -> str:
    """The key of an agency's intake."""
    return f"agency:{agency}"


def mark_up(key: str) -> bool:
    """It answered. True where it was down until now."""
    now = timezone.now()
    was_down = ConnectorState.objects.filter(name=key, down_since__isnull=False).update(
        down_since=None, probed_at=now, last_success=now
    )
    if not was_down:
        ConnectorState.objects.update_or_create(name=key, defaults={"last_success": now})
    return bool(was_down)


def mark_down(key: str) -> None:
    """It did not answer; since when, is kept from the first time."""
    now = timezone.now()
    ConnectorState.objects.update_or_create(
        name=key, defaults={"probed_at": now}, create_defaults={"probed_at": now, "down_since": now}
    )
    ConnectorState.objects.filter(name=key, down_since=None).update(down_since=now)


def is_down(key: str) -> bool:
    """Whether it did not answer the last time."""
    return ConnectorState.objects.filter(name=key, down_since__isnull=False).exists()


def down_agencies() -> list[str]:
    """The catalogue ids of the agencies whose intake is down, the one probed longest ago first."""
    rows = ConnectorState.objects.filter(
        Q(name__startswith=agency_key("")), down_since__isnull=False
    ).order_by(F("probed_at").asc(nulls_first=True))
    return [row.name.removeprefix(agency_key("")) for row in rows]
