"""Who acts for whom, and who was let in as an agency's program; each with by whom, and until when."""

from __future__ import annotations

import uuid
from datetime import date

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from portal.access.assist.models import Assist, AssistCode, AssistPage, DangerAsk
from portal.access.denials.models import Denial
from portal.access.filing.models import Filing
from portal.people.models import Citizen

__all__ = [
    "ApiClient",
    "Assist",
    "AssistCode",
    "AssistPage",
    "DangerAsk",
    "Denial",
    "Filing",
    "Representation",
]


class RepresentationQuery(models.QuerySet["Representation"]):
    """Questions about who acts for whom."""

    def standing(self, today: date) -> RepresentationQuery:
        """Those that may be used on this day (`portal.clock.today`)."""
        begun = self.filter(accepted_at__isnull=False, revoked_at=None, from_on__lte=today)
        return begun.filter(Q(until_on=None) | Q(until_on__gte=today))


class Representation(models.Model):
    """Somebody acts for somebody else: on which ground, for which services, from when and until when.

    The row stays after it was revoked. `until_on` is the last day, in the Netherlands, None for no end.
    `services` are catalogue ids, None for all of them. `representative` is None until the code is used.
    """

    class Kind(models.TextChoices):
        """AUTHORISED by the citizen; VOUCHED for by an identity provider (DigiD Machtigen), for one login.

        ONESELF: the same person, whom staff wrote down before there was a BSN (`portal.access.joining`).
        """

        AUTHORISED = "authorised"
        VOUCHED = "vouched"
        PARENT = "parent"
        CURATOR = "curator"
        ADMINISTRATOR = "administrator"
        EXECUTOR = "executor"
        HEIR = "heir"
        ONESELF = "oneself"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    represented = models.ForeignKey(Citizen, on_delete=models.PROTECT, related_name="represented_by")
    representative = models.ForeignKey(
        Citizen, on_delete=models.PROTECT, null=True, related_name="represents"
    )
    kind = models.CharField(max_length=20, choices=Kind.choices)
    services: models.JSONField[list[str] | None, list[str] | None] = models.JSONField(null=True)
    from_on = models.DateField()
    until_on = models.DateField(null=True)
    # A keyed HMAC of the code with which the helper accepts; NULL once it was used, or where there is none.
    code_hmac = models.CharField(max_length=64, null=True, unique=True)  # noqa: DJ001
    code_until = models.DateTimeField(null=True)
    # Which document an officer saw, and the agency of that officer.
    document = models.CharField(max_length=200, blank=True)
    agency = models.CharField(max_length=60, blank=True)
    # Of an administrator: the account that money goes to, sealed with the installation's key.
    sealed_account = models.BinaryField(null=True)
    created_at = models.DateTimeField(default=timezone.now)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    accepted_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)
    revoked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )

    objects = models.Manager.from_queryset(RepresentationQuery)()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="access_nobody_represents_oneself",
                condition=Q(representative=None) | ~Q(representative=F("represented")),
            ),
            models.CheckConstraint(
                name="access_accepted_by_somebody",
                condition=Q(accepted_at=None) | Q(representative__isnull=False),
            ),
            models.UniqueConstraint(
                name="access_joined_once",
                fields=["represented"],
                condition=Q(kind="oneself", accepted_at__isnull=False, revoked_at=None),
            ),
        ]
        indexes = [
            models.Index(fields=["represented"], name="representations_given"),
            models.Index(fields=["representative"], name="representations_held"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.pk}"


class ApiClient(models.Model):
    """A program of one agency that may call our API. The row stays after it is revoked.

    Its secret (hashed) and its tokens (hashed) are kept by `allauth.idp.oidc`, under the same id, and
    are gone with the revocation.
    """

    id = models.CharField(primary_key=True, max_length=40)
    # Catalogue ids.
    agency = models.CharField(max_length=60)
    services = models.JSONField()
    may_write = models.BooleanField()
    name = models.CharField(max_length=100)
    issued_at = models.DateTimeField(default=timezone.now)
    # Nobody: made by a command.
    issued_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="clients_issued"
    )
    revoked_at = models.DateTimeField(null=True)
    revoked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="clients_revoked"
    )

    def __str__(self) -> str:
        return self.id
