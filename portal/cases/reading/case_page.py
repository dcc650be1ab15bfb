"""A case with a little of everything that belongs to it, for its page: in two questions to the database.

Of what may go on for years only the newest is read; the rest has pages of its own.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from django.db.models import Q
from django.db.models.functions import Greatest

from portal.cases.back.status import ARRIVED, FORWARDED
from portal.cases.disputes.marks import OPEN
from portal.cases.models import (
    Case,
    CitizenTask,
    ContactMoment,
    Delivery,
    Dispute,
    Document,
    Message,
    Restriction,
    ServiceDuration,
    StatusUpdate,
)
from portal.cases.own import own_cases, seen_by
from portal.cases.reading.together import Rows, keep, together
from portal.cases.restricting.standing import in_effect
from portal.cases.talk.documents import documents_of
from portal.ledger.keys import KeyRing
from portal.ledger.log.history import operations_of
from portal.ledger.log.uses import PORTAL
from portal.ledger.models import DataKey, DataUse
from portal.ledger.states import agencies_down, agency_key
from portal.people.actor import Actor

SAID: Final = 3
"""So many of the last messages and questions stand on the page of the case itself."""

DOCUMENTS: Final = 20
USES: Final = 20
_STATUSES = 100
_LEFT_OUT = ("journey__sealed_answers", "journey__definitions")
_TASKS = 20


@dataclass(frozen=True, slots=True)
class CasePage:
    """`case` has its deliveries, updates, proceedings and events of the clock along, as if prefetched.

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
    took: ServiceDuration | None
    uses: list[DataUse]
    down: frozenset[str]


def case_page(*, actor: Actor, reference: str) -> CasePage:
    """The citizen's own case; raises `Case.DoesNotExist` for another's, as for one that is not there."""
    own = own_cases(actor).select_related("journey", "outcome", "mandate__representative", "handler")
    case = seen_by(actor, own.defer(*_LEFT_OUT).get(reference=reference))
    # Another citizen than the actor's is never behind it, so that the one at hand will do.
    case.citizen = actor.require_citizen()
    rows = together(**_wanted(case))
    updates = {update.pk: update for update in [*rows["updates"], *rows["arrived"]]}
    keep(
        case,
        deliveries=rows["deliveries"],
        updates=list(updates.values()),
        proceedings=rows["proceedings"],
        term_events=rows["term_events"],
        forwardings=rows["forwardings"],
        changes=rows["changes"],
    )
    for task in [*rows["tasks"], *rows["questions"]]:
        task.case = case
    for document in rows["documents"]:
        document.case = case
    for dispute in [*rows["disputes"], *rows["behind"]]:
        dispute.citizen = case.citizen
    return _page(case, rows)


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
        took=next(iter(rows["took"]), None),
        uses=rows["uses"],
        down=frozenset(state.name.removeprefix(agency_key("")) for state in rows["down"]),
    )


def _wanted(case: Case) -> dict[str, Any]:
    tasks = CitizenTask.objects.filter(case=case).defer("sealed_draft", "sealed_answer")
    updates = StatusUpdate.objects.filter(case=case)
    mine = Q(trace_id=case.journey.trace_id, recipient__in=[case.agency, PORTAL])
    return {
        "keys": DataKey.objects.filter(citizen=case.citizen_id),
        # Of what was written and arrived nothing more need be known.
        "deliveries": Delivery.objects.filter(
            Q(message=None) | Q(delivered_at=None) | Q(kind=Delivery.Kind.OBJECTION), case=case
        ),
        "updates": updates[:_STATUSES],
        "arrived": updates.filter(
            Q(external_id=ARRIVED)
            | Q(external_id__startswith=f"{ARRIVED}:")
            | Q(external_id__startswith=FORWARDED)
        ),
        "forwardings": case.forwardings.all(),
        "proceedings": case.proceedings.all(),
        "term_events": case.term_events.all(),
        "changes": case.changes.all(),
        "tasks": tasks.filter(answered_at=None, dropped_at=None).order_by("due_on", "created_at")[:_TASKS],
        "questions": tasks.filter(kind=CitizenTask.Kind.ASKED)
        .annotate(last=Greatest("created_at", "answered_at"))
        .order_by("-last")[: SAID + 1],
        "said": Message.objects.filter(case=case).order_by("-written_at", "-created_at", "-id")[: SAID + 1],
        "calls": case.calls.order_by("-created_at", "-id")[: SAID + 1],
        "documents": documents_of(case)
        .exclude(task__in=tasks.filter(answered_at=None).values("pk"))
        .order_by("-set_at", "-created_at", "-id")[: DOCUMENTS + 1],
        "disputes": Dispute.objects.filter(marks__case=case, state__in=OPEN),
        "behind": Dispute.objects.filter(correction=case).defer("sealed"),
        "restriction": in_effect().filter(case=case)[:1],
        "took": ServiceDuration.objects.filter(service=case.service, agency=case.agency)[:1],
        "uses": operations_of(case.citizen).filter(mine)[:USES],
        "down": agencies_down(),
    }
