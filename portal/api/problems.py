"""Every error as `application/problem+json` (RFC 9457). Nothing in it is about a person.

Shape: `{"type": "about:blank", "title", "status", "detail", "code"}`, and for input that is not right
`"errors": [{"field", "detail"}, …]`. `code` is a fixed word for programs; `detail` is for people.
"""

from __future__ import annotations

from collections.abc import Iterator
from http import HTTPStatus
from typing import Any, Final

import structlog
from django.http import HttpResponse, JsonResponse
from rest_framework import exceptions, status
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import exception_handler

from portal.access.denials import noting
from portal.cases.restricting.standing import UseIsRestricted
from portal.people.actor import Actor

security_log = structlog.get_logger("portal.security")

MEDIA_TYPE: Final = "application/problem+json"


class Conflict(exceptions.APIException):
    """What is asked does not go with where the case stands; `code` says why."""

    status_code = status.HTTP_409_CONFLICT
    default_code = "conflict"


class Unprocessable(exceptions.APIException):
    """The shape is right, the meaning is not; `code` says why."""

    status_code = status.HTTP_422_UNPROCESSABLE_ENTITY
    default_code = "unprocessable"


class Busy(exceptions.APIException):
    """It can be done, not at this moment: the answer says after how many seconds (RFC 9110, 10.2.3)."""

    status_code = status.HTTP_503_SERVICE_UNAVAILABLE
    default_code = "busy"
    # What reads a case or brings something to an agency is done with it in a second or two.
    wait = 2


def problem_of(error: Exception, context: dict[str, Any]) -> Response | None:
    """What Django REST framework calls for an error in a view; None for one that nobody foresaw."""
    if isinstance(error, UseIsRestricted):
        error = Conflict(
            "The citizen restricted the use (AVG 18). An officer names the ground in the portal first.",
            code="restricted",
        )
    response = exception_handler(error, context)
    if response is None:
        return None
    _note_denial(context["request"], response.status_code)
    response.data = _body(response.status_code, error)
    response.content_type = MEDIA_TYPE
    return response


def _note_denial(request: Request, code: int) -> None:
    """The one trace of a call that got nothing (see `portal.access.middleware`, for people)."""
    actor = request.auth
    if code not in (HTTPStatus.FORBIDDEN, HTTPStatus.NOT_FOUND) or not isinstance(actor, Actor):
        return
    match = request.resolver_match
    route = match.view_name if match else ""
    client = actor.program.client_id if actor.program else ""
    security_log.warning("denied", route=route, capacity=actor.capacity, client=client)
    noting.note(actor, route=route)


def plain_problem(code: int) -> HttpResponse:
    """The same for an address that is not ours, or a fault of ours."""
    return JsonResponse(_body(code, None), status=code, content_type=MEDIA_TYPE)


def _body(code: int, error: Exception | None) -> dict[str, Any]:
    phrase = HTTPStatus(code).phrase
    body: dict[str, Any] = {"type": "about:blank", "title": phrase, "status": code, "detail": phrase}
    body["code"] = phrase.lower().replace(" ", "-")
    if isinstance(error, exceptions.ValidationError):
        return body | {"code": "invalid", "errors": list(_wrong("", error.detail))}
    if isinstance(error, exceptions.APIException):
        body["detail"] = str(error.detail)
        body["code"] = str(error.get_codes()).replace("_", "-")
    return body


def _wrong(field: str, detail: Any) -> Iterator[dict[str, str]]:
    if isinstance(detail, dict):
        for name, inner in detail.items():
            yield from _wrong(f"{field}.{name}" if field else str(name), inner)
    elif isinstance(detail, list):
        for inner in detail:
            yield from _wrong(field, inner)
    else:
        yield {"field": field, "detail": str(detail)}
