"""Asking for a person, and keeping what was promised: an owner, a time, a note that the citizen reads."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import Exists, OuterRef, QuerySet
from django.utils import timezone
from django.views.decorators.debug import sensitive_variables

from portal.access.assist import trail
from portal.cases.helpdesk.models import ContactMoment
from portal.cases.helpdesk.slots import HOUR, end_of_next_working_day, free_slots
from portal.cases.models import Case, Phase
from portal.cases.notices.noting import tell_at_once
from portal.people import keys
from portal.people.actor import Actor
from portal.people.models import Citizen, User

Way = ContactMoment.Way
SEEN: Final = "assist-contact"
"""The outcome of a line: somebody of the helpdesk read what this citizen asked."""
MOST_OPEN: Final = 5
"""So many things may one citizen have asked at once."""
_OVER: Final = [phase for phase in Phase if phase.is_final]
KEPT: Final = timedelta(days=2 * 365)
"""How long a moment is kept after its end. The portal's own choice."""


class SlotTaken(Exception):
    """Somebody else took the last place of that hour, or it is over."""


class TooManyOpen(Exception):
    """What was asked before is answered first."""


class NotSafe(Exception):
    """Who is in danger is not called on a number of which nobody said that it is safe."""


@sensitive_variables("number")
def ask_call_back(
    *, citizen: Citizen | None, slot: datetime, number: str, about: str, is_safe: bool = False
) -> ContactMoment:
    """Somebody is called within the hour that begins at `slot`. For who is logged in, or for nobody known.

    `is_safe`: the citizen said that only they answer this number. Raises `SlotTaken`, `TooManyOpen` and
    `NotSafe`.
    """
    if citizen is not None and citizen.safety_flag and not is_safe:
        raise NotSafe
    _require_room(citizen)
    if slot not in free_slots():
        raise SlotTaken
    moment = ContactMoment(
        citizen=citizen,
        way=Way.CALL_BACK,
        about=about,
        promised_at=slot + HOUR,
        slot=slot,
        by_citizen=True,
    )
    moment.sealed_number = keys.encrypt(number.encode(), context=_context(moment.pk))
    return _placed(moment)


def ask_contact(*, citizen: Citizen, way: ContactMoment.Way, about: str) -> ContactMoment:
    """The citizen asks for a letter, a visit at home or a talk at a desk; we answer on the next working day.

    Raises `TooManyOpen`.
    """
    _require_room(citizen)
    return ContactMoment.objects.create(
        citizen=citizen, way=way, about=about, promised_at=end_of_next_working_day(), by_citizen=True
    )


def note_contact(
    *,
    staff: Actor,
    citizen: Citizen,
    way: ContactMoment.Way,
    about: str,
    promise: str,
    promised_at: datetime | None,
    note: str,
) -> ContactMoment:
    """What was said with somebody: closed with a note, or open with what was promised, by when.

    Its owner is who wrote it down. Raises `PermissionError`, and `ValueError` for neither or both.
    """
    user = _helper(staff)
    if bool(promise) == bool(note) or bool(promise) != (promised_at is not None):
        raise ValueError("a promise with its time, or a note")
    now = timezone.now()
    with transaction.atomic():
        moment = ContactMoment.objects.create(
            citizen=citizen,
            way=way,
            about=about,
            promise=promise,
            promised_at=promised_at or now,
            by_citizen=False,
            owner=user,
            closed_at=now if note else None,
            note=note,
        )
        trail.note_seen(citizen, staff=user, what=SEEN, reference=str(moment.pk))
    return moment


def take(*, staff: Actor, moment_id: uuid.UUID) -> ContactMoment:
    """This member of the helpdesk does it, also in place of another. Raises `ContactMoment.DoesNotExist`."""
    with transaction.atomic():
        moment = _open_one(staff, moment_id)
        moment.owner = _helper(staff)
        moment.save(update_fields=["owner"])
        trail.note_staff(moment.owner, "contact-taken", str(moment.pk))
    return moment


def close(*, staff: Actor, moment_id: uuid.UUID, note: str) -> None:
    """Done, with a note that the citizen reads; the number goes. Raises `ContactMoment.DoesNotExist`."""
    user = _helper(staff)
    with transaction.atomic():
        moment = _open_one(staff, moment_id)
        moment.closed_at, moment.note, moment.sealed_number = timezone.now(), note, None
        moment.owner = moment.owner or user
        moment.save(update_fields=["closed_at", "note", "sealed_number", "owner"])
        trail.note_staff(user, "contact-closed", str(moment.pk))
        if moment.citizen is not None:
            tell_at_once(moment.citizen)


