"""What stands around a case on the page of an officer, in one question to the database."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from django.db.models import Exists, OuterRef, QuerySet

from portal import clock
from portal.cases.deciding.calls import calls_for, is_called
from portal.cases.deciding.care import Due, due_of
from portal.cases.deciding.hearing import heard, hearings_for
from portal.cases.disputes.holders import asked_by, shown_with, told_of
from portal.cases.disputes.marks import open_disputes_of
from portal.cases.forwarding.going import at_this_agency_since
from portal.cases.judging.ruling import Held, findings_for
from portal.cases.models import (
    Case,
    CitizenTask,
    Delivery,
    Dispute,
    Document,
    Message,
    Outcome,
    Proceeding,
    Proposal,
    Restriction,
    Side,
    StatusUpdate,
    TermEvent,
)
from portal.cases.reading.together import Question, Rows, keep, keep_one
from portal.cases.restricting.standing import in_effect
from portal.cases.talk.documents import of_request
from portal.people.models import User

_MOST: Final = 50
"""So much of what may go on for years stands on the page itself."""


@dataclass(frozen=True, slots=True)
class Around:
    """`held` is what the rule must know; `disputes` are those that can be read; `others` are the citizen's
    other cases at the same agency, newest first; `updates` are the newest first.
    """

    held: Held
    disputes: list[Dispute]
    proposal: Proposal | None
    documents: list[Document]
    unread: int
    updates: list[StatusUpdate]
    others: list[Case]
    hearings: list[CitizenTask]
    due: Due


def around(case: Case) -> Around:
    """Reads it. Afterwards the case has its proceedings, changes, term, outcome and handler along, as if
    prefetched.
    """
    rows = _ASKED(case=case.pk, citizen=case.citizen_id, agency=case.agency, today=clock.today())
    since = at_this_agency_since(case)
    for name in ("hearings", "calls"):
        # What another agency asked, or said on the telephone, was about another decision.
        rows[name] = [one for one in rows[name] if since is None or one.created_at >= since]
    _hang_together(case, rows)
    restricted: dict[str, Restriction] = {one.field: one for one in rows["restricted"]}
    hearings = rows["hearings"][:1]
    return Around(
        held=Held(rows["open_disputes"], restricted, next(iter(rows["finding"]), None)),
        disputes=shown_with([*rows["told"], *rows["asked"]]),
        proposal=next(iter(rows["proposal"]), None),
        documents=rows["documents"],
        unread=len(rows["unread"]),
        updates=rows["updates"],
        others=rows["others"],
        hearings=hearings,
        due=due_of(
            case.definition,
            heard(hearings),
            is_called=is_called(rows["calls"]),
            is_disputed=bool(rows["open_disputes"]),
            has_danger=case.citizen.safety_flag,
        ),
    )


def _hang_together(case: Case, rows: Rows) -> None:
    """The rows refer to the case and its citizen at hand, and the case to them."""
    for dispute in [*rows["told"], *rows["asked"], *rows["open_disputes"]]:
        dispute.citizen = case.citizen
    for document in rows["documents"]:
        document.case = case
    for proposal, proposer in zip(rows["proposal"], rows["proposer"], strict=True):
        proposal.case, proposal.proposed_by = case, proposer
    case.handler = next(iter(rows["handler"]), None)
    keep(
        case,
        proceedings=rows["proceedings"],
        changes=rows["changes"],
        term_events=rows["term_events"],
    )
    keep_one(case, "corrects", next(iter(rows["asked"]), None))
    keep_one(case, "outcome", next(iter(rows["outcome"]), None))


def _wanted(*, case: uuid.UUID, citizen: uuid.UUID, agency: str, today: date) -> dict[str, QuerySet[Any]]:
    one = Case(pk=case, citizen_id=citizen, agency=agency)
    proposal, mine = Proposal.objects.filter(case=one), Case.objects.filter(pk=case)
    return {
        "told": told_of(one),
        "asked": asked_by(one),
        "open_disputes": open_disputes_of(one).select_related(None),
        "restricted": in_effect(today).filter(citizen=citizen).exclude(field=""),
        "finding": findings_for(one),
        "proposal": proposal,
        "proposer": User.objects.filter(pk__in=proposal.values("proposed_by")),
        "handler": User.objects.filter(pk__in=mine.values("handler")),
        "outcome": Outcome.objects.filter(case=one),
        "documents": of_request(one),
        "proceedings": Proceeding.objects.filter(case=one),
        "term_events": TermEvent.objects.filter(case=one),
        "unread": Message.objects.filter(case=one, side=Side.CITIZEN, read_at=None)[:_MOST],
        "updates": StatusUpdate.objects.filter(case=one)[:_MOST],
        "changes": one.changes.all(),
        "others": _others(one),
        "hearings": hearings_for(one).defer("sealed_draft", "sealed_answer")[:1],
        "calls": calls_for(one)[:_MOST],
    }


_ASKED: Final = Question(_wanted)


def _others(case: Case) -> QuerySet[Case]:
    """At this agency only, and only what it has: what goes elsewhere is no business of its officers."""
    arrived = Delivery.objects.filter(
        case=OuterRef("pk"), kind=Delivery.Kind.FILE, delivered_at__isnull=False
    )
    others = Case.objects.filter(Exists(arrived), citizen=case.citizen_id, agency=case.agency)
    return others.exclude(pk=case.pk).defer("sealed_payload").order_by("-created_at", "-id")[:_MOST]
