"""The BRP over HTTP: `POST /haalcentraal/api/brp/personen`, with the faults that somebody has set."""

from __future__ import annotations

import hmac
import json
import time
from http import HTTPStatus
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.csrf import csrf_exempt

from connectors.sandbox.brp.narrow import narrow
from connectors.sandbox.brp.query import PLAYED, BadQuery, InvalidParam, Query, read_query
from connectors.sandbox.clock import today
from connectors.sandbox.models import Person
from connectors.sandbox.switches import count, fault_of

REGISTER = "brp"
RFC_SECTION = {
    HTTPStatus.BAD_REQUEST: "7231#section-6.5.1",
    HTTPStatus.UNAUTHORIZED: "7235#section-3.1",
    HTTPStatus.METHOD_NOT_ALLOWED: "7231#section-6.5.5",
    HTTPStatus.NOT_ACCEPTABLE: "7231#section-6.5.6",
    HTTPStatus.UNSUPPORTED_MEDIA_TYPE: "7231#section-6.5.13",
    HTTPStatus.SERVICE_UNAVAILABLE: "7231#section-6.6.4",
}
MAINTENANCE = (
    "<!doctype html><html lang=nl><title>Onderhoud</title><h1>Onderhoud</h1><p>Kom later terug.</p></html>"
)


@csrf_exempt
def persons(request: HttpRequest) -> HttpResponse:
    """Answers one question about 1 to 20 persons."""
    refused = _refusal(request)
    if refused:
        return refused
    try:
        query = read_query(_body(request))
    except BadQuery as wrong:
        count(REGISTER, ())
        return _problem(HTTPStatus.BAD_REQUEST, wrong.title, wrong.code, wrong.params)
    count(REGISTER, query.bsns)
    return _answer(query, fault_of(REGISTER))


def _answer(query: Query, fault: str) -> HttpResponse:
    if fault == "down":
        return _problem(HTTPStatus.SERVICE_UNAVAILABLE, "De BRP is nu niet bereikbaar.", "notAvailable")
    if fault == "html":
        return HttpResponse(MAINTENANCE)
    if fault == "slow":
        time.sleep(settings.SANDBOX_SLOW_SECONDS)
    found = _others(query) if fault == "wrong-person" else _asked(query)
    day = today()
    people = [] if fault == "empty" else [narrow(one.record, query.wanted, day) for one in found]
    return JsonResponse({"type": PLAYED, "personen": people})


def _asked(query: Query) -> list[Person]:
    by_bsn = {one.bsn: one for one in Person.objects.filter(bsn__in=query.bsns)}
    found = [by_bsn[bsn] for bsn in query.bsns if bsn in by_bsn]
    return [one for one in found if _lives_in(one, query.municipality)]


def _others(query: Query) -> list[Person]:
    return list(Person.objects.exclude(bsn__in=query.bsns)[: len(query.bsns)])


def _lives_in(person: Person, municipality: str | None) -> bool:
    return municipality in (None, person.record.get("gemeenteVanInschrijving", {}).get("code"))


def _refusal(request: HttpRequest) -> HttpResponse | None:
    """A refusal that does not depend on the question, most basic first."""
    given = request.headers.get("X-API-KEY", "").encode()
    wanted = settings.BRP_API_KEY.encode()
    if not wanted or not hmac.compare_digest(given, wanted):
        return _problem(HTTPStatus.UNAUTHORIZED, "De sleutel ontbreekt of klopt niet.", "authentication")
    if request.method != "POST":
        response = _problem(HTTPStatus.METHOD_NOT_ALLOWED, "Alleen POST wordt gespeeld.", "notAllowed")
        response["Allow"] = "POST"
        return response
    if request.content_type != "application/json":
        return _problem(HTTPStatus.UNSUPPORTED_MEDIA_TYPE, "De vraag moet JSON zijn.", "unsupported")
    if not request.accepts("application/json"):
        return _problem(HTTPStatus.NOT_ACCEPTABLE, "Het antwoord is altijd JSON.", "notAcceptable")
    return None


def _body(request: HttpRequest) -> Any:
    try:
        return json.loads(request.body)
    except ValueError:
        raise BadQuery("De vraag is geen geldige JSON.", "json", []) from None


def _problem(
    status: HTTPStatus, title: str, code: str, params: list[InvalidParam] | None = None
) -> JsonResponse:
    """A problem (RFC 7807) as the specification shapes it."""
    body: dict[str, Any] = {
        "type": f"https://datatracker.ietf.org/doc/html/rfc{RFC_SECTION[status]}",
        "title": title,
        "status": int(status),
        "code": code,
        "instance": "/haalcentraal/api/brp/personen",
    }
    if params:
        names = ", ".join(dict.fromkeys(param.name for param in params))
        body["detail"] = f"Deze parameters kloppen niet: {names}."
        body["invalidParams"] = [
            {"name": param.name, "code": param.code, "reason": param.reason} for param in params
        ]
    return JsonResponse(body, status=status, content_type="application/problem+json")
