"""What was heard of a case, and how agencies tell us that there is news."""

from __future__ import annotations

import uuid

from django.db import models
from django.utils import timezone

from portal.cases.phases import Phase


class StatusUpdate(models.Model):
    """One thing that was heard of a case. Append-only; the same external id twice is one line."""

    case = models.ForeignKey("cases.Case", on_delete=models.PROTECT, related_name="updates")
    phase = models.CharField(max_length=10, choices=Phase.choices)
    text = models.TextField(blank=True)
    set_at = models.DateTimeField()
    heard_at = models.DateTimeField(default=timezone.now)
    heard_from = models.CharField(max_length=60)
    external_id = models.CharField(max_length=200)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["case", "external_id"], name="one_update_per_external_id")
        ]
        ordering = ["-set_at", "-id"]

    def __str__(self) -> str:
        return f"{self.case_id}: {self.phase}"


class Subscription(models.Model):
    """That an agency may tell us of news, and the credential with which it does (a keyed HMAC of it)."""

    agency = models.CharField(max_length=60)
    credential_hmac = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return self.agency


class NewsHint(models.Model):
    """That a thing of an agency, by its address there, has news; nobody asked yet of which case it is."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    agency = models.CharField(max_length=60)
    channel = models.CharField(max_length=50)
    main_object = models.CharField(max_length=1000)
    tries = models.PositiveIntegerField(default=0)
    not_before = models.DateTimeField(default=timezone.now)
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["agency", "main_object"], name="one_hint_per_thing"),
        ]
        indexes = [models.Index(fields=["not_before"], name="hints_due")]

    def __str__(self) -> str:
        return f"{self.channel} of {self.agency}"
