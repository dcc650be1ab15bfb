"""That an agency sent something on to another one: a whole case, or one message in it."""

from __future__ import annotations

import uuid

from django.db import models
from django.utils import timezone


class Forwarding(models.Model):
    """`case` is where it came in. Of a whole case `message` is null, and the case itself went to `to_agency`.

    A message becomes a case of its own there, `to_case`. `received_on` is the day on which the first agency
    had it, which the next one is told. `reason` is the agency's own words to the citizen; emptied when the
    term of the case is over. `external_id` is the id of the form, or of the agency's program.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    case = models.ForeignKey("cases.Case", on_delete=models.PROTECT, related_name="forwardings")
    message = models.OneToOneField(
        "cases.Message", on_delete=models.PROTECT, null=True, related_name="forwarding"
    )
    to_case = models.OneToOneField(
        "cases.Case", on_delete=models.PROTECT, null=True, related_name="forwarded_by"
    )
    from_agency = models.CharField(max_length=60)
    to_agency = models.CharField(max_length=60)
    reason = models.TextField()
    received_on = models.DateField()
    # What the first agency called the case.
    their_reference = models.CharField(max_length=1000, blank=True)
    external_id = models.CharField(max_length=200)
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["case", "external_id"], name="one_forwarding_per_external_id")
        ]
        ordering = ["at", "id"]

    def __str__(self) -> str:
        return f"{self.case_id}: {self.from_agency} to {self.to_agency}"
