"""Acting for another: given by the citizen with a code, or recorded; used from one request to the next.

Who gives it, and who has it, find it by a query that starts from themselves: another's is not there.
"""

from __future__ import annotations

import secrets
import uuid
from collections.abc import Collection
from datetime import date, timedelta
from typing import Final

from django.core.cache import cache
from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.views.decorators.debug import sensitive_variables

from portal import clock
from portal.access.models import Representation
from portal.access.trail import Act, note
from portal.people.actor import Actor, Capacity, Mandate
from portal.people.keys import keyed_hmac
from portal.people.models import Citizen

Kind = Representation.Kind

CODE_LIFE: Final = timedelta(days=7)
LONGEST: Final = timedelta(days=5 * 366)
"""Who gives a mandate says until when; for so long at most."""
GUESSES: Final = 10
"""So many wrong codes may one person type in an hour."""
HOUR: Final = 3600
# Without characters that look alike or sound alike. Twelve of them: 57 bits.
CODE_ALPHABET: Final = "ABCDEFGHJKLMNPQRSTUVWXYZ2345"
CODE_LENGTH: Final = 12

_CAPACITIES: Final[dict[str, Capacity]] = {
    Kind.AUTHORISED: "representative",
    Kind.VOUCHED: "representative",
    Kind.ADMINISTRATOR: "representative",
    Kind.PARENT: "guardian",
    Kind.ONESELF: "guardian",
    Kind.CURATOR: "guardian",
    Kind.EXECUTOR: "survivor",
    Kind.HEIR: "survivor",
}


class WrongCode(Exception):
    """Nobody gave this code, or its time is over, or it was used or taken back. It is not said which."""


class TooManyGuesses(Exception):
    """This person typed so many wrong codes that we listen no more for an hour."""


class MandateEnded(Exception):
    """The mandate with which somebody acts does not stand any more."""


def authorise(*, actor: Actor, services: Collection[str], until_on: date) -> tuple[Representation, str]:
    """The citizen lets somebody act; gives the code for the helper, which nobody can read afterwards.

    Raises `PermissionError` for who does not act for themselves, `ValueError` for no service, or a day
    that is past or more than five years away.
    """
    citizen = themselves(actor)
    today = clock.today()
    if not services or not today <= until_on <= today + LONGEST:
        raise ValueError("a mandate names services, and a last day within five years")
    code = "".join(secrets.choice(CODE_ALPHABET) for _ in range(CODE_LENGTH))
    with transaction.atomic():
        row = Representation.objects.create(
            represented=citizen,
            kind=Kind.AUTHORISED,
            services=sorted(services),
            from_on=today,
            until_on=until_on,
            code_hmac=code_hmac(code),
            code_until=timezone.now() + CODE_LIFE,
            created_by=actor.require_user(),
        )
        note(citizen, Act.AUTHORISED, row)
    return row, code


@sensitive_variables("code")
def accept(*, actor: Actor, code: str) -> Representation:
    """The helper takes it on. Raises `WrongCode`, also for one's own code, and `TooManyGuesses`."""
    citizen = themselves(actor)
    guesses = f"mandate-guesses:{citizen.pk}"
    if cache.get(guesses, 0) >= GUESSES:
        raise TooManyGuesses
    with transaction.atomic():
        row = (
            Representation.objects.select_for_update()
            .filter(code_hmac=code_hmac(code), kind=Kind.AUTHORISED)
            .filter(revoked_at=None, code_until__gt=timezone.now())
            .exclude(represented=citizen)
            .first()
        )
        if row is not None:
            row.representative, row.accepted_at, row.code_hmac = citizen, timezone.now(), None
            row.save(update_fields=["representative", "accepted_at", "code_hmac"])
            note(row.represented, Act.ACCEPTED, row)
            note(citizen, Act.TOOK_ON, row)
    if row is None:
        cache.add(guesses, 0, timeout=HOUR)
        cache.incr(guesses)
        raise WrongCode
    return row


def revoke(*, actor: Actor, representation_id: uuid.UUID | str) -> None:
    """Ends what a citizen gave, at once, by either of the two.

    Raises `Representation.DoesNotExist` for anybody else's, and for what is not theirs to end.

    A request that is being sent with it at this moment is finished first, or not sent at all.
    """
    citizen = themselves(actor)
    with transaction.atomic():
        rows = Representation.objects.select_for_update(of=("self",))
        own = rows.filter(_may_end(citizen), revoked_at=None)
        row = own.select_related("represented").get(pk=representation_id)
        row.revoked_at, row.revoked_by, row.code_hmac = timezone.now(), actor.require_user(), None
        row.save(update_fields=["revoked_at", "revoked_by", "code_hmac"])
        note(row.represented, Act.REVOKED, row)


def _may_end(citizen: Citizen) -> Q:
    """What one gave or was given; and what was joined to the own account, which was maybe not right."""
    given = Q(kind=Kind.AUTHORISED) & (Q(represented=citizen) | Q(representative=citizen))
    return given | Q(kind=Kind.ONESELF, representative=citizen)


def given_by(*, actor: Actor) -> list[Representation]:
    """Who may act for this citizen, or could, newest first; not what is over."""
    rows = Representation.objects.filter(represented=themselves(actor), revoked_at=None)
    rows = rows.exclude(until_on__lt=clock.today()).exclude(kind=Kind.VOUCHED)
    return list(rows.select_related("representative").order_by("-created_at"))


def held_by(citizen: Citizen) -> list[Representation]:
    """For whom this citizen may act today. Not what an identity provider vouched for at one login."""
    rows = Representation.objects.standing(clock.today()).filter(representative=citizen)
    return list(rows.exclude(kind=Kind.VOUCHED).select_related("represented").order_by("created_at"))


def standing_one(*, citizen: Citizen, representation_id: uuid.UUID | str) -> Representation:
    """One that this citizen may use today; raises `MandateEnded` for any other."""
    rows = Representation.objects.standing(clock.today()).filter(representative=citizen)
    row = rows.select_related("represented").filter(pk=representation_id).first()
    if row is None:
        raise MandateEnded
    return row


def mandate_of(row: Representation, *, hides_places: bool) -> Mandate:
    """What it lets somebody do. Who may not see where the citizen lives, does not stand in their place."""
    services = None if row.services is None else frozenset(row.services)
    capacity = _CAPACITIES[row.kind]
    if hides_places and capacity == "guardian":
        capacity = "representative"
    return Mandate(row.pk, capacity, services, hides_places)


def hold(mandate: Mandate | None) -> None:
    """In the transaction of an act: the mandate stands until it is committed. Raises `MandateEnded`."""
    if mandate is None:
        return
    rows = Representation.objects.standing(clock.today()).select_for_update(of=("self",))
    if not rows.filter(pk=mandate.representation_id).exists():
        raise MandateEnded


def themselves(actor: Actor) -> Citizen:
    """The citizen, who acts for nobody else. Raises `PermissionError`."""
    if actor.capacity != "self" or actor.reads_only:
        raise PermissionError("only for oneself")
    return actor.require_citizen()


@sensitive_variables("code")
def code_hmac(code: str) -> str:
    """What is kept of a code; spaces, lines and small letters make no difference."""
    return keyed_hmac("mandate", "".join(code.split()).replace("-", "").upper())
