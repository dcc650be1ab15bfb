"""What the sandbox remembers: persons, accounts, its signing key, faults that are set, a tally; and cases."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager
from django.db import models

# Django finds the models of an app through this module.
from connectors.sandbox.intake.models import (
    IntakeDocument,
    IntakeNote,
    IntakePaper,
    IntakePost,
    IntakeRequest,
    IntakeUpdate,
    SeenCall,
)
from connectors.sandbox.zgw.models import (
    Abonnement,
    Besluit,
    BesluitInformatieobject,
    Informatieobject,
    Resultaat,
    Rol,
    Status,
    Zaak,
    ZaakEigenschap,
    ZaakInformatieobject,
)

__all__ = (
    "Abonnement",
    "Account",
    "Besluit",
    "BesluitInformatieobject",
    "Fault",
    "Informatieobject",
    "IntakeDocument",
    "IntakeNote",
    "IntakePaper",
    "IntakePost",
    "IntakeRequest",
    "IntakeUpdate",
    "Person",
    "Resultaat",
    "Rol",
    "SeenCall",
    "SigningKey",
    "Status",
    "Tally",
    "Zaak",
    "ZaakEigenschap",
    "ZaakInformatieobject",
)

BORN_HERE = "birth"
"""The `origin` of a person whom the sandbox's own municipality registered."""


class Person(models.Model):
    """A person list (persoonslijst). `record` has the shape in which the BRP answers."""

    bsn = models.CharField(max_length=9, unique=True)
    record = models.JSONField()
    note = models.CharField(max_length=120, blank=True)
    position = models.PositiveIntegerField()
    origin = models.CharField(max_length=64)

    class Meta:
        ordering = ("position", "id")

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        """Full name as the record says it, for the pages of the sandbox."""
        name = self.record.get("naam", {})
        return str(name.get("volledigeNaam") or name.get("geslachtsnaam") or "Naam onbekend")

    @property
    def born(self) -> str:
        """Birth date in words, also when only a part of it is known."""
        return str(self.record.get("geboorte", {}).get("datum", {}).get("langFormaat", "onbekend"))

    @property
    def is_dead(self) -> bool:
        return "overlijden" in self.record


class AccountManager(BaseUserManager["Account"]):
    """Nobody has a password here: an account is chosen from a list."""


class Account(AbstractBaseUser):
    """Who may log in: a person at one level of assurance, or a member of staff with a role at an agency.

    `subject` is what the portal sees as `sub`. All accounts of one person share it, so that logging in at
    another level is not another person. It says nothing about the BSN.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    subject = models.UUIDField(default=uuid.uuid4)
    name = models.CharField(max_length=450)
    bsn = models.CharField(max_length=9, blank=True)
    level = models.CharField(max_length=12, blank=True)
    role = models.CharField(max_length=20, blank=True)
    agency = models.CharField(max_length=60, blank=True)
    is_active = models.BooleanField(default=True)

    objects: ClassVar[AccountManager] = AccountManager()

    USERNAME_FIELD = "id"

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=("bsn", "level"), condition=~models.Q(bsn=""), name="one_account_a_level"
            ),
            models.UniqueConstraint(
                fields=("name", "role", "agency"), condition=models.Q(bsn=""), name="one_account_a_role"
            ),
        )

    def __str__(self) -> str:
        return self.name


class SigningKey(models.Model):
    """The private key of the identity provider, made at the first seed and never leaving this database."""

    pem = models.TextField()
    made_at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return f"key of {self.made_at:%Y-%m-%d}"


class Fault(models.Model):
    """What is wrong with a register or an agency at the moment; no row means that nothing is.

    `step` narrows it to one kind of call ("": no). `times` is how many calls still meet it (None: all).
    `ms` is how long a slow register takes, in milliseconds (None: longer than anybody waits).
    """

    register = models.CharField(max_length=60, unique=True)
    kind = models.CharField(max_length=20)
    step = models.CharField(max_length=40, blank=True)
    times = models.PositiveIntegerField(null=True)
    ms = models.PositiveIntegerField(null=True)

    def __str__(self) -> str:
        return f"{self.register}: {self.kind}"


class Tally(models.Model):
    """How often a register was asked about a person; with an empty `bsn`, how often it was asked at all."""

    register = models.CharField(max_length=20)
    bsn = models.CharField(max_length=9, blank=True)
    times = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = (models.UniqueConstraint(fields=("register", "bsn"), name="one_tally_a_person"),)

    def __str__(self) -> str:
        return f"{self.register}: {self.times}"
