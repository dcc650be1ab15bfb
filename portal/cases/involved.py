"""Who does not deal with a complaint: whoever took part in what it is about (Awb 9:7(1)).

Of a request, or of a talk with the helpdesk, that is known from the staff log. Of what happened anywhere
else, at a desk or on the telephone, nobody but they themselves can know: so each says of themselves, before
the first step, whether they took part. Who did is kept out; who did not may find out later that they did, and
who did cannot take that back. A program says nothing: who of its people acts, an agency answers for itself.
Imports no verb of cases, so that each of them can ask.
"""

from __future__ import annotations

import uuid
from typing import Final

from django.db import transaction
from django.db.models import Q, QuerySet

from portal.cases.models import Case, ContactMoment, Involvement, Proceeding
from portal.catalogue import catalogue
from portal.ledger.log.uses import record_staff_action
from portal.ledger.models import StaffAction
from portal.people.actor import Actor
from portal.people.models import User

_NO_PART: Final = (
    "case-opened",
    "case-handed-over",
    "case-put-back",
    "case-flagged",
    "case-unflagged",
    "complaint-opened",
    "complaint-closed",
    "assist-contact",
)
"""Acts on a request or a talk by which nobody takes part: looking, sharing out, writing a complaint down."""


class Involved(Exception):
    """Somebody took part in what this complaint is about. The message is the reference of the complaint."""


class NotSaid(Exception):
    """They did not say yet whether they took part in it. The message is the reference of the complaint."""


def _is_complaint(case: Case) -> bool:
    """Whether the case is one, by what its service is in the catalogue."""
    service = catalogue().services.get(case.service)
    return service is not None and service.kind == "complaint"


def involved_in(case: Case) -> QuerySet[User]:
    """The staff who took part in what this complaint is about, by name; nobody for any other case."""
    if not _is_complaint(case):
        return User.objects.none()
    # By the citizen first: there is an index for that, and whoever complains does so about an own case.
    own = Proceeding.objects.filter(case__citizen=case.citizen_id)
    about = own.filter(kind=Proceeding.Kind.COMPLAINT, reference=case.reference)
    talks = ContactMoment.objects.filter(complaints=case)
    references = [
        *about.values_list("case__reference", flat=True),
        *map(str, talks.values_list("pk", flat=True)),
    ]
    acts = StaffAction.objects.filter(reference__in=references).exclude(what__in=_NO_PART)
    said = Involvement.objects.filter(case=case, took_part=True)
    took_part = Q(pk__in=acts.values("user")) | Q(pk__in=said.values("user")) | Q(contact_moments__in=talks)
    return User.objects.filter(took_part).distinct().order_by("name", "pk")


def must_say(case: Case, user: User) -> bool:
    """Whether this member of staff must say first if they took part."""
    return _is_complaint(case) and not Involvement.objects.filter(case=case, user=user).exists()


def say_part(*, case: Case, actor: Actor, took_part: bool) -> None:
    """They say whether they took part. That they did stays; that they did not can still turn out otherwise.

    Of a case that is no complaint, and of one of another agency, nobody says anything.
    """
    user = actor.require_user()
    if not _is_complaint(case) or actor.agency != case.agency:
        raise PermissionError("this is for who deals with a complaint")
    with transaction.atomic():
        said, made = Involvement.objects.get_or_create(
            case=case, user=user, defaults={"took_part": took_part}
        )
        if took_part and not said.took_part:
            said.took_part = made = True
            said.save(update_fields=["took_part"])
        if made:
            what = "complaint-took-part" if took_part else "complaint-took-no-part"
            record_staff_action(uuid.uuid4(), staff=user, what=what, reference=case.reference)


def can_still_say(case: Case, user: User) -> bool:
    """Whether they said that they took no part: it may turn out that they did."""
    return Involvement.objects.filter(case=case, user=user, took_part=False).exists()


def require_not_known(case: Case, user: User | None) -> None:
    """Raises `Involved` for who is known to have taken part."""
    if user is not None and involved_in(case).filter(pk=user.pk).exists():
        raise Involved(case.reference)


def require_uninvolved(case: Case, actor: Actor) -> None:
    """Raises `Involved`, and `NotSaid` for a member of staff who did not say yet."""
    require_not_known(case, actor.user)
    require_said(case, actor)


def require_said(case: Case, actor: Actor) -> None:
    """Raises `NotSaid` for a member of staff who did not say yet: no page lets them type before they did."""
    if actor.user is not None and actor.is_staff and must_say(case, actor.user):
        raise NotSaid(case.reference)
