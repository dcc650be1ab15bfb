"""The desk of the municipality: who is in the register, and registering a birth."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET, require_http_methods

from connectors.sandbox.models import Person
from connectors.sandbox.municipality.births import register_birth
from connectors.sandbox.municipality.forms import BirthForm


@require_GET
def people(request: HttpRequest) -> HttpResponse:
    """Everybody in the register."""
    return render(request, "sandbox/people.html", {"people": Person.objects.all()})


@require_http_methods(["GET", "POST"])
def birth(request: HttpRequest) -> HttpResponse:
    """The form, or what came of it. Sending the same birth again changes nothing."""
    form = BirthForm(request.POST or None)
    if request.method != "POST" or not form.is_valid():
        return render(request, "sandbox/birth.html", {"form": form}, status=400 if form.errors else 200)
    parents = [one for one in (form.cleaned_data["parent1"], form.cleaned_data["parent2"]) if one]
    registered = register_birth(
        parents=parents,
        children=form.newborns(),
        is_custody_unknown=form.cleaned_data["custody"] == "unknown",
    )
    return render(request, "sandbox/birth_done.html", {"registered": registered, "parents": parents})
