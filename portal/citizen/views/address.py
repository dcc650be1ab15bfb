"""An address on a page of its own, in steps: find it, choose it, or type it. Each step is a plain form."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from lifeevents.model import Question
from portal.cases.journey import addresses
from portal.cases.journey.addresses import Lookup, lookup_of, one_line
from portal.cases.journey.answers import Item, answers_of
from portal.cases.models import Journey
from portal.citizen.address_forms import ChooseForm, FindForm, TypeForm
from portal.citizen.views.frame import status


@dataclass(frozen=True, slots=True)
class Asked:
    """Which address is asked: `key` is the field or question it answers, `value` the answer so far.

    `keep` stores the answer and leads on; `context` is what the page shows around the form.
    """

    journey: Journey
    question: Question
    key: str
    value: Item
    keep: Callable[[Item], HttpResponse]
    context: dict[str, Any]


def address_page(request: HttpRequest, asked: Asked) -> HttpResponse:
    """The step that an address is at. Buttons without a form of their own say `step`."""
    lookup = lookup_of(answers_of(asked.journey), asked.key)
    step = request.POST.get("step", "") if request.method == "POST" else None
    if step == "again" and lookup:
        addresses.correct(journey=asked.journey, key=asked.key, lookup=lookup)
        return redirect(request.path)
    if step == "type":
        # Who says that the postcode is not known is not held to what was typed before.
        kept = lookup if lookup and lookup.state == "found" else None
        addresses.type_it(journey=asked.journey, key=asked.key, lookup=kept)
        return redirect(request.path)
    if step == "retry" and lookup:
        return _look_up(request, asked, lookup.postcode, lookup.house_number, lookup.addition)
    data = request.POST if step is not None else None
    if lookup is None or lookup.state == "correcting":
        return _find(request, asked, lookup, data)
    return _answer(request, asked, lookup, data)


def _find(request: HttpRequest, asked: Asked, lookup: Lookup | None, data: Any) -> HttpResponse:
    before = {
        "postcode": lookup.postcode if lookup else asked.value.get("postcode"),
        "house_number": lookup.house_number if lookup else asked.value.get("number"),
        "addition": lookup.addition if lookup else asked.value.get("suffix"),
    }
    form = FindForm(data, initial=before)
    if form.is_valid():
        found = form.cleaned_data
        return _look_up(request, asked, found["postcode"], found["house_number"], found["addition"])
    return _show(request, asked, form, None)


def _look_up(
    request: HttpRequest, asked: Asked, postcode: str, house_number: str, addition: str
) -> HttpResponse:
    addresses.look_up(
        journey=asked.journey,
        key=asked.key,
        question=asked.question,
        postcode=postcode,
        house_number=house_number,
        addition=addition,
    )
    return redirect(request.path)


def _answer(request: HttpRequest, asked: Asked, lookup: Lookup, data: Any) -> HttpResponse:
    decides = addresses.decides_agency(asked.journey, asked.key)
    form: ChooseForm | TypeForm
    if lookup.state == "found":
        form = ChooseForm(lookup, with_municipality=decides, data=data)
    else:
        form = TypeForm(lookup, with_municipality=decides, data=data, initial=asked.value)
    if form.is_valid():
        return asked.keep(form.value())
    return _show(request, asked, form, lookup)


def _show(request: HttpRequest, asked: Asked, form: Form, lookup: Lookup | None) -> HttpResponse:
    context = {
        "journey": asked.journey,
        "question": asked.question,
        "form": form,
        "lookup": lookup,
        "finding": isinstance(form, FindForm),
        "house": " ".join(p for p in (lookup.house_number, lookup.addition) if p) if lookup else "",
        "only": one_line(lookup.found[0]) if lookup and len(lookup.found) == 1 else "",
        **asked.context,
    }
    return render(request, "citizen/address.html", context, status=status(form))
