"""Restricting a use, using it nevertheless on a ground that is shown, lifting it with notice beforehand.

AVG 18(1): the citizen says which of the four grounds it is, and it counts at once: nobody here decides on
it first. AVG 18(2): what is restricted is kept and not used, except on one of four grounds. AVG 18(3): who
lifts it tells the citizen before. AVG 19: agencies that have it hear of it.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any, Final

from django.db import transaction
from django.utils import timezone, translation

from portal import clock
from portal.cases.disputes.marks import FINAL, holds, is_on_its_way
from portal.cases.journey.payloads import payload_or_none
from portal.cases.models import Case, Dispute, Notice, RestrictedUse, Restriction
from portal.cases.notices.noting import note
from portal.cases.restricting.standing import in_effect, restriction_of_field
from portal.cases.restricting.words import letter_to_agency, use_ground, why_ground
from portal.cases.talk.standing import Closed, NotThere
from portal.cases.talk.writing import write
from portal.catalogue import catalogue
from portal.ledger.keys import KeyRing, seal, unseal
from portal.ledger.log.uses import PORTAL, Use, record_staff_action, record_use
from portal.ledger.models import DataUse
from portal.people.actor import Actor
from portal.people.models import Citizen

BEFOREHAND: Final = timedelta(days=14)
"""So long before it ends the citizen is told: enough to object, or to ask the supervisor."""

RESTRICTED: Final = "restricted"
LIFTED: Final = "restriction-lifted"
TO_BE_LIFTED: Final = "restriction-to-be-lifted"
USED: Final = "despite-restriction"
_USE_NOTE: Final = "restricted-use"


class AlreadyAnnounced(Exception):
    """It was said before when it ends."""


def restrict_field(*, actor: Actor, field: str, why: Restriction.Why) -> Restriction:
    """A datum that we hold is used no more; agencies with a running request that has it are told.

    Again, with another ground, changes the ground.
    """
    citizen = actor.require_citizen()
    with transaction.atomic():
        found, is_new = _begin(citizen, why, field=field)
        for case in _running_with(citizen, field) if is_new else ():
            _tell_agency(actor, found, case)
        _log(found, outcome=RESTRICTED)
    return found


def restrict_case(*, actor: Actor, case: Case, why: Restriction.Why) -> Restriction:
    """What an agency has of a request is used no more. Raises `NotThere` for one that was not sent."""
    citizen = actor.require_citizen()
    with transaction.atomic():
        if not is_on_its_way(case):
            raise NotThere(case.reference)
        found, is_new = _begin(citizen, why, case=case)
        if is_new:
            _tell_agency(actor, found, case)
        _log(found, outcome=RESTRICTED)
    return found


def _begin(
    citizen: Citizen, why: Restriction.Why, *, field: str = "", case: Case | None = None
) -> tuple[Restriction, bool]:
    # Two tabs at once: the lock on the person puts them in order.
    Citizen.objects.select_for_update().get(pk=citizen.pk)
    own = Restriction.objects.filter(citizen=citizen, field=field, case=case, ended_at=None)
    own.filter(ends_on__lte=clock.today()).update(ended_at=timezone.now())
    if found := own.first():
        found.why = why
        found.save(update_fields=["why"])
        return found, False
    return Restriction.objects.create(citizen=citizen, field=field, case=case, why=why), True


def _running_with(citizen: Citizen, field: str) -> list[Case]:
    """The running requests that were sent with this datum, as a register gave it."""
    cases = Case.objects.filter(citizen=citizen).exclude(phase__in=FINAL).select_related("citizen", "journey")
    return [
        case
        for case in cases.order_by("pk")
        if is_on_its_way(case) and (payload := payload_or_none(case)) and holds(payload, field)
    ]


def _tell_agency(actor: Actor, restriction: Restriction, case: Case) -> None:
    """As a message of the citizen: every agency takes those. What has ended takes none."""
    with translation.override("nl"):
        text = letter_to_agency(restriction)
    try:
        write(case=case, actor=actor, text=text, external_id=f"restriction:{restriction.pk}")
    except (Closed, NotThere):
        return


def restriction_for(*, actor: Actor, restriction_id: Any) -> Restriction:
    """The citizen's own that still counts; another's is `Restriction.DoesNotExist`, as is what is over."""
    return (
        in_effect().select_related("citizen", "case").get(pk=restriction_id, citizen=actor.require_citizen())
    )


def lift(*, actor: Actor, restriction: Restriction) -> None:
    """The citizen ends it, at once."""
    if restriction.citizen != actor.require_citizen():
        raise PermissionError("this is somebody else's restriction")
    with transaction.atomic():
        if Restriction.objects.filter(pk=restriction.pk, ended_at=None).update(ended_at=timezone.now()):
            _log(restriction, outcome=LIFTED)


def use_nevertheless(
    *, actor: Actor, restriction: Restriction, ground: RestrictedUse.Ground, reason: str
) -> None:
    """An officer of the agency names the ground; the citizen reads it in the log, without a name."""
    case, user = _own_case(actor, restriction), actor.require_user()
    with transaction.atomic():
        RestrictedUse.objects.create(
            restriction=restriction,
            user=user,
            ground=ground,
            sealed_note=seal(restriction.citizen, case.retention, _USE_NOTE, reason),
        )
        use = _use_of(restriction, DataUse.Operation.VIEW, recipient=case.agency, ground=use_ground(ground))
        operation_id = record_use(use, outcome=USED)
        record_staff_action(operation_id, staff=user, what=USED, reference=case.reference)


def announce_end(*, actor: Actor, restriction: Restriction, reason: str) -> date:
    """An officer of the agency says that it ends, and why; the day is two weeks from now.

    The citizen is told at once, and reads `reason`. Raises `AlreadyAnnounced`.
    """
    case, user = _own_case(actor, restriction), actor.require_user()
    with transaction.atomic():
        operation_id, day = _announce(restriction, case, reason=reason, by=case.agency)
        record_staff_action(operation_id, staff=user, what=TO_BE_LIFTED, reference=case.reference)
    return day


def end_with_dispute(*, dispute: Dispute) -> None:
    """What was contested was decided on: the restriction of it ends too, two weeks after the citizen hears.

    Where there is no request by which to tell the citizen, it stays until the citizen ends it.
    """
    found = restriction_of_field(dispute.citizen, dispute.field)
    mark = dispute.marks.select_related("case").order_by("-created_at").first()
    case = dispute.correction or (mark.case if mark else None)
    if found is None or found.ends_on or found.why != Restriction.Why.CONTESTED or case is None:
        return
    _announce(found, case, reason="", by=PORTAL)


def _announce(restriction: Restriction, case: Case, *, reason: str, by: str) -> tuple[Any, date]:
    day = clock.today() + BEFOREHAND
    sealed = (
        seal(restriction.citizen, case.retention, f"restriction:{restriction.pk}", reason) if reason else None
    )
    open_one = Restriction.objects.filter(pk=restriction.pk, ended_at=None, ends_on=None)
    if not open_one.update(ends_on=day, sealed_note=sealed):
        raise AlreadyAnnounced(str(restriction.pk))
    note(case=case, kind=Notice.Kind.MESSAGE, about=f"restriction:{restriction.pk}")
    use = _use_of(restriction, DataUse.Operation.DISPUTE, recipient=by, ground=why_ground())
    return record_use(use, outcome=TO_BE_LIFTED), day


def reason_of(restriction: Restriction) -> str:
    """Why it ends, by the agency; "" where nothing was written."""
    if restriction.sealed_note is None or restriction.case is None:
        return ""
    context = f"restriction:{restriction.pk}"
    said: str = unseal(restriction.citizen, restriction.case.retention, context, restriction.sealed_note)
    return said


def uses_of(restriction: Restriction) -> list[tuple[RestrictedUse, str]]:
    """When it was used nevertheless, each with why, newest first. None of a datum: we use it for nobody."""
    if restriction.case is None:
        return []
    ring = KeyRing(restriction.citizen)
    return [
        (use, ring.unseal(restriction.case.retention, _USE_NOTE, use.sealed_note))
        for use in restriction.uses.order_by("-at")
    ]


def _own_case(actor: Actor, restriction: Restriction) -> Case:
    if restriction.case is None or restriction.case.agency != actor.agency:
        raise PermissionError("this is another agency's case")
    return restriction.case


def _log(restriction: Restriction, *, outcome: str) -> None:
    record_use(_use_of(restriction, DataUse.Operation.DISPUTE, ground=why_ground()), outcome=outcome)


def _use_of(
    restriction: Restriction, operation: DataUse.Operation, *, ground: str, recipient: str = PORTAL
) -> Use:
    case, field = restriction.case, restriction.field
    payload = payload_or_none(case) if case else None
    return Use(
        citizen=restriction.citizen,
        trace_id=case.journey.trace_id if case else restriction.pk.hex,
        operation=operation,
        activities=(case.definition.activity,) if case and operation == DataUse.Operation.VIEW else (),
        fields=(field,) if field else tuple(payload["facts"]) if payload else (),
        recipient=recipient,
        source=catalogue().fields[field].source if field in catalogue().fields else "",
        ground=ground,
    )
