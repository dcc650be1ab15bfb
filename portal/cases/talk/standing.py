"""Who may say something about a case, when, and what a task does to where the case stands.

Imports no other verb, so that `status` can call it.
"""

from __future__ import annotations

from django.db import connection
from django.db.models import F
from django.utils import timezone

from portal.cases.involved import require_uninvolved
from portal.cases.models import Case, CitizenTask, Notice, Phase, Side, StatusUpdate
from portal.cases.notices.noting import note
from portal.people.actor import Actor

CITIZEN = "citizen"
"""Who it was heard from, of an update that the citizen's own answer makes."""

ASKED_AGAIN = "again:"
"""Begins the id of what the portal asks by itself."""

_NOT_THERE = (Phase.PREPARED, Phase.WAITING)

_DROP = """
UPDATE cases_citizentask SET dropped_at = %s
WHERE case_id = %s AND kind = 'asked' AND answered_at IS NULL AND dropped_at IS NULL
AND NOT starts_with(external_id, %s)
"""
"""In SQL of our own: it runs with every status of a case in which something was asked."""


class Closed(Exception):
    """The case has ended: nothing can be asked, answered or written about it any more."""


class NotThere(Exception):
    """The agency does not know of it yet: nothing was sent."""


def side_of(actor: Actor, case: Case) -> Side:
    """Whose word it is. The system passes on what an agency's own system says.

    What staff write down is the citizen's word, also at the agency's own desk.

    Raises `PermissionError` for anybody whose case it is not.
    """
    if actor.filing is not None:
        if not actor.filing.acts or (actor.filing.agency and actor.filing.agency != case.agency):
            raise PermissionError("staff may not say this for somebody")
    elif not actor.is_citizen:
        if actor.capacity == "system" or (actor.agency and actor.agency == case.agency):
            return Side.AGENCY
        raise PermissionError("this is somebody else's case")
    if actor.citizen == case.citizen and actor.covers([case.service]):
        return Side.CITIZEN
    raise PermissionError("this is somebody else's case")


def require_agency(actor: Actor, case: Case) -> None:
    """It is the agency that speaks. Raises `PermissionError`, and `Involved` for who may not deal with it."""
    if side_of(actor, case) != Side.AGENCY:
        raise PermissionError("this is for the agency to say")
    require_uninvolved(case, actor)


def require_open(case: Case) -> None:
    """Raises `Closed` or `NotThere`. The case is locked by the caller."""
    if Phase(case.phase).is_final:
        raise Closed(case.reference)
    if case.phase in _NOT_THERE or not case.deliveries.filter(kind="file").exists():
        raise NotThere(case.reference)


def is_talkable(case: Case) -> bool:
    """Whether the citizen and the agency can say something to each other now."""
    if Phase(case.phase).is_final or case.phase in _NOT_THERE:
        return False
    return any(row.kind == "file" for row in case.deliveries.all())


def open_asked(case: Case) -> list[CitizenTask]:
    """What the agency asked and still waits for, oldest first; nothing of a case that has ended."""
    if Phase(case.phase).is_final:
        return []
    tasks = case.tasks.filter(kind=CitizenTask.Kind.ASKED, answered_at=None, dropped_at=None)
    return list(tasks.order_by("created_at"))


def is_asked_again(task: CitizenTask) -> bool:
    """Whether the portal asks by itself: the agency waits for nothing, and the case stands as it did."""
    return task.external_id.startswith(ASKED_AGAIN)


def touch(case: Case) -> None:
    """Something was said: an open page shows it, and the agency's program reads it as a change."""
    Case.objects.filter(pk=case.pk).update(version=F("version") + 1, changed_at=timezone.now())


def follow(case: Case, update: StatusUpdate, *, has_question: bool) -> None:
    """What a new status of the agency does to its tasks. The case is locked and settled.

    `has_question`: whether it waits for an answer to any of them.

    A status that waits for the citizen is a task, unless the agency asked it in so many words already.
    Any other that counts now says that the agency goes on without an answer.
    """
    if update.heard_from != case.agency or case.phase_since != update.set_at:
        return
    if case.phase == Phase.NEEDS_YOU == update.phase:
        task, made = CitizenTask.objects.get_or_create(
            case=case,
            external_id=update.external_id,
            defaults={"kind": CitizenTask.Kind.ASKED, "why": update.text},
        )
        if made:
            note(case=case, kind=Notice.Kind.TASK, about=str(task.pk))
    elif has_question and case.phase != Phase.NEEDS_YOU:
        with connection.cursor() as cursor:
            cursor.execute(_DROP, [timezone.now(), case.pk, ASKED_AGAIN])
