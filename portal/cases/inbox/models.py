"""One row for each thing in a citizen's inbox, so that a page of it is one question to one index."""

from __future__ import annotations

from django.contrib.postgres.search import SearchVectorField
from django.db import models
from django.db.models.functions import Now

from portal.people.models import Citizen


class InboxItem(models.Model):
    """A case, a task, a message or a letter (a document by itself), of any agency; or a proposal of ours.

    Triggers of the database make these rows and keep them up to date (migration `inbox`), so that each
    verb that writes a case, task, message or document needs to know nothing of it, and a process of before
    the table leaves no gap. Code of ours changes `read_at` and `archived_at` only, and `agency` where a case
    was sent on.
    """

    class Kind(models.TextChoices):
        CASE = "case"
        TASK = "task"
        MESSAGE = "message"
        LETTER = "letter"
        PROPOSAL = "proposal"

    citizen = models.ForeignKey(Citizen, on_delete=models.PROTECT, related_name="+", db_index=False)
    # None for a proposal, which is nobody's request yet.
    case = models.ForeignKey("cases.Case", on_delete=models.CASCADE, null=True, related_name="items")
    kind = models.CharField(max_length=10, choices=Kind.choices)
    # The id of the row that it stands for.
    source = models.UUIDField()
    agency = models.CharField(max_length=60)
    event = models.CharField(max_length=60)
    # When it came, or when a case last moved on.
    moment = models.DateTimeField()
    due_on = models.DateField(null=True)
    # The citizen must do something; that stands on top.
    is_open = models.BooleanField(default=False)
    by_citizen = models.BooleanField(default=False)
    # Where it stands in the list, the largest on top (`inbox_place` in the database).
    place = models.BigIntegerField()
    read_at = models.DateTimeField(null=True)
    archived_at = models.DateTimeField(null=True)
    changed_at = models.DateTimeField(db_default=Now())
    # What it is found by. It goes with the text: emptied when that is.
    words = SearchVectorField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["kind", "source"], name="one_item_per_source")]
        indexes = [
            models.Index(
                fields=["citizen", "-place", "-id"],
                condition=models.Q(archived_at=None),
                name="inbox_of_citizen",
            ),
            models.Index(
                fields=["citizen", "-place", "-id"],
                condition=models.Q(archived_at__isnull=False),
                name="inbox_archive",
            ),
            models.Index(
                fields=["citizen", "-place", "-id"],
                condition=models.Q(archived_at=None, read_at=None),
                name="inbox_unread",
            ),
            models.Index(fields=["citizen"], condition=models.Q(is_open=True), name="inbox_open"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.source}"
