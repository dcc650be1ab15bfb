"""Who of the staff may come in: invited, shut out, let in again. Operators decide; leads, on own officers.

Each of these leaves a line in the list of what staff did, which the auditor reads.
"""

from __future__ import annotations

import uuid
from typing import Final

from django.contrib.auth.hashers import make_password
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from portal.access.assist.verbs import end_of_user
from portal.access.filing.verbs import end_of_user as end_filings_of
from portal.catalogue import catalogue
from portal.ledger.log.uses import record_staff_action
from portal.people.actor import Actor
from portal.people.models import AT_AN_AGENCY, STAFF, Invitation, Role, User
from portal.people.refusals import security_log
from portal.people.sessions import end_all_sessions
from portal.people.staff import invitations, second_step

_ROLES: Final[dict[str, tuple[Role, ...]]] = {
    "operator": tuple(role for role in Role if role in STAFF),
    "lead": (Role.OFFICER,),
}


class NotAllowed(Exception):
    """Not for this actor to decide."""


class StillNeeded(Exception):
    """Nobody could let anybody in any more, or one would shut oneself out."""


def roles_to_give(actor: Actor) -> tuple[Role, ...]:
    """As what this actor may invite somebody; nothing for who may not invite at all."""
    return _ROLES.get(actor.capacity, ())


def agencies_to_give(actor: Actor) -> list[str]:
    """Catalogue ids of the agencies for which this actor may invite somebody."""
    return [actor.agency] if actor.capacity == "lead" else sorted(catalogue().agencies)


def staff_for(actor: Actor) -> QuerySet[User]:
    """The staff about whom this actor decides: all for an operator, for a lead the own officers."""
    if actor.capacity == "operator":
        return User.objects.filter(role__in=STAFF)
    if actor.capacity == "lead":
        return User.objects.filter(role=Role.OFFICER, agency=actor.agency)
    return User.objects.none()


def invitations_for(actor: Actor) -> QuerySet[Invitation]:
    """The links that still work, of whom this actor may decide about."""
    found = invitations.open_invitations()
    if actor.capacity == "operator":
        return found
    if actor.capacity == "lead":
        return found.filter(role=Role.OFFICER, agency=actor.agency)
    return found.none()


def invite(*, actor: Actor, email: str, name: str, role: Role | str, agency: str) -> str:
    """The address to give away: it works once, for three days.

    Raises `NotAllowed`, or `AddressTaken` for who has an account already.
    """
    agency = agency if role in AT_AN_AGENCY else ""
    if role not in roles_to_give(actor) or (agency and agency not in agencies_to_give(actor)):
        raise NotAllowed
    if role in AT_AN_AGENCY and not agency:
        raise NotAllowed
    with transaction.atomic():
        row, link = invitations.new_link(email=email, name=name, role=role, agency=agency, by=actor.user)
        _note(actor, "staff-invited", row.pk)
    return link


def withdraw(*, actor: Actor, invitation_id: uuid.UUID) -> None:
    """Makes a link worthless. Raises `Invitation.DoesNotExist` where it is not this actor's."""
    with transaction.atomic():
        row = invitations_for(actor).select_for_update(of=("self",)).get(pk=invitation_id)
        row.withdrawn_at = timezone.now()
        row.save(update_fields=["withdrawn_at"])
        _note(actor, "invitation-withdrawn", row.pk)


def deactivate(*, actor: Actor, user_id: uuid.UUID) -> None:
    """Shuts somebody out at once: no request of theirs is theirs any more, whatever is open.

    Raises `User.DoesNotExist` for who is not this actor's, `StillNeeded` for oneself and the last operator.
    """
    with transaction.atomic():
        # One at a time, so that two operators cannot shut each other out.
        operators = list(
            User.objects.select_for_update().filter(role=Role.OPERATOR, is_active=True).order_by("pk")
        )
        user = staff_for(actor).select_for_update().get(pk=user_id)
        if user.pk == actor.require_user().pk or [one.pk for one in operators] == [user.pk]:
            raise StillNeeded
        user.is_active = False
        user.save(update_fields=["is_active"])
        end_all_sessions(user)
        end_of_user(user)
        end_filings_of(user)
        _note(actor, "staff-deactivated", user.pk)
    security_log.info("staff-deactivated", user=str(user.pk))


def reactivate(*, actor: Actor, user_id: uuid.UUID) -> None:
    """Lets somebody in again, with the password and second step of before. Raises `User.DoesNotExist`."""
    with transaction.atomic():
        user = staff_for(actor).select_for_update().get(pk=user_id)
        user.is_active = True
        user.save(update_fields=["is_active"])
        _note(actor, "staff-reactivated", user.pk)


def renew(*, actor: Actor, user_id: uuid.UUID, lost_step: bool) -> str:
    """For who lost the password: an address at which to choose another. The old one works no more.

    With `lost_step` the second step goes, too. Raises `User.DoesNotExist`, also for who has no password here.
    """
    with transaction.atomic():
        own = staff_for(actor).filter(is_active=True, email__isnull=False).exclude(pk=actor.require_user().pk)
        user = own.select_for_update().get(pk=user_id)
        user.password = make_password(None)
        user.save(update_fields=["password"])
        if lost_step:
            second_step.forget_all(user)
        end_all_sessions(user)
        end_of_user(user)
        end_filings_of(user)
        _row, link = invitations.new_link(
            email=user.email or "",
            name=user.name,
            role=user.role,
            agency=user.agency,
            by=actor.user,
            user=user,
        )
        _note(actor, "access-renewed", user.pk)
    return link


def _note(actor: Actor, what: str, about: uuid.UUID) -> None:
    record_staff_action(uuid.uuid4(), staff=actor.require_user(), what=what, reference=str(about))
