"""The fixed cast of the tests, and what they are called in every test: test as people act.

The BSNs are artificial (9990…) and are those of the sandbox, so that the same Noor can log in there.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from django.contrib.auth import SESSION_KEY
from django.test import Client

from portal.people.actor import Actor
from portal.people.models import Citizen, Role, User
from portal.people.sessions import begin
from tests.factories import make_citizen_user, make_officer, make_operator, make_staff

NOOR_BSN: Final = "999000019"
NEIGHBOUR_BSN: Final = "999000111"
CANARY_BSN: Final = "999000172"
"""Femke Postma, who asked for secrecy: hers must be found nowhere (`tests/stories/test_traces.py`)."""


@dataclass(frozen=True, slots=True)
class Cast:
    """Noor has a child; her neighbour must see nothing of it; and of the staff one of each kind.

    `officer` and `lead` work where her request is, `other_officer` and `other_lead` elsewhere.
    """

    citizen: User
    neighbour: User
    officer: User
    other_officer: User
    lead: User
    other_lead: User
    helpdesk: User
    helpdesk_lead: User
    editor: User
    operator: User
    auditor: User

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
        lead=make_staff(Role.LEAD, "gemeente-waterstad", name="Lies Smit"),
        other_lead=make_staff(Role.LEAD, "svb", name="Guus Prins"),
        # Employed by agencies that have a request of Noor's: that gives them nothing to do with it.
        helpdesk=make_staff(Role.HELPDESK, "gemeente-waterstad", name="Hanna Vos"),
        helpdesk_lead=make_staff(Role.HELPDESK_LEAD, "svb", name="Hugo Kuiper"),
        editor=make_staff(Role.EDITOR, "gemeente-waterstad", name="Els Brouwer"),
        operator=make_operator("levensloket", name="Otto Maas"),
        auditor=make_staff(Role.AUDITOR, "svb", name="Aad Willems"),
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
