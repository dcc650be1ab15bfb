"""Who does something, explicitly: every verb takes an `Actor`, nothing looks one up behind your back."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, get_args

from portal.people.models import Citizen, Role, User

Capacity = Literal["self", "officer", "operator", "agency", "system"]
CAPACITIES: frozenset[str] = frozenset(get_args(Capacity))

_OF_ROLE: dict[str, Capacity] = {Role.CITIZEN: "self", Role.OFFICER: "officer", Role.OPERATOR: "operator"}


@dataclass(frozen=True, slots=True)
class Program:
    """An agency's own program at our API: for exactly one agency, and for these of its services only."""

    client_id: str
    agency: str
    services: frozenset[str]
    may_read: bool
    may_write: bool


@dataclass(frozen=True, slots=True)
class Actor:
    """`user` acts (None: the system itself) for or about `citizen` (None: no one citizen), in a capacity.

    `mandate` is what lets somebody act for somebody else; None when one acts for oneself or by office.
    In the capacity "agency" nobody of flesh and blood acts, but a `program`.
    """

    user: User | None
    citizen: Citizen | None
    capacity: Capacity
    mandate: object | None = None
    program: Program | None = None

    @classmethod
    def of_user(cls, user: User) -> Actor:
        """The actor behind a login. Raises `PermissionError` for a user who may not act (any more)."""
        if not user.is_active or user.role not in _OF_ROLE:
            raise PermissionError("this user may not act")
        return cls(user=user, citizen=user.citizen, capacity=_OF_ROLE[user.role])

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
    def agency(self) -> str:
        """Catalogue id of the agency that a staff member or a program acts for; "" for everybody else."""
        if self.program is not None:
            return self.program.agency
        return self.user.agency if self.user is not None else ""

    @property
    def is_staff(self) -> bool:
        """An officer or an operator."""
        return self.capacity in ("officer", "operator")
