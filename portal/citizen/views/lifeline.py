"""The citizen's life events on one page."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from portal.access.requests import actor_of
from portal.cases.journey.journeys import submitted_journeys
from portal.cases.notices.noting import silent_events
from portal.citizen.lifeline import lifeline_of


@require_safe
def lifeline(request: HttpRequest) -> HttpResponse:
    """What was arranged here, newest first, and whom of it was not told yet."""
    actor = actor_of(request)
    lines = lifeline_of(submitted_journeys(actor=actor), silent_events(actor.require_citizen()))
    context = {"lines": lines, "steps": [line.step for line in lines]}
    return render(request, "citizen/lifeline.html", context)
