"""For which children a parent may act, as the register of persons says at this moment (BW 1:245)."""

from __future__ import annotations

import secrets

from django.db import transaction
from django.utils import timezone

from portal import clock
from portal.access.models import Representation
from portal.access.standing import last_day_as_minor, standing_of
from portal.access.trail import Act, activity, note
from portal.ledger.engine.gather import Absent, Known, gather
from portal.people.actor import Actor
from portal.people.models import Citizen
from portal.people.verbs import find_or_create_citizens

_OF_A_PARENT = ("joint", "single")
"""Custody that parents have, in our words (`connectors.sources.brp.family`); a guardian shows a paper."""


class CustodyNotKnown(Exception):
    """The register did not say, or is not sure itself: a person must look."""


def look_up_children(*, actor: Actor) -> bool:
    """Brings the parent's mandates up to date. Raises `CustodyNotKnown` where the register gave no answer.

    What was in custody and is not any more ends at once. Gives whether every custody of the register
    was clear; where one was not (niet te bepalen, in onderzoek), a person must look.
    """
    parent = actor.require_citizen()
    if actor.capacity != "self" or actor.reads_only:
        raise PermissionError("only for oneself")
    found = gather(
        citizen=parent, fields=["brp.custody"], activities=[activity()], trace_id=secrets.token_hex(16)
    )["brp.custody"]
    if not isinstance(found, Known | Absent):
        raise CustodyNotKnown
    said = found.value if isinstance(found, Known) else []
    in_doubt = isinstance(found, Known) and found.under_investigation
    minors = [one.get("minor_bsn", "") for one in said if one["kind"] in _OF_A_PARENT and not in_doubt]
    children = list(find_or_create_citizens(minors).values())
    kept = [_keep(actor, parent, child) for child in children if child != parent]
    _end_others(actor, parent, children)
    return all(kept) and not in_doubt and all(one["kind"] != "undetermined" for one in said)


def _keep(actor: Actor, parent: Citizen, child: Citizen) -> bool:
    """The mandate for one child, until the day before it comes of age; False where that day is not known."""
    standing = standing_of(child)
    if standing.died:
        return True
    if standing.born is None:
        return False
    last = last_day_as_minor(standing.born)
    if last < clock.today():
        return True
    with transaction.atomic():
        Citizen.objects.select_for_update().get(pk=parent.pk)  # two tabs make one row
        row, is_new = Representation.objects.get_or_create(
            represented=child,
            representative=parent,
            kind=Representation.Kind.PARENT,
            revoked_at=None,
            defaults={
                "from_on": clock.today(),
                "until_on": last,
                "accepted_at": timezone.now(),
                "created_by": actor.require_user(),
            },
        )
        if is_new:
            note(child, Act.ACCEPTED, row)
        elif row.until_on != last:
            row.until_on = last
            row.save(update_fields=["until_on"])
    return True


def _end_others(actor: Actor, parent: Citizen, children: list[Citizen]) -> None:
    rows = Representation.objects.filter(
        representative=parent, kind=Representation.Kind.PARENT, revoked_at=None
    )
    over = rows.exclude(represented__in=children)
    over.update(revoked_at=timezone.now(), revoked_by=actor.require_user())
