"""Hearing first (Awb 4:7, 4:8): the citizen's view is asked before a decision that refuses something.

The question is a task in the citizen's inbox with a last day. The law gives no number of days; a week is the
portal's own choice. No term stands still meanwhile: this is no supplement of the request (Awb 4:15(1)(a)).
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from enum import StrEnum
from typing import Final

from django.db.models import QuerySet
from django.utils.translation import override

from lifeevents.model import Service
from portal import clock
from portal.cases.forwarding.going import at_this_agency_since
from portal.cases.models import Case, CitizenTask
from portal.cases.talk.asking import TooEarly, ask
from portal.cases.talk.words import hearing_words
from portal.people.actor import Actor

SHORTEST: Final = timedelta(days=7)
USUAL: Final = timedelta(days=14)


class Heard(StrEnum):
    """How it stands: nobody asked; the citizen still has time; the view is there; the last day went by."""

    NOT_ASKED = "not-asked"
    OPEN = "open"
    GIVEN = "given"
    SILENT = "silent"

    @property
    def is_done(self) -> bool:
        """The citizen had the opportunity."""
        return self in (Heard.GIVEN, Heard.SILENT)


def article_for(service: Service) -> str:
    """By which article somebody is heard before a refusal; "" where it is no decision of the Awb.

    Who applied for a decision is heard by 4:7; whom a registration concerns that nobody applied for, by 4:8.
    A deed and what is arranged in private law are none.
    """
    if service.outcome not in ("decision", "registration"):
        return ""
    return "4:7" if service.kind == "application" else "4:8"


def hear(*, case: Case, actor: Actor, why: str, until: date, external_id: str) -> CitizenTask:
    """Asks the citizen's view; `why` says what the agency is about to decide, and on which facts.

    Raises `TooEarly` for a day that is nearer than a week, and as `talk.asking.ask`.
    """
    if until < clock.today() + SHORTEST:
        raise TooEarly
    with override("nl"):
        what = hearing_words()
    return ask(
        case=case, actor=actor, what=what, why=why, until=until, external_id=external_id, is_hearing=True
    )


def hearings_for(case: Case) -> QuerySet[CitizenTask]:
    """Those of the agency that has it, newest first: what another asked was about another decision."""
    tasks = CitizenTask.objects.filter(case=case, is_hearing=True).order_by("-created_at")
    since = at_this_agency_since(case)
    return tasks.filter(created_at__gte=since) if since else tasks


def heard(tasks: Sequence[CitizenTask]) -> Heard:
    """How it stands with the newest of them."""
    newest = next(iter(tasks), None)
    if newest is None:
        return Heard.NOT_ASKED
    if newest.answered_at is not None:
        return Heard.GIVEN
    is_over = newest.due_on is not None and newest.due_on < clock.today()
    return Heard.SILENT if is_over else Heard.OPEN
