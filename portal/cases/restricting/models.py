"""That a citizen restricted the use of a datum or of a request, and who used it nevertheless."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.utils import timezone

from portal.people.models import Citizen


class Restriction(models.Model):
    """From now on something of the citizen is kept, and not used (AVG 18).

    Of a datum that we hold (`field`), or of a request that an agency has (`case`): one of the two.
    `ends_on` is the first day on which it counts no more, as it was announced (18(3)); `ended_at` when the
    citizen ended it. `sealed_note` is why it ends, in the words of the agency.
    """

    class Why(models.TextChoices):
        """The four grounds of AVG 18(1), in their order."""

        CONTESTED = "contested"
        UNLAWFUL = "unlawful"
        CLAIM = "claim"
        OBJECTED = "objected"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    citizen = models.ForeignKey(Citizen, on_delete=models.PROTECT, related_name="restrictions")
    field = models.CharField(max_length=60, blank=True)
    case = models.ForeignKey("cases.Case", on_delete=models.PROTECT, null=True, related_name="restrictions")
    why = models.CharField(max_length=10, choices=Why.choices)
    begun_at = models.DateTimeField(default=timezone.now)
    ends_on = models.DateField(null=True)
    ended_at = models.DateTimeField(null=True)
    sealed_note = models.BinaryField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(field="", case__isnull=False)
                | (~models.Q(field="") & models.Q(case=None)),
                name="restriction_of_one_thing",
            ),
            models.UniqueConstraint(
                fields=["citizen", "field", "case"],
                condition=models.Q(ended_at=None),
                nulls_distinct=False,
                name="one_restriction_at_a_time",
            ),
        ]

    def __str__(self) -> str:
        return f"restriction {self.pk}"


class RestrictedUse(models.Model):
    """An officer used a restricted request all the same, on one of the grounds of AVG 18(2). Append-only.

    `sealed_note` is why. It holds for that officer until the end of the day on which it was said.
    """

    class Ground(models.TextChoices):
        """The citizen agrees; a legal claim; the rights of somebody else; an important public interest."""

        CONSENT = "consent"
        CLAIM = "claim"
        OTHERS = "others"
        PUBLIC = "public"

    id = models.BigAutoField(primary_key=True)
    restriction = models.ForeignKey(Restriction, on_delete=models.PROTECT, related_name="uses")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    ground = models.CharField(max_length=10, choices=Ground.choices)
    sealed_note = models.BinaryField()
    at = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return f"use of {self.restriction_id}"
