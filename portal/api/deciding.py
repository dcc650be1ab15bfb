"""An agency's program hears first, notes a call, ends a case without an outcome, and opens one again.

The same verbs as at the desk, with what the law asks of each.
"""

from __future__ import annotations

import uuid
from abc import ABC, abstractmethod
from collections.abc import Callable
from typing import Any, Final

from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from portal.api.cases import IDEMPOTENCY_KEY, REFERENCE, case_of, key_of
from portal.api.problems import Conflict, Unprocessable
from portal.api.programs import ProgramView, actor_of_call
from portal.api.refusals import Refusals, as_problems, conflict, unprocessable
from portal.api.shapes import LONGEST_TEXT, SAYS_SOMETHING, Text, YesNo
from portal.api.talk_shapes import AskedShape
from portal.cases.deciding import ending, reopening
from portal.cases.deciding.calls import NoHearing, note_answer, note_call
from portal.cases.deciding.hearing import hear
from portal.cases.models import Case, CitizenTask, ContactMoment, Ending, Reopening
from portal.cases.talk.answer_said import Said
from portal.cases.talk.asking import AlreadyAnswered, Answer, Dropped, Incomplete, TooEarly
from portal.people.actor import Actor

_CALLS: Final = uuid.UUID("6d0c7f3e-6a54-4b8e-9b1f-0a6f9d9a7c11")
"""From it and the caller's key the id of a call follows."""

_REFUSED: Final[Refusals] = {
    NoHearing: conflict("You did not ask this, or not the citizen's view.", "not_asked"),
    ending.MayNotEnd: lambda may_not: Conflict(
        "The law does not let it end so.", code=may_not.why.replace("-", "_")
    ),
    reopening.NoWayBack: conflict("The law gives no way back on this ground.", "no_way_back"),
    TooEarly: unprocessable("The last day is too near.", "moment"),
    AlreadyAnswered: conflict("It was answered, or you went on without an answer.", "answered"),
    Dropped: conflict("It was answered, or you went on without an answer.", "answered"),
    Incomplete: unprocessable("This question has a form, which a text does not fill in.", "form"),
}


def _text(help_text: str) -> Text:
    return Text(max_length=LONGEST_TEXT, validators=[SAYS_SOMETHING], help_text=help_text)


class HearingInput(serializers.Serializer[Any]):
    """The citizen's view is asked before a refusal (Awb 4:7, 4:8). No term stands still for it."""

    why = _text("What you are about to decide, and on which facts. The citizen reads it.")
    until = serializers.DateField(help_text="The last day for an answer: a week from now, or later.")


class CallInput(serializers.Serializer[Any]):
    """Somebody of yours called the citizen."""

    said = _text("What was discussed. The citizen reads it.")
    reached = YesNo(help_text="Whether somebody answered.")
    isView = YesNo(
        required=False, default=False, help_text="It is what the citizen says to your hearing (Awb 4:9)."
    )
    question = Text(
        required=False,
        allow_blank=True,
        default="",
        max_length=200,
        help_text="Your id of the question that it answers; not one with a form.",
    )


class CallShape(serializers.Serializer[Any]):
    """The call as it is kept."""

    said = serializers.CharField(source="note", read_only=True)
    reached = serializers.BooleanField(source="was_reached", read_only=True)
    at = serializers.DateTimeField(source="created_at", read_only=True)


class EndingInput(serializers.Serializer[Any]):
    """It ends without an outcome."""

    ground = serializers.ChoiceField(
        choices=ending.GROUNDS,
        help_text="`incomplete`: not completed in time (Awb 4:5), until four weeks after the last day. "
        "`said`: the citizen said in a call that it is not needed. "
        "`twice`: you have the same request as another case.",
    )
    text = _text("Why, and what the citizen can do. The citizen reads it.")


class EndingShape(serializers.Serializer[Any]):
    """How it ended. `incomplete` is a decision, with a remedy."""

    ground = serializers.ChoiceField(choices=ending.GROUNDS, read_only=True)
    text = serializers.CharField(read_only=True)
    on = serializers.DateField(read_only=True)
    remedy = serializers.CharField(read_only=True)
    remedyUntil = serializers.DateField(source="remedy_until", read_only=True, allow_null=True)


