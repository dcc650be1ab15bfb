"""How a case ended without an outcome, how one was opened again, and the outcome that it had then."""

from __future__ import annotations

from django.db import models
from django.utils import timezone


class Ending(models.Model):
    """The agency ends a case without an outcome. `ground` is a key of `deciding.ending.GROUNDS`.

    Where that is a decision (Awb 4:5), there is a remedy, as of an outcome.
    """

    case = models.ForeignKey("cases.Case", on_delete=models.PROTECT, related_name="endings")
    ground = models.CharField(max_length=20)
    text = models.TextField()
    agency = models.CharField(max_length=60)
    remedy = models.CharField(max_length=30)
    remedy_until = models.DateField(null=True)
    on = models.DateField()
    external_id = models.CharField(max_length=200)
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["case", "external_id"], name="one_ending_per_external_id")
        ]
        ordering = ["-at", "-id"]

    def __str__(self) -> str:
        return f"{self.case_id}: {self.ground}"


class Reopening(models.Model):
    """A case that had ended goes on. `ground` is a key of `deciding.reopening.GROUNDS`."""

    case = models.ForeignKey("cases.Case", on_delete=models.PROTECT, related_name="reopenings")
    ground = models.CharField(max_length=20)
    article = models.CharField(max_length=200)
    text = models.TextField()
    agency = models.CharField(max_length=60)
    from_phase = models.CharField(max_length=10)
    until = models.DateField(null=True)
    on = models.DateField()
    external_id = models.CharField(max_length=200)
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["case", "external_id"], name="one_reopening_per_external_id")
        ]
        ordering = ["at", "id"]

    def __str__(self) -> str:
        return f"{self.case_id}: {self.ground}"


class FormerOutcome(models.Model):
    """An outcome that stands no more: as it was, moved here by the reopening. Append-only, as the other is.

    The database lets an outcome go only when it stands here (migration `0036_endings_and_reopenings`).
    """

    reopening = models.OneToOneField(Reopening, on_delete=models.PROTECT, related_name="outcome")
    case = models.ForeignKey("cases.Case", on_delete=models.PROTECT, related_name="former_outcomes")
    outcome_id = models.BigIntegerField(unique=True)
    kind = models.CharField(max_length=10)
    motivation = models.TextField()
    deviation = models.TextField(blank=True)
    deviation_article = models.CharField(max_length=200, blank=True)
    not_heard = models.CharField(max_length=20, blank=True)
    not_heard_because = models.TextField(blank=True)
    not_called_because = models.TextField(blank=True)
    decided_by = models.CharField(max_length=10, blank=True)
    sealed_trace = models.BinaryField(null=True)
    effective_on = models.DateField()
    remedy = models.CharField(max_length=30)
    remedy_until = models.DateField(null=True)
    created_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.case_id}: {self.kind}"

    KEPT = (
        "kind",
        "motivation",
        "deviation",
        "deviation_article",
        "not_heard",
        "not_heard_because",
        "not_called_because",
        "decided_by",
        "sealed_trace",
        "effective_on",
        "remedy",
        "remedy_until",
        "created_at",
    )
    """What an outcome has, and what stays of it."""
