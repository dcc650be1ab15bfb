"""Who does something, explicitly: every verb takes an `Actor`, nothing looks one up behind your back."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from math import ceil
from typing import Literal, get_args

from django.utils import timezone

from portal.people.models import AT_AN_AGENCY, STAFF, Citizen, Role, User

Capacity = Literal[
    "self",
    "representative",
    "guardian",
    "survivor",
    "officer",
    "lead",
    "helpdesk",
    "helpdesk-lead",
    "assist",
    "filing",
    "editor",
    "operator",
    "auditor",
    "agency",
    "system",
]
"""A representative may do what the mandate names; a guardian (parent, curator) stands in the citizen's place;
a survivor (executor, heir) settles what somebody who died left, and files nothing in that name.
In an assist somebody of the helpdesk looks along with a citizen and reads: that is no citizen's word.
Filing, staff write down what a citizen asks for at a desk, by telephone or on paper, and nothing else."""
CAPACITIES: frozenset[str] = frozenset(get_args(Capacity))

_OF_ROLE: dict[str, Capacity] = {
    Role.CITIZEN: "self",
    Role.OFFICER: "officer",
    Role.LEAD: "lead",
    Role.HELPDESK: "helpdesk",
    Role.HELPDESK_LEAD: "helpdesk-lead",
    Role.EDITOR: "editor",
    Role.OPERATOR: "operator",
    Role.AUDITOR: "auditor",
}


@dataclass(frozen=True, slots=True)
class Program:
    """An agency's own program at our API: for exactly one agency, and for these of its services only."""

    client_id: str
    agency: str
    services: frozenset[str]
    may_read: bool
    may_write: bool


@dataclass(frozen=True, slots=True)
class Mandate:
    """What lets somebody act for somebody else, as it was when this request began.

    `services` are catalogue ids, None for all of them. `hides_places`: who acts lives elsewhere, or we do
    not know; then nothing says where the citizen lives.
    """

    representation_id: uuid.UUID
    capacity: Capacity
    services: frozenset[str] | None
    hides_places: bool


@dataclass(frozen=True, slots=True)
class Beside:
    """Somebody of the helpdesk looks along with the citizen, as it was when this request began.

    `services` and `hides_places` as in a `Mandate`; here the latter is so where the address is secret.
    `fills`: the citizen lets them fill in, and send nothing; `shows_words`: and read messages.
    """

    assist_id: uuid.UUID
    services: frozenset[str] | None
    hides_places: bool
    ends_at: datetime
    can_extend: bool
    fills: bool = False
    shows_words: bool = False

    @property
    def minutes_left(self) -> int:
        """Whole minutes, the one that has begun included."""
        return max(0, ceil((self.ends_at - timezone.now()).total_seconds() / 60))

    @property
    def mark(self) -> str:
        """Changes with everything that the banner says."""
        return f"{self.minutes_left}{'f' if self.fills else ''}{'w' if self.shows_words else ''}"


@dataclass(frozen=True, slots=True)
class Recording:
    """Staff write down what a citizen asks for, as it was when this request began.

    `services` as in a `Mandate`; `agency` is that of an officer, whose own requests alone it may be, "" for
    the helpdesk. `level` is what the way in which somebody showed who they are is worth. `acts`: it may also
    be about what runs already, since it was seen well enough who this is (`filing.verbs`).
    """

    filing_id: uuid.UUID
    channel: str
    level: str
    agency: str
    services: frozenset[str] | None
    hides_places: bool
    ends_at: datetime
    acts: bool = False

    @property
    def on_paper(self) -> bool:
        """Whether it is in writing, with a signature."""
        return self.channel == "paper"


