"""Links that work once: making them, and what happens when one is used."""

from __future__ import annotations

import secrets
from datetime import timedelta
from typing import Final

from django.conf import settings
from django.db import transaction
from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.debug import sensitive_variables

from portal.people.keys import keyed_hmac
from portal.people.models import Invitation, Role, User
from portal.people.sessions import end_all_sessions

LASTS: Final = timedelta(days=3)


class AddressTaken(Exception):
    """Somebody logs in with this address already."""


@sensitive_variables("link")
def new_link(
    *, email: str, name: str, role: Role | str, agency: str, by: User | None, user: User | None = None
) -> tuple[Invitation, str]:
    """The row, and the address to give away. Earlier links to the same address stop working.

    Raises `AddressTaken` for a first invitation to an address that has an account.
    """
    email = email.strip().casefold()
    link = secrets.token_urlsafe(32)
    with transaction.atomic():
        if user is None and User.objects.filter(email=email).exists():
            raise AddressTaken
        open_invitations().filter(email=email).update(withdrawn_at=timezone.now())
        row = Invitation.objects.create(
            link_hmac=fingerprint(link),
            email=email,
            name=name,
            role=role,
            agency=agency,
            user=user,
            invited_by=by,
            expires_at=timezone.now() + LASTS,
        )
    return row, str(settings.SITE_URL).rstrip("/") + reverse("people:invitation", kwargs={"link": link})


def open_invitations() -> QuerySet[Invitation]:
    """Those whose link works now."""
    still = Q(used_at=None, withdrawn_at=None, expires_at__gt=timezone.now())
    # A closed account is not opened by a link that was still under way.
    return Invitation.objects.filter(still).exclude(user__is_active=False)


def fingerprint(link: str) -> str:
    """By which a link is found, and from which nobody can make it."""
    return keyed_hmac("invitation", link)


def find(link_hmac: str) -> Invitation | None:
    """The invitation of a link that works; None for any other, whatever is the matter with it."""
    found: Invitation | None = open_invitations().filter(link_hmac=link_hmac).first()
    return found


@sensitive_variables("password")
def accept(*, link_hmac: str, password: str) -> User | None:
    """Uses the link: makes the account, or gives the one that it renews the new password. Works once.

    None where it works no more. The password was checked by the form.
    """
    with transaction.atomic():
        waiting = open_invitations().select_for_update(of=("self",))
        row = waiting.filter(link_hmac=link_hmac).first()
        if row is None or (row.user is None and User.objects.filter(email=row.email).exists()):
            return None
        user = row.user or User(email=row.email, name=row.name, role=row.role, agency=row.agency)
        user.set_password(password)
        user.save()
        row.user, row.used_at = user, timezone.now()
        row.save(update_fields=["user", "used_at"])
        end_all_sessions(user)
    return user
