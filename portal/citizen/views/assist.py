"""Letting somebody of the helpdesk look along: a code to read out, who looks along now, and stopping that."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_variables
from django.views.decorators.http import require_http_methods, require_POST

from portal.access.assist.codes import request_code
from portal.access.assist.verbs import end_by_citizen, standing_with
from portal.access.requests import actor_of


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@sensitive_variables("code")
def assist(request: HttpRequest) -> HttpResponse:
    """Who looks along; the answer to the form is the only page that ever shows the code.

    An open page asks by itself, and gets the strip on top of it.
    """
    actor = actor_of(request)
    watched_by = standing_with(actor.require_citizen())
    if request.GET.get("seen") == (str(watched_by.pk) if watched_by else "-"):
        return HttpResponse(status=204)
    if request.htmx:  # type: ignore[attr-defined]
        return render(request, "citizen/_watched.html", {"watched_by": watched_by})
    code = request_code(actor=actor) if request.method == "POST" else ""
    context = {
        "code": f"{code[:3]} {code[3:]}",
        "has_code": bool(code),
        "is_watched": True,
        "watched_by": watched_by,
    }
    return render(request, "citizen/assist.html", context)


@require_POST
def end_assist(request: HttpRequest) -> HttpResponse:
    """At once: whatever the other has open shows nothing more."""
    if end_by_citizen(actor=actor_of(request)):
        messages.success(request, _("Gestopt. Niemand kijkt meer met u mee."))
    else:
        messages.info(request, _("Er keek niemand meer met u mee."))
    return redirect("citizen:assist")
