"""What an officer keeps of the work list itself."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.utils import timezone


class SavedView(models.Model):
    """A part of the work list under a name of the officer's own: the filter, as it stands in the address."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="views")
    name = models.CharField(max_length=60)
    query = models.CharField(max_length=500)
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "name"], name="one_view_per_name")]
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class Proposal(models.Model):
    """How an officer wants to end a case. It counts from `effective_at`; until then it can be taken back.

    Neither the citizen nor anybody else outside the agency sees it before. The row goes when the outcome
    is there, or when it was taken back; the staff log keeps who did what.
    """

    class Confirmer(models.TextChoices):
        """Who else must agree: nobody, another officer of the agency, or one who leads them."""

        NOBODY = ""
        COLLEAGUE = "colleague"
        LEAD = "lead"

    case = models.OneToOneField("cases.Case", on_delete=models.PROTECT, related_name="proposal")
    kind = models.CharField(max_length=10)
    motivation = models.TextField()
    deviation = models.TextField(blank=True)
    deviation_article = models.CharField(max_length=200, blank=True, default="", db_default="")
    # Why the citizen was not heard first (a key of `deciding.grounds`) and not called; "" where done.
    not_heard = models.CharField(max_length=20, blank=True, default="", db_default="")
    not_heard_because = models.TextField(blank=True, default="", db_default="")
    not_called_because = models.TextField(blank=True, default="", db_default="")
    # What the rule of the service said then, as the outcome will keep it; NULL where it has none.
    sealed_trace = models.BinaryField(null=True)
    proposed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    proposed_at = models.DateTimeField(default=timezone.now)
    confirmer = models.CharField(max_length=10, choices=Confirmer.choices, blank=True)
    # NULL: it waits for who must confirm it.
    effective_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["effective_at"], name="proposals_by_moment")]

    def __str__(self) -> str:
        return f"{self.case_id}: {self.kind}"


class Involvement(models.Model):
    """What somebody of the staff said of their own part in what a complaint is about (Awb 9:7)."""

    case = models.ForeignKey("cases.Case", on_delete=models.PROTECT, related_name="involvements")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    took_part = models.BooleanField()
    said_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["case", "user"], name="cases_one_word_of_each")]

    def __str__(self) -> str:
        return f"{self.case_id}: {self.took_part}"


class Finding(models.Model):
    """What an officer established of a case for the rule of its service: facts by name.

    Only what no register says for sure. The key that seals the payload seals them, so that they go with it.
    """

    case = models.OneToOneField("cases.Case", on_delete=models.PROTECT, related_name="finding")
    sealed_facts = models.BinaryField()
    established_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    established_at = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return f"{self.case_id}: {self.established_at}"
