"""How a case ended, with an outcome or without, what came after it, and how it was opened again."""

from __future__ import annotations

from django.db import models
from django.utils import timezone


class Outcome(models.Model):
    """How a case ended: a decision, a deed, a registration. Append-only.

    `deviation` and its article are why it departs from the rule (maatwerk). The trace is what the rule said,
    with the facts that it rests on: sealed as the payload is, NULL where no rule was looked at.
    """

    class Kind(models.TextChoices):
        GRANTED = "granted"
        PARTLY = "partly"
        REFUSED = "refused"

    class By(models.TextChoices):
        """Who judged it, as far as its agency says so."""

        NOT_SAID = ""
        HUMAN = "human"
        RULE = "rule"

    case = models.OneToOneField("cases.Case", on_delete=models.PROTECT, related_name="outcome")
    kind = models.CharField(max_length=10, choices=Kind.choices)
    motivation = models.TextField()
    deviation = models.TextField(blank=True)
    deviation_article = models.CharField(max_length=200, blank=True, default="", db_default="")
    # Why the citizen was not heard first (a key of `deciding.grounds`) and not called; "" where done.
    not_heard = models.CharField(max_length=20, blank=True, default="", db_default="")
    not_heard_because = models.TextField(blank=True, default="", db_default="")
    not_called_because = models.TextField(blank=True, default="", db_default="")
    decided_by = models.CharField(max_length=10, choices=By.choices, blank=True, default="", db_default="")
    # Which second pair of eyes agreed (`Proposal.Confirmer`); "" where nobody was asked.
    confirmed_by = models.CharField(max_length=10, blank=True, default="", db_default="")
    sealed_trace = models.BinaryField(null=True)
    effective_on = models.DateField()
    remedy = models.CharField(max_length=30)
    remedy_until = models.DateField(null=True)
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        indexes = [models.Index(fields=["effective_on"], name="outcomes_by_day")]

    def __str__(self) -> str:
        return f"{self.case_id}: {self.kind}"


class Proceeding(models.Model):
    """An objection, appeal or complaint about a case: an officer wrote it down, or the citizen made it here.

    `reference` is that of the complaint, which is a case of its own; "" for all that is not one.
    """

    class Kind(models.TextChoices):
        OBJECTION = "objection"
        APPEAL = "appeal"
        COMPLAINT = "complaint"

    case = models.ForeignKey("cases.Case", on_delete=models.PROTECT, related_name="proceedings")
    kind = models.CharField(max_length=10, choices=Kind.choices)
    opened_on = models.DateField()
    closed_on = models.DateField(null=True)
    reference = models.CharField(max_length=12, default="", db_default="", blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["case", "kind"], condition=models.Q(closed_on=None), name="one_running_of_a_kind"
            )
        ]

    def __str__(self) -> str:
        return f"{self.kind} about {self.case_id}"


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
    confirmed_by = models.CharField(max_length=10, blank=True, default="", db_default="")
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
        "confirmed_by",
        "sealed_trace",
        "effective_on",
        "remedy",
        "remedy_until",
        "created_at",
    )
    """What an outcome has, and what stays of it."""
