"""What was agreed with a person of the helpdesk, as the citizen reads it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from portal.cases.helpdesk.moments import moments_of, newest_moments
from portal.cases.helpdesk.slots import HOUR
from portal.cases.models import ContactMoment
from portal.cases.reading.together import OwnQuestion
from portal.days import day_words
from portal.people.actor import Actor
from portal.people.models import Citizen


@dataclass(frozen=True, slots=True)
class ShownMoment:
    """One moment (`_moments.html`): `words` is what we do and by when, or that it is done."""

    row: ContactMoment
    words: str
    is_late: bool


def contacts_of(citizen: Citizen | None) -> list[ShownMoment]:
    """The newest of them, open ones first; none for nobody known."""
    return shown(moments_of(citizen)) if citizen else []


def _open_contacts(actor: Actor) -> dict[str, QuerySet[Any]]:
    if actor.capacity != "self":
        return {"moments": ContactMoment.objects.none()}
    return {"moments": newest_moments(actor.require_citizen()).filter(closed_at=None)}


OPEN_CONTACTS: Final = OwnQuestion(_open_contacts)
"""Those that are open, for the citizen alone: what they asked a person is not for who acts for them.

For a page that asks it along with others: `moments`; then `shown`.
"""


def shown(rows: Iterable[ContactMoment]) -> list[ShownMoment]:
    """As the page shows them."""
    now = timezone.now()
    return [
        ShownMoment(one, moment_words(one), one.closed_at is None and one.promised_at < now) for one in rows
    ]


def slot_words(slot: datetime) -> str:
    """ "dinsdag 1 december 2026, tussen 9.00 en 10.00 uur"."""
    here = localtime(slot)
    return _("%(day)s, tussen %(first)s en %(last)s uur") % {
        "day": day_words(here.date()),
        "first": date_format(here, "TIME_FORMAT"),
        "last": date_format(here + HOUR, "TIME_FORMAT"),
    }


def moment_words(moment: ContactMoment) -> str:
    """What we do, and by when, as the citizen reads it."""
    if moment.closed_at is not None:
        return _("Dit is klaar.")
    if moment.slot is not None:
        return _("Wij bellen u: %(when)s.") % {"when": slot_words(moment.slot)}
    by = {"when": date_format(localtime(moment.promised_at), "DATETIME_FORMAT")}
    if moment.promise:
        return _("Wij beloofden: %(what)s Uiterlijk %(when)s.") % {"what": moment.promise, **by}
    return _("U hoort van ons, uiterlijk %(when)s.") % by
