"""An agency sends on what is not for it, at once, and the citizen reads so at the same time (Awb 2:3).

A case goes to another agency that does the same service: it moves, with everything that the citizen said in
it. To any other agency goes what the citizen wrote: one message, or all of a request, which then ends here.
That becomes a case there, without what registers said. So nobody gets what they have no ground for.

The day on which the first agency had it goes along: by that day it is judged whether the citizen was in time
(6:15(3) says so of an objection, and we treat all alike). A term to decide begins where the service says:
with `intake: portal` it runs on from the day of sending, otherwise it begins anew where it belongs.
"""

from __future__ import annotations

import uuid
from datetime import date, timedelta
from enum import StrEnum
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.timezone import localdate

from lifeevents.model import Agency
from portal.cases.back.followers import stop_followers
from portal.cases.back.status import FORWARDED, apply_status
from portal.cases.complaining import take_over_term
from portal.cases.desk.models import Proposal
from portal.cases.forwarding.models import Forwarding
from portal.cases.forwarding.writing import of_case, of_message, open_writing
from portal.cases.inbox.verbs import note_moved
from portal.cases.models import Case, CitizenTask, Message, Notice, Phase, Side, TermEvent
from portal.cases.notices.noting import note
from portal.cases.out import outbox
from portal.cases.restricting.standing import require_step
from portal.cases.talk.standing import ASKED_AGAIN, require_agency, require_open, touch
from portal.cases.talk.texts import kept
from portal.cases.terms.verbs import resume
from portal.catalogue import catalogue, help_line, is_connected
from portal.ledger.log.uses import record_staff_action
from portal.people.actor import Actor

_AT_THE_AGENCY = (Phase.ARRIVED, Phase.HANDLED, Phase.NEEDS_YOU)
_MOMENT = timedelta(microseconds=1)


class NotThither(Exception):
    """It cannot go to that agency: another service, itself, or one that is not connected."""


class WhyNot(StrEnum):
    """What must be done first."""

    PLACE = "place"
    PROPOSAL = "proposal"
    TABLE = "table"
    CHECKING = "checking"


class NotNow(Exception):
    """It cannot be sent on as it stands; `why` says what comes first."""

    def __init__(self, why: WhyNot) -> None:
        self.why = why
        super().__init__(why)


class OnItsWay(Exception):
    """Something of it goes between the agency and us at this moment: it can be sent on in a few seconds."""


class OtherForwarding(Exception):
    """It was sent on before, to somebody else, or this id was used for something else."""


def agencies_for_case(case: Case) -> list[Agency]:
    """The agencies that do the same service and are connected, by name; not the one that has it."""
    return [one for one in agencies_for(case) if case.definition.is_for(one)]


def agencies_for(case: Case) -> list[Agency]:
    """All that are connected, by name, and can get what the citizen wrote; not the one that has it.

    The portal's own desk gets only what it does itself.
    """
    others = (one for one in catalogue().agencies.values() if one.id != case.agency and is_connected(one))
    found = (one for one in others if one.id != help_line().id or case.definition.is_for(one))
    return sorted(found, key=lambda one: one.name)


def forward_case(*, case: Case, actor: Actor, to: str, reason: str, external_id: str) -> Forwarding:
    """The case goes to `to` (an agency's id), with its documents and all that the citizen said in it. Once.

    Where that agency does another service, only what the citizen wrote goes, and the case ends.
    `reason` is read by the citizen. The same `external_id` again is the same forwarding. Raises `WrongText`,
    `NotThither`, `NotNow`, `OnItsWay`, `Closed`, `NotThere`, `OtherForwarding`, `UseIsRestricted`, and
    `PermissionError` for who is not of the agency that has the case, or had it when it was sent on.
    """
    said = kept(reason)
    with transaction.atomic():
        locked = _locked(case)
        if known := _known(locked, actor, to, external_id, message=None):
            return known
        _require_agency(locked, actor)
        require_step(locked, actor)
        require_open(locked)
        if to not in {one.id for one in agencies_for(locked)}:
            raise NotThither(to)
        _require_whole(locked)
        moves, received = to in {one.id for one in agencies_for_case(locked)}, _day_of_receipt(locked)
        there = None if moves else _written_in(locked, to, said, received)
        made = _write_down(locked, there, to, said, received, external_id)
        _end_what_was_asked(locked, actor, made)
        if moves:
            _move(locked, made)
            _send_again(locked)
        else:
            _end(locked, made)
        _tell(locked, made, actor, "case-forwarded")
    return made


