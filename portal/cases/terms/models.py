"""What was heard about the term of a case, and how long services really take."""

from __future__ import annotations

from django.db import models
from django.utils import timezone


class TermEvent(models.Model):
    """Something that was said about a case's term. Append-only; the same external id twice is one row.

    `article` is the ground, as `lifeevents.terms.GROUNDS` writes it, or the article of an extension. `since`
    is its legal day: of the invitation or the notice, the first day of a cause, the day on which it ended,
    the day of a notice of default. `until` is the day that was set or named, `weeks` by how many it became
    longer. `ends` is the suspension that a `resumed` is the end of.
    """

    class Kind(models.TextChoices):
        """`told`: by when the decision will be there (Awb 4:14(1), 4:15(3)); that moves no term."""

        SUSPENDED = "suspended"
        RESUMED = "resumed"
        EXTENDED = "extended"
        TOLD = "told"
        DEFAULT = "default"

    case = models.ForeignKey("cases.Case", on_delete=models.PROTECT, related_name="term_events")
    kind = models.CharField(max_length=10, choices=Kind.choices)
    article = models.CharField(max_length=120)
    since = models.DateField()
    until = models.DateField(null=True)
    weeks = models.PositiveSmallIntegerField(null=True)
    ends = models.OneToOneField("self", on_delete=models.PROTECT, null=True, related_name="ended_by")
    text = models.TextField(blank=True)
    heard_from = models.CharField(max_length=60)
    external_id = models.CharField(max_length=200)
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["case", "external_id"], name="one_term_event_per_external_id")
        ]
        ordering = ["at", "id"]

    def __str__(self) -> str:
        return f"{self.case_id}: {self.kind}"


class ServiceDuration(models.Model):
    """How many days a service took at an agency, of the cases decided lately: filled by the timetable."""

    service = models.CharField(max_length=60)
    agency = models.CharField(max_length=60)
    cases = models.PositiveIntegerField()
    median_days = models.PositiveIntegerField()
    most_days = models.PositiveIntegerField()
    counted_on = models.DateField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["service", "agency"], name="one_duration_per_service")]

    def __str__(self) -> str:
        return f"{self.service} at {self.agency}"
