"""An agency's program hears first, notes a call, ends a case without an outcome, and opens one again.

The same verbs as at the desk, with what the law asks of each.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import Any, Final, TypeVar

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from portal.api.cases import IDEMPOTENCY_KEY, REFERENCE, case_of, key_of
from portal.api.problems import Conflict, Unprocessable
from portal.api.programs import ProgramView, actor_of_call
from portal.api.shapes import LONGEST_TEXT, SAYS_SOMETHING, Text, YesNo
from portal.api.talk_shapes import AskedShape
from portal.cases.deciding import ending, reopening
from portal.cases.deciding.calls import NoHearing, note_call
from portal.cases.deciding.hearing import hear
from portal.cases.talk.asking import OtherQuestion, TooEarly
from portal.cases.talk.standing import Closed, NotThere
from portal.cases.talk.texts import WrongText

_CALLS: Final = uuid.UUID("6d0c7f3e-6a54-4b8e-9b1f-0a6f9d9a7c11")
"""From it and the caller's key the id of a call follows."""

_Made = TypeVar("_Made")


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


class HearingsView(ProgramView):
    """Hearing first."""

    @extend_schema(
        operation_id="hear",
        summary="Asks the citizen's view before a refusal. The same key again is the same question.",
        parameters=[REFERENCE, IDEMPOTENCY_KEY],
        request=HearingInput,
        responses={201: AskedShape},
    )
    def post(self, request: Request, reference: str) -> Response:
        """201 with the question, the first time and every time; the answer comes as of any question."""
        case, key, said = case_of(request, reference), key_of(request), _said(HearingInput, request)
        actor = actor_of_call(request)
        return _made(
            lambda: hear(case=case, actor=actor, external_id=key, why=said["why"], until=said["until"]),
            AskedShape,
        )


class CallsView(ProgramView):
    """Notes of calls."""

    @extend_schema(
        operation_id="noteCall",
        summary="Notes that you called the citizen, who reads it. The same key again is the same call.",
        parameters=[REFERENCE, IDEMPOTENCY_KEY],
        request=CallInput,
        responses={201: CallShape},
    )
    def post(self, request: Request, reference: str) -> Response:
        """201 with the call, the first time and every time."""
        case, key, said = case_of(request, reference), key_of(request), _said(CallInput, request)
        given = {"said": said["said"], "was_reached": said["reached"], "is_view": said["isView"]}
        call_id = uuid.uuid5(_CALLS, f"{case.pk}:{key}")
        return _made(
            lambda: note_call(case=case, actor=actor_of_call(request), call_id=call_id, **given), CallShape
        )


class EndingView(ProgramView):
    """Ending without an outcome."""

    @extend_schema(
        operation_id="end",
        summary="Ends a case without an outcome, where the law lets you. The same key again is the same.",
        parameters=[REFERENCE, IDEMPOTENCY_KEY],
        request=EndingInput,
        responses={201: EndingShape},
    )
    def post(self, request: Request, reference: str) -> Response:
        """201 with the ending, the first time and every time."""
        case, key, said = case_of(request, reference), key_of(request), _said(EndingInput, request)
        actor = actor_of_call(request)
        return _made(lambda: ending.end(case=case, actor=actor, external_id=key, **said), EndingShape)


class ReopeningView(ProgramView):
    """Opening again."""

    @extend_schema(
        operation_id="reopen",
        summary="Opens a case again that had ended, by a way back of the law. Its outcome stands no more.",
        parameters=[REFERENCE, IDEMPOTENCY_KEY],
        request=ReopeningInput,
        responses={201: ReopeningShape},
    )
    def post(self, request: Request, reference: str) -> Response:
        """201 with the reopening, the first time and every time."""
        case, key, said = case_of(request, reference), key_of(request), _said(ReopeningInput, request)
        actor = actor_of_call(request)
        return _made(
            lambda: reopening.reopen(case=case, actor=actor, external_id=key, **said), ReopeningShape
        )


def _said(shape: type[serializers.Serializer[Any]], request: Request) -> dict[str, Any]:
    given = shape(data=request.data)
    given.is_valid(raise_exception=True)
    said: dict[str, Any] = given.validated_data
    return said


def _made(act: Callable[[], _Made], shape: type[serializers.Serializer[Any]]) -> Response:
    """What the verb makes, with its refusals as problems."""
    try:
        made = act()
    except (Closed, NotThere):
        raise Conflict("The case is closed.", code="closed") from None
    except OtherQuestion:
        raise Conflict("This key was used for something else.", code="key_used_before") from None
    except NoHearing:
        raise Conflict("You did not ask the citizen's view.", code="not_asked") from None
    except ending.MayNotEnd as may_not:
        code = may_not.why.replace("-", "_")
        raise Conflict("The law does not let it end so.", code=code) from None
    except reopening.NoWayBack:
        raise Conflict("The law gives no way back on this ground.", code="no_way_back") from None
    except TooEarly:
        raise Unprocessable("The last day is too near.", code="moment") from None
    except WrongText as wrong:
        raise Unprocessable("The text cannot be kept.", code=f"text_{wrong}") from None
    return Response(shape(made).data, status=201)
