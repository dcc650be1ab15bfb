"""The BAG over HTTP, with the faults that somebody has set. Nobody's number comes here."""

from __future__ import annotations

from http import HTTPStatus

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.csrf import csrf_exempt

from connectors.sandbox import door
from connectors.sandbox.bag.answers import BadQuestion, addresses, collection, found, question_in
from connectors.sandbox.switches import count, fault_of

REGISTER = "bag"
HAL = "application/hal+json"


@csrf_exempt
def find(request: HttpRequest) -> HttpResponse:
    """`GET /adressen`: every address that fits."""
    refused = door.refusal(request, settings.BAG_API_KEY, method="GET", produces=HAL)
    if refused:
        return refused
    count(REGISTER, (), is_retry=door.is_retry(request))
    fault = fault_of(REGISTER)
    return door.broken(request, fault) or _answer(request, fault.kind)


@csrf_exempt
def info(request: HttpRequest) -> HttpResponse:
    """`GET /info`: which API this is."""
    refused = door.refusal(request, settings.BAG_API_KEY, method="GET")
    if refused:
        return refused
    broken = door.broken(request, fault_of(REGISTER))
    return broken or JsonResponse({"api-name": "BAG, gespeeld door de zandbak", "api-version": "2.0.0"})


def _answer(request: HttpRequest, fault: str) -> HttpResponse:
    try:
        question = question_in(request.GET.dict())
    except BadQuestion as wrong:
        params = [{"name": name, "code": "invalid", "reason": "Klopt niet."} for name in wrong.wrong]
        more = {
            "detail": f"Deze parameters kloppen niet: {', '.join(wrong.wrong)}.",
            "invalid-params": params,
        }
        title = "Een of meer parameters kloppen niet."
        return door.problem(request, HTTPStatus.BAD_REQUEST, title, "paramsValidation", more)
    fitting = found(question)
    if fault == "wrong-person":
        fitting = [one for one in addresses() if one not in fitting][:1]
    body = collection(question, [] if fault == "empty" else fitting, request.build_absolute_uri(request.path))
    return JsonResponse(body, content_type=HAL)