def sent_on_from(*, actor: Actor, reference: str, external_id: str) -> Case | None:
    """A case that the actor's agency sent on under this id, though it is another's by now; None otherwise."""
    rows = Forwarding.objects.filter(
        case__reference=reference, from_agency=actor.agency, external_id=external_id, message=None
    )
    if actor.program is not None:
        rows = rows.filter(case__service__in=actor.program.services)
    found = rows.select_related("case").first()
    return found.case if found else None


def forward_message(
    *, case: Case, message_id: Any, actor: Actor, to: str, reason: str, external_id: str
) -> Forwarding:
    """One message of the citizen goes to `to`, as a case of its own there; this case stays where it is. Once.

    Raises as `forward_case`, and `Message.DoesNotExist` for one that is not the citizen's or not of the case.
    """
    said = kept(reason)
    with transaction.atomic():
        locked = _locked(case)
        message = Message.objects.select_for_update().get(pk=message_id, case=locked, side=Side.CITIZEN)
        message.case = locked
        if known := _known(locked, actor, to, external_id, message=message):
            return known
        _require_agency(locked, actor)
        require_step(locked, actor)
        if Forwarding.objects.filter(message=message).exists():
            raise OtherForwarding(str(message.pk))
        if to not in {one.id for one in agencies_for(locked)}:
            raise NotThither(to)
        if message.documents.filter(state="checking").exists():
            raise NotNow(WhyNot.CHECKING)
        received = localdate(message.created_at)
        there = open_writing(of_message(message, received), to=to, reason=said)
        made = _write_down(locked, there, to, said, received, external_id, message)
        note_moved(there)
        touch(locked)
        _tell(locked, made, actor, "message-forwarded")
    return made


def _locked(case: Case) -> Case:
    rows = Case.objects.select_for_update(of=("self",)).select_related("citizen", "journey")
    return rows.get(pk=case.pk)


def _known(
    case: Case, actor: Actor, to: str, external_id: str, *, message: Message | None
) -> Forwarding | None:
    """The same, asked before: by then the case may be somebody else's."""
    known = Forwarding.objects.filter(case=case, external_id=external_id, from_agency=actor.agency).first()
    if known is not None and (known.to_agency, known.message_id) != (to, message.pk if message else None):
        raise OtherForwarding(external_id)
    return known


def _write_down(
    case: Case,
    there: Case | None,
    to: str,
    reason: str,
    received: date,
    external_id: str,
    message: Message | None = None,
) -> Forwarding:
    return Forwarding.objects.create(
        case=case,
        message=message,
        to_case=there,
        from_agency=case.agency,
        to_agency=to,
        reason=reason,
        received_on=received,
        their_reference=case.their_reference,
        external_id=external_id,
    )


def _require_agency(case: Case, actor: Actor) -> None:
    if not actor.agency:
        raise PermissionError("only the agency that has it sends it on")
    require_agency(actor, case)


