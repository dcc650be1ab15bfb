"""What a database is for, and who did which exercise."""

from __future__ import annotations

from django.db import models


class Place(models.Model):
    """One row, written when the tables are made: whether invented or real people are in this database.

    It is no setting: it says what is in the tables, and it never changes.
    """

    is_practice = models.BooleanField()

    class Meta:
        constraints = [models.CheckConstraint(condition=models.Q(pk=1), name="one_place")]

    def __str__(self) -> str:
        return "practice" if self.is_practice else "real"
