"""Files of a life event that was not sent yet."""

from __future__ import annotations

import uuid

from django.db import models
from django.utils import timezone


class DraftFile(models.Model):
    """A file that answers a question of a draft, sealed under the key of its journey.

    It goes with the draft, and becomes a `Document` of each case that asks for it. Its name is not kept.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    journey = models.ForeignKey("cases.Journey", on_delete=models.CASCADE, related_name="files")
    media_type = models.CharField(max_length=100)
    size = models.PositiveIntegerField()
    sealed = models.BinaryField()
    created_at = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return f"file {self.pk} of a draft"