def _require_whole(case: Case) -> None:
    """The agency has it, and nothing of it is on its way at this moment: what is sent now, goes once."""
    if case.phase not in _AT_THE_AGENCY or not case.their_reference:
        raise NotNow(WhyNot.PLACE)
    if Proposal.objects.filter(case=case).exists():
        raise NotNow(WhyNot.PROPOSAL)
    if case.reading_until and case.reading_until >= timezone.now():
        # What is being read there now would count as said by the next agency.
        raise OnItsWay(case.reference)
    if case.tables.filter(closed_at=None).exists():
        raise NotNow(WhyNot.TABLE)
    # Locked, so that no worker takes one until this is done; who has one already is not disturbed.
    rows = list(case.deliveries.select_for_update().filter(kind__in=outbox.TO_AN_AGENCY))
    if any(row.lease_until and row.lease_until >= timezone.now() for row in rows):
        raise OnItsWay(case.reference)


def _day_of_receipt(case: Case) -> date:
    """When the agency had it: for the law where the clock runs, otherwise by our own note."""
    if case.received_on is not None:
        return case.received_on
    arrived = case.updates.filter(phase=Phase.ARRIVED).order_by("set_at").first()
    return localdate(arrived.set_at if arrived else case.created_at)


def _end_what_was_asked(case: Case, actor: Actor, made: Forwarding) -> None:
    """Nobody waits for the citizen any more, and no term stands still for who does not have the case."""
    still = case.term_events.filter(kind=TermEvent.Kind.SUSPENDED, ended_by=None)
    for number, event in enumerate(still):
        resume(case=case, actor=actor, external_id=f"{FORWARDED}{made.pk}:{number}", of=event.external_id)
    asked = case.tasks.filter(kind=CitizenTask.Kind.ASKED, answered_at=None, dropped_at=None)
    asked.exclude(external_id__startswith=ASKED_AGAIN).update(dropped_at=timezone.now())


def _move(case: Case, made: Forwarding) -> None:
    """From now on it is the next agency's; what the first one said of it stands, and decides nothing more."""
    case.refresh_from_db()
    case.agency, case.forwarded_from = made.to_agency, made.from_agency
    case.their_reference = case.heard_version = ""
    case.read_at = case.reading_until = None
    case.handler, case.names_handler, case.is_flagged, case.flag_reason = None, False, False, ""
    if case.definition.intake != "portal":
        case.received_on = case.due_on = None
    case.save()
    take_over_term(case)
    apply_status(
        case=case,
        phase=Phase.SENT,
        text="",
        set_at=max(made.at, case.phase_since + _MOMENT),
        external_id=f"{FORWARDED}{made.pk}",
        heard_from="levensloket",
    )
    note_moved(case)


def _written_in(case: Case, to: str, reason: str, received: date) -> Case:
    """What the citizen wrote in all of the request, as a case of its own at `to`."""
    if case.documents.filter(side=Side.CITIZEN, state="checking").exists():
        raise NotNow(WhyNot.CHECKING)
    there = open_writing(of_case(case, received), to=to, reason=reason)
    note_moved(there)
    return there


def _end(case: Case, made: Forwarding) -> None:
    """Nothing more will come of it here; what waited for its outcome stops too."""
    case.refresh_from_db()
    apply_status(
        case=case,
        phase=Phase.STOPPED,
        text=f"{FORWARDED}{made.to_agency}",
        set_at=max(made.at, case.phase_since + _MOMENT),
        external_id=f"{FORWARDED}{made.pk}",
        heard_from="levensloket",
    )
    stop_followers(case, reason="awaited-forwarded")


def _send_again(case: Case) -> None:
    """The request goes to the next agency, and after it what the citizen said and what is disputed."""
    outbox.nothing_to_look_at(case=case)
    for row in case.deliveries.filter(kind__in=outbox.TO_AN_AGENCY).order_by("created_at"):
        outbox.send_to(row, case.agency)


def _tell(case: Case, made: Forwarding, actor: Actor, what: str) -> None:
    note(case=case, kind=Notice.Kind.MESSAGE, about=f"{FORWARDED}{made.pk}")
    if actor.user is not None:
        record_staff_action(uuid.uuid4(), staff=actor.user, what=what, reference=case.reference)
