"""What stands around a case on the page of an officer, in one question to the database."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from django.db.models import Exists, OuterRef, Q, QuerySet

from portal.cases.deciding.calls import calls_for, is_called
from portal.cases.deciding.care import Due, due_of
from portal.cases.deciding.hearing import heard, hearings_for
from portal.cases.disputes.holders import disputes_with
from portal.cases.disputes.marks import open_disputes_of
from portal.cases.judging.ruling import Held, findings_for
from portal.cases.models import (
    Case,
    CitizenTask,
    Delivery,
    Dispute,
    Document,
    Message,
    Proceeding,
    Proposal,
    Restriction,
    Side,
    StatusUpdate,
    TermEvent,
)
from portal.cases.reading.together import keep, together
from portal.cases.restricting.standing import in_effect
from portal.cases.talk.documents import of_request
from portal.people.models import User

_MOST: Final = 50
"""So much of what may go on for years stands on the page itself."""


@dataclass(frozen=True, slots=True)
class Around:
    """`held` is what the rule must know; `others` are the citizen's other cases at the same agency, newest
    first; `updates` are the newest first.
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
    """Reads it. Afterwards the case has its proceedings, changes, term and handler, as if prefetched."""
    rows = together(
        disputes=disputes_with(case),
        open_disputes=open_disputes_of(case).select_related(None),
        restricted=in_effect().filter(citizen=case.citizen).exclude(field=""),
        finding=findings_for(case),
        proposal=Proposal.objects.filter(case=case),
        people=_people(case),
        documents=of_request(case),
        proceedings=Proceeding.objects.filter(case=case),
        term_events=TermEvent.objects.filter(case=case),
        unread=Message.objects.filter(case=case, side=Side.CITIZEN, read_at=None)[:_MOST],
        updates=StatusUpdate.objects.filter(case=case)[:_MOST],
        changes=case.changes.all(),
        others=_others(case),
        hearings=hearings_for(case).defer("sealed_draft", "sealed_answer")[:1],
        calls=calls_for(case)[:_MOST],
    )
    people = {one.pk: one for one in rows["people"]}
    for dispute in [*rows["disputes"], *rows["open_disputes"]]:
        dispute.citizen = case.citizen
    for document in rows["documents"]:
        document.case = case
    for proposal in rows["proposal"]:
        proposal.case, proposal.proposed_by = case, people[proposal.proposed_by_id]
    if case.handler_id is not None:
        case.handler = people[case.handler_id]
    keep(
        case,
        proceedings=rows["proceedings"],
        changes=rows["changes"],
        term_events=rows["term_events"],
    )
    restricted: dict[str, Restriction] = {one.field: one for one in rows["restricted"]}
    return Around(
        held=Held(rows["open_disputes"], restricted, next(iter(rows["finding"]), None)),
        disputes=rows["disputes"],
        proposal=next(iter(rows["proposal"]), None),
        documents=rows["documents"],
        unread=len(rows["unread"]),
        updates=rows["updates"],
        others=rows["others"],
        hearings=rows["hearings"],
        due=due_of(
            case.definition,
            heard(rows["hearings"]),
            is_called=is_called(rows["calls"]),
            is_disputed=bool(rows["open_disputes"]),
            has_danger=case.citizen.safety_flag,
        ),
    )


def _people(case: Case) -> QuerySet[User]:
    """Who has it in hand, and who proposed how it ends."""
    proposed = Proposal.objects.filter(case=case).values("proposed_by")
    return User.objects.filter(Q(pk=case.handler_id) | Q(pk__in=proposed))


def _others(case: Case) -> QuerySet[Case]:
    """At this agency only, and only what it has: what goes elsewhere is no business of its officers."""
    arrived = Delivery.objects.filter(
        case=OuterRef("pk"), kind=Delivery.Kind.FILE, delivered_at__isnull=False
    )
    others = Case.objects.filter(Exists(arrived), citizen=case.citizen, agency=case.agency)
    return others.exclude(pk=case.pk).defer("sealed_payload").order_by("-created_at", "-id")[:_MOST]
