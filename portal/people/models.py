"""Citizens (any data subject, with an account or not) and users (whoever can log in)."""

from __future__ import annotations

import uuid
from typing import Any, Final

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.hashers import make_password
from django.db import models
from django.db.models import Q
from django.utils import timezone


class Citizen(models.Model):
    """A data subject under a pseudonymous id. The BSN stands here sealed, and as a keyed HMAC for look-up.

    Both are NULL for who has none; then what that person said who they are stands in `Unregistered`.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    bsn = models.BinaryField(null=True)
    bsn_hmac = models.CharField(max_length=64, unique=True, null=True)  # noqa: DJ001
    # Surname, birth date and postcode in one value, for who calls without a BSN. Twins share it.
    # NULL and not "": what is unknown must match nobody.
    identity_hmac = models.CharField(max_length=64, null=True, db_index=True)  # noqa: DJ001
    language = models.CharField(max_length=8, default="nl")
    contact_preferences = models.JSONField(default=dict)
    safety_flag = models.BooleanField(default=False)
    # Until when somebody of the helpdesk may be looking along; stands here so that a page that must say so
    # asks nothing more of the database while nobody is.
    watch_until = models.DateTimeField(null=True)
    created_at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return f"citizen {self.pk}"


class Unregistered(models.Model):
    """Who somebody without a BSN is, by their own word or papers: sealed (`portal.people.unregistered`)."""

    citizen = models.OneToOneField(Citizen, on_delete=models.CASCADE, related_name="unregistered")
    sealed = models.BinaryField()

    def __str__(self) -> str:
        return f"unregistered {self.citizen_id}"


class Role(models.TextChoices):
    """What a user logs in as. Staff who are citizens too have two users: two logins, two trails."""

    CITIZEN = "citizen"
    OFFICER = "officer"
    LEAD = "lead"
    HELPDESK = "helpdesk"
    HELPDESK_LEAD = "helpdesk-lead"
    EDITOR = "editor"
    OPERATOR = "operator"
    AUDITOR = "auditor"


AT_AN_AGENCY: Final = frozenset({Role.OFFICER, Role.LEAD})
"""The roles that are nothing without an agency: they work on its cases."""
HELPDESK: Final = frozenset({Role.HELPDESK, Role.HELPDESK_LEAD})
STAFF: Final = frozenset(Role) - {Role.CITIZEN}


def opaque_username() -> str:
    """A user name that says nothing about the person; nobody ever types it."""
    return uuid.uuid4().hex


class UserManager(BaseUserManager["User"]):
    """Makes users. None of them has a password at first: only who is invited chooses one."""

    def create(self, **fields: Any) -> User:
        """As Django's, with an unusable password."""
        fields.setdefault("password", make_password(None))
        return super().create(**fields)


class User(AbstractBaseUser):
    """Whoever logs in. A citizen's name is not kept here (the registers know it); a staff member's is."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    username = models.CharField(max_length=64, unique=True, default=opaque_username, editable=False)
    role = models.CharField(max_length=16, choices=Role.choices, default=Role.CITIZEN)
    citizen = models.OneToOneField(Citizen, on_delete=models.PROTECT, null=True, related_name="user")
    # Catalogue id of the agency that a staff member works for, "" for none.
    agency = models.CharField(max_length=64, default="", blank=True)
    name = models.CharField(max_length=200, default="", blank=True)
    # What invited staff log in with, in lower case. NULL for everybody who logs in at an identity provider.
    email = models.EmailField(null=True, unique=True)  # noqa: DJ001
    is_active = models.BooleanField(default=True)
    # Of somebody of the helpdesk: which citizen they are themselves, as a keyed HMAC of their BSN. It opens
    # nothing; it keeps staff from looking along with themselves or with a colleague.
    own_bsn_hmac = models.CharField(max_length=64, null=True, db_index=True)  # noqa: DJ001

    USERNAME_FIELD = "username"
    # Django's admin asks for these; nobody gets in there.
    is_staff = False
    is_superuser = False

    objects = UserManager()

    class Meta:
        constraints = [
            models.CheckConstraint(name="people_user_role", condition=Q(role__in=Role.values)),
            models.CheckConstraint(
                name="people_user_citizen_role",
                condition=Q(role=Role.CITIZEN, citizen__isnull=False, agency="")
                | (~Q(role=Role.CITIZEN) & Q(citizen__isnull=True)),
            ),
            models.CheckConstraint(
                name="people_user_officer_agency",
                condition=~Q(role__in=sorted(AT_AN_AGENCY)) | ~Q(agency=""),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.role} {self.pk}"


class Invitation(models.Model):
    """A link that works once, by which somebody of the staff chooses a password. The row stays afterwards.

    Of the link itself only a keyed HMAC is kept: who reads the database cannot use it.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    link_hmac = models.CharField(max_length=64, unique=True)
    email = models.EmailField()
    name = models.CharField(max_length=200)
    role = models.CharField(max_length=16, choices=Role.choices)
    agency = models.CharField(max_length=64, default="", blank=True)
    # Whose access it renews; of a first invitation the user whom it made, once it is used.
    user = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="invitations")
    # Nobody: made by a command.
    invited_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="invited")
    created_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)
    withdrawn_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="people_invitation_role",
                condition=Q(role__in=sorted(STAFF)) & (~Q(role__in=sorted(AT_AN_AGENCY)) | ~Q(agency="")),
            ),
        ]

    def __str__(self) -> str:
        return f"invitation {self.pk}"
