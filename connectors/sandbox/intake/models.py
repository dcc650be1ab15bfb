"""What an agency with an intake keeps: requests, notes on them, what it said, and the calls that it saw."""

from __future__ import annotations

import secrets
from typing import Any

from django.db import models
from django.utils import timezone

STEPS = ("requests", "notes", "documents", "posts")
"""Where a fault can be set: the calls that have an effect."""


def new_key() -> str:
    """A key that nobody can guess, for an update."""
    return secrets.token_hex(8)


class IntakeRequest(models.Model):
    """A request as it came. `number` is the agency's own reference; the envelope holds the BSN."""

    agency = models.CharField(max_length=60)
    reference = models.CharField(max_length=12)
    number = models.CharField(max_length=40)
    envelope: models.JSONField[dict[str, Any], dict[str, Any]] = models.JSONField()
    received_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ("-received_at", "-id")
        constraints = (
            models.UniqueConstraint(fields=("agency", "reference"), name="one_request_a_reference"),
            models.UniqueConstraint(fields=("agency", "number"), name="one_request_a_number"),
        )

    def __str__(self) -> str:
        return self.number

    @property
    def named(self) -> set[str]:
        """The references of the documents that belong to the request itself."""
        return {one["reference"] for one in self.envelope.get("documents", [])}

    @property
    def is_closed(self) -> bool:
        """The agency decided, or the citizen took it back."""
        return self.updates.filter(kind="result").exists() or self.posts.filter(kind="withdrawal").exists()


class IntakeNote(models.Model):
    """Something about a value in a request, such as that the citizen says that it is wrong."""

    request = models.ForeignKey(IntakeRequest, on_delete=models.CASCADE, related_name="notes")
    reference = models.CharField(max_length=24)
    kind = models.CharField(max_length=12)
    field = models.CharField(max_length=60)
    text = models.TextField()
    received_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ("received_at", "id")
        constraints = (models.UniqueConstraint(fields=("request", "reference"), name="one_note_a_reference"),)

    def __str__(self) -> str:
        return self.reference


class IntakeUpdate(models.Model):
    """What the agency says of a request."""

    request = models.ForeignKey(IntakeRequest, on_delete=models.CASCADE, related_name="updates")
    key = models.CharField(max_length=16, default=new_key, unique=True)
    kind = models.CharField(max_length=6)
    word = models.CharField(max_length=9)
    text = models.TextField(blank=True)
    set_at = models.DateTimeField()

    class Meta:
        ordering = ("set_at", "id")
        constraints = (
            models.UniqueConstraint(
                fields=("request",), condition=models.Q(kind="result"), name="one_result_a_request"
            ),
        )

    def __str__(self) -> str:
        return f"{self.kind} {self.word}"


class IntakePost(models.Model):
    """What the citizen said after filing: an answer, a message, or that they take the request back."""

    request = models.ForeignKey(IntakeRequest, on_delete=models.CASCADE, related_name="posts")
    reference = models.CharField(max_length=64)
    kind = models.CharField(max_length=10)
    about = models.CharField(max_length=200, blank=True)
    text = models.TextField(blank=True)
    written_at = models.DateTimeField()

    class Meta:
        ordering = ("written_at", "id")
        constraints = (models.UniqueConstraint(fields=("request", "reference"), name="one_post_a_reference"),)

    def __str__(self) -> str:
        return self.reference


class IntakeDocument(models.Model):
    """A document of the citizen; in no post where the request named it, or that did not come yet."""

    request = models.ForeignKey(IntakeRequest, on_delete=models.CASCADE, related_name="documents")
    post = models.ForeignKey(IntakePost, on_delete=models.CASCADE, null=True, related_name="documents")
    reference = models.CharField(max_length=64)
    title = models.CharField(max_length=200)
    media_type = models.CharField(max_length=20)
    content = models.BinaryField()

    class Meta:
        ordering = ("id",)
        constraints = (
            models.UniqueConstraint(fields=("request", "reference"), name="one_file_a_request_and_reference"),
        )

    def __str__(self) -> str:
        return self.reference


class IntakePaper(models.Model):
    """A document that the agency shows to the citizen. `decision`: it is the letter of a decision."""

    request = models.ForeignKey(IntakeRequest, on_delete=models.CASCADE, related_name="papers")
    key = models.CharField(max_length=16, default=new_key, unique=True)
    title = models.CharField(max_length=200)
    media_type = models.CharField(max_length=20)
    content = models.BinaryField()
    decision = models.BooleanField(default=False)
    set_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ("set_at", "id")

    def __str__(self) -> str:
        return self.title


class SeenCall(models.Model):
    """A signed call that came: the same nonce again is a copy of it."""

    nonce = models.CharField(max_length=64, unique=True)
    seen_at = models.DateTimeField(default=timezone.now, db_index=True)

    def __str__(self) -> str:
        return self.nonce
