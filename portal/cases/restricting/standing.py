"""What is restricted at this moment. Follows from the rows and the day: no clock has to end anything.

Imports no verb of cases, so that each of them can ask.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from django.db.models import Q, QuerySet
from django.utils import timezone

from portal import clock
from portal.cases.models import Case, RestrictedUse, Restriction
from portal.catalogue import catalogue
from portal.ledger.engine.facts import RESTRICTED, Failed
from portal.people.actor import Actor
from portal.people.models import Citizen, User


class UseIsRestricted(Exception):
    """The citizen restricted the use of this request, and nobody named a ground to use it nevertheless."""


def in_effect(today: date | None = None) -> QuerySet[Restriction]:
    """Every restriction that counts today."""
    counts = Q(ends_on=None) | Q(ends_on__gt=today or clock.today())
    return Restriction.objects.filter(counts, ended_at=None)


def restriction_of_field(citizen: Citizen, field: str) -> Restriction | None:
    """The one of a datum that counts today."""
    return in_effect().filter(citizen=citizen, field=field).first()


def restriction_of_case(case: Case) -> Restriction | None:
    """The one of a whole request that counts today."""
    return in_effect().filter(case=case).select_related("citizen", "case__citizen").first()


def restricted_fields(citizen: Citizen) -> dict[str, Restriction]:
    """Those of the data that we hold, by field."""
    return {one.field: one for one in in_effect().filter(citizen=citizen).exclude(field="")}


def set_aside(citizen: Citizen, fields: Iterable[str]) -> dict[str, Failed]:
    """Those of the fields that may not be used: restricted, or worked out of one that is.

    Nobody is asked for them either: the agency that needs one gets it on its own ground, or from the citizen.
    """
    restricted = restricted_fields(citizen)
    found: dict[str, Failed] = {}
    if not restricted:
        return found
    for name in fields:
        base = next((one for one in (name, *catalogue().bases_of(name)) if one in restricted), None)
        if base is not None:
            source = catalogue().fields[catalogue().bases_of(name)[0]].source
            found[name] = Failed(source, RESTRICTED, restricted[base].begun_at)
    return found


def require_usable(case: Case, actor: Actor) -> None:
    """Raises `UseIsRestricted` where the request is restricted, and nobody named a ground today.

    A program reads nothing: who reads has to think about it, and programs do not.
    """
    found = restriction_of_case(case)
    if found is not None and (actor.user is None or not has_ground(found, actor.user)):
        raise UseIsRestricted(case.reference)


def require_step(case: Case, actor: Actor) -> None:
    """Raises `UseIsRestricted` where the actor must not go on with the request.

    An officer names the ground of AVG 18(2) for themselves. A program names none: it says what a person of
    its agency decided, and may do so until the end of the day on which one of them named it here.
    """
    found = restriction_of_case(case)
    if found is None:
        return
    named = _named_today(found)
    is_named = (
        named.filter(user=actor.user).exists()
        if actor.user is not None
        else bool(actor.agency) and named.filter(user__agency=actor.agency).exists()
    )
    if not is_named:
        raise UseIsRestricted(case.reference)


def has_ground(restriction: Restriction, user: User) -> bool:
    """Whether this officer named one today."""
    return _named_today(restriction).filter(user=user).exists()


def _named_today(restriction: Restriction) -> QuerySet[RestrictedUse]:
    """By the real day, as it is kept: this is no legal term."""
    return RestrictedUse.objects.filter(restriction=restriction, at__date=timezone.localdate())
