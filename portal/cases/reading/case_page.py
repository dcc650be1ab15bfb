"""A case with a little of everything that belongs to it, for its page: in three questions to the database.

Of what may go on for years only the newest is read; the rest has pages of its own.
"""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from django.db.models import Q, QuerySet
from django.db.models.functions import Greatest

from portal import clock
from portal.access.models import Representation
from portal.cases.back.status import ARRIVED, FORWARDED
from portal.cases.disputes.marks import OPEN
from portal.cases.models import (
    Case,
    CitizenTask,
    ContactMoment,
    Dispute,
    Document,
    Ending,
    InboxItem,
    Journey,
    Message,
    Notice,
    Outcome,
    Restriction,
    ServiceDuration,
    StatusUpdate,
)
from portal.cases.own import own_cases, seen_by
from portal.cases.reading.inbox import that_matter
from portal.cases.reading.together import OwnQuestion, Question, Rows, keep, keep_one
from portal.cases.restricting.standing import in_effect
from portal.cases.talk.documents import documents_of
from portal.ledger.keys import KeyRing
from portal.ledger.log.history import operations_of
from portal.ledger.log.uses import PORTAL
from portal.ledger.models import DataKey, DataUse
from portal.ledger.states import agencies_down, agency_key
from portal.people.actor import Actor
from portal.people.models import Citizen, User

SAID: Final = 3
"""So many of the last messages and questions stand on the page of the case itself."""

DOCUMENTS: Final = 20
USES: Final = 20
_STATUSES = 100
_TASKS = 20


@dataclass(frozen=True, slots=True)
class CasePage:
    """`case` has its deliveries, updates, proceedings and events of the clock along, as if prefetched.

    `is_news`: the citizen did not open it since something came, so that `note_opened` and `opened` have work.
    `tasks` are open, soonest last day first. `said` and `questions` are the newest, one more than is shown.
    """

    case: Case
    ring: KeyRing
    tasks: list[CitizenTask]
    said: list[Message]
    questions: list[CitizenTask]
    documents: list[Document]
    disputes: list[Dispute]
    behind: Dispute | None
    restriction: Restriction | None
    calls: list[ContactMoment]
    ending: Ending | None
    took: ServiceDuration | None
    uses: list[DataUse]
    down: frozenset[str]
    is_news: bool

    @property
    def version(self) -> str:
        """Changes when anything on the page does: also which day it is, because lateness follows from that,
        and whether the agency can be reached."""
        is_down = "-down" if self.case.agency in self.down else ""
        return f"{self.case.version}-{clock.today().isoformat()}{is_down}"


def case_page(*, actor: Actor, reference: str) -> CasePage:
    """The citizen's own case; raises `Case.DoesNotExist` for another's, as for one that is not there."""
    case = _case(actor, reference)
    rows = _ASKED(
        case=case.pk,
        citizen=case.citizen_id,
        agency=case.agency,
        service=case.service,
        today=clock.today(),
    )
    rows |= _NEWEST(case=case.pk, citizen=case.citizen_id, trace=case.journey.trace_id, agency=case.agency)
    updates = {update.pk: update for update in [*rows["updates"], *rows["arrived"]]}
    keep(
        case,
        deliveries=rows["deliveries"],
        updates=list(updates.values()),
        proceedings=rows["proceedings"],
        term_events=rows["term_events"],
        forwardings=rows["forwardings"],
        changes=rows["changes"],
        reopenings=rows["reopenings"],
        endings=rows["endings"],
    )
    keep_one(case, "corrects", next(iter(rows["behind"]), None))
    for task in [*rows["tasks"], *rows["questions"]]:
        task.case = case
    for document in rows["documents"]:
        document.case = case
    for dispute in [*rows["disputes"], *rows["behind"]]:
        dispute.citizen = case.citizen
    return _page(case, rows)


def _one_case(actor: Actor, *, reference: str) -> dict[str, QuerySet[Any]]:
    """The case, and the rows that it refers to."""
    found = own_cases(actor).filter(reference=reference)
    mandates = Representation.objects.filter(pk__in=found.values("mandate"))
    return {
        "case": found,
        "journey": Journey.objects.filter(pk__in=found.values("journey")).defer(*_SEALED),
        "outcome": Outcome.objects.filter(case__in=found.values("pk")),
        "mandate": mandates,
        "representative": Citizen.objects.filter(pk__in=mandates.values("representative")),
        "handler": User.objects.filter(pk__in=found.values("handler")),
    }


