"""The door of an intake: who calls, that the call is no copy, and the faults that are set."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from http import HTTPStatus
from typing import Any

from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.core.serializers.json import DjangoJSONEncoder
from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt

from connectors.sandbox.intake.agencies import INTAKES
from connectors.sandbox.intake.models import SeenCall
from connectors.sandbox.intake.problems import Problem, not_found, unsigned, wrong
from connectors.sandbox.zgw.faults import answer_with, nothing, take
from connectors.signing import OLDEST_SECONDS, BadSignature, check_signature

KEY_ID = "levensloket"
"""The name of the secret that portal and agencies share."""

ANOTHER = {"reference": "LL-ANDR-ZAAK", "theirReference": "een-ander"}
_REMEMBERED = timedelta(seconds=2 * OLDEST_SECONDS)
"""How long a call is known again: longer than its signature is worth something."""

JSON = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Binary:
    """An answer that is a file."""

    content: bytes


Handler = Callable[..., tuple[int, JSON | Binary]]
View = Callable[..., HttpResponseBase]


def address(step: str, **handlers: Handler) -> View:
    """A view of one address: a handler for each method, that gets the agency, the call and its words.

    `step` names it for faults.
    """

    def view(request: HttpRequest, agency: str, **words: str) -> HttpResponseBase:
        fault = take(agency, step, is_write=request.method != "GET") if agency in INTAKES else None
        if (refusal := nothing(fault)) is not None:
            return refusal
        try:
            response = _respond(request, agency, handlers, words)
        except Problem as problem:
            response = problem.as_response()
        return answer_with(fault, request, response, mixed_up=_of_another) if fault else response

    return csrf_exempt(view)  # no cookie says who calls, so no other site can make use of one


def body_of(request: HttpRequest) -> JSON:
    """The object that was sent. Raises `Problem` for anything else."""
    if request.content_type != "application/json":
        raise Problem(HTTPStatus.UNSUPPORTED_MEDIA_TYPE, "not-json", "Send JSON.")
    try:
        body = json.loads(request.body)
    except ValueError:
        raise wrong("The body is no JSON.") from None
    if not isinstance(body, dict):
        raise wrong("The body is no object.")
    return body


def _respond(
    request: HttpRequest, agency: str, handlers: dict[str, Handler], words: dict[str, str]
) -> HttpResponse:
    if agency not in INTAKES:
        raise not_found()
    handler = handlers.get(request.method or "")
    if handler is None:
        raise Problem(HTTPStatus.METHOD_NOT_ALLOWED, "method", "This is not in the contract.")
    _check_caller(request)
    status, told = handler(INTAKES[agency], request, **words)
    return _answer(request, status, told)


def _check_caller(request: HttpRequest) -> None:
    """Raises `Problem` for a call that is not signed as it should be, is too old, or came before."""
    if not settings.INTAKE_SECRET:
        raise unsigned("This intake has no secret.")
    try:
        _, nonce = check_signature(
            request.method or "",
            f"{settings.SANDBOX_URL}{request.get_full_path()}",
            request.body,
            request.headers,
            secrets={KEY_ID: settings.INTAKE_SECRET},
        )
    except RequestDataTooBig:
        raise Problem(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "too-large", "This is too much.") from None
    except BadSignature as error:
        raise unsigned(str(error)) from None
    SeenCall.objects.filter(seen_at__lt=timezone.now() - _REMEMBERED).delete()
    if not SeenCall.objects.get_or_create(nonce=nonce)[1]:
        raise unsigned("This call came before.")


def _answer(request: HttpRequest, status: int, told: JSON | Binary) -> HttpResponse:
    if isinstance(told, Binary):
        return HttpResponse(told.content, status=status, content_type="application/octet-stream")
    response = JsonResponse(told, status=status)
    if request.method == "GET" and "updates" in told:
        text = json.dumps(told, sort_keys=True, cls=DjangoJSONEncoder)
        etag = f'"{hashlib.sha256(text.encode()).hexdigest()[:32]}"'
        if etag in [one.strip() for one in request.headers.get("If-None-Match", "").split(",")]:
            return HttpResponse(status=HTTPStatus.NOT_MODIFIED, headers={"ETag": etag})
        response["ETag"] = etag
    return response


def _of_another(content: bytes) -> bytes:
    """The same answer, about something else."""
    body = json.loads(content)
    changed = {key: value for key, value in ANOTHER.items() if key in body}
    return json.dumps({**body, **changed}).encode()
