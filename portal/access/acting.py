"""Acting for somebody else, from one request to the next.

The session says which mandate was chosen; whether it stands is looked up at every request, so that what
is revoked or over ends at once, in every tab. Where the citizen lives is hidden from who lives elsewhere:
that is worked out when acting begins, and what is not known counts as elsewhere.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Collection, Mapping
from dataclasses import replace
from typing import Any, Final

from django.contrib.sessions.backends.base import SessionBase

from portal.access import trail
from portal.access.joining import joined, joined_by
from portal.access.models import Representation
from portal.access.representation import MandateEnded, mandate_of, standing_one
from portal.access.standing import Standing, standing_of
from portal.ledger.engine.gather import Known, fact_of
from portal.ledger.keys import KeyDestroyed
from portal.ledger.log.uses import Begun, Ending, end_uses
from portal.people.actor import Actor
from portal.people.models import Citizen, User

ACTING: Final = "acting"
READS_ONLY: Final = "reads_only"
Kind = Representation.Kind

_FOR_THE_LIVING: Final = (Kind.AUTHORISED, Kind.VOUCHED, Kind.PARENT, Kind.CURATOR, Kind.ADMINISTRATOR)

find_trace: Callable[[Citizen, Mapping[str, Any]], str] | None = None
"""Set by `portal.cases`: the trace of the object that an address names, "" where it names none."""
find_owner: Callable[[Collection[uuid.UUID], Mapping[str, Any]], uuid.UUID | None] | None = None
"""Set by `portal.cases`: whose of these people the object of an address is; None for nobody's."""


class Ended(Exception):
    """Who is represented has died: what was given in life is over (BW 3:72)."""


class NotToBeSaid(Exception):
    """The register did not say whether it may be used. That is no yes: a person must help."""


def begin(*, user: User, session: SessionBase, representation_id: uuid.UUID | str) -> Representation:
    """From the next request on, this user acts for somebody. Raises `MandateEnded`, `Ended`, `NotToBeSaid`.

    The registers are asked whether the represented person lives, and where both live.
    """
    helper = _citizen_of(user)
    row = standing_one(citizen=helper, representation_id=representation_id)
    if row.kind == Kind.VOUCHED:
        # For the login in which the provider said so, and not for another one.
        raise MandateEnded
    theirs = standing_of(row.represented)
    standing_of(helper)
    _require_use(row, theirs)
    elsewhere = row.kind != Kind.ONESELF and not _live_together(row.represented, helper)
    session[ACTING] = {"id": str(row.pk), "elsewhere": elsewhere}
    trail.note(row.represented, trail.Act.BEGAN, row)
    return row


def stop(session: SessionBase) -> None:
    """From the next request on, everybody acts for themselves again."""
    session.pop(ACTING, None)


def actor_of_session(user: User, session: SessionBase) -> Actor:
    """Who asks, and for whom. Raises `MandateEnded` once: the session acts for nobody else any more."""
    actor = Actor.of_user(user)
    chosen = session.get(ACTING)
    if chosen is None or actor.capacity != "self":
        return _whole(_as_the_law_lets(actor, session), session)
    try:
        row = standing_one(citizen=actor.require_citizen(), representation_id=chosen["id"])
    except MandateEnded:
        stop(session)
        raise
    return Actor.for_another(user, row.represented, mandate_of(row, hides_places=chosen["elsewhere"]))


def for_object(actor: Actor, parameters: Mapping[str, Any]) -> Actor:
    """Who asks for this object: of what was arranged before there was a BSN, as the person whose it is."""
    owner = find_owner(actor.joined, parameters) if actor.joined and find_owner else None
    rows = joined().filter(represented=owner, representative=actor.citizen).select_related("represented")
    row = rows.first() if owner is not None else None
    if row is None:
        return actor
    made = Actor.for_another(actor.require_user(), row.represented, mandate_of(row, hides_places=False))
    others = (actor.joined - {row.represented_id}) | {actor.require_citizen().pk}
    return replace(made, reads_only=actor.reads_only, joined=others)


def begin_act(actor: Actor, parameters: Mapping[str, Any]) -> Begun | None:
    """Before something is done in somebody's name: the first line of it. None where one acts for oneself."""
    if actor.mandate is None:
        return None
    citizen = actor.require_citizen()
    trace_id = find_trace(citizen, parameters) if find_trace else ""
    return trail.begin(citizen, actor.mandate.representation_id, trace_id=trace_id)


def end_act(begun: Begun, *, what: str, done: bool) -> None:
    """The second line. `what` is the name of the route, without its namespace."""
    end_uses([Ending(begun, what, ok=done)])


def _as_the_law_lets(actor: Actor, session: SessionBase) -> Actor:
    if actor.capacity == "self" and session.get(READS_ONLY):
        return Actor(user=actor.user, citizen=actor.citizen, capacity="self", reads_only=True)
    return actor


def _whole(actor: Actor, session: SessionBase) -> Actor:
    theirs = joined_by(actor.citizen, session) if actor.citizen is not None else frozenset()
    return replace(actor, joined=theirs) if theirs else actor


def _require_use(row: Representation, theirs: Standing) -> None:
    if row.kind in _FOR_THE_LIVING and theirs.died:
        raise Ended
    if row.kind in (Kind.EXECUTOR, Kind.HEIR) and not theirs.died:
        # Alive, or not known: what somebody leaves is nobody's business before that.
        raise NotToBeSaid


def _live_together(one: Citizen, other: Citizen) -> bool:
    """Both at one dwelling, by its number in the BAG; what is not known or in doubt is no."""
    homes = [_dwelling(one), _dwelling(other)]
    return homes[0] is not None and homes[0] == homes[1] and not one.safety_flag


def _dwelling(citizen: Citizen) -> str | None:
    try:
        fact = fact_of(citizen, "brp.address")
    except KeyDestroyed:
        return None
    if not isinstance(fact, Known) or fact.under_investigation or fact.value.get("function") == "post":
        return None
    found = fact.value.get("object_id")
    return found if isinstance(found, str) else None


def _citizen_of(user: User) -> Citizen:
    if user.citizen is None:
        raise MandateEnded
    return user.citizen
