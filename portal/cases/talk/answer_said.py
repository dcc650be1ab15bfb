"""What the citizen said to an officer of the agency, as the answer to what that agency asked."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.utils import timezone

from portal import clock
from portal.cases.models import Case, CitizenTask
from portal.cases.talk.asking import Answer, checked, go_on, open_of, seal_answer
from portal.cases.talk.models import CameBy
from portal.cases.talk.showing import SPOKEN
from portal.people.actor import Actor


@dataclass(frozen=True, slots=True)
class Said:
    """What was said, and how: by telephone or at the desk of the agency."""

    answer: Answer
    way: CameBy = CameBy.PHONE


def settle_said(*, case: Case, task_id: Any, actor: Actor, said: Said) -> CitizenTask:
    """The task is answered, the term runs again, and the case goes on. The caller locked the case and tells
    the citizen. A document that was asked for is asked for no more: who asked, heard what they need.

    Nothing goes out: it was said to the agency itself. Raises as `asking.checked` and `asking.open_of`.
    """
    task = open_of(case, task_id)
    answer = checked(task, said.answer, is_said=True)
    task.sealed_answer, task.sealed_draft = seal_answer(task, answer), None
    task.answered_at, task.answer = timezone.now(), SPOKEN
    task.came_by, task.came_on = said.way, clock.today()
    task.save(update_fields=["sealed_answer", "sealed_draft", "answered_at", "answer", "came_by", "came_on"])
    go_on(task, actor, told=f"spoken:{task.pk}", heard_from=case.agency)
    return task
