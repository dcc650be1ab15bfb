"""The citizen changes what they typed, after sending and before the outcome, and the agency hears of it.

What registers said cannot be changed so: that goes by a dispute. The definition of the service says which
answers may change (`change`).
"""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import override

from lifeevents.model import Question
from portal.access.administration import managed_account
from portal.cases.journey.accounts import is_own_account
from portal.cases.journey.payloads import payload_of
from portal.cases.journey.submit import require_level
from portal.cases.models import Case, Change, Delivery, Message, Side
from portal.cases.out import outbox
from portal.cases.talk.changed import Values, changes_in, context_of, with_changes
from portal.cases.talk.heard import Came, came_by, fields_of, note_heard
from portal.cases.talk.standing import is_talkable, require_open, side_of, touch
from portal.ledger.keys import content_hash, seal
from portal.people.actor import Actor


class NotChangeable(Exception):
    """The service lets none of these answers change."""


class NothingChanged(Exception):
    """Every answer is what it was."""


class OtherAccount(Exception):
    """Under bewind the citizen's own money goes to the account of the administrator, and no other."""


class ChangedSince(Exception):
    """It was changed in another tab since this one was opened: that change counts, this one is not made."""


def may_change(case: Case) -> bool:
    """Whether something of it can be changed now."""
    return bool(case.definition.change) and is_talkable(case)


def shows_answers(case: Case) -> bool:
    """Whether the actor for whom the case was found may read what the citizen typed."""
    return not case.hides_places or case.mandate_id is not None


def answers_now(case: Case) -> dict[str, Any]:
    """What is answered now to the questions that may change. Raises `KeyDestroyed` after its term."""
    given = _given(case)
    return {question.id: given.get(question.id) for question in case.definition.changeable}


def _given(case: Case) -> dict[str, Any]:
    payload = with_changes(case.definition, payload_of(case), changes_in(case))
    given: dict[str, Any] = {}
    for items in payload["answers"].values():
        for item in items:
            given |= item
    return given


def fingerprint_of(answers: Values) -> str:
    """A hash of what the page of a change shows; its form carries it, so that no two tabs undo each other."""
    return content_hash(dict(answers))


def change(*, case: Case, actor: Actor, answers: Values, seen: str, external_id: str, level: str) -> Change:
    """Keeps the answers that differ, and tells the agency. The same `external_id` again is the same change.

    `answers` are those to the questions of `change`, None for what is left empty; `seen` is the
    `fingerprint_of` what the citizen looked at, `level` that of the login. Raises `NotChangeable`,
    `ChangedSince`, `NothingChanged`, `OtherAccount`, `Closed`, `NotThere`, `LevelTooLow`, and
    `PermissionError` for who is not the citizen.
    """
    if side_of(actor, case) != Side.CITIZEN or not shows_answers(case):
        raise PermissionError("only the citizen changes what was sent")
    service = case.definition
    if not service.change or not answers.keys() <= set(service.change):
        raise NotChangeable(case.reference)
    require_level([service], level)
    with transaction.atomic():
        came = came_by(actor)
        rows = Case.objects.select_for_update(of=("self",)).select_related("citizen", "journey")
        locked = rows.get(pk=case.pk)
        if known := Change.objects.filter(case=locked, message__external_id=external_id).first():
            return known
        require_open(locked)
        now = answers_now(locked)
        if fingerprint_of(now) != seen:
            raise ChangedSince(locked.reference)
        after = {name: value for name, value in answers.items() if (value or None) != (now[name] or None)}
        if not after:
            raise NothingChanged(locked.reference)
        _require_account(locked, after)
        made = _keep(locked, {name: now[name] for name in after}, after, external_id, came)
        outbox.add(case=locked, kind=Delivery.Kind.MESSAGE, message=made.message)
        note_heard(came, locked, "change", message=made.message)
        touch(locked)
    return made


def _require_account(case: Case, after: Values) -> None:
    """As in a journey: what is answered elsewhere says whose money it is."""
    account = managed_account(case.citizen)
    if account is None:
        return
    given = _given(case) | dict(after)
    for question in case.definition.changeable:
        typed = given.get(question.id)
        if typed and typed != account and is_own_account(question, given):
            raise OtherAccount(question.id)


def _keep(case: Case, before: Values, after: Values, external_id: str, came: Came | None) -> Change:
    questions = [question for question in case.definition.changeable if question.id in after]
    message = Message.objects.create(
        case=case, side=Side.CITIZEN, text=_told(questions), external_id=external_id, **fields_of(came)
    )
    made = Change(case=case, message=message, questions=[question.id for question in questions])
    values = {"before": dict(before), "after": {name: value or None for name, value in after.items()}}
    made.sealed = seal(case.citizen, case.retention, context_of(made), values)
    made.save(force_insert=True)
    return made


def _told(questions: list[Question]) -> str:
    """What stands in the thread: which answers, and not what they are. It is searched, and not sealed."""
    with override("nl"):
        names = "\n".join(f"- {question.label.nl}" for question in questions)
        return f"{_('Ik verander mijn antwoord op:')}\n{names}"
