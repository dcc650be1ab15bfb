"""The outbox: rows written in the transaction of the act, and claimed by one worker at a time."""

from __future__ import annotations

import random
from datetime import datetime, timedelta
from typing import Any

import structlog
from django.db import transaction
from django.db.models import F, QuerySet, Window
from django.db.models.functions import RowNumber
from django.utils import timezone

from connectors.faults import fault_point
from portal.cases import bell
from portal.cases.models import Case, CitizenTask, Delivery, DisputeEvent, Message
from portal.cases.out import leases, room
from portal.cases.out.leases import ask_human
from portal.cases.out.taking import take
from portal.cases.webhooks.noting import note_waiting_for
from portal.catalogue import connectors
from portal.ledger.log.uses import record_staff_action
from portal.ledger.models import ConnectorState
from portal.ledger.states import agency_key, down_agencies, note_nothing_waits, note_waiting, state_of
from portal.people.models import User

log = structlog.get_logger(__name__)

DELIVER, READ = "portal.cases.tasks.deliver", "portal.cases.tasks.read"
TELL = "portal.cases.tasks.tell"
"""The names of the tasks that a bell wakes; by name, since their module stands above this one."""

MAX_ATTEMPTS = 30
"""After so many failures of one row a person looks at it."""

MAX_LOOKS = 350
"""A register is looked at for about two weeks; then a person asks the municipality."""

_LIMITS = {
    Delivery.Kind.FILE: MAX_ATTEMPTS,
    Delivery.Kind.RELEASE: MAX_LOOKS,
    Delivery.Kind.REPORT: MAX_ATTEMPTS,
    Delivery.Kind.ANSWER: MAX_ATTEMPTS,
    Delivery.Kind.MESSAGE: MAX_ATTEMPTS,
    Delivery.Kind.WITHDRAW: MAX_ATTEMPTS,
    Delivery.Kind.OBJECTION: MAX_ATTEMPTS,
    Delivery.Kind.READ: MAX_ATTEMPTS,
}
ABOUT_A_CASE = (
    Delivery.Kind.REPORT,
    Delivery.Kind.ANSWER,
    Delivery.Kind.MESSAGE,
    Delivery.Kind.WITHDRAW,
    Delivery.Kind.OBJECTION,
)
"""The kinds that say something of a case, and so wait until its agency has it."""

TO_AN_AGENCY = (Delivery.Kind.FILE, *ABOUT_A_CASE)
"""The kinds that call an agency, and so wait while it is down."""

ROWS_A_SWEEP = 50
"""The timetable rings for no more rows of one kind to one destination; who leaves rings for the next."""

REPLAYED = "delivery-replayed"
"""What is kept of an operator who let a row try again; its operation is the row."""


def add(
    *,
    case: Case,
    kind: Delivery.Kind,
    about: DisputeEvent | None = None,
    task: CitizenTask | None = None,
    message: Message | None = None,
) -> Delivery:
    """Writes a row, once per case, kind and what it tells, and rings the bell after the commit."""
    row, made = Delivery.objects.get_or_create(
        case=case,
        kind=kind,
        about=about,
        task=task,
        message=message,
        defaults={"destination": case.agency},
    )
    if made:
        transaction.on_commit(lambda: _ring_first(str(row.pk)))
    return row


def _ring_first(row_id: str) -> None:
    """The bell of the act itself; all later ones are the timetable's, or of who leaves an agency."""
    fault_point("outbox.before-bell")
    ring(row_id)


def again(*, case: Case, kind: Delivery.Kind) -> None:
    """Lets a row that has done its work do it once more, from the beginning."""
    row = Delivery.objects.select_for_update().get(case=case, kind=kind)
    row.delivered_at, row.lease_until, row.attempts, row.not_before = None, None, 0, timezone.now()
    row.save(update_fields=["delivered_at", "lease_until", "attempts", "not_before"])
    transaction.on_commit(lambda: ring(str(row.pk)))


def send_to(row: Delivery, agency: str) -> None:
    """What went to one agency goes to another, from the beginning. The caller has locked the row."""
    row.destination = agency
    leases.begin_anew(row, "destination")
    transaction.on_commit(lambda: ring(str(row.pk)))


def ring(row_id: str, *, task: str = DELIVER) -> None:
    """Wakes a worker for a row, or for another task about a case or an agency."""
    bell.ring(row_id, task=task)


def due(now: datetime) -> QuerySet[Delivery]:
    """The rows that nobody works on and whose time has come; not those for an agency that is down.

    News about a case waits until the agency has the case.
    """
    rows = _free(now).exclude(kind__in=TO_AN_AGENCY, destination__in=down_agencies())
    return rows.order_by("not_before")


def _free(now: datetime) -> QuerySet[Delivery]:
    """Those that are due, whether or not their agency is there; `taking.take` asks the same of one."""
    free = leases.free(Delivery.objects.all(), now)
    return free.exclude(kind__in=ABOUT_A_CASE, case__their_reference="")


def claim(delivery_id: Any) -> Delivery | None:
    """Takes a due row for this process and commits; None when it is not due, or another has it.

    None too where its agency has no room for another call of ours (`room`).
    """
    now = timezone.now()
    with transaction.atomic():
        row = take(delivery_id, now, after_arrival=ABOUT_A_CASE)
        if row is None or (row.kind in TO_AN_AGENCY and not room.enter(row.destination, now)):
            return None
        if row.attempts >= _LIMITS[Delivery.Kind(row.kind)]:
            # Each of them ended with its worker, so that nobody could write down what went wrong.
            ask_human(row, kind=Delivery.Human.EXCEEDED, error=row.last_error or "each attempt broke off")
            return None
        leases.take(row, now)
    return row


