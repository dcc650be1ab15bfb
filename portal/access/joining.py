"""What somebody arranged without a BSN, joined to the account that they have by now.

Nothing is moved: log and keys stay those of the person whom staff wrote down. The account has their requests
in its own lists, and on a page about one of them it stands in that person's place, as a guardian does
(`Representation.Kind.ONESELF`, `acting.for_object`). The proof is a code that came by letter to
the address that the person gave, typed in the own session of somebody born on the same day. Once: a person is
joined to one account.
"""

from __future__ import annotations

import secrets
import uuid
from datetime import date, timedelta
from typing import Final

from django.contrib.sessions.backends.base import SessionBase
from django.core.cache import cache
from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet
from django.utils import timezone
from django.views.decorators.debug import sensitive_variables

from portal import clock
from portal.access.models import Representation
from portal.access.representation import (
    CODE_ALPHABET,
    CODE_LENGTH,
    HOUR,
    TooManyGuesses,
    WrongCode,
    code_hmac,
    themselves,
)
from portal.access.standing import standing_of
from portal.access.trail import Act, note, use_of
from portal.ledger.log.uses import record_staff_action, record_use
from portal.people.actor import Actor
from portal.people.models import Citizen, User
from portal.people.unregistered import details_of

Kind = Representation.Kind
CODE_LIFE: Final = timedelta(days=30)
"""A letter must be printed, come, and be answered."""
JOINED: Final = "joined"
"""In the session: this citizen has joined something, so that each request asks what still stands."""
GUESSES: Final = 5
"""So many wrong answers may one account give in an hour."""


class AlreadyJoined(Exception):
    """This person has an account that this is joined to, or is in the register and needs none."""


@sensitive_variables("code")
def offer(*, staff: Actor, citizen: Citizen) -> tuple[Representation, str]:
    """A code for the letter; one that was made before holds no more. Raises `AlreadyJoined`.

    In the transaction that puts the letter in the queue.
    """
    user = staff.require_user()
    Citizen.objects.select_for_update(no_key=True).get(pk=citizen.pk)
    if citizen.bsn is not None or account_of(citizen) is not None:
        raise AlreadyJoined
    withdraw_offers(citizen, user)
    code = "".join(secrets.choice(CODE_ALPHABET) for _ in range(CODE_LENGTH))
    row = Representation.objects.create(
        represented=citizen,
        kind=Kind.ONESELF,
        services=None,
        from_on=clock.today(),
        code_hmac=code_hmac(code),
        code_until=timezone.now() + CODE_LIFE,
        created_by=user,
    )
    operation_id = record_use(use_of(citizen, row), outcome=Act.OFFERED)
    record_staff_action(operation_id, staff=user, what="join-offered", reference=str(row.pk))
    return row, code


def withdraw_offers(citizen: Citizen, user: User) -> None:
    """Codes of letters that were not used open nothing any more."""
    waiting = Representation.objects.filter(represented=citizen, kind=Kind.ONESELF, accepted_at=None)
    waiting.filter(revoked_at=None).update(revoked_at=timezone.now(), revoked_by=user, code_hmac=None)


@sensitive_variables("code")
def join(*, actor: Actor, person: Citizen | None, code: str) -> Representation:
    """From now on the account has what `person` arranged; None: there is nobody with that reference.

    Whoever is born on another day, as the register says, is somebody else. Raises `WrongCode`, which does not
    say what was wrong, and `TooManyGuesses`.
    """
    citizen = themselves(actor)
    guesses = f"join-guesses:{citizen.pk}"
    cache.add(guesses, 0, timeout=HOUR)
    if cache.incr(guesses) > GUESSES:
        raise TooManyGuesses
    # The network comes before the transaction, and whatever was typed.
    born = standing_of(citizen).born
    with transaction.atomic():
        row = _offered(person, code, born)
        if row is None:
            raise WrongCode
        row.representative, row.accepted_at, row.code_hmac = citizen, timezone.now(), None
        row.save(update_fields=["representative", "accepted_at", "code_hmac"])
        note(row.represented, Act.JOINED, row)
        note(citizen, Act.JOINED, row)
    cache.delete(guesses)
    return row


def _offered(person: Citizen | None, code: str, born: date | None) -> Representation | None:
    """The offer that this code is of; locked, so that two who type it at once are not both let in."""
    rows = Representation.objects.select_for_update(of=("self",)).select_related("represented")
    row = rows.filter(
        code_hmac=code_hmac(code),
        kind=Kind.ONESELF,
        represented=person,
        revoked_at=None,
        code_until__gt=timezone.now(),
    ).first()
    if row is None or born is None:
        return None
    details = details_of(row.represented)
    return row if details is not None and details.born == born.isoformat() else None


def remember(session: SessionBase, citizen: Citizen | None) -> None:
    """At a login, and when somebody joins: whether there is anything to ask about at the next requests."""
    if citizen is not None and joined().filter(representative=citizen).exists():
        session[JOINED] = True


def joined_by(citizen: Citizen, session: SessionBase) -> frozenset[uuid.UUID]:
    """Whom this citizen is too. Asks the database nothing for nearly everybody, who joined nothing."""
    if not session.get(JOINED):
        return frozenset()
    return frozenset(joined().filter(representative=citizen).values_list("represented", flat=True))


def account_of(citizen: Citizen) -> Citizen | None:
    """Whose account this person's requests are joined to; None for who has a BSN, and where they are not."""
    if citizen.bsn is not None:
        return None
    row = joined().filter(represented=citizen).select_related("representative").first()
    return row.representative if row else None


def joined() -> QuerySet[Representation]:
    """The joins that hold today."""
    return Representation.objects.standing(clock.today()).filter(kind=Kind.ONESELF)


def has_joined(outer: str) -> Exists:
    """For a query: whether the person in this column is joined to an account."""
    return Exists(joined().filter(represented=OuterRef(outer)))
