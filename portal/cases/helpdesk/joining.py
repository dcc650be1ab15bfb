"""The letter with the code by which somebody joins what they arranged without a BSN to their account."""

from __future__ import annotations

from typing import Final

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_variables

from portal.access import joining
from portal.access.assist.verbs import NotAllowed
from portal.access.joining import CODE_LIFE
from portal.access.models import Representation
from portal.cases.models import Case, Notice, Notification
from portal.cases.notices.noting import note
from portal.cases.notices.preferences import code_context
from portal.people import keys
from portal.people.actor import Actor
from portal.people.models import Citizen
from portal.people.staff.attempts import send_code_attempt

JOIN: Final = "join:"
"""Begins what the notice of such a letter is about."""


class TooManyLetters(Exception):
    """This member of staff had so many codes sent that it must wait."""


@sensitive_variables("code")
def send_letter(*, staff: Actor, citizen: Citizen) -> None:
    """Puts the letter in the queue of the print house, to the address that this person gave.

    Nobody of the staff sees the code. Raises `NotAllowed`: "role", "no-case" where nothing was sent yet;
    `portal.access.joining.AlreadyJoined`; `TooManyLetters`.
    """
    if not (staff.is_helpdesk or staff.agency):
        raise NotAllowed("role")
    if send_code_attempt(staff.require_user().pk) is None:
        raise TooManyLetters
    with transaction.atomic():
        sent = Case.objects.filter(citizen=citizen).select_related("journey", "citizen")
        case = sent.order_by("-created_at").first()
        if case is None:
            raise NotAllowed("no-case")
        row, code = joining.offer(staff=staff, citizen=citizen)
        about = f"{JOIN}{row.pk}"
        _letters(citizen).update(sealed_code=None)
        note(case=case, kind=Notice.Kind.MESSAGE, about=about)
        letter = Notification.objects.get(notice__case=case, notice__about=about)
        letter.sealed_code = keys.encrypt(code.encode(), context=code_context(letter))
        letter.save(update_fields=["sealed_code"])


@sensitive_variables("code")
def join(*, actor: Actor, reference: str, code: str) -> Representation:
    """The citizen types the reference of something sent then, and the code. Raises as the verb of access."""
    rows = Case.objects.filter(reference=reference.strip().upper(), citizen__bsn=None)
    case = rows.select_related("citizen").first()
    row = joining.join(actor=actor, person=case.citizen if case else None, code=code)
    _letters(row.represented).update(sealed_code=None)
    return row


def joining_words(notice: Notice) -> list[str]:
    """What the letter says; without the code once that was used, or is too old."""
    letter = notice.notifications.exclude(sealed_code=None).first()
    if letter is None or letter.sealed_code is None:
        return [_("De code in deze brief geldt niet meer. Vraag een medewerker om een nieuwe.")]
    code = keys.decrypt(bytes(letter.sealed_code), context=code_context(letter)).decode()
    shown = "-".join(code[at : at + 4] for at in range(0, len(code), 4))
    return [
        _("Hebt u nu een burgerservicenummer? Dan kunt u wat u eerder bij ons regelde zien in Levensloket."),
        _("Log in, en kies Iets regelen voor een ander. Kies daarna: Ik regelde eerder iets zonder BSN."),
        _("Uw code: %(code)s. De code geldt %(days)d dagen. Geef hem aan niemand.")
        % {"code": shown, "days": CODE_LIFE.days},
    ]


def forget_old_codes() -> int:
    """Every night: codes of letters whose time is over; gives how many."""
    old = Notification.objects.filter(notice__about__startswith=JOIN, sealed_code__isnull=False)
    return old.filter(notice__created_at__lt=timezone.now() - CODE_LIFE).update(sealed_code=None)


def _letters(citizen: Citizen) -> QuerySet[Notification]:
    return Notification.objects.filter(citizen=citizen, notice__about__startswith=JOIN)
