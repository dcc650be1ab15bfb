"""A life is in danger, and there is no code: asking a lead, what a lead decides, and beginning after that."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render, resolve_url
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from portal.access.assist import danger
from portal.access.assist.pages import SESSION_KEY
from portal.access.assist.verbs import NotAllowed
from portal.access.models import DangerAsk
from portal.access.requests import actor_of
from portal.helpdesk import found
from portal.helpdesk.assist_views import confirm_first, say_why
from portal.helpdesk.forms import DangerForm, DecideForm
from portal.people import sessions

_PAGE = require_http_methods(["GET", "HEAD", "POST"])


@never_cache
@_PAGE
def ask(request: HttpRequest, citizen_id: UUID) -> HttpResponse:
    """Why it cannot wait for a code."""
    person = found.recall(request.session, citizen_id)
    form = DangerForm(request.POST if request.method == "POST" else None)
    is_fresh = sessions.step_is_fresh(request.session)
    if request.method == "POST" and not is_fresh:
        return confirm_first(request, request.path)
    if form.is_valid():
        typed = form.cleaned_data
        try:
            row = danger.ask(
                staff=actor_of(request),
                citizen=person,
                ticket=typed["ticket"],
                why=typed["why"],
                is_fresh=is_fresh,
            )
        except NotAllowed as error:
            say_why(form, error)
        else:
            return redirect("helpdesk:begin-danger", row.pk)
    status = 422 if request.method == "POST" else 200
    return render(request, "helpdesk/danger_ask.html", {"form": form, "person": person}, status=status)


@never_cache
@_PAGE
def begin(request: HttpRequest, ask_id: UUID) -> HttpResponse:
    """Waits for the lead; after that one looks along with one press."""
    actor = actor_of(request)
    try:
        row = danger.own_ask(staff=actor, ask_id=ask_id)
    except DangerAsk.DoesNotExist:
        raise Http404 from None
    if request.method == "POST":
        if not sessions.step_is_fresh(request.session):
            return confirm_first(request, request.path)
        try:
            assist = danger.begin_confirmed(staff=actor, ask_id=ask_id, is_fresh=True)
        except NotAllowed:
            return render(request, "helpdesk/danger_begin.html", {"row": row}, status=422)
        request.session[SESSION_KEY] = str(assist.pk)
        found.keep_only(request.session, row.citizen, assist.agreement)
        return redirect("citizen:home")
    if request.GET.get("seen") == "waits" and row.is_waiting:
        return HttpResponse(status=204)
    # An open page asks by itself, and gets the part that changed.
    name = "helpdesk/_danger_state.html" if request.htmx else "helpdesk/danger_begin.html"  # type: ignore[attr-defined]
    return render(request, name, {"row": row})


@never_cache
@require_safe
def asks(request: HttpRequest) -> HttpResponse:
    """What waits for a lead."""
    return render(request, "helpdesk/dangers.html", {"rows": danger.open_asks(lead=actor_of(request))})


@never_cache
@_PAGE
def decide(request: HttpRequest, ask_id: UUID) -> HttpResponse:
    """Yes or no, by somebody else than who asks."""
    lead = actor_of(request)
    form = DecideForm(request.POST if request.method == "POST" else None)
    is_fresh = sessions.step_is_fresh(request.session)
    if request.method == "POST" and not is_fresh:
        return confirm_first(request, request.path)
    try:
        if form.is_valid():
            confirms = form.cleaned_data["confirms"] == "yes"
            danger.decide(lead=lead, ask_id=ask_id, confirms=confirms, is_fresh=is_fresh)
            said = _("Bevestigd. Uw collega kan nu meekijken.") if confirms else _("Geweigerd.")
            messages.success(request, said)
            return redirect(resolve_url("helpdesk:dangers"))
    except DangerAsk.DoesNotExist:
        raise Http404 from None
    except NotAllowed as error:
        say_why(form, error)
    try:
        row = danger.opened(lead=lead, ask_id=ask_id)
    except DangerAsk.DoesNotExist:
        raise Http404 from None
    status = 422 if request.method == "POST" else 200
    return render(request, "helpdesk/danger.html", {"row": row, "form": form}, status=status)
