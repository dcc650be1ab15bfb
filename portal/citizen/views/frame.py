"""What the pages of a journey share: whose it is, whether it was sent, and where they lead."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any
from uuid import UUID

from django.forms import Form
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from portal.access.requests import actor_of
from portal.cases.journey import journeys
from portal.cases.journey.journeys import AlreadySubmitted
from portal.cases.models import Journey
from portal.cases.retention import kept_until
from portal.catalogue import catalogue


def of_draft(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Gives a page its own draft. Once that is sent, pages lead to the plan and forms are refused."""

    @require_http_methods(["GET", "HEAD", "POST"])
    @wraps(view)
    def with_draft(request: HttpRequest, slug: str, journey_id: UUID, **kwargs: Any) -> HttpResponse:
        journey = own_journey(request, slug, journey_id)
        try:
            if journey.state == Journey.State.DRAFT:
                return view(request, journey, **kwargs)
        except AlreadySubmitted:
            pass  # another tab sent it between our look and this change
        except Journey.DoesNotExist:
            raise Http404 from None  # another tab took it back
        if request.method == "POST":
            return render(request, "409.html", {"journey": journey}, status=409)
        return to("plan", journey)

    return with_draft


def own_journey(request: HttpRequest, slug: str, journey_id: UUID) -> Journey:
    """The citizen's own journey, as the address names it; 404 for another's."""
    try:
        journey = journeys.journey_for(actor=actor_of(request), journey_id=journey_id)
    except Journey.DoesNotExist:
        raise Http404 from None
    if journey.event != slug:
        raise Http404
    return journey


def frame(journey: Journey, *, step: int) -> dict[str, Any]:
    """What every page of a journey shows: which event, which of the three steps, and how long it is kept."""
    found = catalogue()
    # What no life event brings, as a complaint, is called by its service.
    return {
        "event": found.events.get(journey.event) or found.services.get(journey.event),
        "step": step,
        "steps_total": 3,
        "kept_until": kept_until(journey),
    }


def sent(request: HttpRequest) -> QueryDict | None:
    """The form that was sent, also an empty one; None when there was none."""
    return request.POST if request.method == "POST" else None


def status(form: Form) -> int:
    """422 for a form with mistakes in it, 200 otherwise."""
    return 422 if form.is_bound and form.errors else 200


def to(name: str, journey: Journey, *args: Any) -> HttpResponse:
    """A redirect to a page of this journey."""
    return redirect(f"citizen:{name}", journey.event, journey.pk, *args)