def opened(*, staff: Actor, moment_id: uuid.UUID) -> ContactMoment:
    """One, with what was asked; the citizen reads that somebody did. Raises `ContactMoment.DoesNotExist`."""
    user = _helper(staff)
    moment = ContactMoment.objects.select_related("citizen", "owner").get(pk=moment_id)
    if moment.citizen is not None:
        trail.note_seen(moment.citizen, staff=user, what=SEEN, reference=str(moment.pk))
    return moment


def number_of(moment: ContactMoment) -> str:
    """The number to call; "" where there is none, or none any more."""
    if moment.sealed_number is None:
        return ""
    return keys.decrypt(bytes(moment.sealed_number), context=_context(moment.pk)).decode()


def moments_of(citizen: Citizen, *, most: int = 10) -> list[ContactMoment]:
    """Those of one citizen: open ones first, then the newest."""
    return sorted(newest_moments(citizen)[:most], key=lambda one: one.closed_at is not None)


def own_talk(*, actor: Actor, moment_id: uuid.UUID) -> ContactMoment:
    """One of the citizen's own, for the citizen alone. Raises `ContactMoment.DoesNotExist`."""
    if actor.capacity != "self":
        raise ContactMoment.DoesNotExist
    return newest_moments(actor.require_citizen()).select_related("case").get(pk=moment_id)


def newest_moments(citizen: Citizen) -> QuerySet[ContactMoment]:
    """Those of one citizen, the newest first, as a query."""
    return ContactMoment.objects.filter(citizen=citizen).order_by("-created_at")


def open_moments(*, staff: Actor, most: int = 200) -> Sequence[ContactMoment]:
    """What the helpdesk must do, what is late first, and then by when it was promised."""
    _helper(staff)
    rows = ContactMoment.objects.filter(closed_at=None).select_related("owner")
    return list(rows.order_by("promised_at", "created_at")[:most])


def escalate() -> int:
    """Every minute: what is late goes to who leads the helpdesk, once; gives how many."""
    now = timezone.now()
    late = ContactMoment.objects.filter(closed_at=None, escalated_at=None, promised_at__lt=now)
    return late.update(escalated_at=now)


def forget_old() -> int:
    """At night: moments that ended long ago."""
    old = ContactMoment.objects.filter(closed_at__lt=timezone.now() - KEPT)
    # Who took part in a talk stays known while somebody complains about it.
    running = Case.objects.filter(about_talk=OuterRef("pk")).exclude(phase__in=_OVER)
    gone, _each = ContactMoment.objects.filter(pk__in=old.exclude(Exists(running)).values("pk")).delete()
    return gone


def _placed(moment: ContactMoment) -> ContactMoment:
    """At a free place in its hour; two people at once get two places, or one hears that it is full."""
    taken = _places_taken(moment.slot)
    for place in range(settings.HELPDESK_CALLS_AN_HOUR):
        if place in taken:
            continue
        moment.place = place
        try:
            with transaction.atomic():
                moment.save(force_insert=True)
        except IntegrityError:
            continue
        return moment
    raise SlotTaken


def _places_taken(slot: datetime | None) -> set[int | None]:
    rows = ContactMoment.objects.filter(slot=slot, closed_at=None)
    return set(rows.values_list("place", flat=True))


def _require_room(citizen: Citizen | None) -> None:
    if citizen is None:
        return
    if ContactMoment.objects.filter(citizen=citizen, closed_at=None).count() >= MOST_OPEN:
        raise TooManyOpen


def _open_one(staff: Actor, moment_id: uuid.UUID) -> ContactMoment:
    _helper(staff)
    rows = ContactMoment.objects.select_for_update(of=("self",)).select_related("citizen", "owner")
    return rows.get(pk=moment_id, closed_at=None)


def _helper(staff: Actor) -> User:
    if not staff.is_helpdesk:
        raise PermissionError("only the helpdesk")
    return staff.require_user()


def _context(moment_id: uuid.UUID) -> bytes:
    return f"cases.contact-moment:{moment_id}".encode()
