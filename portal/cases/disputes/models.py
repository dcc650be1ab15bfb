"""What a citizen says is wrong in a register, what proves it, and everything that came of it."""

from __future__ import annotations

import uuid

from django.db import models
from django.utils import timezone

from portal.cases.references import new_reference
from portal.people.models import Citizen


class Dispute(models.Model):
    """One value of which the citizen says that it is wrong.

    `sealed` holds `{"old", "right", "explanation", "secret"}`: the value as the register gave it, what it
    should be (the questions' ids with their answers, a text, or null where the citizen does not know),
    why, and whether the old value is under secrecy.
    """

    class State(models.TextChoices):
        """`reported`: who keeps the register was told, by the citizen's request or by an agency."""

        OPEN = "open"
        REPORTED = "reported"
        CORRECTED = "corrected"
        REJECTED = "rejected"
        WITHDRAWN = "withdrawn"

        @property
        def is_final(self) -> bool:
            """It is over: the value counts again, or another one does."""
            return self not in {Dispute.State.OPEN, Dispute.State.REPORTED}

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    reference = models.CharField(max_length=12, unique=True, default=new_reference)
    citizen = models.ForeignKey(Citizen, on_delete=models.PROTECT, related_name="disputes")
    field = models.CharField(max_length=60)
    source = models.CharField(max_length=40)
    observed_at = models.DateTimeField()
    state = models.CharField(max_length=10, choices=State.choices, default=State.OPEN)
    sealed = models.BinaryField()
    # The class of the key that seals it, as of a case.
    retention = models.CharField(max_length=80)
    # The citizen's own request to correct the register, where there is one.
    correction = models.OneToOneField(
        "cases.Case", on_delete=models.PROTECT, null=True, related_name="corrects"
    )
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["citizen", "field"],
                condition=models.Q(state__in=["open", "reported"]),
                name="one_open_dispute_per_field",
            )
        ]
        indexes = [models.Index(fields=["citizen", "-created_at"], name="disputes_of_citizen")]

    def __str__(self) -> str:
        return self.reference

    @property
    def is_open(self) -> bool:
        """Nobody has decided on it yet."""
        return not Dispute.State(self.state).is_final


class DisputeMark(models.Model):
    """That a case holds the disputed value, so that its agency is told. Once for each of the two."""

    dispute = models.ForeignKey(Dispute, on_delete=models.PROTECT, related_name="marks")
    case = models.ForeignKey("cases.Case", on_delete=models.PROTECT, related_name="marks")
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["dispute", "case"], name="one_mark_per_dispute_and_case")
        ]

    def __str__(self) -> str:
        return f"{self.dispute_id} in {self.case_id}"


class DisputeEvent(models.Model):
    """One thing that happened to a dispute. Append-only. `sealed_note` is what somebody wrote with it."""

    class Kind(models.TextChoices):
        """`told`: an agency knows of it; `reported`: an agency told who keeps the register (terugmelding)."""

        SAID = "said"
        CHANGED = "changed"
        ASKED = "asked"
        TOLD = "told"
        REPORTED = "reported"
        NOT_TAKEN_OVER = "not-taken-over"
        CORRECTED = "corrected"
        REJECTED = "rejected"
        WITHDRAWN = "withdrawn"

    id = models.BigAutoField(primary_key=True)
    dispute = models.ForeignKey(Dispute, on_delete=models.PROTECT, related_name="events")
    kind = models.CharField(max_length=20, choices=Kind.choices)
    agency = models.CharField(max_length=60, blank=True)
    case = models.ForeignKey("cases.Case", on_delete=models.PROTECT, null=True, related_name="+")
    sealed_note = models.BinaryField(null=True)
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["at", "id"]

    def __str__(self) -> str:
        return f"{self.kind} {self.dispute_id}"


class Proof(models.Model):
    """A document that the citizen added, sealed. Its own name is not kept: names of files tell too much.

    Nobody gets it before `state` is READY; one that was refused has no bytes any more.
    """

    class State(models.TextChoices):
        CHECKING = "checking"
        READY = "ready"
        REFUSED = "refused"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    dispute = models.ForeignKey(Dispute, on_delete=models.PROTECT, related_name="proofs")
    content_type = models.CharField(max_length=40)
    size = models.PositiveIntegerField()
    sealed = models.BinaryField()
    state = models.CharField(
        max_length=10, choices=State.choices, default=State.READY, db_default=State.READY.value
    )
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["created_at", "id"]
        indexes = [
            models.Index(
                fields=["created_at"], condition=models.Q(state="checking"), name="proofs_to_look_into"
            )
        ]

    def __str__(self) -> str:
        return f"proof {self.pk}"
