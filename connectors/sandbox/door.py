"""What every register of the sandbox does at its door: who may ask, what a refusal looks like, and faults."""

from __future__ import annotations

import hmac
import json
import time
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse

from connectors.sandbox.models import Fault

RFC_SECTION = {
    HTTPStatus.BAD_REQUEST: "7231#section-6.5.1",
    HTTPStatus.UNAUTHORIZED: "7235#section-3.1",
    HTTPStatus.NOT_FOUND: "7231#section-6.5.4",
    HTTPStatus.METHOD_NOT_ALLOWED: "7231#section-6.5.5",
    HTTPStatus.NOT_ACCEPTABLE: "7231#section-6.5.6",
    HTTPStatus.UNSUPPORTED_MEDIA_TYPE: "7231#section-6.5.13",
    HTTPStatus.SERVICE_UNAVAILABLE: "7231#section-6.6.4",
}
MAINTENANCE = (
    "<!doctype html><html lang=nl><title>Onderhoud</title><h1>Onderhoud</h1><p>Kom later terug.</p></html>"
)


def refusal(
    request: HttpRequest, key: str, *, method: str = "POST", produces: str = "application/json"
) -> HttpResponse | None:
    """A refusal that does not depend on the question, most basic first; None where it may be asked.

    `key` is what must come in `X-API-KEY`; an empty one lets nobody in. `produces` is the type of the answer.
    """
    given = request.headers.get("X-API-KEY", "").encode()
    if not key or not hmac.compare_digest(given, key.encode()):
        return problem(
            request, HTTPStatus.UNAUTHORIZED, "De sleutel ontbreekt of klopt niet.", "authentication"
        )
    if request.method != method:
        refused = problem(
            request, HTTPStatus.METHOD_NOT_ALLOWED, f"Alleen {method} wordt gespeeld.", "notAllowed"
        )
        refused["Allow"] = method
        return refused
    if method == "POST" and request.content_type != "application/json":
        return problem(request, HTTPStatus.UNSUPPORTED_MEDIA_TYPE, "De vraag moet JSON zijn.", "unsupported")
    if not request.accepts(produces):
        return problem(request, HTTPStatus.NOT_ACCEPTABLE, "Het antwoord is altijd JSON.", "notAcceptable")
    return None


def is_retry(request: HttpRequest) -> bool:
    """Whether this is another try of a call that came before (`X-Try`), which is counted apart."""
    return request.headers.get("X-Try", "1") != "1"


def body(request: HttpRequest) -> Any:
    """The JSON that was sent. Raises `ValueError` for what is none."""
    return json.loads(request.body)


def broken(request: HttpRequest, fault: Fault) -> HttpResponse | None:
    """The answer of a register that cannot give its own; None where it can, perhaps after a wait."""
    if fault.kind == "down":
        return problem(
            request, HTTPStatus.SERVICE_UNAVAILABLE, "Dit register is nu niet bereikbaar.", "notAvailable"
        )
    if fault.kind == "html":
        return HttpResponse(MAINTENANCE)
    if fault.kind == "slow":
        wait(fault)
    return None


def wait(fault: Fault) -> None:
    """As long as a slow register takes: what was set, or longer than anybody waits."""
    time.sleep(settings.SANDBOX_SLOW_SECONDS if fault.ms is None else fault.ms / 1000)


def problem(
    request: HttpRequest, status: HTTPStatus, title: str, code: str, more: Mapping[str, Any] | None = None
) -> JsonResponse:
    """A problem (RFC 7807), in the shape that Dutch registers give it."""
    said = {
        "type": f"https://datatracker.ietf.org/doc/html/rfc{RFC_SECTION[status]}",
        "title": title,
        "status": int(status),
        "code": code,
        "instance": request.path,
        **(more or {}),
    }
    return JsonResponse(said, status=status, content_type="application/problem+json")
