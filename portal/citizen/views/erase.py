"""Erasing what the law lets go, and reading what stays and why."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from portal.access.requests import actor_of
from portal.cases.erasing import erasable, erase_now
from portal.cases.reading.names import agency_of, title_of


@require_http_methods(["GET", "HEAD", "POST"])
def erase(request: HttpRequest) -> HttpResponse:
    """First what goes and what stays; a POST erases."""
    actor = actor_of(request)
    if request.method == "POST":
        erase_now(actor=actor)
        messages.success(request, _("Wat wij mochten wissen, is gewist."))
        return redirect("citizen:erase")
    found = erasable(actor=actor)
    kept = [
        {"one": one, "title": title_of(one.case.definition), "agency": agency_of(one.case).name}
        for one in found.kept
    ]
    return render(request, "citizen/erase.html", {"found": found, "kept": kept})
