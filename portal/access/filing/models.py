"""That staff write down what a citizen asks for: how it came in, and who it was seen to be."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from portal.people.models import Citizen


class Filing(models.Model):
    """Staff write down what a citizen asks for, from `started_at` to `ends_at` or `ended_at`.

    `received_on` is the day that it came in and counts (Awb 4:3a); `posted_on` the day of the postmark, where
    there is one (Awb 6:9(2)). `agency` is that of an officer, "" for the helpdesk; `services` are those that
    may be written down (catalogue ids), None for all of them. `hides_places` as of an `Assist`. The scan of a
    signed form is sealed, and goes when it stands with the requests, or when this is over.
    """

    class Channel(models.TextChoices):
        """How it came in."""

        PHONE = "phone"
        DESK = "desk"
        PAPER = "paper"

    class Identity(models.TextChoices):
        """How it was seen who asks; STATED is by their own word alone."""

        PAPERS = "papers"
        QUESTIONS = "questions"
        SIGNATURE = "signature"
        STATED = "stated"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    staff = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="filings")
    agency = models.CharField(max_length=60, blank=True)
    citizen = models.ForeignKey(Citizen, on_delete=models.PROTECT, related_name="filings")
    channel = models.CharField(max_length=5, choices=Channel.choices)
    identity = models.CharField(max_length=9, choices=Identity.choices)
    received_on = models.DateField()
    posted_on = models.DateField(null=True)
    interpreter = models.BooleanField(default=False)
    services: models.JSONField[list[str] | None, list[str] | None] = models.JSONField(null=True)
    hides_places = models.BooleanField()
    sealed_scan = models.BinaryField(null=True)
    started_at = models.DateTimeField(default=timezone.now)
    ends_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["staff"], condition=Q(ended_at=None), name="filings_of_staff"),
            models.Index(
                fields=["ends_at"], condition=Q(sealed_scan__isnull=False), name="filings_with_a_scan"
            ),
        ]

    def __str__(self) -> str:
        return f"filing {self.pk}"
