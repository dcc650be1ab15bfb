"""Letting somebody of the helpdesk look along: a code to read out, what they may do, and stopping that."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_variables
from django.views.decorators.http import require_http_methods, require_POST

from portal.access.assist.codes import Purpose, request_code
from portal.access.assist.verbs import Allowed, allow, end_by_citizen, standing_with
from portal.access.requests import actor_of

_WHAT: dict[str, Allowed] = {"fill": "fill", "words": "words"}


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@sensitive_variables("code")
def assist(request: HttpRequest) -> HttpResponse:
    """Who looks along; the answer to the form is the only page that ever shows the code.

    An open page asks by itself, and gets the strip on top of it.
    """
    actor = actor_of(request)
    watched_by = standing_with(actor.require_citizen())
    if request.GET.get("seen") == (watched_by.mark if watched_by else "-"):
        return HttpResponse(status=204)
    if request.htmx:  # type: ignore[attr-defined]
        return render(request, "citizen/_watched.html", {"watched_by": watched_by})
    fills, shows_words = "fills" in request.POST, "words" in request.POST
    code = ""
    if request.method == "POST":
        purpose = Purpose.FILL if fills else Purpose.LOOK
        code = request_code(actor=actor, purpose=purpose, shows_words=shows_words)
    context = {
        "code": f"{code[:3]} {code[3:]}",
        "has_code": bool(code),
        "fills": fills,
        "shows_words": shows_words,
        "is_watched": True,
        "watched_by": watched_by,
    }
    return render(request, "citizen/assist.html", context)


@require_POST
def allow_assist(request: HttpRequest) -> HttpResponse:
    """Filling in together, or reading messages: on or off, at once."""
    what, on = _WHAT.get(request.POST.get("what", "")), request.POST.get("on") == "1"
    if what is None:
        raise Http404
    if not allow(actor=actor_of(request), what=what, on=on):
        messages.info(request, _("Er is niets veranderd."))
    elif on:
        messages.success(request, _("Dat mag de medewerker nu. U kunt het elk moment weer uitzetten."))
    else:
        messages.success(request, _("Uitgezet. De medewerker kan dit niet meer."))
    return redirect("citizen:assist")


@require_POST
def end_assist(request: HttpRequest) -> HttpResponse:
    """At once: whatever the other has open shows nothing more."""
    if end_by_citizen(actor=actor_of(request)):
        messages.success(request, _("Gestopt. Niemand kijkt meer met u mee."))
    else:
        messages.info(request, _("Er keek niemand meer met u mee."))
    return redirect("citizen:assist")
