"""What a citizen must hear of, by which way that is told, and where the citizen can be reached."""

from __future__ import annotations

import uuid

from django.db import models
from django.utils import timezone

from portal import clock
from portal.cases.out.leases import LeasedRow
from portal.people.models import Citizen


class Channel(models.TextChoices):
    """A way to reach somebody."""

    MAIL = "mail"
    SMS = "sms"
    POST = "post"


class Contact(models.Model):
    """An address for mail or a number for SMS, sealed with the installation's key.

    It is used once the citizen typed the code that was sent there, until it bounces. `code_hmac` is a keyed
    HMAC of the newest code, "" where none was sent or it was used.
    """

    citizen = models.ForeignKey(Citizen, on_delete=models.PROTECT, related_name="contacts")
    channel = models.CharField(max_length=4, choices=Channel.choices)
    sealed = models.BinaryField()
    code_hmac = models.CharField(max_length=64, blank=True)
    code_until = models.DateTimeField(null=True)
    code_tries = models.PositiveSmallIntegerField(default=0)
    # How many codes were asked for on this day, so that nobody is flooded with them.
    codes_on = models.DateField(null=True)
    codes_sent = models.PositiveSmallIntegerField(default=0)
    verified_at = models.DateTimeField(null=True)
    bounced_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["citizen", "channel"], name="one_contact_per_channel")]

    def __str__(self) -> str:
        return f"{self.channel} of {self.citizen_id}"


class Notice(models.Model):
    """Something of a case that its citizen must hear of, once for each `about`.

    `on` is its legal day, from which three and seven days are counted. `read_at`: when the citizen opened
    the case since.
    """

    class Kind(models.TextChoices):
        """Only the last of them is no formal message."""

        DECISION = "decision"
        TASK = "task"
        MESSAGE = "message"
        PROGRESS = "progress"

        @property
        def is_formal(self) -> bool:
            """Within 48 hours, whatever was chosen."""
            return self != Notice.Kind.PROGRESS

        @property
        def demands_letter(self) -> bool:
            """Something hangs on it being read: a term that runs."""
            return self in (Notice.Kind.DECISION, Notice.Kind.TASK)

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    citizen = models.ForeignKey(Citizen, on_delete=models.PROTECT, related_name="notices")
    case = models.ForeignKey("cases.Case", on_delete=models.PROTECT, related_name="notices")
    kind = models.CharField(max_length=10, choices=Kind.choices)
    about = models.CharField(max_length=80)
    on = models.DateField(default=clock.today)
    created_at = models.DateTimeField(default=timezone.now)
    read_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["case", "kind", "about"], name="one_notice_per_news"),
        ]
        indexes = [
            models.Index(fields=["on"], condition=models.Q(read_at=None), name="notices_unread"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} of {self.case_id}"


class PrintBatch(models.Model):
    """Letters that were handed to the print house together; each letter is in one batch."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    made_at = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return f"batch {self.pk}"


class Notification(LeasedRow):
    """That a notice or a code goes out by one channel, for one reason: a row, sent once.

    Rows of `post` are the queue of the print house: a batch takes them, no worker. `told_with` is the row
    whose one mail told this one too.
    """

    class Reason(models.TextChoices):
        """Why: `letter` is post because it was not read, or because nothing else reaches this person.

        `code` shows that an address is right; the last three are codes to read out to the
        helpdesk: to look along, to fill in together, to send what was filled in.
        """

        NEWS = "news"
        REMINDER = "reminder"
        AGAIN = "again"
        LETTER = "letter"
        CODE = "code"
        ASSIST = "assist"
        ASSIST_FILL = "fill"
        ASSIST_SEND = "send"
        PROPOSAL = "proposal"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    citizen = models.ForeignKey(Citizen, on_delete=models.PROTECT, related_name="notifications")
    notice = models.ForeignKey(Notice, on_delete=models.PROTECT, null=True, related_name="notifications")
    # A proposal is no notice: nothing hangs on it, and nobody is reminded of it.
    suggestion = models.ForeignKey(
        "cases.Suggestion", on_delete=models.SET_NULL, null=True, related_name="notifications"
    )
    channel = models.CharField(max_length=4, choices=Channel.choices)
    reason = models.CharField(max_length=10, choices=Reason.choices)
    # The code itself, sealed, until it has left.
    sealed_code = models.BinaryField(null=True)
    told_with = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="told")
    # Nothing was sent: it was read before, or may not be said any more.
    dropped = models.BooleanField(default=False)
    bounced_at = models.DateTimeField(null=True)
    batch = models.ForeignKey(PrintBatch, on_delete=models.PROTECT, null=True, related_name="letters")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["notice", "channel", "reason"], name="one_notification_per_notice_and_reason"
            ),
            models.UniqueConstraint(
                fields=["notice"], condition=models.Q(channel="post"), name="one_letter_per_notice"
            ),
            models.UniqueConstraint(
                fields=["suggestion", "channel"], name="one_notification_per_proposal_and_channel"
            ),
        ]
        indexes = [
            models.Index(
                fields=["not_before"],
                condition=models.Q(delivered_at=None, needs_human=""),
                name="notifications_due",
            )
        ]

    def __str__(self) -> str:
        return f"{self.reason} by {self.channel}"


class Silence(models.Model):
    """A child died: of this life event no reminder, nothing about how it goes, no draft to go on with.

    Decisions and questions with a last day are told all the same: a letter with a term never stops.
    """

    citizen = models.ForeignKey(Citizen, on_delete=models.PROTECT, related_name="silences")
    event = models.CharField(max_length=60)
    since = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["citizen", "event"], name="one_silence_per_event")]

    def __str__(self) -> str:
        return f"{self.event} of {self.citizen_id}"
