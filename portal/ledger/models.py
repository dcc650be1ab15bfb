"""What we know of people (sealed), and the append-only lines on what was done with it."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q

from portal.people.models import Citizen


class DataKey(models.Model):
    """The key that seals a citizen's values of one retention class. Destroying it destroys them."""

    citizen = models.ForeignKey(Citizen, on_delete=models.PROTECT)
    retention = models.CharField(max_length=80)
    wrapped = models.BinaryField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["citizen", "retention"], name="one_key_per_retention")]

    def __str__(self) -> str:
        return f"key {self.retention} of {self.citizen_id}"


class Fact(models.Model):
    """What a source last said of one field. `absent`: it said that there is none."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    citizen = models.ForeignKey(Citizen, on_delete=models.PROTECT, related_name="facts")
    field = models.CharField(max_length=60)
    sealed = models.BinaryField(null=True)
    absent = models.BooleanField(default=False)
    source = models.CharField(max_length=40)
    activities = models.JSONField(default=list)
    # A keyed HMAC of what the field waited for when it was asked; "" where it waits for nothing.
    given_hmac = models.CharField(max_length=64, blank=True)
    under_investigation = models.BooleanField(default=False)
    secret = models.BooleanField(default=False)
    # Of an address (`engine/homes.py`): which dwelling it is, and whether this very person asked for secrecy.
    home_hmac = models.CharField(max_length=64, null=True, db_index=True)  # noqa: DJ001 - no dwelling is none
    asked_secrecy = models.BooleanField(null=True)
    observed_at = models.DateTimeField()
    valid_until = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["citizen", "field"], name="one_fact_per_field")]

    def __str__(self) -> str:
        return f"{self.field} of {self.citizen_id}"


class SourceRound(models.Model):
    """One journey's question to one source. Claimed before the call, so that a double click asks once."""

    trace_id = models.CharField(max_length=32)
    citizen = models.ForeignKey(Citizen, on_delete=models.PROTECT)
    source = models.CharField(max_length=40)
    running_since = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)
    failure = models.CharField(max_length=40, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["trace_id", "citizen", "source"], name="one_round_per_trace_and_source"
            )
        ]

    def __str__(self) -> str:
        return f"{self.source} for {self.trace_id}"


class ConnectorState(models.Model):
    """Whether a source or an agency answers, as every process knows it.

    `failures` counts the calls that failed since the last one that did not; enough of them open the
    breaker, and then `down_since` says since when. `waiting_since`: something for this agency is due, and
    did not go because enough of our calls to it run already. `reads_booked_until`: so far its minutes
    are taken by cases that were read back.
    """

    name = models.CharField(max_length=80, primary_key=True)
    failures = models.PositiveIntegerField(default=0)
    down_since = models.DateTimeField(null=True)
    probed_at = models.DateTimeField(null=True)
    last_success = models.DateTimeField(null=True)
    waiting_since = models.DateTimeField(null=True)
    reads_booked_until = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return self.name


class LogHead(models.Model):
    """The newest hash of a chain of log lines. Its row lock puts that chain's lines in order."""

    # The id of the citizen whose log it is, or `chain.CONFIDENTIAL`.
    chain = models.UUIDField(primary_key=True)
    newest = models.CharField(max_length=64, default="0" * 64)
    lines = models.PositiveBigIntegerField(default=0)
    changed_at = models.DateTimeField(auto_now=True, db_index=True)

    def __str__(self) -> str:
        return f"head of {self.chain}"


class PublishedHead(models.Model):
    """Which publication has the newest head of a chain. To find it again only: what counts is signed."""

    chain = models.UUIDField(primary_key=True)
    publication = models.PositiveBigIntegerField()
    lines = models.PositiveBigIntegerField()

    def __str__(self) -> str:
        return f"{self.chain} in {self.publication}"


class DataUse(models.Model):
    """A line of a citizen's log: who used what, why, on which ground. Append-only; names no staff.

    `chain` is the citizen's id, or that of the chain that the law keeps from them; `subject` is the
    BSN, sealed; `retention` is the class under which the values of `commitment` are kept.
    """

    class Operation(models.TextChoices):
        FETCH = "fetch"
        DISCLOSURE = "disclosure"
        VIEW = "view"
        OUTCOME = "outcome"
        DISPUTE = "dispute"
        EXPORT = "export"
        MENTION = "mention"
        ACTED = "acted"

    class Moment(models.TextChoices):
        BEGIN = "begin"
        END = "end"

    class Status(models.TextChoices):
        """The words of Logboek Dataverwerkingen."""

        UNSET = "Unset"
        OK = "Ok"
        ERROR = "Error"

    id = models.BigAutoField(primary_key=True)
    citizen = models.ForeignKey(Citizen, on_delete=models.PROTECT, related_name="uses")
    chain = models.UUIDField()
    number = models.PositiveBigIntegerField()
    subject = models.CharField(max_length=120)
    at = models.DateTimeField()
    started_at = models.DateTimeField()
    trace_id = models.CharField(max_length=32)
    operation_id = models.UUIDField(db_index=True)
    operation = models.CharField(max_length=20, choices=Operation.choices)
    moment = models.CharField(max_length=5, choices=Moment.choices)
    status = models.CharField(max_length=5, choices=Status.choices)
    activities = models.JSONField()
    ground = models.TextField()
    fields = models.JSONField()
    source = models.CharField(max_length=40, blank=True)
    recipient = models.CharField(max_length=60)
    outcome = models.CharField(max_length=40, blank=True)
    retention = models.CharField(max_length=80, blank=True)
    commitment = models.CharField(max_length=64, blank=True)
    previous_hash = models.CharField(max_length=64)
    line_hash = models.CharField(max_length=64)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["chain", "number"], name="one_line_per_number")]
        indexes = [models.Index(fields=["citizen", "-id"], name="uses_newest_first")]

    def __str__(self) -> str:
        return f"{self.operation} {self.moment} at {self.recipient}"


class OperationLink(models.Model):
    """Which operation somebody was mentioned in. Append-only, and for the auditor alone."""

    id = models.BigAutoField(primary_key=True)
    operation_id = models.UUIDField(unique=True)
    of = models.UUIDField(db_index=True)

    def __str__(self) -> str:
        return f"{self.operation_id} of {self.of}"


class KeyDestruction(models.Model):
    """That a data key was destroyed when its term was over. Append-only."""

    id = models.BigAutoField(primary_key=True)
    citizen = models.ForeignKey(Citizen, on_delete=models.PROTECT)
    retention = models.CharField(max_length=80)
    at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.retention} of {self.citizen_id}"


class StaffAction(models.Model):
    """Who of the staff did what, and what an agency's own program did that an auditor looks at.

    Append-only; joined to the citizen's log by the operation id alone.
    """

    id = models.BigAutoField(primary_key=True)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True)
    # Of a program, and the agency that it belongs to.
    client = models.CharField(max_length=40, blank=True, default="", db_default="")
    agency = models.CharField(max_length=64, blank=True, default="", db_default="")
    at = models.DateTimeField()
    operation_id = models.UUIDField()
    what = models.CharField(max_length=60)
    reference = models.CharField(max_length=40, blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["what", "-id"], name="actions_by_what"),
            models.Index(fields=["reference", "-id"], name="actions_by_reference"),
        ]
        constraints = [
            models.CheckConstraint(
                name="ledger_action_of_somebody", condition=Q(user__isnull=False) ^ ~Q(client="")
            ),
        ]

    def __str__(self) -> str:
        return f"{self.what} {self.reference}"
