"""For which life events the citizen wants a proposal, and putting one away."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from portal.access.requests import actor_of
from portal.cases.models import Suggestion
from portal.cases.proactive.verbs import can_be_proposed, dismiss, set_wishes, wished


@require_http_methods(["GET", "HEAD", "POST"])
def proposals(request: HttpRequest) -> HttpResponse:
    """A tick for each life event; off until it is set."""
    actor = actor_of(request)
    if request.method == "POST":
        set_wishes(actor=actor, events=request.POST.getlist("event"))
        messages.success(request, _("Bewaard."))
        return redirect("citizen:proposals")
    chosen = wished(actor)
    choices = [{"event": event, "on": event.slug in chosen} for event in can_be_proposed()]
    return render(request, "citizen/proposals.html", {"choices": choices})


@require_POST
def put_away(request: HttpRequest, suggestion_id: UUID) -> HttpResponse:
    """The citizen does not want this one."""
    try:
        dismiss(actor=actor_of(request), suggestion_id=suggestion_id)
    except Suggestion.DoesNotExist:
        raise Http404 from None
    messages.success(request, _("Weg. U kunt dit later altijd nog regelen."))
    return redirect("citizen:home")
