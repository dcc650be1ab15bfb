"""The note of a call about a request: the citizen reads it. A view that was said aloud counts (Awb 4:9)."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from typing import Final

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import override

from portal.cases.deciding.hearing import hearings_for, note_spoken_view
from portal.cases.forwarding.going import at_this_agency_since
from portal.cases.models import Case, CitizenTask, ContactMoment, Notice
from portal.cases.notices.noting import CALL, note
from portal.cases.reading.names import title_of
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
    text, now = kept(said), timezone.now()
    with transaction.atomic():
        rows = Case.objects.select_for_update(of=("self",)).select_related("citizen", "journey")
        locked = rows.get(pk=case.pk)
        if known := ContactMoment.objects.filter(pk=call_id).first():
            if known.case_id != locked.pk:
                raise PermissionError("this is another call")
            return known
        if not locked.deliveries.filter(kind="file").exists():
            raise NotThere(locked.reference)
        moment = ContactMoment.objects.create(
            id=call_id,
            citizen=locked.citizen,
            case=locked,
            way=ContactMoment.Way.PHONE,
            about=_about(locked),
            note=text,
            was_reached=was_reached,
            promised_at=now,
            by_citizen=False,
            owner=actor.user,
            closed_at=now,
        )
        if is_view and was_reached:
            note_spoken_view(task=_open_hearing(locked), case=locked, text=text)
        note(case=locked, kind=Notice.Kind.MESSAGE, about=f"{CALL}{moment.pk}")
        touch(locked)
        if actor.user is not None:
            record_staff_action(uuid.uuid4(), staff=actor.user, what="call-noted", reference=case.reference)
    return moment


def _about(case: Case) -> str:
    with override("nl"):
        return call_words(title_of(case.definition), case.reference)


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
