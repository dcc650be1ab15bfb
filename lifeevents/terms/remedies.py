"""The terms after an outcome: objecting, appealing, deciding on that, complaining, the ombudsman.

Readings of the law, each here and nowhere else:

- The term for a decision on an objection runs from the end of the objection term, never from the day on
  which the objection came in (Awb 7:10(1)). An end that the Atw moved is the end.
- The week in which a posted objection must arrive (6:9(2)) is a term of law too, so the Atw moves it.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Final

from lifeevents.legal import Article, Extension, ObjectionDecision, Term
from lifeevents.terms.counting import last_day
from lifeevents.terms.decision import DecisionClock, Extended, decide_by
from lifeevents.terms.suspension import GROUNDS, Suspended

AWB = "Algemene wet bestuursrecht"


def _awb(number: str, *, weeks: int = 0, years: int = 0) -> Term:
    return Term(article=Article(name=f"artikel {number} {AWB}", verified=True), weeks=weeks, years=years)


OBJECTION: Final = _awb("6:7", weeks=6)
"""For an objection, an appeal in court and an administrative appeal alike."""
POST: Final = _awb("6:9, tweede lid", weeks=1)
NOT_TREATED: Final = _awb("4:5, vierde lid", weeks=4)
COMPLAINT: Final = _awb("9:11, eerste lid", weeks=6)
COMPLAINT_WITH_COMMITTEE: Final = _awb("9:11, eerste lid", weeks=10)
COMPLAINT_LONGER: Final = _awb("9:11, tweede lid", weeks=4)
COMPLAINT_REFUSED: Final = _awb("9:8, derde lid", weeks=4)
OMBUDSMAN: Final = _awb("9:24, eerste lid", years=1)

DECISION_ON_OBJECTION: Final = ObjectionDecision(
    term=_awb("7:10, eerste lid", weeks=6),
    with_committee=_awb("7:10, eerste lid", weeks=12),
    extension=Extension(
        article=Article(name=f"artikel 7:10, derde lid, {AWB}", verified=True),
        at_most=_awb("7:10, derde lid", weeks=6),
    ),
)
"""The general one; a service with another says so (`objection_decision`)."""
DECISION_ON_APPEAL: Final = ObjectionDecision(
    term=_awb("7:24, eerste lid", weeks=16),
    extension=Extension(
        article=Article(name=f"artikel 7:24, vierde lid, {AWB}", verified=True),
        at_most=_awb("7:24, vierde lid", weeks=10),
    ),
)
"""Administrative appeal with a body of another legal person."""
DECISION_ON_APPEAL_WITHIN: Final = ObjectionDecision(
    term=_awb("7:24, tweede lid", weeks=6),
    with_committee=_awb("7:24, tweede lid", weeks=12),
    extension=Extension(
        article=Article(name=f"artikel 7:24, vijfde lid, {AWB}", verified=True),
        at_most=_awb("7:24, vijfde lid", weeks=6),
    ),
)
"""Administrative appeal with a body of the same legal person."""


def remedy_until(made_known: date, term: Term = OBJECTION) -> date:
    """The last day to object or appeal: it begins on the day after the decision was made known (6:8)."""
    return last_day(made_known, term)


def is_in_time(until: date, *, received: date, posted: date | None = None) -> bool:
    """Whether an objection or appeal came in time (6:9). `posted` is the day of the postmark, if any."""
    if received <= until:
        return True
    return posted is not None and posted <= until and received <= last_day(until, POST)


def objection_decided_by(
    remedy_ends: date,
    decision: ObjectionDecision = DECISION_ON_OBJECTION,
    events: Iterable[Suspended | Extended] = (),
    *,
    with_committee: bool = False,
) -> DecisionClock:
    """By when there must be a decision on an objection or administrative appeal.

    `remedy_ends` is the last day to object. Only suspensions that hold here count (7:14, 7:10(2)).
    Raises `ValueError` for a committee where the law gives it no term.
    """
    term = decision.with_committee if with_committee else decision.term
    if term is None:
        raise ValueError("this law has no term with a committee")
    return decide_by(remedy_ends, term, [event for event in events if _holds(event)])


def _holds(event: Suspended | Extended) -> bool:
    return isinstance(event, Extended) or GROUNDS[event.article].in_objection


def not_treated_by(completed_or_lapsed: date) -> date:
    """The last day to make known that an incomplete application is not treated (4:5(4))."""
    return last_day(completed_or_lapsed, NOT_TREATED)


def complaint_handled_by(received: date, *, with_committee: bool = False, longer: bool = False) -> date:
    """The last day to deal with a complaint (9:11); `longer`: where that was put off, in writing."""
    term = COMPLAINT_WITH_COMMITTEE if with_committee else COMPLAINT
    events = [Extended(COMPLAINT_LONGER.article.name, received, by=COMPLAINT_LONGER)] if longer else []
    due = decide_by(received, term, events).due
    assert due is not None  # noqa: S101 -- nothing suspends it here
    return due


def ombudsman_until(complaint_answered: date) -> date:
    """The last day on which the ombudsman must take it up: a year after the answer (9:24(1)); never moved."""
    return last_day(complaint_answered, OMBUDSMAN)
