"""The six digits with which a citizen agrees: shown once, read out, typed in by the helpdesk.

A code is of one citizen, and so few digits are no secret for long: ten minutes, one use, five tries, and a
limit on how often one member of staff may be wrong, whoever it is about.
"""

from __future__ import annotations

import secrets
from datetime import timedelta
from typing import Final

from django.db import transaction
from django.utils import timezone
from django.utils.crypto import constant_time_compare
from django.views.decorators.debug import sensitive_variables

from portal.access.assist.models import AssistCode
from portal.people.actor import Actor
from portal.people.keys import keyed_hmac
from portal.people.models import Citizen, User
from portal.people.staff import attempts

CODE_LIFE: Final = timedelta(minutes=10)
MOST_TRIES: Final = 5
Purpose = AssistCode.Purpose
TO_BEGIN: Final = (Purpose.LOOK, Purpose.FILL)
_DIGITS: Final = 6
_NOBODYS: Final = "0" * 64


class WrongCode(Exception):
    """No code, another's, an old or a used one, or one too often tried. It is not said which."""


class TooManyTries(Exception):
    """This member of staff was wrong so often that we listen no more for a while."""


def request_code(*, actor: Actor, purpose: Purpose = Purpose.LOOK, shows_words: bool = False) -> str:
    """A new code for the citizen to read out; one of before works no more. Only for oneself.

    Raises `PermissionError` for who acts for another, or may only read by law.
    """
    if actor.capacity != "self" or actor.reads_only:
        raise PermissionError("only for oneself")
    return new_code(actor.require_citizen(), AssistCode.Way.PORTAL, purpose=purpose, shows_words=shows_words)


def new_code(
    citizen: Citizen,
    way: AssistCode.Way,
    *,
    purpose: Purpose = Purpose.LOOK,
    shows_words: bool = False,
    about: str = "",
) -> str:
    """A code that was or will be given to the citizen in this way. `about`: what alone it is good for."""
    code = f"{secrets.randbelow(10**_DIGITS):0{_DIGITS}}"
    now = timezone.now()
    with transaction.atomic():
        Citizen.objects.select_for_update(no_key=True).get(pk=citizen.pk)
        AssistCode.objects.filter(citizen=citizen, over_at=None).update(over_at=now)
        AssistCode.objects.create(
            citizen=citizen,
            way=way,
            purpose=purpose,
            shows_words=shows_words,
            code_hmac=_hmac(citizen, code, about),
            made_at=now,
            until=now + CODE_LIFE,
        )
        watch(citizen, now + CODE_LIFE)
    return code


@sensitive_variables("code")
def use_code(
    *,
    staff: User,
    citizen: Citizen,
    code: str,
    purposes: tuple[Purpose, ...] = TO_BEGIN,
    about: str = "",
) -> AssistCode:
    """The code, which is used up by this. One that the citizen got for something else is a wrong one.

    Raises `WrongCode` and `TooManyTries`. A try is counted before it is looked at, also where the code was
    right in the end.
    """
    attempt = attempts.assist_attempt(staff.pk)
    if attempt is None:
        raise TooManyTries
    typed = _hmac(citizen, "".join(code.split()), about)
    with transaction.atomic():
        row = AssistCode.objects.select_for_update().filter(citizen=citizen, over_at=None).first()
        is_right = constant_time_compare(row.code_hmac if row else _NOBODYS, typed)
        is_used = row is not None and _settle(row, is_right and row.purpose in purposes)
    if row is None or not is_used:
        # Outside, so that the try is counted all the same.
        raise WrongCode
    attempt.was_right()
    return row


def _settle(row: AssistCode, is_right: bool) -> bool:
    """Counts the try, and uses the code up where it was right and still good."""
    now = timezone.now()
    is_good = is_right and row.until > now and row.tries < MOST_TRIES
    row.tries += 1
    if is_good or row.tries >= MOST_TRIES:
        row.over_at = now
    row.save(update_fields=["tries", "over_at"])
    return is_good


def watch(citizen: Citizen, until: object) -> None:
    """From now to then the citizen's own pages look whether somebody looks along."""
    Citizen.objects.filter(pk=citizen.pk).update(watch_until=until)


@sensitive_variables("code")
def _hmac(citizen: Citizen, code: str, about: str) -> str:
    return keyed_hmac("assist-code", f"{citizen.pk}:{code}:{about}" if about else f"{citizen.pk}:{code}")
