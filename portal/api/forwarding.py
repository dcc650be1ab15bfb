"""An agency's program sends on what came to the wrong agency (Awb 2:3): a case, or one message in it.

Also that of an agency with a system of its own (`elsewhere`): no standard of such systems has a word for it.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final
from uuid import UUID

from drf_spectacular.utils import OpenApiParameter, extend_schema, inline_serializer
from rest_framework import exceptions, serializers
from rest_framework.request import Request
from rest_framework.response import Response

from lifeevents.model import Agency
from portal.api.cases import IDEMPOTENCY_KEY, REFERENCE, case_of, key_of
from portal.api.problems import Busy, Conflict
from portal.api.programs import ProgramView, actor_of_call
from portal.api.refusals import Refusals, as_problems, conflict, unprocessable
from portal.api.shapes import LONGEST_WORD, SAYS_SOMETHING, Text
from portal.cases.forwarding.models import Forwarding
from portal.cases.forwarding.verbs import (
    NotNow,
    NotThither,
    OnItsWay,
    OtherForwarding,
    WhyNot,
    agencies_for,
    agencies_for_case,
    forward_case,
    forward_message,
    sent_on_from,
)
from portal.cases.models import Case, Message
from portal.cases.talk.texts import LONGEST

MESSAGE = OpenApiParameter(
    "message",
    {"type": "string", "format": "uuid"},
    OpenApiParameter.PATH,
    description="Id of a message of the citizen.",
)
_WHY_NOT: Final = {
    WhyNot.PLACE: "It is not with you yet, or not any more.",
    WhyNot.PROPOSAL: "A colleague proposed how it ends. Take that back first.",
    WhyNot.TABLE: "It is on a table with other agencies. Close that first.",
    WhyNot.CHECKING: "An attachment is still being looked into. Try again later.",
}
_REFUSED: Final[Refusals] = {
    Message.DoesNotExist: lambda _: exceptions.NotFound(),
    OnItsWay: lambda _: Busy("Something of it is on its way between you and us. Try again."),
    NotNow: lambda now: Conflict(_WHY_NOT[now.why], code=f"not_now_{now.why}"),
    OtherForwarding: conflict("It was forwarded before, or this key was used before.", "forwarded"),
    NotThither: unprocessable("It cannot go to that agency; ask which it can go to.", "agency"),
}


class AgencyShape(serializers.Serializer[Agency]):
    """Where it can go."""

    agency = serializers.CharField(source="id", read_only=True)
    name = serializers.CharField(read_only=True)


class AgencyForCase(AgencyShape):
    """`whole`: it does the same, so that all of the case goes; any other gets what the citizen wrote."""

    whole = serializers.SerializerMethodField()

    def get_whole(self, agency: Agency) -> bool:
        """By the service of the case."""
        return agency.id in self.context["whole"]


class ForwardInput(serializers.Serializer[Any]):
    """To whom, and why."""

    agency = Text(min_length=1, max_length=LONGEST_WORD, help_text="Id of an agency, as listed here.")
    reason = Text(
        max_length=LONGEST,
        validators=[SAYS_SOMETHING],
        help_text="Why it is for that agency, in plain text. The citizen and that agency read it.",
    )


class ForwardingShape(serializers.Serializer[Forwarding]):
    """That it was sent on."""

    agency = serializers.CharField(source="to_agency", read_only=True)
    reason = serializers.CharField(read_only=True)
    receivedOn = serializers.DateField(
        source="received_on", read_only=True, help_text="When you had it; the next agency is told."
    )
    at = serializers.DateTimeField(read_only=True)


_LISTED = inline_serializer("Agencies", {"results": AgencyShape(many=True)})


class ForwardingView(ProgramView):
    """A whole case."""

    @extend_schema(
        operation_id="listAgenciesForCase",
        summary="The agencies to which you can forward this case, and which of them get all of it.",
        parameters=[REFERENCE],
        responses=inline_serializer("AgenciesForCase", {"results": AgencyForCase(many=True)}),
    )
    def get(self, request: Request, reference: str) -> Response:
        """By name."""
        case = case_of(request, reference, elsewhere=True)
        found: Any = agencies_for(case)
        context = {"whole": {one.id for one in agencies_for_case(case)}}
        return Response({"results": AgencyForCase(found, many=True, context=context).data})

    @extend_schema(
        operation_id="forwardCase",
        summary="Forwards a case to the agency that deals with it (Awb 2:3). The same key again is the same.",
        parameters=[REFERENCE, IDEMPOTENCY_KEY],
        request=ForwardInput,
        responses={201: ForwardingShape},
    )
    def post(self, request: Request, reference: str) -> Response:
        """201, the first time and every time. The case is not yours from then on. 503 while we read it."""
        actor, case = actor_of_call(request), _case(request, reference)
        key, said = key_of(request), _said(request)
        return _done(
            lambda: forward_case(
                case=case, actor=actor, to=said["agency"], reason=said["reason"], external_id=key
            )
        )


class MessageForwardingView(ProgramView):
    """One message of the citizen."""

    @extend_schema(
        operation_id="listAgenciesForMessage",
        summary="The agencies to which you can forward this message.",
        parameters=[REFERENCE, MESSAGE],
        responses=_LISTED,
    )
    def get(self, request: Request, reference: str, message: UUID) -> Response:
        """By name."""
        case = case_of(request, reference, elsewhere=True)
        _require_message(case, message)
        found: Any = agencies_for(case)
        return Response({"results": AgencyShape(found, many=True).data})

    @extend_schema(
        operation_id="forwardMessage",
        summary="Forwards one message to the agency that deals with it. The same key again is the same.",
        parameters=[REFERENCE, MESSAGE, IDEMPOTENCY_KEY],
        request=ForwardInput,
        responses={201: ForwardingShape},
    )
    def post(self, request: Request, reference: str, message: UUID) -> Response:
        """201, the first time and every time. Nothing of the case goes along, and it stays yours."""
        case, actor = case_of(request, reference, elsewhere=True), actor_of_call(request)
        _require_message(case, message)
        key, said = key_of(request), _said(request)
        return _done(
            lambda: forward_message(
                case=case,
                message_id=message,
                actor=actor,
                to=said["agency"],
                reason=said["reason"],
                external_id=key,
            )
        )


def _case(request: Request, reference: str) -> Case:
    """One of the agency, or one that it sent on with this same call before."""
    try:
        return case_of(request, reference, elsewhere=True)
    except exceptions.NotFound:
        actor, key = actor_of_call(request), f"api:{request.headers.get('Idempotency-Key', '')}"
        found = sent_on_from(actor=actor, reference=reference, external_id=key)
        if found is None:
            raise
        return found


def _require_message(case: Case, message: UUID) -> None:
    if not case.messages.filter(pk=message, side="citizen").exists():
        raise exceptions.NotFound


def _said(request: Request) -> dict[str, Any]:
    given = ForwardInput(data=request.data)
    given.is_valid(raise_exception=True)
    said: dict[str, Any] = given.validated_data
    return said


def _done(act: Callable[[], Forwarding]) -> Response:
    """201 with what was done, or why it cannot be."""
    with as_problems(_REFUSED):
        made = act()
    return Response(ForwardingShape(made).data, status=201)