class ReopeningInput(serializers.Serializer[Any]):
    """It goes on, by a way back of the law."""

    ground = serializers.ChoiceField(
        choices=reopening.GROUNDS,
        help_text="`objection` (Awb 7:11), `appeal` (8:72), `replaced` (6:19), `new-facts` (4:6: the term "
        "begins anew), `completed` (4:5), or `law`: by `article`.",
    )
    text = _text("Why. The citizen reads it.")
    article = Text(
        required=False, allow_blank=True, default="", max_length=200, help_text="With `law`: which one."
    )
    until = serializers.DateField(
        required=False, allow_null=True, default=None, help_text="By when you decide, where a court said so."
    )


class ReopeningShape(serializers.Serializer[Any]):
    """How it was opened again."""

    ground = serializers.ChoiceField(choices=reopening.GROUNDS, read_only=True)
    article = serializers.CharField(read_only=True)
    text = serializers.CharField(read_only=True)
    on = serializers.DateField(read_only=True)
    until = serializers.DateField(read_only=True, allow_null=True)


class _ActView(ProgramView, ABC):
    """An act at a case: `takes` is what the program says, `gives` what comes of it."""

    takes: type[serializers.Serializer[Any]]
    gives: type[serializers.Serializer[Any]]

    def post(self, request: Request, reference: str) -> Response:
        """201 with what came of it, the first time and every time."""
        case, key, given = case_of(request, reference), key_of(request), self.takes(data=request.data)
        given.is_valid(raise_exception=True)
        with as_problems(_REFUSED):
            made = self.act(case, actor_of_call(request), key, given.validated_data)
        return Response(self.gives(made).data, status=201)

    @abstractmethod
    def act(self, case: Case, actor: Actor, key: str, said: dict[str, Any]) -> Any:
        """The verb of the desk; the same `key` again is the same act."""


def _described(operation: str, summary: str) -> Callable[[type[_ActView]], type[_ActView]]:
    """How an act stands in the document of the API."""

    def described(view: type[_ActView]) -> type[_ActView]:
        post = extend_schema(
            operation_id=operation,
            summary=f"{summary} The same key again is the same.",
            parameters=[REFERENCE, IDEMPOTENCY_KEY],
            request=view.takes,
            responses={201: view.gives},
        )
        made: type[_ActView] = extend_schema_view(post=post)(view)
        return made

    return described


@_described("hear", "Asks the citizen's view before a refusal; the answer comes as of any question.")
class HearingsView(_ActView):
    """Hearing first."""

    takes, gives = HearingInput, AskedShape

    def act(self, case: Case, actor: Actor, key: str, said: dict[str, Any]) -> CitizenTask:
        """A question to the citizen."""
        return hear(case=case, actor=actor, external_id=key, **said)


@_described("noteCall", "Notes that you called the citizen, who reads it.")
class CallsView(_ActView):
    """Notes of calls."""

    takes, gives = CallInput, CallShape

    def act(self, case: Case, actor: Actor, key: str, said: dict[str, Any]) -> ContactMoment:
        """The note."""
        call_id = uuid.uuid5(_CALLS, f"{case.pk}:{key}")
        if said["question"]:
            return _answered(case, actor, call_id, said)
        given = {"said": said["said"], "was_reached": said["reached"], "is_view": said["isView"]}
        return note_call(case=case, actor=actor, call_id=call_id, **given)


def _answered(case: Case, actor: Actor, call_id: uuid.UUID, said: dict[str, Any]) -> ContactMoment:
    if not said["reached"]:
        raise Unprocessable("Nobody was reached, so that nothing was answered.", code="not_reached")
    asked = case.tasks.filter(kind=CitizenTask.Kind.ASKED, external_id=f"api:{said['question']}").first()
    if asked is None:
        raise NoHearing
    what = Said(Answer(said["said"]))
    return note_answer(case=case, actor=actor, task_id=asked.pk, said=what, call_id=call_id)


@_described("end", "Ends a case without an outcome, where the law lets you.")
class EndingView(_ActView):
    """Ending without an outcome."""

    takes, gives = EndingInput, EndingShape

    def act(self, case: Case, actor: Actor, key: str, said: dict[str, Any]) -> Ending:
        """The ending."""
        return ending.end(case=case, actor=actor, external_id=key, **said)


@_described("reopen", "Opens a case that had ended, by a way back of the law. Its outcome stands no more.")
class ReopeningView(_ActView):
    """Opening again."""

    takes, gives = ReopeningInput, ReopeningShape

    def act(self, case: Case, actor: Actor, key: str, said: dict[str, Any]) -> Reopening:
        """The reopening."""
        return reopening.reopen(case=case, actor=actor, external_id=key, **said)
