"""A custom table: who sits at it, what is said there, and what was agreed."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.utils import timezone

from portal.people.models import Citizen


class CustomTable(models.Model):
    """What hangs, in one plain question, and who leads it to an end (the coordinator). One at a time."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    case = models.ForeignKey("cases.Case", on_delete=models.PROTECT, related_name="tables")
    question = models.TextField()
    coordinator = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    opened_at = models.DateTimeField(default=timezone.now)
    closed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["case"], condition=models.Q(closed_at=None), name="one_open_table_per_case"
            )
        ]

    def __str__(self) -> str:
        return f"table {self.pk}"


class Seat(models.Model):
    """Somebody who was invited by name, for the agency where they worked then."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    table = models.ForeignKey(CustomTable, on_delete=models.PROTECT, related_name="seats")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="seats")
    agency = models.CharField(max_length=60)
    # Why this person is needed; the citizen reads it.
    reason = models.TextField(blank=True)
    invited_at = models.DateTimeField(default=timezone.now)
    left_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["table", "user"], condition=models.Q(left_at=None), name="one_seat_for_a_person"
            )
        ]
        indexes = [
            models.Index(fields=["user"], condition=models.Q(left_at=None), name="seats_of_a_person"),
        ]

    def __str__(self) -> str:
        return f"{self.agency} at {self.table_id}"


class NextStep(models.Model):
    """What one agency does next, by when. Agreed when every agency at the table said so."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    table = models.ForeignKey(CustomTable, on_delete=models.PROTECT, related_name="steps")
    agency = models.CharField(max_length=60)
    what = models.TextField()
    by_day = models.DateField()
    proposed_at = models.DateTimeField(default=timezone.now)
    # Ids of the agencies that agreed.
    agreed_by = models.JSONField(default=list)
    agreed_at = models.DateTimeField(null=True)
    done_at = models.DateTimeField(null=True)
    # Another one was agreed in its place, or the table ended.
    dropped_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["proposed_at"]

    def __str__(self) -> str:
        return f"step {self.pk}"


class TableLine(models.Model):
    """One line of what was said and done at a table, which the citizen reads in full. Append-only."""

    class Kind(models.TextChoices):
        OPENED = "opened"
        INVITED = "invited"
        LEFT = "left"
        LEADS = "leads"
        SAID = "said"
        PROPOSED = "proposed"
        AGREED = "agreed"
        SETTLED = "settled"
        DONE = "done"
        CLOSED = "closed"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    table = models.ForeignKey(CustomTable, on_delete=models.PROTECT, related_name="lines")
    kind = models.CharField(max_length=10, choices=Kind.choices)
    # Whose word it is: an agency's id, or "" for the citizen.
    agency = models.CharField(max_length=60, blank=True)
    # NULL: the citizen, or who acts for them.
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    # The agency that it is about, where that is another.
    about = models.CharField(max_length=60, blank=True)
    text = models.TextField(blank=True)
    # The id of the form: pressed twice, it is said once.
    external_id = models.CharField(max_length=200)
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["table", "external_id"], name="one_line_per_form")]
        ordering = ["at", "id"]

    def __str__(self) -> str:
        return f"{self.kind} at {self.table_id}"


class NoObjection(models.Model):
    """The citizen wrote: no objection that this agency sees my request. Until it is taken back."""

    table = models.ForeignKey(CustomTable, on_delete=models.PROTECT, related_name="no_objections")
    citizen = models.ForeignKey(Citizen, on_delete=models.PROTECT, related_name="+")
    agency = models.CharField(max_length=60)
    given_at = models.DateTimeField(default=timezone.now)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["table", "agency"], condition=models.Q(ended_at=None), name="one_no_objection"
            )
        ]

    def __str__(self) -> str:
        return f"{self.agency} may see {self.table_id}"
