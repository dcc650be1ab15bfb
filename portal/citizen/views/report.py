"""Reporting before applying: one press, and the day counts."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from portal.access.requests import actor_of
from portal.cases.journey.journeys import OutOfScope
from portal.cases.journey.reports import report_today
from portal.cases.journey.submit import LevelTooLow
from portal.catalogue import catalogue
from portal.citizen.level import ask_for_level
from portal.citizen.views.start import event_or_404
from portal.people.step_up import level_of


@require_POST
def report(request: HttpRequest, slug: str, service: str) -> HttpResponse:
    """Reports for a service of an event, today; leads to the report, which says what comes next."""
    event = event_or_404(slug)
    wanted = next((one for one in catalogue().services_of(event) if one.id == service and one.report), None)
    if wanted is None:
        raise Http404
    filing = actor_of(request).filing
    try:
        made = report_today(
            actor=actor_of(request),
            event=event,
            service=wanted,
            level=filing.level if filing else level_of(request.session),
        )
    except OutOfScope:
        messages.warning(request, _("Hiervoor hebt u geen toestemming. Vraag de ander om u die te geven."))
        return redirect("citizen:representing")
    except LevelTooLow as error:
        return ask_for_level(request, error.needed, back=reverse("citizen:event", args=[slug]))
    if made.received_on is not None:
        words = _("U hebt zich gemeld op %(day)s. Die dag telt.")
        messages.success(request, words % {"day": date_format(made.received_on, "DATE_FORMAT")})
    return redirect("helpdesk:filing") if filing else redirect("citizen:case", made.reference)
