"""An agency's cases for its own program: the same list, verbs and trail as in the back office."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import exceptions
from rest_framework.permissions import SAFE_METHODS
from rest_framework.request import Request
from rest_framework.response import Response

from portal.api.problems import Conflict, Unprocessable
from portal.api.programs import ProgramView, actor_of_call
from portal.api.shapes import (
    CaseLine,
    IntakeInput,
    StatusInput,
    UpdateShape,
    WholeCase,
    subject_shape,
)
from portal.cases.back.status import AlreadyClosed, add_status, note_their_reference, take_up
from portal.cases.disputes.holders import disputes_at
from portal.cases.models import Case, Phase, StatusUpdate
from portal.cases.reading.at_agency import case_for_program, staff_case
from portal.cases.restricting.standing import require_step, require_usable
from portal.converters import ReferenceConverter

_SKEW = timedelta(minutes=5)
"""How far the clock of an agency may be from ours."""

_KEY = re.compile(r"[A-Za-z0-9_.:-]{8,100}")
REFERENCE = OpenApiParameter(
    "reference",
    {"type": "string", "pattern": f"^{ReferenceConverter.regex}$"},
    OpenApiParameter.PATH,
    description="Our reference of the case.",
)
IDEMPOTENCY_KEY = OpenApiParameter(
    "Idempotency-Key",
    {"type": "string", "pattern": f"^{_KEY.pattern}$"},
    OpenApiParameter.HEADER,
    required=True,
    description="Your own id of this update. The same key again is the same update, and changes nothing.",
)


class CaseView(ProgramView):
    """One case."""

    @extend_schema(
        operation_id="readCase",
        summary="A case with everything that was sent. That you read it stands in the citizen's log.",
        parameters=[REFERENCE],
        responses=WholeCase,
    )
    def get(self, request: Request, reference: str) -> Response:
        """The line in the citizen's log is written first."""
        try:
            case, payload = staff_case(actor=actor_of_call(request), reference=reference)
        except Case.DoesNotExist:
            raise exceptions.NotFound from None
        context = {
            "payload": payload,
            "subject": subject_shape(case, payload),
            "disputes": disputes_at(case),
        }
        return Response(WholeCase(case, context=context).data)


class IntakeView(ProgramView):
    """That the agency begins to work on a case."""

    @extend_schema(
        operation_id="takeIn",
        summary="You begin to work on it; the citizen sees that. Again is harmless.",
        parameters=[REFERENCE],
        request=IntakeInput,
        responses=CaseLine,
    )
    def put(self, request: Request, reference: str) -> Response:
        """Only a case that just arrived; any other stays as it is, but for their own reference."""
        case, said = case_of(request, reference), _said(IntakeInput, request)
        if said["theirReference"]:
            note_their_reference(case=case, their_reference=said["theirReference"])
        take_up(case=case, actor=actor_of_call(request))
        return Response(CaseLine(case_of(request, reference)).data)


class StatusesView(ProgramView):
    """Where a case stands, as the agency says it."""

    @extend_schema(
        operation_id="setStatus",
        summary="Says where a case stands. Repeatable, in any order; never opens a closed case again.",
        parameters=[REFERENCE, IDEMPOTENCY_KEY],
        request=StatusInput,
        responses={201: UpdateShape},
    )
    def post(self, request: Request, reference: str) -> Response:
        """201 with the update, the first time and every time."""
        with transaction.atomic():
            case = case_of(request, reference, locked=True)
            update = _heard(case, key_of(request), _said(StatusInput, request))
        return Response(UpdateShape(update).data, status=201)


def case_of(
    request: Request,
    reference: str,
    *,
    locked: bool = False,
    restricted_too: bool = False,
    elsewhere: bool = False,
) -> Case:
    """Without what was sent, so that no line is needed. Another's is as one that does not exist.

    `locked` and `elsewhere` as in `case_for_program`. Raises `UseIsRestricted` where the citizen restricted
    the use (AVG 18), but for what uses nothing of the request and has to be said all the same
    (`restricted_too`).
    """
    actor = actor_of_call(request)
    try:
        case, is_restricted = case_for_program(
            actor=actor, reference=reference, locked=locked, elsewhere=elsewhere
        )
    except Case.DoesNotExist:
        raise exceptions.NotFound from None
    if is_restricted and not restricted_too:
        check = require_usable if request.method in SAFE_METHODS else require_step
        check(case, actor)
    return case


def _said(shape: type[IntakeInput | StatusInput], request: Request) -> dict[str, Any]:
    given = shape(data=request.data)
    given.is_valid(raise_exception=True)
    said: dict[str, Any] = given.validated_data
    return said


def key_of(request: Request) -> str:
    """The caller's own id of what it says. Raises `ValidationError` where there is none."""
    key = request.headers.get("Idempotency-Key", "")
    if not _KEY.fullmatch(key):
        raise exceptions.ValidationError({"Idempotency-Key": "8 to 100 letters, digits, or _ . : -"})
    # So that no agency's key is ever one of our own notes.
    return f"api:{key}"


def _heard(case: Case, key: str, said: dict[str, Any]) -> StatusUpdate:
    """What was said of a case that is locked. Raises `Conflict` and `Unprocessable`."""
    phase = _phase(case, said["word"])
    set_at, text = said.get("setAt"), _text(said, phase)
    if set_at is not None:
        _check_moment(case, set_at)
    try:
        update = add_status(
            case,
            phase=phase,
            text=text,
            set_at=set_at,
            external_id=key,
            heard_from=case.agency,
            must_count=True,
        )
    except AlreadyClosed:
        raise Conflict("The case is closed.", code="closed") from None
    if (update.phase, update.set_at, update.text) != (phase, set_at or update.set_at, text):
        raise Conflict("This key was used for another update.", code="key_used_before")
    return update


def _phase(case: Case, word: str) -> Phase:
    words = {phase.value: phase.value for phase in (Phase.HANDLED, Phase.NEEDS_YOU)}
    theirs = {own: phase for own, phase in case.definition.own_statuses.items() if phase in words}
    phase = (words | theirs).get(word)
    if phase is None:
        raise Unprocessable("The service does not know this word.", code="unknown_word")
    return Phase(phase)


def _text(said: dict[str, Any], phase: Phase) -> str:
    """What they said, in their own words: with the word itself where it is not ours."""
    word = "" if said["word"] == phase else said["word"]
    return ": ".join(part for part in (word, said["text"]) if part)


def _check_moment(case: Case, set_at: Any) -> None:
    if not case.created_at - _SKEW <= set_at <= timezone.now() + _SKEW:
        raise Unprocessable("setAt is before the case was sent, or in the future.", code="moment")
