"""The note of a call about a request: the citizen reads it. What is said aloud counts as an answer.

To a hearing (Awb 4:9), and to whatever else the agency asked: who only calls is helped as well as who types.
"""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from typing import Any, Final

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import override

from portal.cases.deciding.hearing import hearings_for
from portal.cases.forwarding.going import at_this_agency_since
from portal.cases.models import Case, CitizenTask, ContactMoment, Notice
from portal.cases.notices.noting import CALL, note
from portal.cases.reading.names import title_of
from portal.cases.talk.answer_said import Said, settle_said
from portal.cases.talk.asking import Answer
from portal.cases.talk.sending import given_as_text
from portal.cases.talk.standing import NotThere, require_agency, touch
from portal.cases.talk.texts import kept
from portal.cases.talk.words import call_words
from portal.ledger.log.uses import record_staff_action
from portal.people.actor import Actor

ENOUGH_TRIES: Final = 2
"""After so many calls that nobody answered, on different days, an officer need not call again."""


class NoHearing(Exception):
    """Nobody waits for a view of the citizen."""


def note_call(
    *, case: Case, actor: Actor, said: str, was_reached: bool, call_id: uuid.UUID, is_view: bool = False
) -> ContactMoment:
    """Somebody of the agency called; `said` is what was discussed, in words that the citizen reads.

    `call_id` is the caller's own: the same again is the same call. With `is_view` it is what the citizen says
    to a hearing, which is answered by it. Raises `WrongText`, `NoHearing`, `NotThere`, and `PermissionError`.
    """
    require_agency(actor, case)
    text = kept(said)
    with transaction.atomic():
        locked = _locked(case)
        if known := _known(locked, call_id):
            return known
        if is_view and was_reached:
            settle_said(case=locked, task_id=_open_hearing(locked).pk, actor=actor, said=Said(Answer(text)))
        return _noted(locked, actor, text, was_reached=was_reached, call_id=call_id)


def note_answer(*, case: Case, actor: Actor, task_id: Any, said: Said, call_id: uuid.UUID) -> ContactMoment:
    """What the citizen said to an officer answers what the agency asked; the citizen reads what was written.

    `call_id` as for `note_call`. Raises `Incomplete`, `AlreadyAnswered`, `Dropped`, `Closed`,
    `CitizenTask.DoesNotExist`, `NotThere`, and `PermissionError`.
    """
    require_agency(actor, case)
    with transaction.atomic():
        locked = _locked(case)
        if known := _known(locked, call_id):
            return known
        task = settle_said(case=locked, task_id=task_id, actor=actor, said=said)
        with override("nl"):
            text = given_as_text(task)
        return _noted(locked, actor, text, was_reached=True, call_id=call_id, way=said.way)


def _locked(case: Case) -> Case:
    rows = Case.objects.select_for_update(of=("self",)).select_related("citizen", "journey")
    return rows.get(pk=case.pk)


def _known(case: Case, call_id: uuid.UUID) -> ContactMoment | None:
    known = ContactMoment.objects.filter(pk=call_id).first()
    if known is not None and known.case_id != case.pk:
        raise PermissionError("this is another call")
    return known


def _noted(
    case: Case,
    actor: Actor,
    text: str,
    *,
    was_reached: bool,
    call_id: uuid.UUID,
    way: str = ContactMoment.Way.PHONE,
) -> ContactMoment:
    if not case.deliveries.filter(kind="file").exists():
        raise NotThere(case.reference)
    now = timezone.now()
    moment = ContactMoment.objects.create(
        id=call_id,
        citizen=case.citizen,
        case=case,
        way=way,
        about=_about(case, way),
        note=text,
        was_reached=was_reached,
        promised_at=now,
        by_citizen=False,
        owner=actor.user,
        closed_at=now,
    )
    note(case=case, kind=Notice.Kind.MESSAGE, about=f"{CALL}{moment.pk}")
    touch(case)
    if actor.user is not None:
        record_staff_action(uuid.uuid4(), staff=actor.user, what="call-noted", reference=case.reference)
    return moment


def _about(case: Case, way: str) -> str:
    at_desk = way == ContactMoment.Way.DESK
    with override("nl"):
        return call_words(title_of(case.definition), case.reference, at_desk=at_desk)


def _open_hearing(case: Case) -> CitizenTask:
    task = hearings_for(case).filter(answered_at=None, dropped_at=None).select_for_update().first()
    if task is None:
        raise NoHearing(case.reference)
    return task


def calls_for(case: Case) -> QuerySet[ContactMoment]:
    """Those of the agency that has it, newest first."""
    calls = ContactMoment.objects.filter(case=case).order_by("-created_at")
    since = at_this_agency_since(case)
    return calls.filter(created_at__gte=since) if since else calls


def is_called(calls: Sequence[ContactMoment]) -> bool:
    """Somebody was spoken to, or was tried often enough."""
    tried = {timezone.localdate(one.created_at) for one in calls}
    return any(one.was_reached for one in calls) or len(tried) >= ENOUGH_TRIES
