"""A signal, and what came of it."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.utils import timezone


class Signal(models.Model):
    """That a rule or a step works out badly, by a citizen or by somebody of the agency."""

    class Part(models.TextChoices):
        """The part of a service that it is about."""

        RULE = "rule"
        QUESTIONS = "questions"
        DATA = "data"
        TERM = "term"
        LETTER = "letter"
        OTHER = "other"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    case = models.ForeignKey("cases.Case", on_delete=models.PROTECT, related_name="signals")
    # As they were then: a case may be sent on, and a service may go.
    service = models.CharField(max_length=60)
    agency = models.CharField(max_length=60)
    part = models.CharField(max_length=10, choices=Part.choices)
    text = models.TextField()
    # Of the citizen, or of somebody of the agency.
    by_citizen = models.BooleanField()
    # The id of the form: pressed twice, it is given once.
    external_id = models.CharField(max_length=60)
    given_at = models.DateTimeField(default=timezone.now)
    # Who sees to it that there is an answer.
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="owns_signals"
    )
    answer = models.TextField(blank=True)
    answered_at = models.DateTimeField(null=True)
    # What everybody may read on the list of what changed; "" where nothing did.
    changed = models.TextField(blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["case", "external_id"], name="one_signal_per_form")]
        indexes = [
            models.Index(fields=["agency", "given_at"], name="signals_of_agency"),
            models.Index(
                fields=["answered_at"], condition=~models.Q(changed=""), name="signals_that_changed"
            ),
        ]

    def __str__(self) -> str:
        return f"signal {self.pk}"
