"""The doorbell: tasks carry nothing but an id, and may come late, twice, or not at all."""

from __future__ import annotations

from celery import shared_task
from django.utils import timezone

from portal.cases import outbox
from portal.cases.delivery import deliver

_ROWS_A_SWEEP = 500


@shared_task(name=outbox.DELIVER)
def deliver_row(delivery_id: str) -> None:
    """Works on one row of the outbox."""
    deliver(delivery_id=delivery_id)


@shared_task(name="portal.cases.tasks.sweep")
def sweep() -> None:
    """Rings for every row that is due: its bell was lost, it is a retry, or its worker died."""
    for delivery_id in outbox.due(timezone.now()).values_list("pk", flat=True)[:_ROWS_A_SWEEP]:
        outbox.ring(str(delivery_id))
