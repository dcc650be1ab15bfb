"""How a citizen wants to hear: by which channel for which kind, how often, and where that is."""

from __future__ import annotations

import hmac
import secrets
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, Final

from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone

from portal.cases.notices.models import Channel, Contact, Notice, Notification
from portal.cases.notices.planning import Quiet, Rhythm
from portal.people import keys
from portal.people.actor import Actor
from portal.people.models import Citizen

CODE_HOLDS: Final = timedelta(minutes=15)
MOST_TRIES: Final = 5
MOST_CODES_A_DAY: Final = 5
DIGITAL: Final = (Channel.MAIL, Channel.SMS)


class WrongCode(Exception):
    """It is another code, or an old one."""


class TooManyCodes(Exception):
    """No more codes today: nobody can be flooded with messages from here."""


@dataclass(frozen=True, slots=True)
class Preferences:
    """`by_post`: everything by post. `channels` by kind; a kind that is not there gets what we propose."""

    by_post: bool = False
    rhythm: Rhythm = Rhythm.SOON
    quiet_weekend: bool = False
    channels: dict[str, list[str]] = field(default_factory=dict)

    def of(self, kind: Notice.Kind) -> list[Channel]:
        """The channels of a kind, if they can be used; mail for all, SMS for what has a term."""
        chosen = self.channels.get(kind)
        if chosen is not None:
            return [channel for channel in DIGITAL if channel in chosen]
        return list(DIGITAL) if kind.demands_letter else [Channel.MAIL]

    @property
    def quiet(self) -> Quiet:
        """When nothing is to be heard."""
        begin, end = settings.NOTICE_QUIET_HOURS
        return Quiet(begin, end, weekend=self.quiet_weekend)


def preferences_of(citizen: Citizen) -> Preferences:
    """What was chosen, or what we propose."""
    kept = citizen.contact_preferences
    return Preferences(
        by_post=kept.get("by_post", False),
        rhythm=Rhythm(kept.get("rhythm", Rhythm.SOON)),
        quiet_weekend=kept.get("quiet_weekend", False),
        channels=kept.get("channels", {}),
    )


def set_preferences(*, actor: Actor, chosen: Preferences) -> None:
    """For what comes from now on."""
    citizen = actor.require_citizen()
    kept: dict[str, Any] = {
        "by_post": chosen.by_post,
        "rhythm": chosen.rhythm.value,
        "quiet_weekend": chosen.quiet_weekend,
        "channels": chosen.channels,
    }
    citizen.contact_preferences = kept
    citizen.save(update_fields=["contact_preferences"])


def contact_of(citizen: Citizen, channel: Channel) -> Contact | None:
    """What was given for a channel, verified or not; None where nothing is known."""
    return Contact.objects.filter(citizen=citizen, channel=channel).exclude(sealed=b"").first()


def address_of(contact: Contact) -> str:
    """The address or the number itself. Never for a log. Raises `portal.people.keys.CannotDecrypt`."""
    return keys.decrypt(bytes(contact.sealed), context=_context(contact.citizen_id, contact.channel)).decode()


USABLE: Final = """
SELECT channel FROM cases_contact WHERE citizen_id = %s AND verified_at IS NOT NULL AND bounced_at IS NULL
"""
"""In SQL of our own: every status asks this, along with something else."""


def usable(citizen: Citizen) -> set[Channel]:
    """The channels with an address that was verified and did not bounce."""
    with connection.cursor() as cursor:
        cursor.execute(USABLE, [citizen.pk])
        return {Channel(name) for (name,) in cursor}


def give_contact(*, actor: Actor, channel: Channel, address: str) -> Notification:
    """Keeps an address or number and sends a code there; it is not used before that was typed.

    The one that was there is forgotten. Raises `TooManyCodes`.
    """
    citizen = actor.require_citizen()
    with transaction.atomic():
        Citizen.objects.select_for_update(no_key=True).get(pk=citizen.pk)
        known = Contact.objects.filter(citizen=citizen, channel=channel).first()
        contact = known or Contact(citizen=citizen, channel=channel)
        _count_code(contact)
        code = f"{secrets.randbelow(1_000_000):06}"
        contact.sealed = keys.encrypt(address.encode(), context=_context(citizen.pk, channel))
        contact.code_hmac = _hmac(contact, code)
        contact.code_until, contact.code_tries = timezone.now() + CODE_HOLDS, 0
        contact.verified_at = contact.bounced_at = None
        contact.save()
        waiting = Notification.objects.filter(
            citizen=citizen, channel=channel, reason=Notification.Reason.CODE, delivered_at=None
        )
        waiting.update(delivered_at=timezone.now(), dropped=True, sealed_code=None)
        row = Notification(citizen=citizen, channel=channel, reason=Notification.Reason.CODE)
        row.sealed_code = keys.encrypt(code.encode(), context=code_context(row))
        row.save()
    return row


def verify(*, actor: Actor, channel: Channel, code: str) -> None:
    """The citizen typed the code: from now on the address is used. Raises `WrongCode`."""
    with transaction.atomic():
        rows = Contact.objects.select_for_update()
        contact = rows.filter(citizen=actor.require_citizen(), channel=channel).first()
        is_right = contact is not None and _is_right(contact, code)
    if not is_right:
        # Outside, so that the try is counted all the same.
        raise WrongCode


def _is_right(contact: Contact, code: str) -> bool:
    is_open = (
        contact.code_hmac != ""
        and contact.code_tries < MOST_TRIES
        and contact.code_until is not None
        and contact.code_until > timezone.now()
    )
    contact.code_tries += 1
    is_right = is_open and hmac.compare_digest(contact.code_hmac, _hmac(contact, code))
    if is_right:
        contact.verified_at, contact.bounced_at, contact.code_hmac = timezone.now(), None, ""
    contact.save(update_fields=["code_tries", "verified_at", "bounced_at", "code_hmac"])
    return is_right


def forget_contact(*, actor: Actor, channel: Channel) -> None:
    """The citizen takes an address back: it is gone from here. How many codes were sent is not."""
    own = Contact.objects.filter(citizen=actor.require_citizen(), channel=channel)
    own.update(sealed=b"", code_hmac="", verified_at=None, bounced_at=None)


def code_context(row: Notification) -> bytes:
    """To what a code that waits is bound."""
    return f"contact-code:{row.pk}".encode()


def _count_code(contact: Contact) -> None:
    today = timezone.localdate()
    contact.codes_sent = contact.codes_sent + 1 if contact.codes_on == today else 1
    contact.codes_on = today
    if contact.codes_sent > MOST_CODES_A_DAY:
        raise TooManyCodes


def _context(citizen_id: Any, channel: str) -> bytes:
    return f"contact:{citizen_id}:{channel}".encode()


def _hmac(contact: Contact, code: str) -> str:
    return keys.keyed_hmac("contact-code", f"{contact.citizen_id}:{contact.channel}:{code}")