_SEALED = ("sealed_answers", "definitions")
_CASE: Final = OwnQuestion(_one_case)


def _case(actor: Actor, reference: str) -> Case:
    rows = _CASE(actor=actor, reference=reference)
    if not rows["case"]:
        raise Case.DoesNotExist(reference)
    case: Case = seen_by(actor, rows["case"][0])
    # Another citizen than the actor's is never behind it, so that the one at hand will do.
    case.citizen = actor.require_citizen()
    (case.journey,) = rows["journey"]
    keep_one(case, "outcome", next(iter(rows["outcome"]), None))
    for mandate in rows["mandate"]:
        (mandate.representative,) = rows["representative"]
        case.mandate = mandate
    for handler in rows["handler"]:
        case.handler = handler
    return case


def _page(case: Case, rows: Rows) -> CasePage:
    ring = KeyRing(case.citizen, {row.retention: bytes(row.wrapped) for row in rows["keys"]})
    behind = next(iter(rows["behind"]), None)
    return CasePage(
        case=case,
        ring=ring,
        tasks=rows["tasks"],
        said=rows["said"],
        questions=rows["questions"],
        documents=rows["documents"],
        disputes=rows["disputes"],
        behind=behind if behind and ring.has(behind.retention) else None,
        restriction=next(iter(rows["restriction"]), None),
        calls=rows["calls"],
        ending=next(iter(rows["endings"]), None),
        took=next(iter(rows["took"]), None),
        uses=rows["uses"],
        down=frozenset(state.name.removeprefix(agency_key("")) for state in rows["down"]),
        is_news=bool(rows["unread"] or rows["notices"]),
    )


def _wanted(
    *, case: uuid.UUID, citizen: uuid.UUID, agency: str, service: str, today: date
) -> dict[str, QuerySet[Any]]:
    one, who = Case(pk=case), Citizen(pk=citizen)
    tasks = CitizenTask.objects.filter(case=one).defer("sealed_draft", "sealed_answer")
    updates = StatusUpdate.objects.filter(case=one)
    return {
        "keys": DataKey.objects.filter(citizen=who),
        "deliveries": that_matter().filter(case=one),
        "updates": updates[:_STATUSES],
        "arrived": updates.filter(
            Q(external_id=ARRIVED)
            | Q(external_id__startswith=f"{ARRIVED}:")
            | Q(external_id__startswith=FORWARDED)
        ),
        "forwardings": one.forwardings.all(),
        "proceedings": one.proceedings.all(),
        "term_events": one.term_events.all(),
        "changes": one.changes.all(),
        "tasks": tasks.filter(answered_at=None, dropped_at=None).order_by("due_on", "created_at")[:_TASKS],
        "endings": one.endings.all()[:1],
        "reopenings": one.reopenings.all(),
        "disputes": Dispute.objects.filter(marks__case=one, state__in=OPEN),
        "behind": Dispute.objects.filter(correction=one).defer("sealed"),
        "restriction": in_effect(today).filter(case=one)[:1],
        "took": ServiceDuration.objects.filter(service=service, agency=agency)[:1],
        "down": agencies_down(),
        "unread": InboxItem.objects.filter(kind=InboxItem.Kind.CASE, source=case, read_at=None).only("pk"),
        "notices": Notice.objects.filter(case=one, read_at=None).only("pk")[:1],
    }


_ASKED: Final = Question(_wanted)


def _newest(*, case: uuid.UUID, citizen: uuid.UUID, trace: str, agency: str) -> dict[str, QuerySet[Any]]:
    """The end of what may go on for years."""
    one = Case(pk=case)
    tasks = CitizenTask.objects.filter(case=one).defer("sealed_draft", "sealed_answer")
    uses = operations_of(Citizen(pk=citizen)).filter(trace_id=trace, recipient__in=[agency, PORTAL])
    return {
        "questions": tasks.filter(kind=CitizenTask.Kind.ASKED)
        .annotate(last=Greatest("created_at", "answered_at"))
        .order_by("-last")[: SAID + 1],
        "said": Message.objects.filter(case=one).order_by("-written_at", "-created_at", "-id")[: SAID + 1],
        "calls": one.calls.order_by("-created_at", "-id")[: SAID + 1],
        "documents": documents_of(one)
        .exclude(task__in=tasks.filter(answered_at=None).values("pk"))
        .order_by("-set_at", "-created_at", "-id")[: DOCUMENTS + 1],
        "uses": uses[:USES],
    }


# Of two cases one may have four messages and the other five thousand.
_NEWEST: Final = Question(_newest, by_values=True)
