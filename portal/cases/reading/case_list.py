"""All cases of a citizen, page by page: what runs, soonest legal date first; what ended, the last on top."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from django.db.models import Prefetch, QuerySet

from portal.cases.desk.order import CLOSED, LAST_ENDED_FIRST, RUNNING_FIRST, due
from portal.cases.models import Case, Delivery
from portal.cases.own import as_seen_by, own_cases
from portal.cases.paging import Page, page_of
from portal.people.actor import Actor

A_PAGE: Final = 25


@dataclass(frozen=True, slots=True)
class CaseList:
    """A page of each of the two; further on in the one, the other is empty."""

    running: Page[Case]
    finished: Page[Case]


def case_list(*, actor: Actor, after: str = "", ended_after: str = "") -> CaseList:
    """The beginning of both, or what comes after a mark in one of them. Raises `paging.WrongMark`."""
    own = own_cases(actor).select_related("journey", "outcome").defer(*_NOT_IN_A_LIST)
    own = own.prefetch_related(Prefetch("deliveries", Delivery.objects.filter(message=None)))
    running = own.exclude(phase__in=CLOSED).annotate(due_key=due())
    finished = own.filter(phase__in=CLOSED)
    return CaseList(
        running=Page([], "", "") if ended_after else _page(actor, running, RUNNING_FIRST, after),
        finished=Page([], "", "") if after else _page(actor, finished, LAST_ENDED_FIRST, ended_after),
    )


_NOT_IN_A_LIST = ("sealed_payload", "journey__definitions", "journey__sealed_answers")


def _page(actor: Actor, cases: QuerySet[Case], keys: tuple[str, ...], after: str) -> Page[Case]:
    page = page_of(cases, keys=keys, size=A_PAGE, after=after)
    as_seen_by(actor, page.rows)
    return page
