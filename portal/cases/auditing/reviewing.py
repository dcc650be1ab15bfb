"""What an auditor thinks of one thing, once; and who leads that person is told where it was not in order.

Told is as elsewhere: it stands on a list of theirs until they say what they do about it.
"""

from __future__ import annotations

import uuid
from typing import Final

from django.db import transaction
from django.db.models import F, Q, QuerySet
from django.utils import timezone

from portal.access.assist import danger
from portal.access.models import DangerAsk
from portal.cases.auditing.looking import note
from portal.cases.auditing.models import AuditReview, Kind
from portal.cases.auditing.rows import require_auditor
from portal.ledger.log.uses import record_staff_action
from portal.people.actor import Actor
from portal.people.models import HELPDESK, Role

MOST_SHOWN: Final = 200


class AlreadyReviewed(Exception):
    """Somebody was first; what they thought stands."""


class OwnAct(Exception):
    """Nobody judges what they did themselves."""


class AlreadyAnswered(Exception):
    """Somebody who leads said what is done about it."""


def review(*, auditor: Actor, review_id: uuid.UUID, was_right: bool, text: str) -> AuditReview:
    """In order or not, of something in a sample.

    Raises `PermissionError`, `AuditReview.DoesNotExist`, `AlreadyReviewed` and `OwnAct`.
    """
    require_auditor(auditor)
    with transaction.atomic():
        row = AuditReview.objects.select_for_update(of=("self",)).get(pk=review_id)
        if row.reviewed_at is not None:
            raise AlreadyReviewed
        if row.staff_id == auditor.require_user().pk:
            raise OwnAct
        _judge(row, auditor, was_right=was_right, text=text)
        row.save(update_fields=["was_right", "note", "reviewer", "reviewed_at"])
        note(auditor=auditor, what="reviewed", about=row.pk)
    return row


def review_danger(*, auditor: Actor, ask_id: uuid.UUID, was_right: bool, text: str) -> AuditReview:
    """The same of looking along without a code, which is looked at every time. Raises the same."""
    require_auditor(auditor)
    ask = DangerAsk.objects.filter(assist__isnull=False).get(pk=ask_id)
    if auditor.require_user().pk in (ask.staff_id, ask.lead_id):
        raise OwnAct
    with transaction.atomic():
        try:
            danger.review(auditor=auditor, ask_id=ask_id, was_right=was_right, note=text)
        except DangerAsk.DoesNotExist:
            raise AlreadyReviewed from None
        row = AuditReview(
            kind=Kind.DANGER,
            row=str(ask.pk),
            staff_id=ask.staff_id,
            second_id=ask.lead_id,
            agency=ask.staff.agency,
            at=ask.asked_at,
            what=danger.ASKED,
            reference=ask.ticket,
        )
        _judge(row, auditor, was_right=was_right, text=text)
        row.save(force_insert=True)
    return row


def findings_for(*, actor: Actor) -> QuerySet[AuditReview]:
    """What was not in order, for who leads those people; what nobody answered is on top.

    A lead has the officers and leads of the own agency and its programs, a lead of the helpdesk those of the
    helpdesk; operators have who leads, and all others. Never what one did, or confirmed, oneself.
    """
    rows = AuditReview.objects.filter(was_right=False)
    if actor.capacity == "lead":
        of_agency = Q(staff__role__in=(Role.OFFICER, Role.LEAD)) | Q(staff=None)
        rows = rows.filter(of_agency, agency=actor.agency)
    elif actor.capacity == "helpdesk-lead":
        rows = rows.filter(staff__role__in=HELPDESK)
    elif actor.capacity == "operator":
        led_elsewhere = Q(staff__role__in=(Role.OFFICER, Role.HELPDESK)) | Q(staff=None)
        rows = rows.filter(~led_elsewhere | Q(second__isnull=False))
    else:
        return rows.none()
    me = actor.require_user()
    not_mine = ~Q(staff__isnull=False, staff=me) & ~Q(second__isnull=False, second=me)
    people = ("staff", "second", "reviewer", "answered_by")
    return (
        rows.filter(not_mine)
        .select_related(*people)
        .order_by(F("answered_at").desc(nulls_first=True), "-reviewed_at")
    )


def answer(*, actor: Actor, review_id: uuid.UUID, text: str) -> None:
    """What who leads them does about it, which the auditor reads. Once.

    Raises `AuditReview.DoesNotExist` and `AlreadyAnswered`.
    """
    with transaction.atomic():
        row = findings_for(actor=actor).select_for_update(of=("self",)).get(pk=review_id)
        if row.answered_at is not None:
            raise AlreadyAnswered
        row.answer, row.answered_by, row.answered_at = text, actor.require_user(), timezone.now()
        row.save(update_fields=["answer", "answered_by", "answered_at"])
        record_staff_action(
            uuid.uuid4(),
            staff=actor.require_user(),
            what="audit-finding-answered",
            reference=str(row.pk),
        )


def reviews_of_danger() -> QuerySet[AuditReview]:
    """Those that were looked at, newest first."""
    rows = AuditReview.objects.filter(kind=Kind.DANGER)
    return rows.select_related("staff", "reviewer").order_by("-reviewed_at")


def _judge(row: AuditReview, auditor: Actor, *, was_right: bool, text: str) -> None:
    row.was_right, row.note = was_right, text
    row.reviewer, row.reviewed_at = auditor.require_user(), timezone.now()
