"""The table of doors that stayed shut."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q


class Denial(models.Model):
    """So often, in one minute, one door stayed shut for one member of staff or one program. Append-only.

    It says no more than the line in the security log: which route, and never which object. `minute` is its
    beginning. `route` is "" for what comes on top of the routes that are counted by themselves. A row goes
    only when its term is over; the database holds to that, too.
    """

    class Why(models.TextChoices):
        """Not for this capacity; not theirs, or not there; who looks along does not do or read this."""

        DOOR = "door"
        OBJECT = "object"
        READING = "reading"

    id = models.BigAutoField(primary_key=True)
    minute = models.DateTimeField()
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="denials"
    )
    # Of a program, and the agency that it belongs to.
    client = models.CharField(max_length=40, blank=True)
    agency = models.CharField(max_length=64, blank=True)
    capacity = models.CharField(max_length=16)
    route = models.CharField(max_length=60, blank=True)
    why = models.CharField(max_length=8, choices=Why.choices)
    times = models.PositiveIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["minute", "user", "client", "capacity", "route", "why"],
                nulls_distinct=False,
                name="access_one_denial_a_minute",
            ),
            models.CheckConstraint(
                name="access_denial_of_somebody", condition=Q(user__isnull=False) ^ ~Q(client="")
            ),
        ]
        indexes = [models.Index(fields=["-minute", "-id"], name="denials_newest_first")]

    def __str__(self) -> str:
        return f"{self.route} shut for {self.client or self.user_id}"
