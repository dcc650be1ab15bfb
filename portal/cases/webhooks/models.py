"""Where an agency wants to be told that something waits, and what it was not told yet."""

from __future__ import annotations

from django.db import models
from django.utils import timezone


class Webhook(models.Model):
    """One agency's. `waiting` counts by kind what came since it was told last: no reference, no person.

    `secret` is sealed with the installation's key. `stopped_at`: too many tries failed, and an operator
    must look.
    """

    agency = models.CharField(primary_key=True, max_length=60)
    address = models.CharField(max_length=500)
    key_id = models.CharField(max_length=40)
    secret = models.BinaryField()
    waiting: models.JSONField[dict[str, int], dict[str, int]] = models.JSONField(default=dict)
    waiting_since = models.DateTimeField(null=True)
    not_before = models.DateTimeField(default=timezone.now)
    lease_until = models.DateTimeField(null=True)
    attempts = models.PositiveIntegerField(default=0)
    last_error = models.CharField(max_length=200, blank=True)
    told_at = models.DateTimeField(null=True)
    stopped_at = models.DateTimeField(null=True)
    set_at = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return self.agency
