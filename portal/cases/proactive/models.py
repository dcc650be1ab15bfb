"""For which life events somebody wants a proposal, and what was proposed."""

from __future__ import annotations

import uuid

from django.db import models
from django.utils import timezone

from portal.people.models import Citizen


class Wish(models.Model):
    """The citizen turned proposals on for one life event. Without such a row nobody is asked anything."""

    citizen = models.ForeignKey(Citizen, on_delete=models.PROTECT, related_name="wishes")
    event = models.CharField(max_length=60)
    since = models.DateTimeField(default=timezone.now)
    # When the register is asked next; whoever works on it puts it off first.
    look_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["citizen", "event"], name="one_wish_per_event")]
        indexes = [models.Index(fields=["look_at"], name="wishes_due")]

    def __str__(self) -> str:
        return f"{self.event} of {self.citizen_id}"


class NoNeed(models.Model):
    """The citizen said of a service of one life event that it need not be arranged: nobody asks again."""

    journey = models.ForeignKey("cases.Journey", on_delete=models.CASCADE, related_name="no_needs")
    service = models.CharField(max_length=60)
    said_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["journey", "service"], name="one_no_need_per_service")]

    def __str__(self) -> str:
        return f"{self.service} of {self.journey_id}"


class Suggestion(models.Model):
    """A life event that is proposed to a citizen, because the register said that something happened.

    `journey` is the draft that is ready for it: nothing was asked or filled in. It is the citizen's own from
    the moment that they begin, and the proposal is closed by that. It stands in the inbox: triggers of the
    database put it there, into the archive or away (migration `0035_proposed_journeys`).
    """

    class Closed(models.TextChoices):
        DISMISSED = "dismissed"
        SILENCED = "silenced"
        BEGUN = "begun"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    citizen = models.ForeignKey(Citizen, on_delete=models.PROTECT, related_name="suggestions")
    event = models.CharField(max_length=60)
    # The register's own id of what happened: told twice is proposed once.
    source = models.CharField(max_length=100)
    happened_on = models.DateField()
    made_at = models.DateTimeField(default=timezone.now)
    journey = models.ForeignKey(
        "cases.Journey", on_delete=models.SET_NULL, null=True, related_name="suggestions"
    )
    closed_at = models.DateTimeField(null=True)
    closed = models.CharField(max_length=10, choices=Closed.choices, blank=True, default="", db_default="")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["citizen", "event", "source"], name="one_suggestion_per_source")
        ]

    def __str__(self) -> str:
        return f"{self.event} of {self.citizen_id}"
