"""Faults that a person or a test sets on a register or an agency, and what was asked and filed."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from django.db.models import F
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET, require_http_methods

from connectors.sandbox.intake import models as intake
from connectors.sandbox.intake.agencies import INTAKES
from connectors.sandbox.intake.views import filed as filed_by_intake
from connectors.sandbox.models import Fault, Tally
from connectors.sandbox.registers.data import registers
from connectors.sandbox.zgw import faults as zgw
from connectors.sandbox.zgw.catalogue import agencies
from connectors.sandbox.zgw.models import STEPS
from connectors.sandbox.zgw.tally import filed

NONE = "none"
SLOW = "slow"
MOST_TIMES = 1000
LONGEST_MS = 60_000
NAMES = {
    "brp": "BRP (Basisregistratie Personen)",
    "bag": "BAG (Basisregistratie Adressen en Gebouwen)",
    **{key: one.name for key, one in registers().items()},
}
"""The registers, by the word that addresses, faults and tallies have for them."""
RETRIES = "retries"
"""Where tallies keep, in place of a BSN, how often a call was tried again."""
_WORKS = {NONE: "Werkt goed"}
_OF_A_REGISTER = {
    "down": "Ligt plat (503)",
    SLOW: "Traag (antwoordt na meer dan 5 seconden)",
    "html": "Stuurt een webpagina in plaats van gegevens",
    "wrong-person": "Geeft een andere persoon",
    "empty": "Kent niemand",
}


@dataclass(frozen=True, slots=True)
class Breakable:
    """Something that can have a fault: which, and at which of its steps."""

    name: str
    kinds: dict[str, str]
    steps: tuple[str, ...] = ()


REGISTERS = {key: Breakable(name, _WORKS | _OF_A_REGISTER) for key, name in NAMES.items()} | {
    key: Breakable(f"Zaaksysteem van {agency.name}", _WORKS | zgw.KINDS, STEPS)
    for key, agency in agencies().items()
}
REGISTERS |= {
    key: Breakable(f"Systeem van {agency.name}", _WORKS | zgw.KINDS, intake.STEPS)
    for key, agency in INTAKES.items()
}


def fault_of(register: str) -> Fault:
    """The fault that is set on a register; one of the kind "none", not stored, where nothing is wrong."""
    found = Fault.objects.filter(register=register).first()
    return found or Fault(register=register, kind=NONE)


def set_fault(
    register: str, kind: str, *, step: str = "", times: int | None = None, ms: int | None = None
) -> None:
    """Sets a fault, or takes it away with "none". Whoever is held by the one before is let go."""
    Fault.objects.filter(register=register).delete()
    if kind != NONE:
        Fault.objects.create(register=register, kind=kind, step=step, times=times, ms=ms)


def count(register: str, bsns: Iterable[str], *, is_retry: bool = False) -> None:
    """Counts one call, and each person it asks about; another try of a call apart. Safe at the same time."""
    for bsn in (RETRIES,) if is_retry else ("", *bsns):
        Tally.objects.get_or_create(register=register, bsn=bsn)
        Tally.objects.filter(register=register, bsn=bsn).update(times=F("times") + 1)


@require_http_methods(["GET", "POST"])
def faults_page(request: HttpRequest) -> HttpResponse:
    """A form a register; after a change it shows itself again."""
    if request.method == "POST":
        times = request.POST.get("times", "").strip()
        asked = {**request.POST.dict(), "times": int(times) if times.isdecimal() else times or None}
        register = request.POST.get("register", "")
        if register not in REGISTERS or not _set_as_asked(register, asked):
            return render(request, "sandbox/error.html", {"text": "Deze storing bestaat niet."}, status=400)
        return redirect("faults")
    registers = [
        {"id": key, "name": one.name, "kinds": one.kinds, "steps": one.steps, "fault": fault_of(key)}
        for key, one in REGISTERS.items()
    ]
    return render(request, "sandbox/faults.html", {"registers": registers})


@csrf_exempt  # JSON only, which no form of another site can send
@require_http_methods(["GET", "POST"])
def fault_json(request: HttpRequest, register: str) -> JsonResponse:
    """The same switch for tests: `POST {"fault": "slow", "ms": 300}`."""
    if register not in REGISTERS:
        return JsonResponse({"error": "unknown register"}, status=HTTPStatus.NOT_FOUND)
    if request.method == "POST" and not _set_as_asked(register, _body(request)):
        known = REGISTERS[register]
        error = {"error": "send JSON with a fault", "faults": list(known.kinds), "steps": list(known.steps)}
        return JsonResponse(error, status=HTTPStatus.BAD_REQUEST)
    fault = fault_of(register)
    told: dict[str, object] = {"register": register, "fault": fault.kind}
    if REGISTERS[register].steps:
        told |= {"step": fault.step, "times": fault.times}
    if fault.ms is not None:
        told["ms"] = fault.ms
    return JsonResponse(told)


def _set_as_asked(register: str, asked: Mapping[str, Any]) -> bool:
    """Sets what was asked, if that exists. `times` None: until somebody changes it."""
    known = REGISTERS[register]
    kind, step = asked.get("fault"), asked.get("step", "")
    times, ms = asked.get("times"), asked.get("ms")
    if not isinstance(kind, str) or kind not in known.kinds or step not in ("", *known.steps):
        return False
    if times is not None and not (known.steps and _is_number(times, MOST_TIMES)):
        return False
    if ms is not None and not (kind == SLOW and _is_number(ms, LONGEST_MS)):
        return False
    set_fault(register, kind, step=step, times=times, ms=ms)
    return True


def _is_number(value: object, most: int) -> bool:
    return isinstance(value, int) and 0 < value <= most


def _body(request: HttpRequest) -> dict[str, Any]:
    try:
        body = json.loads(request.body) if request.content_type == "application/json" else None
    except ValueError:
        return {}
    return body if isinstance(body, dict) else {}


@require_GET
def tallies(request: HttpRequest) -> JsonResponse:
    """How often each register was asked, in all and about whom; per agency, what it has of each case."""
    answer: dict[str, object] = {register: _tally(register) for register in NAMES}
    answer |= {agency: filed(agency) for agency in agencies()}
    return JsonResponse(answer | {agency: filed_by_intake(agency) for agency in INTAKES})


def _tally(register: str) -> dict[str, object]:
    times = dict(Tally.objects.filter(register=register).values_list("bsn", "times"))
    return {"calls": times.pop("", 0), "retries": times.pop(RETRIES, 0), "persons": times}
