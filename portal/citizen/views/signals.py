"""The citizen says that something works out badly, and everybody reads what changed by it."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from portal.access.requests import actor_of, is_looked_at
from portal.cases.models import Case, Signal
from portal.cases.notices.noting import opened
from portal.cases.reading.inbox import case_for
from portal.cases.signals.forms import SignalForm
from portal.cases.signals.verbs import give, signals_of, what_changed
from portal.cases.signals.words import shown
from portal.citizen.pages import case_card


@require_http_methods(["GET", "HEAD", "POST"])
def signal(request: HttpRequest, reference: str) -> HttpResponse:
    """About the own case: what was said before, with the answers, and a place to say something."""
    actor = actor_of(request)
    try:
        case = case_for(actor=actor, reference=reference)
    except Case.DoesNotExist:
        raise Http404 from None
    form = SignalForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        give(
            actor=actor,
            case=case,
            part=Signal.Part(form.cleaned_data["part"]),
            text=form.cleaned_data["text"],
            external_id=form.external_id,
        )
        messages.success(request, _("Dank u. Wij hebben uw signaal, en iemand geeft antwoord."))
        return redirect("citizen:signal", case.reference)
    card = case_card(case)
    context = {
        "case": case,
        "card": card,
        "form": form,
        "signals": [shown(one) for one in signals_of(case, by_citizen=True)],
        "agencies": [card.organisation],
    }
    if is_looked_at(request):
        opened(case=case, actor=actor)
    return render(request, "citizen/signal.html", context, status=422 if form.errors else 200)


@require_safe
def changes(request: HttpRequest) -> HttpResponse:
    """What changed because somebody said that it worked out badly."""
    return render(request, "citizen/changes.html", {"rows": [shown(one) for one in what_changed()]})
