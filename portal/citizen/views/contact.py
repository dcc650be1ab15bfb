"""Praat met een medewerker: being called back, and the other ways; what was promised, and how it ended."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters, sensitive_variables
from django.views.decorators.http import require_http_methods

from portal.access.requests import actor_or_none
from portal.cases.helpdesk.moments import (
    NotSafe,
    SlotTaken,
    TooManyOpen,
    ask_call_back,
    ask_contact,
)
from portal.cases.models import ContactMoment
from portal.citizen.contact_forms import CallBackForm, ContactForm
from portal.citizen.moments import contacts_of
from portal.people.models import Citizen
from portal.people.staff.attempts import call_back_attempt


@require_http_methods(["GET", "HEAD", "POST"])
@sensitive_post_parameters("number")
@sensitive_variables("form")
def contact(request: HttpRequest) -> HttpResponse:
    """Also without logging in: then only a call back, since nobody knows where a letter goes."""
    citizen = _citizen(request)
    how = request.POST.get("hoe", "")
    flagged = citizen is not None and citizen.safety_flag
    call = CallBackForm(request.POST if how == "bel" else None, asks_safety=flagged)
    other = ContactForm(request.POST if how == "anders" else None) if citizen else None
    form: forms.Form = other if other is not None and how == "anders" else call
    if request.method == "POST" and form.is_valid() and _asked(request, citizen, form):
        messages.success(request, _("Afgesproken. U leest hieronder wanneer u van ons hoort."))
        return redirect("citizen:contact")
    context = {"call_form": call, "other_form": other, "form": form, "moments": contacts_of(citizen)}
    return render(request, "citizen/contact.html", context, status=422 if request.method == "POST" else 200)


@sensitive_variables("typed")
def _asked(request: HttpRequest, citizen: Citizen | None, form: forms.Form) -> bool:
    """Whether it is agreed; the form says why not."""
    typed: dict[str, Any] = form.cleaned_data
    try:
        if "way" in typed and citizen is not None:
            way = ContactMoment.Way(typed["way"])
            ask_contact(citizen=citizen, way=way, about=typed["about"])
            return True
        if citizen is None and call_back_attempt(request) is None:
            raise TooManyOpen
        ask_call_back(citizen=citizen, **typed)
    except SlotTaken:
        form.add_error("slot", _("Dit uur is net vol. Kies een ander uur."))
    except NotSafe:
        form.add_error("is_safe", _("Wij bellen u alleen als u zegt dat dit nummer veilig is."))
    except TooManyOpen:
        form.add_error(None, _("U vroeg al om contact. Wacht daar eerst op, of bel ons."))
    else:
        if citizen is None:
            messages.info(
                request, _("Onthoud het uur. U bent niet ingelogd, dus u leest het hier later niet.")
            )
        return True
    return False


def _citizen(request: HttpRequest) -> Citizen | None:
    """Who asks, for themselves; None for who is not logged in, or acts for another."""
    actor = actor_or_none(request)
    return actor.citizen if actor is not None and actor.capacity == "self" else None
