"""Looking along without a code, only where a life is in danger: four eyes before it, a review after it.

Who asks says why; somebody who leads the helpdesk confirms in a session of their own, within ten minutes; it
then begins once. Everything stays in one row (`DangerAsk`) for whoever reviews it, and in the citizen's log.
"""

from __future__ import annotations

import uuid
from datetime import timedelta
from typing import Final

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from portal.access.assist import trail
from portal.access.assist.models import Assist, DangerAsk
from portal.access.assist.verbs import NotAllowed, begin, is_known_self, is_staff_citizen, require_allowed
from portal.people.actor import Actor
from portal.people.models import Citizen

HOLDS: Final = timedelta(minutes=10)
ASKED: Final = "assist-danger:asked"
READ: Final = "assist-danger:read"
CONFIRMED: Final = "assist-danger:confirmed"
REFUSED: Final = "assist-danger:refused"


def ask(*, staff: Actor, citizen: Citizen, ticket: str, why: str, is_fresh: bool) -> DangerAsk:
    """Asks somebody who leads the helpdesk. `why` is who is in danger, and by what. Raises `NotAllowed`."""
    user = require_allowed(staff=staff, citizen=citizen, is_fresh=is_fresh)
    now = timezone.now()
    with transaction.atomic():
        row = DangerAsk.objects.create(
            staff=user, citizen=citizen, ticket=ticket, why=why, asked_at=now, until=now + HOLDS
        )
        trail.note_seen(citizen, staff=user, what=ASKED, reference=str(row.pk))
    return row


def open_asks(*, lead: Actor) -> QuerySet[DangerAsk]:
    """Those that wait for this lead: never their own, nor about oneself or a colleague."""
    if lead.capacity != "helpdesk-lead":
        return DangerAsk.objects.none()
    return _waiting().exclude(staff=lead.require_user()).select_related("staff").order_by("asked_at")


def opened(*, lead: Actor, ask_id: uuid.UUID) -> DangerAsk:
    """One of them, to decide about; that it was read stands in the log. Raises `DangerAsk.DoesNotExist`."""
    row = open_asks(lead=lead).select_related("citizen").get(pk=ask_id)
    trail.note_seen(row.citizen, staff=lead.require_user(), what=READ, reference=str(row.pk))
    return row


def decide(*, lead: Actor, ask_id: uuid.UUID, confirms: bool, is_fresh: bool) -> DangerAsk:
    """The second pair of eyes. Raises as `opened`, and `NotAllowed`: "step", "unknown-self", "own"."""
    user = lead.require_user()
    if not is_fresh:
        raise NotAllowed("step")
    if not is_known_self(user):
        raise NotAllowed("unknown-self")
    with transaction.atomic():
        row = open_asks(lead=lead).select_for_update(of=("self",)).get(pk=ask_id)
        if is_staff_citizen(row.citizen):
            raise NotAllowed("own")
        row.lead, row.decided_at, row.confirmed = user, timezone.now(), confirms
        row.save(update_fields=["lead", "decided_at", "confirmed"])
        what = CONFIRMED if confirms else REFUSED
        trail.note_seen(row.citizen, staff=user, what=what, reference=str(row.pk))
    return row


def own_ask(*, staff: Actor, ask_id: uuid.UUID) -> DangerAsk:
    """What this member of staff asked. Raises `DangerAsk.DoesNotExist`."""
    return DangerAsk.objects.select_related("citizen").get(pk=ask_id, staff=staff.require_user())


def begin_confirmed(*, staff: Actor, ask_id: uuid.UUID, is_fresh: bool) -> Assist:
    """Begins to look along, once, where it was confirmed in time. Raises `NotAllowed`: "danger" where not."""
    row = own_ask(staff=staff, ask_id=ask_id)
    user = require_allowed(staff=staff, citizen=row.citizen, is_fresh=is_fresh)
    with transaction.atomic():
        locked = DangerAsk.objects.select_for_update(of=("self",)).get(pk=row.pk)
        if not locked.can_begin:
            raise NotAllowed("danger")
        locked.assist = begin(
            staff=user,
            citizen=row.citizen,
            reason=Assist.Reason.DANGER,
            ticket=row.ticket,
            agreement=Assist.Agreement.DANGER,
            hidden=True,
        )
        locked.save(update_fields=["assist"])
    return locked.assist


def to_review() -> QuerySet[DangerAsk]:
    """Those by which somebody looked along, and that nobody reviewed yet; oldest first."""
    begun = DangerAsk.objects.filter(assist__isnull=False, reviewed_at=None)
    return begun.select_related("staff", "lead", "assist").order_by("asked_at")


def review(*, auditor: Actor, ask_id: uuid.UUID, was_right: bool, note: str) -> None:
    """What an auditor thinks of it, once. Raises `PermissionError`, `DangerAsk.DoesNotExist`."""
    if auditor.capacity != "auditor":
        raise PermissionError("only an auditor reviews this")
    with transaction.atomic():
        row = to_review().select_for_update(of=("self",)).get(pk=ask_id)
        row.reviewer, row.reviewed_at = auditor.require_user(), timezone.now()
        row.was_right, row.review = was_right, note
        row.save(update_fields=["reviewer", "reviewed_at", "was_right", "review"])
        trail.note_staff(auditor.require_user(), "assist-danger:reviewed", str(row.pk))


def _waiting() -> QuerySet[DangerAsk]:
    return DangerAsk.objects.filter(decided_at=None, until__gt=timezone.now())
