"""The outbox: what must reach an agency."""

from __future__ import annotations

import uuid

from django.db import models

from portal.cases.disputes.models import DisputeEvent
from portal.cases.out.leases import LeasedRow
from portal.cases.talk.models import CitizenTask, Message


class Delivery(LeasedRow):
    """A row of the outbox: something that must reach somebody, written in the transaction of the act."""

    class Kind(models.TextChoices):
        FILE = "file"
        RELEASE = "release"
        REPORT = "report"
        ANSWER = "answer"
        MESSAGE = "message"
        WITHDRAW = "withdraw"
        OBJECTION = "objection"
        # Nothing that goes out: what the agency said must be looked at by a person, and then read again.
        READ = "read"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    case = models.ForeignKey("cases.Case", on_delete=models.PROTECT, related_name="deliveries")
    kind = models.CharField(max_length=10, choices=Kind.choices)
    # What a report tells: there are as many for a case as there is news.
    about = models.ForeignKey(DisputeEvent, on_delete=models.PROTECT, null=True, related_name="deliveries")
    # The same for an answer, and for a message.
    task = models.ForeignKey(CitizenTask, on_delete=models.PROTECT, null=True, related_name="deliveries")
    message = models.ForeignKey(Message, on_delete=models.PROTECT, null=True, related_name="deliveries")
    destination = models.CharField(max_length=60)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["case", "kind", "about", "task", "message"],
                nulls_distinct=False,
                name="one_delivery_per_case_kind_and_news",
            )
        ]
        indexes = [
            models.Index(
                fields=["not_before"],
                condition=models.Q(delivered_at=None, needs_human=""),
                name="deliveries_due",
            ),
            models.Index(
                fields=["destination", "lease_until"],
                condition=models.Q(delivered_at=None, lease_until__isnull=False),
                name="deliveries_in_flight",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.case_id}"
