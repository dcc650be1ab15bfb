"""The registers without code over HTTP: `POST /registers/<name>/<call>`, with the faults that are set."""

from __future__ import annotations

from http import HTTPStatus

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.csrf import csrf_exempt

from connectors.sandbox import door
from connectors.sandbox.clock import today
from connectors.sandbox.models import Person
from connectors.sandbox.registers.data import Register, registers
from connectors.sandbox.registers.events import events_of
from connectors.sandbox.switches import count, fault_of

EVENTS = "gebeurtenissen"
"""The one call whose answers stand in no file: they follow from what happens to the people of the sandbox."""


@csrf_exempt
def ask(request: HttpRequest, register: str, call: str) -> HttpResponse:
    """Answers one question about one person or thing."""
    asked = registers().get(register)
    if asked is None or call not in asked.calls:
        raise Http404
    refused = door.refusal(request, settings.REGISTERS_API_KEY)
    if refused:
        return refused
    number = _number(request, asked)
    persons = [number] if number and asked.is_about_persons else []
    count(register, persons, is_retry=door.is_retry(request))
    if not number:
        return door.problem(
            request, HTTPStatus.BAD_REQUEST, f"De vraag heeft alleen een {asked.key}.", "question"
        )
    fault = fault_of(register)
    return door.broken(request, fault) or _answer(request, asked, call, number, fault.kind)


def _number(request: HttpRequest, register: Register) -> str:
    """The number that is asked about; "" for a question that is not as the contract says."""
    try:
        question = door.body(request)
    except ValueError:
        return ""
    is_right = isinstance(question, dict) and question.keys() == {register.key}
    number = question[register.key] if is_right else ""
    return number if isinstance(number, str) else ""


def _answer(request: HttpRequest, register: Register, call: str, number: str, fault: str) -> HttpResponse:
    said = _other(register, call, number) if fault == "wrong-person" else number
    record = events_of(said, today()) if call == EVENTS else register.record(call, said, today())
    if fault == "empty" or record is None or not _is_known(register, call, said):
        return door.problem(request, HTTPStatus.NOT_FOUND, "Dit nummer is niet bekend.", register.unknown)
    return JsonResponse({register.key: said, **record})


def _is_known(register: Register, call: str, number: str) -> bool:
    if register.is_about_persons:
        return Person.objects.filter(bsn=number).exists()
    return number in register.calls[call]["known"]


def _other(register: Register, call: str, number: str) -> str:
    """Another number that it knows."""
    if register.is_about_persons:
        other = Person.objects.exclude(bsn=number).first()
        return str(other.bsn) if other else ""
    return next(str(one) for one in register.calls[call]["known"] if one != number)
