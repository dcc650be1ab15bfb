"""What is wrong with a back office at the moment, and doing it.

A fault with a step is about the calls that write there. Without a step, `down` and `slow` are about every
call, and the others about every call that writes. Reading an earlier effect back stays possible.
"""

from __future__ import annotations

import json
import re
import socket
import threading
import time
from collections.abc import Callable
from http import HTTPStatus

from django.db import transaction
from django.db.models import Q
from django.http import HttpRequest, HttpResponse, HttpResponseBase

from connectors.sandbox import door
from connectors.sandbox.models import Fault
from connectors.sandbox.zgw.problems import Problem

DOWN, SLOW, LOST, STORED, GATE = "down", "slow", "lost", "stored-500", "gate"
HALF, MIXED_UP = "half", "mixed-up"
BUSY, FAILS, REFUSES = "busy", "fails", "refuses"
KINDS = {
    DOWN: "Ligt plat (503)",
    BUSY: "Heeft het te druk (429), en zegt dat het over 1 seconde weer kan",
    FAILS: "Doet niets, en meldt een fout (500)",
    REFUSES: "Doet niets, en zegt dat de aanvraag niet klopt (400)",
    SLOW: "Doet het, maar antwoordt te laat",
    LOST: "Doet het, en verbreekt dan de verbinding zonder antwoord",
    STORED: "Doet het, en meldt dan een fout (500)",
    HALF: "Doet het, en antwoordt met een half bericht",
    MIXED_UP: "Doet het, en antwoordt met wat bij een andere zaak hoort",
    GATE: "Doet het, en antwoordt pas als u een andere keuze maakt (hooguit 60 seconden)",
}
_ANOTHER = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_ANOTHER_KEY = "00000000-0000-4000-8000-00000000a4d3"
LONGEST_HOLD = 60.0
"""Seconds."""
LOOK_EVERY = 0.05
"""Seconds between two looks at whether a gate was opened: perhaps by another process."""

_places = threading.BoundedSemaphore(4)
"""Calls held at the same time: some threads must stay free, or nobody could open the gate."""


def take(agency: str, step: str, *, is_write: bool) -> Fault | None:
    """The fault that this call meets. One that was set for so many times is used up by it."""
    about = Q(kind__in=(DOWN, SLOW), step="")
    if is_write:
        about |= Q(step__in=("", step))
    with transaction.atomic():
        fault = Fault.objects.select_for_update().filter(about, register=agency).first()
        if fault is None or fault.times == 0:
            return None
        if fault.times is not None:
            fault.times -= 1
            # A gate stays until it is opened: its last call still waits for that.
            if fault.times or fault.kind == GATE:
                fault.save(update_fields=["times"])
            else:
                Fault.objects.filter(pk=fault.pk).delete()
        return fault


_NOTHING = {
    DOWN: (HTTPStatus.SERVICE_UNAVAILABLE, "Dit zaaksysteem is nu niet bereikbaar."),
    BUSY: (HTTPStatus.TOO_MANY_REQUESTS, "Er komen te veel vragen tegelijk."),
    FAILS: (HTTPStatus.INTERNAL_SERVER_ERROR, "Er ging iets mis."),
    REFUSES: (HTTPStatus.BAD_REQUEST, "Deze aanvraag klopt niet."),
}


def nothing(fault: Fault | None) -> HttpResponse | None:
    """The answer of a back office in which nothing happens; None where the call has its effect."""
    if fault is None or fault.kind not in _NOTHING:
        return None
    response = _broken(*_NOTHING[fault.kind])
    if fault.kind == BUSY:
        response["Retry-After"] = "1"
    return response


def answer_with(
    fault: Fault,
    request: HttpRequest,
    response: HttpResponseBase,
    *,
    mixed_up: Callable[[bytes], bytes] | None = None,
) -> HttpResponseBase:
    """What becomes of an answer, after everything has happened.

    `mixed_up` makes of an answer in another shape than the standard's one that is about something else.
    """
    if fault.kind == STORED:
        return _broken(HTTPStatus.INTERNAL_SERVER_ERROR, "Er ging iets mis.")
    if fault.kind == SLOW:
        door.wait(fault)
    if fault.kind == LOST:
        _cut(request)
    if isinstance(response, HttpResponse) and fault.kind == HALF:
        response.content = response.content[: len(response.content) // 2]
    if isinstance(response, HttpResponse) and fault.kind == MIXED_UP:
        response.content = (mixed_up or _of_another_case)(response.content)
    if fault.kind == GATE:
        return _hold(fault, response)
    return response


def _broken(status: HTTPStatus, detail: str) -> HttpResponse:
    return Problem(status, "error", detail).as_response()


def _of_another_case(content: bytes) -> bytes:
    """The same kind of answer, about something else: as where two answers got mixed up on their way."""
    body = json.loads(content)
    changed = {
        key: _ANOTHER.sub(_ANOTHER_KEY, value)
        for key, value in body.items()
        if isinstance(value, str) and key in ("url", "uuid", "zaak", "informatieobject")
    }
    if "identificatie" in body:
        changed["identificatie"] = "LL-ANDR-ZAAK"
    return json.dumps({**body, **changed}).encode()


def _cut(request: HttpRequest) -> None:
    """Ends the connection under the server, which then has nobody to answer to."""
    connection: socket.socket = request.META["gunicorn.socket"]
    connection.shutdown(socket.SHUT_RDWR)


def _hold(gate: Fault, response: HttpResponseBase) -> HttpResponseBase:
    if not _places.acquire(blocking=False):
        return _broken(HTTPStatus.SERVICE_UNAVAILABLE, "Er wachten al te veel vragen.")
    try:
        end = time.monotonic() + LONGEST_HOLD
        while Fault.objects.filter(pk=gate.pk, kind=GATE).exists() and time.monotonic() < end:
            time.sleep(LOOK_EVERY)
    finally:
        _places.release()
    return response
