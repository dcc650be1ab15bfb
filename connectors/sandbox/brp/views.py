"""The BRP over HTTP: `POST /haalcentraal/api/brp/personen`, with the faults that somebody has set."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.csrf import csrf_exempt

from connectors.sandbox import door
from connectors.sandbox.brp.narrow import narrow
from connectors.sandbox.brp.query import BY_BSN, BY_NAME, BadQuery, InvalidParam, Query, read_query
from connectors.sandbox.clock import today
from connectors.sandbox.models import Person
from connectors.sandbox.switches import count, fault_of

REGISTER = "brp"
MOST_RESIDENTS = 30
"""More at one address are not listed: the register answers 400, `tooManyResults`."""

MOST_NAMESAKES = 10


@csrf_exempt
def persons(request: HttpRequest) -> HttpResponse:
    """Answers one question: about 1 to 20 persons, who lives in one dwelling, or who has a name."""
    refused = door.refusal(request, settings.BRP_API_KEY)
    if refused:
        return refused
    is_retry = door.is_retry(request)
    try:
        query = read_query(_body(request))
    except BadQuery as wrong:
        count(REGISTER, (), is_retry=is_retry)
        return _refused(request, wrong)
    count(REGISTER, query.bsns, is_retry=is_retry)
    fault = fault_of(REGISTER)
    try:
        return door.broken(request, fault) or _answer(query, fault.kind)
    except BadQuery as wrong:
        return _refused(request, wrong)


def _refused(request: HttpRequest, wrong: BadQuery) -> HttpResponse:
    more = _what_is_wrong(wrong.params)
    return door.problem(request, HTTPStatus.BAD_REQUEST, wrong.title, wrong.code, more)


def _answer(query: Query, fault: str) -> HttpResponse:
    ask = {BY_BSN: _asked, BY_NAME: _namesakes}.get(query.kind, _residents)
    asked = ask(query)
    found = _others(asked) if fault == "wrong-person" else asked
    day = today()
    people = [] if fault == "empty" else [narrow(one.record, query.wanted, day) for one in found]
    return JsonResponse({"type": query.kind, "personen": people})


def _asked(query: Query) -> list[Person]:
    by_bsn = {one.bsn: one for one in Person.objects.filter(bsn__in=query.bsns)}
    found = [by_bsn[bsn] for bsn in query.bsns if bsn in by_bsn]
    return [one for one in found if _lives_in(one, query.municipality)]


def _residents(query: Query) -> list[Person]:
    """Everyone registered at a dwelling. Raises `BadQuery` where they are more than one answer holds."""
    at_home = Person.objects.filter(
        record__verblijfplaats__adresseerbaarObjectIdentificatie=query.dwelling
    ).order_by("position", "id")
    found = [
        one for one in at_home if _lives_in(one, query.municipality) and (query.with_dead or not one.is_dead)
    ]
    if len(found) > MOST_RESIDENTS:
        raise BadQuery("Teveel zoekresultaten.", "tooManyResults", [])
    return found


def _namesakes(query: Query) -> list[Person]:
    """Who has this name and birth date. Raises `BadQuery` where they are more than one answer holds."""
    born = Person.objects.filter(record__geboorte__datum__datum=query.born).order_by("position", "id")
    found = [
        one
        for one in born
        if _is_called(one, query)
        and _lives_in(one, query.municipality)
        and (query.with_dead or not one.is_dead)
    ]
    if len(found) > MOST_NAMESAKES:
        raise BadQuery("Teveel zoekresultaten.", "tooManyResults", [])
    return found


def _is_called(person: Person, query: Query) -> bool:
    name = person.record.get("naam", {})
    wanted = {"geslachtsnaam": query.name, "voornamen": query.first_names}
    return all(name.get(part, "").casefold() == typed.casefold() for part, typed in wanted.items() if typed)


def _others(asked: list[Person]) -> list[Person]:
    own = [one.bsn for one in asked]
    return list(Person.objects.exclude(bsn__in=own)[: max(len(own), 1)])


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
