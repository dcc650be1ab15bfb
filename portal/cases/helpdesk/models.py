"""Moments of contact with a person: what was asked, what was promised, by whom and until when."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from portal.people.models import Citizen


class ContactMoment(models.Model):
    """Somebody wants to speak to a person, or did. Open until somebody of the helpdesk closes it with a note.

    `citizen` is None for who did not log in and was not found. `promised_at` is by when we act; a call back
    has the hour that was chosen, from `slot` on, and its `place` among the calls of that hour. The number is
    sealed, and wiped when it is closed. A call about one request has its `case`, and if anybody answered.
    """

    class Way(models.TextChoices):
        """By which way. Mail is a way in only: nothing about somebody is answered by mail."""

        CALL_BACK = "call-back"
        PHONE = "phone"
        DESK = "desk"
        VISIT = "visit"
        LETTER = "letter"
        MAIL = "mail"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    citizen = models.ForeignKey(Citizen, on_delete=models.PROTECT, null=True, related_name="contact_moments")
    case = models.ForeignKey("cases.Case", on_delete=models.PROTECT, null=True, related_name="calls")
    was_reached = models.BooleanField(null=True)
    # Complaints about how this went; a complaint is about one talk at most.
    complaints = models.ManyToManyField("cases.Case", related_name="about_talk")
    way = models.CharField(max_length=10, choices=Way.choices)
    about = models.TextField()
    promise = models.TextField(blank=True)
    promised_at = models.DateTimeField()
    slot = models.DateTimeField(null=True)
    place = models.PositiveSmallIntegerField(null=True)
    sealed_number = models.BinaryField(null=True)
    by_citizen = models.BooleanField()
    created_at = models.DateTimeField(default=timezone.now)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="contact_moments"
    )
    # Somebody who leads the helpdesk must look: it is late.
    escalated_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)
    # What was done, in words that the citizen reads.
    note = models.TextField(blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["slot", "place"], condition=Q(closed_at=None), name="cases_one_call_per_place"
            ),
            models.CheckConstraint(
                name="cases_call_back_has_a_slot",
                condition=Q(slot=None, place=None) | Q(slot__isnull=False, place__isnull=False),
            ),
        ]
        indexes = [
            models.Index(fields=["citizen", "-created_at"], name="moments_of_citizen"),
            models.Index(fields=["promised_at"], condition=Q(closed_at=None), name="moments_open"),
            models.Index(fields=["closed_at"], name="moments_closed"),
        ]

    def __str__(self) -> str:
        return f"{self.way} {self.pk}"
