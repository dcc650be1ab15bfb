"""The BRP over HTTP: `POST /haalcentraal/api/brp/personen`, with the faults that somebody has set."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.csrf import csrf_exempt

from connectors.sandbox import door
from connectors.sandbox.brp.narrow import narrow
from connectors.sandbox.brp.query import PLAYED, BadQuery, InvalidParam, Query, read_query
from connectors.sandbox.clock import today
from connectors.sandbox.models import Person
from connectors.sandbox.switches import count, fault_of

REGISTER = "brp"


@csrf_exempt
def persons(request: HttpRequest) -> HttpResponse:
    """Answers one question about 1 to 20 persons."""
    refused = door.refusal(request, settings.BRP_API_KEY)
    if refused:
        return refused
    try:
        query = read_query(_body(request))
    except BadQuery as wrong:
        count(REGISTER, ())
        return door.problem(
            request, HTTPStatus.BAD_REQUEST, wrong.title, wrong.code, _what_is_wrong(wrong.params)
        )
    count(REGISTER, query.bsns)
    fault = fault_of(REGISTER)
    return door.broken(request, fault) or _answer(query, fault.kind)


def _answer(query: Query, fault: str) -> HttpResponse:
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


def _body(request: HttpRequest) -> Any:
    try:
        return door.body(request)
    except ValueError:
        raise BadQuery("De vraag is geen geldige JSON.", "json", []) from None


def _what_is_wrong(params: list[InvalidParam]) -> dict[str, Any]:
    """The parameters that are wrong, as the specification names them."""
    if not params:
        return {}
    names = ", ".join(dict.fromkeys(param.name for param in params))
    return {
        "detail": f"Deze parameters kloppen niet: {names}.",
        "invalidParams": [
            {"name": param.name, "code": param.code, "reason": param.reason} for param in params
        ],
    }
