"""Codes, sessions beside a citizen, and the pages that were seen in them."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from portal.people.models import Citizen


class AssistCode(models.Model):
    """Six digits that a citizen reads out: a keyed HMAC, good once, for ten minutes and five tries."""

    class Way(models.TextChoices):
        """Where the citizen read it: in the own portal, or in what was sent to what was already known."""

        PORTAL = "portal"
        SMS = "sms"
        MAIL = "mail"

    class Purpose(models.TextChoices):
        """To what the citizen agrees by it: to be read with, to have things filled in, to have them sent."""

        LOOK = "look"
        FILL = "fill"
        SEND = "send"

    citizen = models.ForeignKey(Citizen, on_delete=models.PROTECT, related_name="assist_codes")
    way = models.CharField(max_length=6, choices=Way.choices)
    purpose = models.CharField(
        max_length=4, choices=Purpose.choices, default=Purpose.LOOK, db_default=Purpose.LOOK
    )
    # The citizen lets what was written be read as well.
    shows_words = models.BooleanField(default=False, db_default=False)
    code_hmac = models.CharField(max_length=64)
    made_at = models.DateTimeField(default=timezone.now)
    until = models.DateTimeField()
    tries = models.PositiveSmallIntegerField(default=0)
    # Used, or another one was asked for since.
    over_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["citizen"], condition=Q(over_at=None), name="access_one_assist_code"
            )
        ]

    def __str__(self) -> str:
        return f"assist code of {self.citizen_id}"


class Assist(models.Model):
    """Somebody of the helpdesk looks along with a citizen, from `started_at` to `ends_at` or `ended_at`.

    `agreement` is how the citizen agreed. `hides_places`: where the citizen lives is secret, or not known
    not to be. `services` are those that may be seen (catalogue ids), None for all of them. It reads, unless
    the citizen lets things be filled in (`fills_since`); messages are shown while the citizen lets them
    (`words_since`).
    """

    class Reason(models.TextChoices):
        """Why; stands in the citizen's log."""

        STUCK = "stuck"
        QUESTION = "question"
        FILLING_IN = "filling-in"
        WRONG = "wrong"
        DANGER = "danger"

    class Agreement(models.TextChoices):
        """The ways of a code; or none, because a life is in danger."""

        PORTAL = "portal"
        SMS = "sms"
        MAIL = "mail"
        DANGER = "danger"

    class End(models.TextChoices):
        """Who or what ended it before its time."""

        CITIZEN = "citizen"
        STAFF = "staff"
        LOGOUT = "logout"
        ROLE = "role"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    staff = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="assists")
    citizen = models.ForeignKey(Citizen, on_delete=models.PROTECT, related_name="assists")
    reason = models.CharField(max_length=12, choices=Reason.choices)
    ticket = models.CharField(max_length=40)
    agreement = models.CharField(max_length=6, choices=Agreement.choices)
    services: models.JSONField[list[str] | None, list[str] | None] = models.JSONField(null=True)
    hides_places = models.BooleanField()
    fills_since = models.DateTimeField(null=True)
    words_since = models.DateTimeField(null=True)
    started_at = models.DateTimeField(default=timezone.now)
    ends_at = models.DateTimeField()
    extended_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    ended_by = models.CharField(max_length=8, choices=End.choices, blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["citizen"], condition=Q(ended_at=None), name="assists_of_citizen"),
            models.Index(fields=["staff"], condition=Q(ended_at=None), name="assists_of_staff"),
            models.Index(fields=["-started_at", "-id"], name="assists_newest_first"),
        ]

    def __str__(self) -> str:
        return f"assist {self.pk}"

    @property
    def mark(self) -> str:
        """Changes with everything that the citizen's strip says of it."""
        return f"{self.pk}{'f' if self.fills_since else ''}{'w' if self.words_since else ''}"


class AssistPage(models.Model):
    """A page of the citizen that was seen. Written before the page goes out; the log gets a line for each.

    `about` holds what the address named. `operation_id` is that of the line, None until it is written.
    """

    assist = models.ForeignKey(Assist, on_delete=models.PROTECT, related_name="pages")
    route = models.CharField(max_length=30)
    about = models.JSONField(default=dict)
    at = models.DateTimeField()
    operation_id = models.UUIDField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["id"], condition=Q(operation_id=None), name="assist_pages_to_write"),
        ]

    def __str__(self) -> str:
        return f"{self.route} in {self.assist_id}"


class DangerAsk(models.Model):
    """Somebody of the helpdesk wants to look along without a code, because a life is in danger.

    `lead` is the second pair of eyes, `confirmed` what that said, None until then. `assist` is what began by
    it. The last four are of the review after it.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    staff = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="danger_asks")
    citizen = models.ForeignKey(Citizen, on_delete=models.PROTECT, related_name="danger_asks")
    ticket = models.CharField(max_length=40)
    why = models.CharField(max_length=500)
    asked_at = models.DateTimeField(default=timezone.now)
    until = models.DateTimeField()
    lead = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="danger_decisions"
    )
    decided_at = models.DateTimeField(null=True)
    confirmed = models.BooleanField(null=True)
    assist = models.OneToOneField(Assist, on_delete=models.PROTECT, null=True, related_name="danger_ask")
    reviewer = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="danger_reviews"
    )
    reviewed_at = models.DateTimeField(null=True)
    was_right = models.BooleanField(null=True)
    review = models.TextField(blank=True)

    class Meta:
        constraints = [
            # Two pairs of eyes are two people.
            models.CheckConstraint(name="access_danger_four_eyes", condition=~Q(lead=models.F("staff"))),
        ]
        indexes = [
            models.Index(fields=["asked_at"], condition=Q(decided_at=None), name="access_danger_open"),
        ]

    def __str__(self) -> str:
        return f"danger ask {self.pk}"

    @property
    def can_begin(self) -> bool:
        """Whether it was confirmed, lately, and nothing began by it."""
        return bool(self.confirmed) and self.assist_id is None and self.until > timezone.now()

    @property
    def is_waiting(self) -> bool:
        """Whether nobody decided yet, and somebody still may."""
        return self.decided_at is None and self.until > timezone.now()
