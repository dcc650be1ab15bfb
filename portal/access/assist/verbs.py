"""Beginning, prolonging and ending to look along. What the session of the staff member says is a wish:
whether an assist stands is asked of its row, at every request and once more before a page goes out."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from datetime import timedelta
from typing import Final, Literal

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.views.decorators.debug import sensitive_variables

from lifeevents.model import LEVELS
from portal.access.assist import trail
from portal.access.assist.codes import use_code, watch
from portal.access.assist.models import Assist, AssistCode
from portal.access.assist.register import hides_home
from portal.catalogue import catalogue
from portal.people.actor import Actor, Beside
from portal.people.models import HELPDESK, Citizen, User

LASTS: Final = timedelta(minutes=15)
Agreement = Assist.Agreement
Allowed = Literal["fill", "words"]
_ALLOWED: Final[dict[Allowed, str]] = {"fill": "fills_since", "words": "words_since"}
BY_MESSAGE: Final = (Agreement.SMS, Agreement.MAIL)
"""Where somebody else may have the telephone."""

tell: Callable[[Citizen], None] | None = None
"""Set by `portal.cases`: tells the citizen that there is news, at once."""


class NotAllowed(Exception):
    """Not by this one, not with this one, or not in this way. `why` is a word for it."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


class AssistEnded(Exception):
    """It does not stand any more: its time is over, or somebody ended it."""


@sensitive_variables("code")
def start_assist(
    *, staff: Actor, citizen: Citizen, reason: Assist.Reason, ticket: str, code: str, is_fresh: bool
) -> Assist:
    """With the code that the citizen read out. `is_fresh`: the second step is younger than 15 minutes.

    Raises `WrongCode`, `TooManyTries`, and `NotAllowed`: "role", "step", "nested", "own" (oneself or a
    colleague), "unknown-self" (who has not said yet which citizen they are), "way" (flagged people).
    """
    user = require_allowed(staff=staff, citizen=citizen, is_fresh=is_fresh)
    hidden = hides_home(citizen)
    used = use_code(staff=user, citizen=citizen, code=code)
    agreement = Agreement(used.way)
    if agreement in BY_MESSAGE and citizen.safety_flag:
        raise NotAllowed("way")
    return begin(
        staff=user,
        citizen=citizen,
        reason=reason,
        ticket=ticket,
        agreement=agreement,
        hidden=hidden,
        fills=used.purpose == AssistCode.Purpose.FILL,
        shows_words=used.shows_words,
    )


def begin(
    *,
    staff: User,
    citizen: Citizen,
    reason: Assist.Reason,
    ticket: str,
    agreement: Agreement,
    hidden: bool,
    fills: bool = False,
    shows_words: bool = False,
) -> Assist:
    """The row, the line in the citizen's log, and that the citizen is told: all or nothing."""
    now = timezone.now()
    with transaction.atomic():
        User.objects.select_for_update(no_key=True).get(pk=staff.pk)  # two tabs begin one
        if standing().filter(staff=staff).exists():
            raise NotAllowed("nested")
        row = Assist.objects.create(
            staff=staff,
            citizen=citizen,
            reason=reason,
            ticket=ticket,
            agreement=agreement,
            services=_services(agreement),
            hides_places=hidden or citizen.safety_flag,
            fills_since=now if fills else None,
            words_since=now if shows_words else None,
            started_at=now,
            ends_at=now + LASTS,
        )
        watch(citizen, row.ends_at)
        trail.note_begun(row)
        if tell is not None:
            tell(citizen)
    return row


@sensitive_variables("code")
def extend_assist(*, staff: Actor, code: str, is_fresh: bool) -> Assist:
    """A quarter of an hour more, once, with a new code. Raises as `start_assist`, and `AssistEnded`."""
    beside = staff.assist
    if beside is None:
        raise AssistEnded
    if not is_fresh:
        raise NotAllowed("step")
    citizen = staff.require_citizen()
    way = Agreement(use_code(staff=staff.require_user(), citizen=citizen, code=code).way)
    if way in BY_MESSAGE and citizen.safety_flag:
        raise NotAllowed("way")
    with transaction.atomic():
        row = standing().select_for_update(of=("self",)).filter(pk=beside.assist_id).first()
        if row is None:
            raise AssistEnded
        if row.extended_at is not None:
            raise NotAllowed("extended")
        row.extended_at = timezone.now()
        row.ends_at = row.extended_at + LASTS
        if row.services is None:
            row.services = _services(way)
        row.save(update_fields=["extended_at", "ends_at", "services"])
        watch(citizen, row.ends_at)
        trail.note_changed(row, "extended")
    return row


