"""Samples that an auditor drew, and what was thought of each thing in them."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone


class Kind(models.TextChoices):
    """What is checked: looking along, looking people up, doors that stayed shut, exceptions to a rule.

    Danger to life is looked at one by one, each of them, and not in samples.
    """

    ASSIST = "assist"
    SEARCH = "search"
    DENIAL = "denial"
    EXCEPTION = "exception"
    DANGER = "danger"


class AuditSample(models.Model):
    """Rows of one kind, drawn by lot. `wanted` (`rows.Wanted`) is out of what, up to `until_at`.

    The lot is `seed`: the same rows come out again by it. `population` is out of how many.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    kind = models.CharField(max_length=10, choices=Kind.choices)
    wanted = models.JSONField()
    until_at = models.DateTimeField()
    population = models.PositiveIntegerField()
    seed = models.CharField(max_length=32)
    drawn_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    drawn_at = models.DateTimeField(default=timezone.now)

    class Meta:
        indexes = [models.Index(fields=["-drawn_at", "-id"], name="samples_newest_first")]

    def __str__(self) -> str:
        return f"sample {self.pk}"


class AuditReview(models.Model):
    """One thing that an auditor looks at: drawn in a sample, or a danger to life. The last say what of it.

    `row` is its key in its own table; `staff`, `agency`, `at`, `what` and `reference` are as it was then, so
    that who leads that person can be told also when the row itself is gone. `second` is the second pair of
    eyes, who is told no more than the first. `answer` is what who leads them does about it.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    sample = models.ForeignKey(AuditSample, on_delete=models.PROTECT, null=True, related_name="reviews")
    kind = models.CharField(max_length=10, choices=Kind.choices)
    row = models.CharField(max_length=40)
    place = models.PositiveIntegerField(default=0)
    staff = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="audited"
    )
    second = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    agency = models.CharField(max_length=64, blank=True)
    at = models.DateTimeField()
    what = models.CharField(max_length=60)
    reference = models.CharField(max_length=40, blank=True)
    was_right = models.BooleanField(null=True)
    note = models.TextField(blank=True)
    reviewer = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    reviewed_at = models.DateTimeField(null=True)
    answer = models.TextField(blank=True)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    answered_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["sample", "kind", "row"], nulls_distinct=False, name="one_review_in_a_sample"
            ),
            models.CheckConstraint(
                name="review_is_whole",
                condition=Q(was_right=None, reviewer=None, reviewed_at=None)
                | Q(was_right__isnull=False, reviewer__isnull=False, reviewed_at__isnull=False),
            ),
            models.CheckConstraint(name="nobody_reviews_oneself", condition=~Q(reviewer=models.F("staff"))),
        ]
        indexes = [
            models.Index(fields=["sample"], condition=Q(reviewed_at=None), name="reviews_open"),
            models.Index(fields=["-reviewed_at"], condition=Q(was_right=False), name="reviews_told"),
        ]

    def __str__(self) -> str:
        return f"review {self.pk}"