def sweep() -> None:
    """Rings for what is due: its bell was lost, it is a retry, or its worker died.

    For each destination alike, so that no backlog of one stands before the rows of another, and for no more
    than it has room for: a bell for which there is none costs as much as one that is answered.
    """
    place = Window(
        RowNumber(), partition_by=[F("destination"), F("kind")], order_by=[F("not_before"), F("pk")]
    )
    rows = due(timezone.now()).annotate(place=place).filter(place__lte=ROWS_A_SWEEP + 1)
    for pk, agency, number in rows.values_list("pk", "destination", "place"):
        if number <= _bells_for(agency):
            ring(str(pk))
        elif number == _bells_for(agency) + 1:
            note_waiting(agency_key(agency))


def _bells_for(agency: str) -> int:
    """What stays in the portal always has room."""
    destination = connectors().destination(agency)
    if destination is None or destination.pulls:
        return ROWS_A_SWEEP
    return min(ROWS_A_SWEEP, connectors().limits_of(agency).max_in_flight)


def wake(agency: str) -> None:
    """The agency is back: what waits for it begins to go, as fast as there is room."""
    key = agency_key(agency)
    note_waiting(key)
    pass_on(agency, state_of(key))


def pass_on(agency: str, state: ConnectorState | None) -> None:
    """A call to the agency has ended: rings for what waits for its room. `state` is what is known of it now.

    For whoever waits longest and for one other: two take the place of one, until all places are taken.
    Were it for as many as there are places, each end would ring for all, and the bells would pile up.
    The other is drawn by lot, since several may leave at once.
    """
    if state is None or state.waiting_since is None:
        return
    rows = due(timezone.now()).filter(destination=agency, kind__in=TO_AN_AGENCY)
    waiting = list(rows.values_list("pk", flat=True)[: max(2, connectors().limits_of(agency).max_in_flight)])
    if not waiting:
        note_nothing_waits(agency_key(agency))
    longest, others = waiting[:1], waiting[1:]
    for pk in [*longest, *random.sample(others, min(1, len(others)))]:  # nothing secret hangs on it
        ring(str(pk))


def make_due(agency: str) -> int:
    """Everything that waits for an agency may go now; gives how many rows that are."""
    now = timezone.now()
    waiting = Delivery.objects.filter(
        destination=agency, kind__in=TO_AN_AGENCY, delivered_at=None, needs_human=""
    )
    return waiting.filter(not_before__gt=now).update(not_before=now)


def mark_delivered(row: Delivery) -> None:
    """The row has done its work. Where its agency fetches here, a webhook says that something waits."""
    with transaction.atomic(savepoint=False):
        leases.finish(row)
        if row.kind in TO_AN_AGENCY and note_waiting_for(row.destination, kind=row.kind):
            transaction.on_commit(lambda: ring(row.destination, task=TELL))


def wait_for_agency(row: Delivery, *, error: str) -> None:
    """The agency is away, which is no fault of this row: it is due as soon as the agency is back."""
    leases.wait(row, error=error)


_UNTIL_THE_SCANNER = timedelta(seconds=15)


def wait_for_scanner(row: Delivery) -> None:
    """A file of it was not looked into yet, which is no fault of this row: it is due again in a moment."""
    leases.wait(row, error="a document was not looked into yet", pause=_UNTIL_THE_SCANNER)


def try_later(
    row: Delivery,
    *,
    error: str,
    pause: float | None = None,
    human: Delivery.Human = Delivery.Human.EXCEEDED,
) -> None:
    """Backs off with full jitter, or for `pause` seconds; after too many attempts a person looks.

    `human` is what that person reads then.
    """
    leases.try_later(row, error=error, most=_LIMITS[Delivery.Kind(row.kind)], pause=pause, human=human)


def ask_to_look(*, case: Case, error: str) -> None:
    """What an agency said of a case cannot be taken over: a person looks, once for each case."""
    row, _ = Delivery.objects.get_or_create(
        case=case, kind=Delivery.Kind.READ, defaults={"destination": case.agency}
    )
    row.delivered_at = None
    row.save(update_fields=["delivered_at"])
    ask_human(row, kind=Delivery.Human.UNKNOWN, error=error)


def nothing_to_look_at(*, case: Case) -> None:
    """All that the agency says of a case is taken over now: who had to look need not any more."""
    rows = Delivery.objects.filter(case=case, kind=Delivery.Kind.READ).exclude(needs_human="")
    rows.update(needs_human="", last_error="", delivered_at=timezone.now())


def waiting_for_a_person(
    *, reference: str = "", agency: str = "", kind: str = "", human: str = ""
) -> QuerySet[Delivery]:
    """The rows that an operator must look at, oldest first: all, or those of which this is so."""
    narrow = {"case__reference": reference, "destination": agency, "kind": kind, "needs_human": human}
    rows = Delivery.objects.exclude(needs_human="").filter(
        **{name: value for name, value in narrow.items() if value}
    )
    return rows.select_related("case").order_by("created_at")


def replay(*, row_id: Any, staff: User) -> bool:
    """What was wrong is mended: the row may try again, with new attempts. False where nobody had to look.

    `staff` is who says so, which is kept with the row.
    """
    with transaction.atomic():
        rows = Delivery.objects.select_for_update(of=("self",)).select_related("case")
        row = rows.exclude(needs_human="").filter(pk=row_id).first()
        if row is None:
            return False
        leases.let_try_again(row)
        record_staff_action(row.pk, staff=staff, what=REPLAYED, reference=row.case.reference)
        transaction.on_commit(lambda: ring(str(row_id)))
    return True
