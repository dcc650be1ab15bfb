"""Giving a signal, taking it on, answering it, and the list of what changed by them.

The owner is who leads the officers of the agency, or an editor of the catalogue: a rule that works out badly
is theirs. The words of who gave it go with the case when its term is over; what changed stays.
"""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from typing import Final

from django.db import transaction
from django.db.models import F, QuerySet
from django.utils import timezone

from portal.cases.models import Case, Notice, Signal
from portal.cases.notices.noting import note
from portal.cases.talk.standing import Side, side_of, touch
from portal.cases.talk.texts import kept
from portal.ledger.log.uses import record_staff_action
from portal.people.actor import Actor

MOST_SHOWN: Final = 200
"""On one list: the open ones first, then the newest."""


class NotYours(Exception):
    """Somebody else sees to it by now, or it was answered."""


def give(*, actor: Actor, case: Case, part: Signal.Part, text: str, external_id: str) -> Signal:
    """The citizen, or an officer of the agency that has the case, says that something works out badly. Once.

    Raises `WrongText`, and `PermissionError` for who has nothing to do with the case.
    """
    side, said = side_of(actor, case), kept(text)
    with transaction.atomic():
        signal, made = Signal.objects.get_or_create(
            case=case,
            external_id=external_id,
            defaults={
                "service": case.service,
                "agency": case.agency,
                "part": part,
                "text": said,
                "by_citizen": side == Side.CITIZEN,
            },
        )
        if made and actor.is_staff:
            _note(actor, signal, "signal-given")
    return signal


def signals_for(*, actor: Actor) -> QuerySet[Signal]:
    """Those of the own agency for who leads its officers, all for an editor; open ones first."""
    rows = Signal.objects.select_related("case", "owner")
    if actor.capacity == "lead":
        rows = rows.filter(agency=actor.agency)
    elif actor.capacity != "editor":
        return rows.none()
    return rows.order_by(F("answered_at").desc(nulls_first=True), "given_at")


def take_on(*, actor: Actor, signal_id: uuid.UUID) -> None:
    """From now on this person sees to it, also in place of another.

    Raises `Signal.DoesNotExist` and `NotYours`.
    """
    with transaction.atomic():
        signal = _open_one(actor, signal_id)
        signal.owner = actor.require_user()
        signal.save(update_fields=["owner"])
        _note(actor, signal, "signal-taken")


def answer(*, actor: Actor, signal_id: uuid.UUID, text: str, changed: str) -> None:
    """The answer, which who gave the signal reads, and what changed by it ("" where nothing did). Once.

    A citizen hears of it. Raises `Signal.DoesNotExist`, `WrongText`, and `NotYours` for who sees not to it.
    """
    said, what = kept(text), kept(changed) if changed.strip() else ""
    with transaction.atomic():
        signal = _open_one(actor, signal_id)
        if signal.owner != actor.require_user():
            raise NotYours(str(signal_id))
        signal.answer, signal.changed, signal.answered_at = said, what, timezone.now()
        signal.save(update_fields=["answer", "changed", "answered_at"])
        _note(actor, signal, "signal-answered")
        if signal.by_citizen:
            note(case=signal.case, kind=Notice.Kind.MESSAGE, about=f"signal:{signal.pk}")
            touch(signal.case)


def signals_of(case: Case, *, by_citizen: bool) -> Sequence[Signal]:
    """What one side said of a case, with the answers, oldest first."""
    return list(case.signals.filter(by_citizen=by_citizen).order_by("given_at"))


def what_changed() -> Sequence[Signal]:
    """What changed by signals, newest first: for everybody, without who gave them or about whom."""
    rows = Signal.objects.exclude(changed="").filter(answered_at__isnull=False)
    return list(rows.order_by("-answered_at")[:MOST_SHOWN])


def _open_one(actor: Actor, signal_id: uuid.UUID) -> Signal:
    signal = signals_for(actor=actor).select_for_update(of=("self",)).get(pk=signal_id)
    if signal.answered_at is not None:
        raise NotYours(str(signal_id))
    return signal


def _note(actor: Actor, signal: Signal, what: str) -> None:
    record_staff_action(signal.pk, staff=actor.require_user(), what=what, reference=signal.case.reference)
