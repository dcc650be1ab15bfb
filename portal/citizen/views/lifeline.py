"""The citizen's life events on one page, and what of them need not be arranged."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from portal.access.requests import actor_of
from portal.cases.journey.journeys import submitted_journeys
from portal.cases.models import Journey
from portal.cases.notices.noting import silent_events
from portal.cases.proactive.needless import say_needless
from portal.citizen.lifeline import lifeline_of


@require_safe
def lifeline(request: HttpRequest) -> HttpResponse:
    """What was arranged here, newest first, and whom of it was not told yet."""
    actor = actor_of(request)
    lines = lifeline_of(submitted_journeys(actor=actor), silent_events(actor.require_citizen()), actor)
    context = {"lines": lines, "steps": [line.step for line in lines]}
    return render(request, "citizen/lifeline.html", context)


@require_POST
def no_need(request: HttpRequest, journey_id: UUID, service: str) -> HttpResponse:
    """The citizen need not arrange this: it is not named any more."""
    try:
        say_needless(actor=actor_of(request), journey_id=journey_id, service=service)
    except (Journey.DoesNotExist, LookupError):
        raise Http404 from None
    messages.success(request, _("Goed. Wij vragen hier niet meer naar."))
    return redirect("citizen:lifeline")
