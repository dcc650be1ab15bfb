"""The page that asks for a higher level of login, and brings one back to where one was."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from portal.people import step_up
from portal.people.providers import login_providers


def ask_for_level(request: HttpRequest, needed: str, *, back: str) -> HttpResponse:
    """What was filled in is kept; `back` is the path of the page where one goes on."""
    step_up.ask(request.session, needed)
    citizens = (one for one in login_providers().values() if one.kind == "citizen")
    logins = [one for one in citizens if one.words_for(needed)]
    context = {"needed": needed, "back": back, "logins": logins}
    return render(request, "citizen/level.html", context, status=403)
