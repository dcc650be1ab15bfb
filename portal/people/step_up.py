"""Logging in again at a higher level, in the middle of something; one comes back to where one was.

Which level is wanted stands in the session, never in an address. It is a wish: what the login became is
read from the signed token, and what needs a level looks at that.
"""

from __future__ import annotations

from typing import Final

from django.contrib.sessions.backends.base import SessionBase

from lifeevents.model import LEVELS

LEVEL: Final = "level"
"""In the session: the level of the login, as the token said it."""
_WANTED: Final = "level_wanted"
_AGAIN: Final = "login_again"


def level_of(session: SessionBase) -> str:
    """The level of this login; "" for one without."""
    found = session.get(LEVEL, "")
    return found if found in LEVELS else ""


def ask(session: SessionBase, level: str) -> None:
    """The next login is asked for this level, or higher."""
    session[_WANTED] = level


def wanted(session: SessionBase) -> str:
    """Which level the login that begins now should have; "" for any."""
    found = session.get(_WANTED, "")
    return found if found in LEVELS else ""


def reached(session: SessionBase, level: str) -> None:
    """A login is done: its level counts from now on, also where it is lower than before."""
    session[LEVEL] = level
    session.pop(_WANTED, None)
    session.pop(_AGAIN, None)


def ask_again(session: SessionBase) -> None:
    """The next login must be one that somebody does now, and not one that the provider remembers."""
    session[_AGAIN] = True


def is_asked_again(session: SessionBase) -> bool:
    """Whether that was asked."""
    return bool(session.get(_AGAIN))
