"""The fixed cast of the tests, and what they are called in every test: test as people act.

The BSNs are artificial (9990…) and are those of the sandbox, so that the same Noor can log in there.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from django.contrib.auth import SESSION_KEY
from django.test import Client

from portal.people.actor import Actor
from portal.people.models import Citizen, User
from portal.people.sessions import begin
from tests.factories import make_citizen_user, make_officer, make_operator

NOOR_BSN: Final = "999000019"
NEIGHBOUR_BSN: Final = "999000111"
CANARY_BSN: Final = "999000172"
"""Femke Postma, who asked for secrecy: hers must be found nowhere (`tests/stories/test_traces.py`)."""


@dataclass(frozen=True, slots=True)
class Cast:
    """Noor has a child; her neighbour must see nothing of it; three of the staff, each of another office."""

    citizen: User
    neighbour: User
    officer: User
    other_officer: User
    operator: User

    def user(self, name: str) -> User | None:
        """A member by name; None for "anonymous"."""
        found: User | None = None if name == "anonymous" else getattr(self, name)
        return found


def make_cast() -> Cast:
    """Everybody, in the database."""
    return Cast(
        citizen=make_citizen_user(NOOR_BSN),
        neighbour=make_citizen_user(NEIGHBOUR_BSN),
        officer=make_officer("gemeente-waterstad", name="Wilma Bos"),
        other_officer=make_officer("svb", name="Petra Kok"),
        operator=make_operator("levensloket", name="Otto Maas"),
    )


def actor(user: User) -> Actor:
    """The actor behind a member of the cast."""
    return Actor.of_user(user)


def citizen_of(user: User) -> Citizen:
    """The citizen behind a user who is one."""
    assert user.citizen is not None
    return user.citizen


def logged_in(user: User | None, *, level: str = "midden") -> Client:
    """A browser in which this user is logged in as if by the identity provider; None: nobody is."""
    client = Client()
    if user is not None:
        client.force_login(user)
        session = client.session
        session["level"] = level if user.citizen_id else ""
        begin(session)
        session.save()
        assert session[SESSION_KEY] == str(user.pk)
    return client
