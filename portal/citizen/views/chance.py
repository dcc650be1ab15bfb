"""Whether somebody can probably get something: open to everybody, and nothing is kept."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from portal import clock
from portal.catalogue import catalogue, help_line, rules
from portal.citizen.chance import chance, known_of
from portal.citizen.views.frame import status


@require_http_methods(["GET", "HEAD", "POST"])
def ask(request: HttpRequest, rule: str) -> HttpResponse:
    """The next question of a rule of law, or its answer with the reasons."""
    found = rules().rules.get(rule)
    if found is None:
        raise Http404
    data = request.POST if request.method == "POST" and "again" not in request.POST else None
    known = known_of(data.get("known", "")) if data is not None else {}
    shown = chance(found, known, on=clock.today(), data=data)
    events = [
        event
        for event in catalogue().events.values()
        if any(service.rule == rule for service in catalogue().services_of(event))
    ]
    context = {
        "rule": found.text,
        "chance": shown,
        "form": shown.form,
        "began": bool(known) or data is not None,
        "events": events,
        "agencies": [help_line()],
    }
    return render(request, "citizen/chance.html", context, status=status(shown.form) if shown.form else 200)