def allow(*, actor: Actor, what: Allowed, on: bool) -> int:
    """The citizen lets somebody who looks along fill in or read messages, or does so no more. At once.

    For what runs now only: the next one begins as it always does. Gives in how many it changed something.
    Raises `PermissionError` for who acts for another, or may only read by law.
    """
    if actor.capacity != "self" or actor.reads_only:
        raise PermissionError("only for oneself")
    field = _ALLOWED[what]
    changed = 0
    with transaction.atomic():
        rows = standing().filter(citizen=actor.require_citizen()).select_related("citizen", "staff")
        for row in rows.select_for_update(of=("self",)):
            if (getattr(row, field) is not None) == on:
                continue
            setattr(row, field, timezone.now() if on else None)
            row.save(update_fields=[field])
            trail.note_changed(row, f"{'allowed' if on else 'withdrawn'}:{what}")
            changed += 1
    return changed


def end_by_staff(*, staff: Actor, by: Assist.End = Assist.End.STAFF) -> None:
    """The member of staff stops. Twice is once."""
    if staff.assist is not None:
        _end(Assist.objects.filter(pk=staff.assist.assist_id), by)


def end_elsewhere(*, staff: Actor) -> None:
    """Also what they began in a browser that they lost."""
    _end(Assist.objects.filter(staff=staff.require_user()), Assist.End.STAFF)


def end_by_citizen(*, actor: Actor) -> int:
    """The citizen stops everybody who looks along, at once, in every tab; gives how many there were."""
    return _end(Assist.objects.filter(citizen=actor.require_citizen()), Assist.End.CITIZEN)


def end_of_user(user: User) -> None:
    """Somebody of the staff is shut out, or is something else now."""
    _end(Assist.objects.filter(staff=user), Assist.End.ROLE)


def standing() -> QuerySet[Assist]:
    """Those that run at this moment."""
    return Assist.objects.filter(ended_at=None, ends_at__gt=timezone.now())


def standing_with(citizen: Citizen) -> Assist | None:
    """The one that lasts longest of those with this citizen; None where nobody looks along."""
    return standing().filter(citizen=citizen).order_by("-ends_at").first()


def looking_along(user: User, assist_id: str) -> Actor:
    """The actor of a request in an assist, in one question. Raises `AssistEnded`."""
    if user.role not in HELPDESK:
        end_of_user(user)
        raise AssistEnded
    try:
        wanted = uuid.UUID(assist_id)
    except ValueError:
        raise AssistEnded from None
    row = standing().filter(pk=wanted, staff=user).select_related("citizen").first()
    if row is None:
        raise AssistEnded
    services = None if row.services is None else frozenset(row.services)
    beside = Beside(
        assist_id=row.pk,
        services=services,
        hides_places=row.hides_places,
        ends_at=row.ends_at,
        can_extend=row.extended_at is None,
        # In a draft there may be a place.
        fills=row.fills_since is not None and not row.hides_places,
        shows_words=row.words_since is not None,
    )
    return Actor.looking_along(user, row.citizen, beside)


def is_known_self(user: User) -> bool:
    """Whether this member of staff said which citizen they are."""
    return user.own_bsn_hmac is not None


def say_self(*, staff: Actor, bsn_hmac: str) -> None:
    """Keeps it, once: who could change it could look along with themselves. Raises `NotAllowed`."""
    user = staff.require_user()
    changed = User.objects.filter(pk=user.pk, own_bsn_hmac=None).update(own_bsn_hmac=bsn_hmac)
    if not changed:
        raise NotAllowed("said")
    trail.note_staff(user, "helpdesk-self-said", str(user.pk))


def is_staff_citizen(citizen: Citizen) -> bool:
    """Whether this citizen is one of the staff who help, by what they said themselves."""
    if citizen.bsn_hmac is None:
        return False
    return User.objects.filter(own_bsn_hmac=citizen.bsn_hmac).exists()


def require_allowed(*, staff: Actor, citizen: Citizen, is_fresh: bool) -> User:
    """Who may begin to look along with this citizen. Raises `NotAllowed` as `start_assist` does."""
    user = staff.require_user()
    if staff.assist is not None or standing().filter(staff=user).exists():
        raise NotAllowed("nested")
    if not staff.is_helpdesk:
        raise NotAllowed("role")
    if not is_known_self(user):
        raise NotAllowed("unknown-self")
    if is_staff_citizen(citizen):
        raise NotAllowed("own")
    if not is_fresh:
        raise NotAllowed("step")
    return user


def _services(agreement: Agreement) -> list[str] | None:
    """By SMS or mail somebody else may have the telephone: never enough for what needs Substantieel."""
    if agreement not in BY_MESSAGE:
        return None
    most = LEVELS.index("substantieel")
    return sorted(one.id for one in catalogue().services.values() if LEVELS.index(one.level) < most)


def _end(rows: QuerySet[Assist], by: Assist.End) -> int:
    now = timezone.now()
    with transaction.atomic():
        open_ones = rows.filter(Q(ended_at=None), ends_at__gt=now).select_related("citizen", "staff")
        ended = list(open_ones.select_for_update(of=("self",)))
        for row in ended:
            row.ended_at, row.ended_by = now, by
            row.save(update_fields=["ended_at", "ended_by"])
            trail.write_pages(row)
            trail.note_changed(row, f"ended:{by}")
    return len(ended)
