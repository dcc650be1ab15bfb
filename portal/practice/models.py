"""What a database is for, and who did which exercise."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils import timezone


class Place(models.Model):
    """One row, written when the tables are made: whether invented or real people are in this database.

    It is no setting: it says what is in the tables, and it never changes.
    """

    is_practice = models.BooleanField()

    class Meta:
        constraints = [models.CheckConstraint(condition=models.Q(pk=1), name="one_place")]

    def __str__(self) -> str:
        return "practice" if self.is_practice else "real"


class Prepared(models.Model):
    """A request that was made to practise on, by the name of what it shows ("svb:late")."""

    name = models.CharField(primary_key=True, max_length=80)
    case = models.ForeignKey("cases.Case", on_delete=models.PROTECT, null=True, related_name="+")
    made_at = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return self.name


class Attempt(models.Model):
    """Somebody of the staff does an exercise, on a request of its own. Beginning again takes another one."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="attempts")
    exercise = models.CharField(max_length=40)
    case = models.ForeignKey("cases.Case", on_delete=models.PROTECT, related_name="+")
    began_at = models.DateTimeField(default=timezone.now)
    # When it was first seen that all of it was done.
    done_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "exercise"], name="one_attempt_an_exercise")]

    def __str__(self) -> str:
        return f"{self.exercise} of {self.user_id}"
