"""Faults that a person or a test sets on a register, and the tally of what was asked."""

from __future__ import annotations

import json
from collections.abc import Iterable
from http import HTTPStatus

from django.db.models import F
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET, require_http_methods

from connectors.sandbox.models import Fault, Tally

REGISTERS = {"brp": "BRP (Basisregistratie Personen)"}
NONE = "none"
FAULTS = {
    NONE: "Werkt goed",
    "down": "Ligt plat (503)",
    "slow": "Traag (antwoordt na meer dan 5 seconden)",
    "html": "Stuurt een webpagina in plaats van gegevens",
    "wrong-person": "Geeft een andere persoon",
    "empty": "Kent niemand",
}


def fault_of(register: str) -> str:
    """The fault that is set on a register, or "none"."""
    return Fault.objects.filter(register=register).values_list("kind", flat=True).first() or NONE


def set_fault(register: str, kind: str) -> None:
    """Sets a fault, or takes it away with "none"."""
    if kind == NONE:
        Fault.objects.filter(register=register).delete()
    else:
        Fault.objects.update_or_create(register=register, defaults={"kind": kind})


def count(register: str, bsns: Iterable[str]) -> None:
    """Counts one call, and each person it asks about. Safe when two calls come at once."""
    for bsn in ("", *bsns):
        Tally.objects.get_or_create(register=register, bsn=bsn)
        Tally.objects.filter(register=register, bsn=bsn).update(times=F("times") + 1)


@require_http_methods(["GET", "POST"])
def faults_page(request: HttpRequest) -> HttpResponse:
    """A form a register; after a change it shows itself again."""
    register, kind = request.POST.get("register", ""), request.POST.get("fault", "")
    if request.method == "POST":
        if register not in REGISTERS or kind not in FAULTS:
            return render(request, "sandbox/error.html", {"text": "Deze storing bestaat niet."}, status=400)
        set_fault(register, kind)
        return redirect("faults")
    registers = [{"id": one, "name": name, "fault": fault_of(one)} for one, name in REGISTERS.items()]
    return render(request, "sandbox/faults.html", {"registers": registers, "faults": FAULTS})


@csrf_exempt  # JSON only, which no form of another site can send
@require_http_methods(["GET", "POST"])
def fault_json(request: HttpRequest, register: str) -> JsonResponse:
    """The same switch for tests: `POST {"fault": "down"}`."""
    if register not in REGISTERS:
        return JsonResponse({"error": "unknown register"}, status=HTTPStatus.NOT_FOUND)
    if request.method == "POST":
        kind = _asked_fault(request)
        if kind is None:
            error = {"error": "send JSON with a fault", "faults": list(FAULTS)}
            return JsonResponse(error, status=HTTPStatus.BAD_REQUEST)
        set_fault(register, kind)
    return JsonResponse({"register": register, "fault": fault_of(register)})


def _asked_fault(request: HttpRequest) -> str | None:
    if request.content_type != "application/json":
        return None
    try:
        body = json.loads(request.body)
    except ValueError:
        return None
    kind = body.get("fault") if isinstance(body, dict) else None
    return kind if isinstance(kind, str) and kind in FAULTS else None


@require_GET
def tallies(request: HttpRequest) -> JsonResponse:
    """How often each register was asked, in all and about whom."""
    answer: dict[str, dict[str, object]] = {}
    for register in REGISTERS:
        times = dict(Tally.objects.filter(register=register).values_list("bsn", "times"))
        answer[register] = {"calls": times.pop("", 0), "persons": times}
    return JsonResponse(answer)
