"""What the agency asks of the citizen, what both write to each other, and the documents of either."""

from __future__ import annotations

import uuid

from django.db import models
from django.utils import timezone


class Side(models.TextChoices):
    """Who said something: the citizen, or the agency that has the case."""

    CITIZEN = "citizen"
    AGENCY = "agency"


class CameBy(models.TextChoices):
    """How the citizen's word came to staff, who wrote it down; the same as of a filing."""

    PHONE = "phone"
    DESK = "desk"
    PAPER = "paper"


class Heard(models.Model):
    """The citizen's word that staff wrote down: how it came in, and the day on which that was, which counts.

    `came_by` is "" where it was typed here.
    """

    came_by = models.CharField(max_length=5, choices=CameBy.choices, blank=True, default="", db_default="")
    came_on = models.DateField(null=True)

    class Meta:
        abstract = True


class CitizenTask(Heard):
    """Something that the citizen must do before a case can go on.

    `CONFIRM_CHANGE` is ours: `about` names the fields that changed, and `answer` is "send" or "withdraw".
    `ASKED` is the agency's: `about` names the suspensions that were added to it later, `what` and `why`
    are its own words, as plain text. `questions` are those of the catalogue (`lifeevents.model.Question`)
    in JSON, none where one text is asked; with `wants_document` a document has to go with it.
    `sealed_draft` and `sealed_answer` hold
    `{"text", "answers": {question: value}}`. With `is_hearing` it asks for the citizen's view before a
    refusal (Awb 4:7, 4:8): no term stands still for it. `answer` is "spoken" where it was said aloud to
    somebody of the agency (4:9), who wrote it down.
    """

    class Kind(models.TextChoices):
        CONFIRM_CHANGE = "confirm-change"
        ASKED = "asked"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    case = models.ForeignKey("cases.Case", on_delete=models.PROTECT, related_name="tasks")
    kind = models.CharField(max_length=20, choices=Kind.choices)
    about = models.JSONField(default=list)
    what = models.CharField(max_length=200, blank=True)
    why = models.TextField(blank=True)
    due_on = models.DateField(null=True)
    questions = models.JSONField(default=list)
    wants_document = models.BooleanField(default=False)
    is_hearing = models.BooleanField(default=False, db_default=False)
    # The agency's own id of it, or that of the status that asked.
    external_id = models.CharField(max_length=200, blank=True)
    sealed_draft = models.BinaryField(null=True)
    sealed_answer = models.BinaryField(null=True)
    created_at = models.DateTimeField(default=timezone.now)
    answered_at = models.DateTimeField(null=True)
    answer = models.CharField(max_length=20, blank=True)
    # The agency went on without it.
    dropped_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["case", "external_id"],
                condition=~models.Q(external_id=""),
                name="one_task_per_external_id",
            )
        ]

    def __str__(self) -> str:
        return f"{self.kind} for {self.case_id}"


class Message(Heard):
    """What one of the two wrote. Plain text, searchable; emptied when the term of the case is over.

    `external_id` is the agency's own id of a message of its own, and our reference of the citizen's.
    `read_at`: when the other side read it, where that is known.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    case = models.ForeignKey("cases.Case", on_delete=models.PROTECT, related_name="messages")
    side = models.CharField(max_length=10, choices=Side.choices)
    text = models.TextField()
    external_id = models.CharField(max_length=200)
    written_at = models.DateTimeField(default=timezone.now)
    read_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["case", "side", "external_id"], name="one_message_per_external_id"
            )
        ]
        ordering = ["written_at", "created_at", "id"]
        indexes = [
            models.Index(fields=["case", "-written_at", "-created_at", "-id"], name="messages_of_case")
        ]

    def __str__(self) -> str:
        return f"message in {self.case_id}"


class Change(models.Model):
    """Answers that the citizen changed after sending. Append-only; what was sent stays as it was.

    `questions` are their ids, `sealed` holds `{"before", "after"}`, each `{question: value or null}`.
    `message` tells the agency, and says in the thread which answers, without what they are.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    case = models.ForeignKey("cases.Case", on_delete=models.PROTECT, related_name="changes")
    message = models.OneToOneField(Message, on_delete=models.PROTECT, related_name="change")
    questions = models.JSONField()
    sealed = models.BinaryField()
    made_at = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return f"change of {self.case_id}"


class Document(models.Model):
    """A file of a case, sealed under the case's own key: with a message, with an answer, or by itself.

    The name that the file had is not kept: names of files tell too much. `title` says in a few words
    what it is. Nobody gets the content before `state` is READY. `read_at`: when a person of the other side
    first saved it here; null too where they have it in a system of their own.
    """

    class State(models.TextChoices):
        """`AWAITED`: the agency named it, and we did not fetch it yet."""

        AWAITED = "awaited"
        CHECKING = "checking"
        READY = "ready"
        REFUSED = "refused"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    case = models.ForeignKey("cases.Case", on_delete=models.PROTECT, related_name="documents")
    side = models.CharField(max_length=10, choices=Side.choices)
    message = models.ForeignKey(Message, on_delete=models.PROTECT, null=True, related_name="documents")
    task = models.ForeignKey(CitizenTask, on_delete=models.PROTECT, null=True, related_name="documents")
    title = models.CharField(max_length=200)
    media_type = models.CharField(max_length=100, blank=True)
    size = models.PositiveIntegerField(null=True)
    sealed = models.BinaryField(null=True)
    state = models.CharField(max_length=10, choices=State.choices)
    # Why it was refused, a word of `talk.files`.
    reason = models.CharField(max_length=20, blank=True)
    decision = models.BooleanField(default=False)
    # The agency's own id of it; ours ("") for what the citizen added.
    external_id = models.CharField(max_length=1000, blank=True)
    set_at = models.DateTimeField(default=timezone.now)
    read_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["case", "external_id"],
                condition=~models.Q(external_id=""),
                name="one_document_per_external_id",
            )
        ]
        indexes = [
            models.Index(
                fields=["created_at"],
                condition=models.Q(state__in=["awaited", "checking"]),
                name="documents_to_work_on",
            )
        ]
        ordering = ["set_at", "created_at", "id"]

    def __str__(self) -> str:
        return f"document {self.pk}"
