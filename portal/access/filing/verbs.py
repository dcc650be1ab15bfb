"""Beginning and ending to write down what a citizen asks for. As with an assist, the session of who does it
holds a wish: whether a filing stands is asked of its row at every request, and once more when it sends.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from datetime import date, timedelta
from typing import Final

from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet
from django.utils import timezone

from lifeevents.model import AgencyByKind, Service
from portal import clock
from portal.access.assist import trail
from portal.access.assist import verbs as assist
from portal.access.assist.register import hides_home
from portal.access.assist.verbs import NotAllowed, is_known_self, is_staff_citizen
from portal.access.filing.models import Filing
from portal.access.joining import has_joined
from portal.access.standing import standing_of
from portal.catalogue import catalogue
from portal.people import keys
from portal.people.actor import Actor, Recording
from portal.people.models import AT_AN_AGENCY, HELPDESK, Citizen, User

LASTS: Final = timedelta(minutes=60)
OLDEST: Final = timedelta(days=31)
"""A form that came in longer ago lay somewhere: a lead looks at that first."""
PREFIX: Final = "filing-"
BEGUN: Final = "filing-begun"
PAGE: Final = "filing-page"
SENT: Final = "filing-sent"
OPENED: Final = "filing-open"
PAPER_FORM: Final = "filing-form"
Channel, Identity = Filing.Channel, Filing.Identity
_LEVELS: Final = {
    Identity.PAPERS: "hoog",
    Identity.SIGNATURE: "hoog",
    Identity.QUESTIONS: "midden",
    Identity.STATED: "midden",
}
"""What each is worth, on the scale of logins. A signature is what the law asks for (Awb 4:2)."""
_GOES_WITH: Final = {
    Channel.DESK: (Identity.PAPERS, Identity.STATED),
    Channel.PHONE: (Identity.QUESTIONS, Identity.STATED),
    Channel.PAPER: (Identity.SIGNATURE,),
}


class FilingEnded(Exception):
    """It does not stand any more: its time is over, or it was ended."""


def start_filing(
    *,
    staff: Actor,
    citizen: Citizen,
    channel: Filing.Channel,
    identity: Filing.Identity,
    received_on: date | None = None,
    posted_on: date | None = None,
    interpreter: bool = False,
    scan: bytes | None = None,
) -> Filing:
    """For somebody of the helpdesk, or an officer at the own desk, about requests to the own agency.

    `received_on` is of paper alone: what is said counts today. Raises `NotAllowed`: "role", "nested", "own"
    (oneself or a colleague), "unknown-self", "identity" (this does not go with that channel, or is too
    little for this person), "day" (of paper: to come, or too long ago), "scan", "curatele", "died".
    """
    user = _allowed(staff, citizen)
    _require_may_ask(citizen)
    if identity not in _GOES_WITH[channel] or (identity == Identity.STATED and citizen.bsn is not None):
        raise NotAllowed("identity")
    if citizen.safety_flag and identity not in (Identity.PAPERS, Identity.SIGNATURE):
        raise NotAllowed("identity")
    if (channel == Channel.PAPER) != (scan is not None):
        raise NotAllowed("scan")
    received = _received(channel, received_on, posted_on)
    # The network comes before the transaction.
    hidden = hides_home(citizen) or citizen.safety_flag
    now = timezone.now()
    with transaction.atomic():
        User.objects.select_for_update(no_key=True).get(pk=user.pk)  # two tabs begin one
        if _standing().filter(staff=user).exists() or assist.standing().filter(staff=user).exists():
            raise NotAllowed("nested")
        row = Filing(
            staff=user,
            agency=staff.agency,
            citizen=citizen,
            channel=channel,
            identity=identity,
            received_on=received,
            posted_on=posted_on if channel == Channel.PAPER else None,
            interpreter=interpreter,
            services=_services(staff.agency),
            hides_places=hidden,
            started_at=now,
            ends_at=now + LASTS,
        )
        if scan is not None:
            row.sealed_scan = keys.encrypt(scan, context=_context(row))
        row.save(force_insert=True)
        trail.note_seen(citizen, staff=user, what=f"{BEGUN}:{channel}:{identity}", reference=str(row.pk))
    return row


def end_filing(*, staff: Actor) -> None:
    """The member of staff is done. Twice is once; the scan that was not sent goes."""
    if staff.filing is not None:
        _end(Filing.objects.filter(pk=staff.filing.filing_id))


def end_elsewhere(*, staff: Actor) -> None:
    """Also what they began in a browser that they lost."""
    _end(Filing.objects.filter(staff=staff.require_user()))


def end_of_user(user: User) -> None:
    """Somebody of the staff is shut out, or is something else now."""
    _end(Filing.objects.filter(staff=user))


def writing_down(user: User, filing_id: str) -> Actor:
    """The actor of a request in a filing, in one question. Raises `FilingEnded`."""
    try:
        wanted = uuid.UUID(filing_id)
    except ValueError:
        raise FilingEnded from None
    account = User.objects.filter(citizen=OuterRef("citizen"))
    rows = _standing().filter(pk=wanted, staff=user).select_related("citizen")
    row = rows.annotate(has_account=Exists(account) | has_joined("citizen")).first()
    if row is None or not _may_still(user, row):
        raise FilingEnded
    recording = Recording(
        filing_id=row.pk,
        channel=row.channel,
        level=level_of(row),
        agency=row.agency,
        services=None if row.services is None else frozenset(row.services),
        hides_places=row.hides_places,
        ends_at=row.ends_at,
        acts=_is_enough(Identity(row.identity), has_account=row.has_account),
    )
    return Actor.writing_down(user, row.citizen, recording)


def _is_enough(identity: Filing.Identity, *, has_account: bool) -> bool:
    """Whether it may be about what runs. A signature is, since it goes along: the rest is the word of staff
    alone, and whoever has an account does it there, confirms it with a code, or tells the agency itself."""
    return identity == Identity.SIGNATURE or (identity != Identity.STATED and not has_account)


def hold_filing(recording: Recording | None) -> Filing | None:
    """The row, locked until what is sent in it was. Raises `FilingEnded` where it does not stand any more."""
    if recording is None:
        return None
    row = _standing().select_for_update(of=("self",)).filter(pk=recording.filing_id).first()
    if row is None:
        raise FilingEnded
    return row


def level_of(row: Filing) -> str:
    """What it is worth how somebody showed who they are, on the scale of logins."""
    return _LEVELS[Identity(row.identity)]


def scan_of(row: Filing) -> bytes | None:
    """The signed form; None where there is none, or it stands with the requests already."""
    if row.sealed_scan is None:
        return None
    return keys.decrypt(bytes(row.sealed_scan), context=_context(row))


def forget_scan(row: Filing) -> None:
    """It stands with the requests now."""
    Filing.objects.filter(pk=row.pk).update(sealed_scan=None)


def forget_old_scans() -> int:
    """Every night: scans of forms that were never sent, and whose filing is over; gives how many."""
    rows = Filing.objects.filter(sealed_scan__isnull=False, ends_at__lt=timezone.now())
    return rows.update(sealed_scan=None)


def note_page(actor: Actor, route: str) -> None:
    """A page with something of the citizen was seen: a line that the citizen reads."""
    if actor.filing is not None:
        trail.note_seen(
            actor.require_citizen(),
            staff=actor.require_user(),
            what=f"{PAGE}:{route}",
            reference=str(actor.filing.filing_id),
        )


def _allowed(staff: Actor, citizen: Citizen) -> User:
    user = staff.require_user()
    if staff.assist is not None or staff.filing is not None:
        raise NotAllowed("nested")
    if not (staff.is_helpdesk or staff.agency):
        raise NotAllowed("role")
    if not is_known_self(user):
        raise NotAllowed("unknown-self")
    if is_staff_citizen(citizen):
        raise NotAllowed("own")
    return user


def _require_may_ask(citizen: Citizen) -> None:
    """As at a login: who is under curatele asks for nothing alone, and who has died for nothing at all."""
    if citizen.bsn is None:
        return
    standing = standing_of(citizen, ("brp.alive", "brp.guardianship"))
    if standing.under_guardianship:
        raise NotAllowed("curatele")
    if standing.died:
        raise NotAllowed("died")


def _received(channel: Filing.Channel, received_on: date | None, posted_on: date | None) -> date:
    today = clock.today()
    if channel != Channel.PAPER:
        return today
    received = received_on or today
    if received > today or received < today - OLDEST or (posted_on is not None and posted_on > received):
        raise NotAllowed("day")
    return received


def _services(agency: str) -> list[str] | None:
    """An officer writes down what goes to the own agency; the helpdesk everything."""
    if not agency:
        return None
    return sorted(one.id for one in catalogue().services.values() if goes_to(one, [agency]))


def goes_to(service: Service, agencies: Iterable[str]) -> bool:
    """Whether a service can go to one of these agencies: by name, or as one of its kind."""
    kinds = {catalogue().agencies[name].kind for name in agencies if name in catalogue().agencies}
    if isinstance(service.agency, AgencyByKind):
        return service.agency.kind in kinds
    return service.agency in set(agencies)


def _may_still(user: User, row: Filing) -> bool:
    """The role, or the agency, may have been taken back meanwhile."""
    if user.role in HELPDESK:
        return row.agency == ""
    return user.role in AT_AN_AGENCY and row.agency == user.agency


def _standing() -> QuerySet[Filing]:
    return Filing.objects.filter(ended_at=None, ends_at__gt=timezone.now())


def _end(rows: QuerySet[Filing]) -> None:
    rows.filter(ended_at=None).update(ended_at=timezone.now(), sealed_scan=None)


def _context(row: Filing) -> bytes:
    return f"access.filing.scan:{row.pk}".encode()