@dataclass(frozen=True, slots=True)
class Actor:
    """`user` acts (None: the system itself) for or about `citizen` (None: no one citizen), in a capacity.

    So `citizen` is the subject, and `user` who does it; they are two people where there is a `mandate`,
    an `assist` or a `filing`, and one or no person where there is none (one acts for oneself, or by office).
    In the capacity "agency" nobody of flesh and blood acts, but a `program`.
    `reads_only`: by law somebody else acts for this citizen (curatele). `joined` are the ids of the others
    that this citizen is too: whom staff wrote down before there was a BSN (`portal.access.joining`).
    """

    user: User | None
    citizen: Citizen | None
    capacity: Capacity
    mandate: Mandate | None = None
    program: Program | None = None
    reads_only: bool = False
    assist: Beside | None = None
    filing: Recording | None = None
    joined: frozenset[uuid.UUID] = frozenset()

    @classmethod
    def of_user(cls, user: User) -> Actor:
        """The actor behind a login. Raises `PermissionError` for a user who may not act (any more)."""
        if not user.is_active or user.role not in _OF_ROLE:
            raise PermissionError("this user may not act")
        return cls(user=user, citizen=user.citizen, capacity=_OF_ROLE[user.role])

    @classmethod
    def for_another(cls, user: User, citizen: Citizen, mandate: Mandate) -> Actor:
        """Somebody who acts for another. The caller has looked whether the mandate still stands."""
        return cls(user=user, citizen=citizen, capacity=mandate.capacity, mandate=mandate)

    @classmethod
    def looking_along(cls, user: User, citizen: Citizen, beside: Beside) -> Actor:
        """Somebody of the helpdesk beside a citizen. The caller has looked whether that still stands."""
        return cls(user=user, citizen=citizen, capacity="assist", assist=beside)

    @classmethod
    def writing_down(cls, user: User, citizen: Citizen, filing: Recording) -> Actor:
        """Staff who file for a citizen. The caller has looked whether that still stands."""
        return cls(user=user, citizen=citizen, capacity="filing", filing=filing)

    @classmethod
    def system(cls, citizen: Citizen | None = None) -> Actor:
        """The portal by itself: a worker, a clock, a command."""
        return cls(user=None, citizen=citizen, capacity="system")

    @classmethod
    def of_program(cls, program: Program) -> Actor:
        """An agency's own program, as its token says."""
        return cls(user=None, citizen=None, capacity="agency", program=program)

    def require_user(self) -> User:
        """The user who acts. Raises `PermissionError` for the system itself."""
        if self.user is None:
            raise PermissionError("nobody is logged in")
        return self.user

    def require_citizen(self) -> Citizen:
        """The citizen it is about. Raises `PermissionError` for an actor who acts for no one citizen."""
        if self.citizen is None:
            raise PermissionError("this actor acts for no citizen")
        return self.citizen

    @property
    def is_citizen(self) -> bool:
        """Whether it is the word of the citizen: their own, or of who acts for them."""
        return self.capacity in ("self", "representative", "guardian", "survivor")

    @property
    def scope(self) -> frozenset[str] | None:
        """The services (catalogue ids) of which this actor may see and do something; None for all."""
        limit = self.mandate or self.assist or self.filing
        return limit.services if limit else None

    def covers(self, services: Iterable[str]) -> bool:
        """Whether the actor may see and do what belongs to all of these services (catalogue ids)."""
        return self.scope is None or self.scope.issuperset(services)

    @property
    def is_whole(self) -> bool:
        """Whether it is the citizen, or who stands in their place: everything about them may be seen."""
        return self.capacity in ("self", "guardian")

    @property
    def hides_places(self) -> bool:
        """Whether nothing may say to this actor where the citizen lives."""
        limit = self.mandate or self.assist or self.filing
        return limit is not None and limit.hides_places

    @property
    def hides_words(self) -> bool:
        """Whether this actor must not read what was written in messages: the citizen did not let them."""
        return self.assist is not None and (self.hides_places or not self.assist.shows_words)

    @property
    def agency(self) -> str:
        """Catalogue id of the agency on whose cases an officer, a lead or a program works; "" for all others.

        Others may be employed by an agency; that gives them nothing to do with its cases.
        """
        if self.program is not None:
            return self.program.agency
        if self.user is None or self.user.role not in AT_AN_AGENCY:
            return ""
        return self.user.agency

    @property
    def is_helpdesk(self) -> bool:
        """Somebody of the helpdesk, who looks along with nobody now."""
        return self.capacity in ("helpdesk", "helpdesk-lead")

    @property
    def is_staff(self) -> bool:
        """Somebody of flesh and blood who is here for work."""
        return self.user is not None and self.user.role in STAFF
