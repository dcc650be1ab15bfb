"""What comes before a refusal: the citizen was heard, and called where the service asks for that.

Whoever leaves that out says why, by the law; the citizen reads it with the outcome. So an officer is never
stuck, and never silent about it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from lifeevents.model import Service
from portal.cases.deciding.calls import calls_for, is_called
from portal.cases.deciding.grounds import OWN
from portal.cases.deciding.hearing import Heard, article_for, heard, hearings_for
from portal.cases.models import Case, Outcome

_OF_4_7: Final = (OWN, "minor")
_OF_4_8: Final = ("not-own", "withheld")
_OF_BOTH: Final = ("urgent", "before", "purpose")


@dataclass(frozen=True, slots=True)
class Care:
    """Why hearing was left out (a key of `grounds.ARTICLES`, with reasons), and why calling; else ""."""

    not_heard: str = ""
    not_heard_because: str = ""
    not_called_because: str = ""


NO_CARE: Final = Care()


@dataclass(frozen=True, slots=True)
class Due:
    """What a refusal of this case asks for first. `article` is "" and `calls` False where it asks nothing."""

    article: str
    heard: Heard
    grounds: tuple[str, ...]
    calls: bool

    @property
    def hears(self) -> bool:
        """Hearing is due, and was not done."""
        return bool(self.article) and not self.heard.is_done


class NotHeard(ValueError):
    """The citizen was not heard first, and no ground was given to leave that out."""


class StillTime(NotHeard):
    """The citizen was asked, and has time until the last day."""


class NotCalled(ValueError):
    """The service asks for a call before a refusal."""


def due_for(case: Case, *, is_disputed: bool) -> Due:
    """The same, read from the database. `is_disputed`: the citizen says that something in it is wrong."""
    return due_of(
        case.definition,
        heard(list(hearings_for(case)[:1])),
        is_called=is_called(list(calls_for(case))),
        is_disputed=is_disputed,
        has_danger=case.citizen.safety_flag,
    )


def due_of(service: Service, state: Heard, *, is_called: bool, is_disputed: bool, has_danger: bool) -> Due:
    """What is known already. Who is in danger is not called on a number that nobody called safe."""
    article = article_for(service)
    wants_call = service.call_before_refusal and not is_called and not has_danger
    return Due(article, state, _grounds(service, article, is_disputed=is_disputed), wants_call)


def _grounds(service: Service, article: str, *, is_disputed: bool) -> tuple[str, ...]:
    """Those that fit. Of what the citizen says is wrong, nobody can say that it is their own."""
    if not article:
        return ()
    own = tuple(one for one in (_OF_4_7 if article == "4:7" else _OF_4_8) if not (is_disputed and one == OWN))
    # 4:12: only where it can be undone on objection or administrative appeal, and is about money.
    money = ("money",) if service.remedy in ("objection", "administrative-appeal") else ()
    return (*own, *_OF_BOTH, *money)


def is_refusing(kind: str) -> bool:
    """Whether an outcome refuses something, wholly or in part."""
    return kind in (Outcome.Kind.REFUSED, Outcome.Kind.PARTLY)


def require(due: Due, kind: str, care: Care) -> None:
    """Raises `NotHeard`, `StillTime` and `NotCalled` where an outcome would come too soon."""
    if not is_refusing(kind):
        return
    if due.hears and not (care.not_heard in due.grounds and care.not_heard_because.strip()):
        raise StillTime if due.heard is Heard.OPEN else NotHeard
    if due.calls and not care.not_called_because.strip():
        raise NotCalled


def counted(due: Due, kind: str, care: Care) -> Care:
    """What is kept with the outcome: reasons for what was not due, or was done, say nothing."""
    if not is_refusing(kind):
        return NO_CARE
    hears = due.hears and care.not_heard
    return Care(
        not_heard=care.not_heard if hears else "",
        not_heard_because=care.not_heard_because if hears else "",
        not_called_because=care.not_called_because if due.calls else "",
    )
