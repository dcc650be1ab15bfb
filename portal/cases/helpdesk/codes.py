"""A code for who calls, by SMS or mail, to where the citizen was reached before.

Nobody names an address in the call: it goes to what the citizen gave and verified in the own portal, at
least a day ago. Never to who has a safety flag: somebody else may have that telephone.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from django.db import transaction
from django.utils import timezone
from django.views.decorators.debug import sensitive_variables

from portal.access.assist import trail
from portal.access.assist.codes import new_code
from portal.access.assist.models import AssistCode
from portal.access.assist.verbs import NotAllowed, require_allowed
from portal.access.settling import has_died
from portal.cases.models import Contact, Notification
from portal.cases.notices.models import Channel
from portal.cases.notices.noting import ring
from portal.cases.notices.preferences import code_context
from portal.people import keys
from portal.people.actor import Actor
from portal.people.models import Citizen
from portal.people.staff.attempts import send_code_attempt

Purpose = AssistCode.Purpose
KNOWN_FOR: Final = timedelta(days=1)
"""How long an address was verified before a code goes there. The portal's own choice."""
MOST_AN_HOUR: Final = 3
"""So many codes by message does one citizen get, whoever asks: nobody is flooded with them."""
_WAYS: Final = {Channel.SMS: AssistCode.Way.SMS, Channel.MAIL: AssistCode.Way.MAIL}
_REASONS: Final = {
    Purpose.LOOK: Notification.Reason.ASSIST,
    Purpose.FILL: Notification.Reason.ASSIST_FILL,
    Purpose.SEND: Notification.Reason.ASSIST_SEND,
}


class TooManySent(Exception):
    """This citizen got, or this member of staff asked for, so many that it must wait."""


def ways_of(citizen: Citizen) -> list[Channel]:
    """How a code can reach this citizen; nothing for who has a safety flag, or has died."""
    if citizen.safety_flag or has_died(citizen):
        return []
    known = Contact.objects.filter(
        citizen=citizen, verified_at__lte=timezone.now() - KNOWN_FOR, bounced_at=None
    ).exclude(sealed=b"")
    there = set(known.values_list("channel", flat=True))
    return [channel for channel in _WAYS if channel in there]


def send_code(
    *, staff: Actor, citizen: Citizen, channel: Channel, is_fresh: bool, purpose: Purpose = Purpose.LOOK
) -> None:
    """Sends a code to begin to look along. Nobody here sees it, nor where it goes.

    Raises `NotAllowed` as `start_assist` does, "way" where this citizen has none; `TooManySent`.
    """
    require_allowed(staff=staff, citizen=citizen, is_fresh=is_fresh)
    _send(staff, citizen, channel, purpose)


def send_code_again(
    *, staff: Actor, channel: Channel, purpose: Purpose = Purpose.LOOK, about: str = ""
) -> None:
    """The same while looking along: to do so longer, or to have sent what was filled in (`about` it)."""
    if staff.assist is None:
        raise NotAllowed("role")
    _send(staff, staff.require_citizen(), channel, purpose, about)


@sensitive_variables("code")
def _send(staff: Actor, citizen: Citizen, channel: Channel, purpose: Purpose, about: str = "") -> None:
    if channel not in ways_of(citizen):
        raise NotAllowed("way")
    user = staff.require_user()
    if send_code_attempt(user.pk) is None:
        raise TooManySent
    with transaction.atomic():
        Citizen.objects.select_for_update(no_key=True).get(pk=citizen.pk)
        since = timezone.now() - timedelta(hours=1)
        sent = AssistCode.objects.filter(citizen=citizen, made_at__gt=since, way__in=_WAYS.values())
        if sent.count() >= MOST_AN_HOUR:
            raise TooManySent
        code = new_code(citizen, _WAYS[channel], purpose=purpose, about=about)
        row = Notification(citizen=citizen, channel=channel, reason=_REASONS[purpose])
        row.sealed_code = keys.encrypt(code.encode(), context=code_context(row))
        row.save()
        what = f"{trail.CODE_SENT}:{channel}"
        trail.note_seen(citizen, staff=user, what=what, reference=str(citizen.pk))
        transaction.on_commit(lambda: ring(str(row.pk)))
