"""How long a login lasts, and where one is logged in.

A session ends after 15 minutes without activity and after 2 hours in any case, so that a shared telephone
or a library's computer does not stay open. What looks for news by itself is no activity.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from allauth.usersessions.models import UserSession
from django.contrib.sessions.backends.base import SessionBase

from portal.people.models import User

IDLE: Final = 15 * 60
"""Seconds without activity after which a session ends."""
LONGEST: Final = 2 * 60 * 60
"""Seconds after which it ends in any case."""
FRESH: Final = 15 * 60
"""Seconds that a second step counts as just shown."""
WARN: Final = 2 * 60
"""Seconds before the end at which one is told."""

_STEPPED: Final = "stepped"
_BEGUN: Final = "begun"
_ACTIVE: Final = "active"
# Written at most once in so many seconds: a session may end that much sooner, and a page costs no query.
_GRAIN: Final = 30


@dataclass(frozen=True, slots=True)
class Left:
    """What is left of a session: seconds until it ends, and whether activity prolongs it."""

    seconds: int
    can_stay: bool


def begin(session: SessionBase) -> None:
    """Starts both clocks, at the login."""
    session[_BEGUN] = session[_ACTIVE] = _now()


def left(session: SessionBase) -> Left:
    """What is left; nothing of a session that never began (from before an update of the portal)."""
    now = _now()
    until_idle = int(session.get(_ACTIVE, 0)) + IDLE - now
    until_longest = int(session.get(_BEGUN, 0)) + LONGEST - now
    return Left(max(0, min(until_idle, until_longest)), can_stay=until_longest > WARN)


def first_look(session: SessionBase) -> int:
    """Seconds after which a page that was made now asks how much is left: the same for every fresh page."""
    until_longest = int(session.get(_BEGUN, 0)) + LONGEST - _now()
    return max(0, min(IDLE - _GRAIN, until_longest) - WARN)


def step_again(session: SessionBase) -> None:
    """The second step was shown once more, in the middle of a session."""
    session[_STEPPED] = _now()


def step_is_fresh(session: SessionBase) -> bool:
    """Whether staff showed their second step, at the login or since, less than 15 minutes ago."""
    last = max(int(session.get(_BEGUN, 0)), int(session.get(_STEPPED, 0)))
    return _now() - last < FRESH


def touch(session: SessionBase) -> None:
    """Activity: the idle clock starts again."""
    now = _now()
    if now - int(session.get(_ACTIVE, 0)) < _GRAIN:
        return
    session[_ACTIVE] = now
    seen = datetime.fromtimestamp(now, UTC)
    UserSession.objects.filter(session_key=session.session_key).update(last_seen_at=seen)


def stay(session: SessionBase) -> Left:
    """Prolongs the session because its owner asked for it."""
    session[_ACTIVE] = _now()
    return left(session)


def sessions_of(user: User) -> Sequence[UserSession]:
    """Where this user is logged in, the latest activity first."""
    sessions = UserSession.objects.purge_and_list(user)
    return sorted(sessions, key=lambda one: one.last_seen_at, reverse=True)


def end_other_session(user: User, number: int) -> bool:
    """Ends one of the user's sessions at once, in the database; False where the user has no such session."""
    session = UserSession.objects.filter(user=user, pk=number).first()
    if session is None:
        return False
    session.end()
    return True


def end_all_sessions(user: User, *, but: str | None = None) -> None:
    """Ends every session of the user, except the one with this key."""
    for session in UserSession.objects.filter(user=user).exclude(session_key=but or ""):
        session.end()


def follow_key(user: User, session: SessionBase) -> None:
    """The list of where one is logged in goes on with a session that got another key."""
    session.save()
    UserSession.objects.filter(user=user).update(session_key=session.session_key)


def _now() -> int:
    return int(time.time())
