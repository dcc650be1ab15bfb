"""What writing something down adds to a request: nothing is seen without a trace, and it ends."""

from __future__ import annotations

from http import HTTPStatus
from typing import Final

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import resolve_url
from django.utils.translation import gettext as _

from portal.access.assist.pages import seconds_left
from portal.access.filing.verbs import note_page
from portal.people.actor import Actor
from portal.people.models import AT_AN_AGENCY

SESSION_KEY: Final = "filing"
LEAVING: Final = frozenset({"people:logout", "people:leave-quickly"})
_SHOWS: Final = (HTTPStatus.OK, HTTPStatus.UNPROCESSABLE_ENTITY)
"""A form with mistakes in it shows what its page shows."""
_NOTHING_OF_THE_CITIZEN: Final = frozenset({"events", "event", "chance"})
"""Pages that say the same to everybody."""


def send_out(request: HttpRequest, actor: Actor, response: HttpResponse) -> HttpResponse:
    """Before an answer goes to who writes it down: a line of the look, and a page that goes by itself."""
    match, filing = request.resolver_match, actor.filing
    if match is None or filing is None or match.namespace != "citizen":
        return response
    route = match.url_name or ""
    if response.status_code not in _SHOWS or route in _NOTHING_OF_THE_CITIZEN:
        return response
    note_page(actor, route)
    if request.headers.get("HX-Request") != "true":
        response.headers["Refresh"] = (
            f"{seconds_left(filing.ends_at) + 1}; url={resolve_url('helpdesk:filing')}"
        )
    return response


def ended(request: HttpRequest) -> HttpResponse:
    """It is over: nothing of this request was done, and what was typed before is kept."""
    request.session.pop(SESSION_KEY, None)
    messages.warning(request, _("Het invullen is voorbij. Wat u had opgeslagen, is bewaard. Begin opnieuw."))
    role = getattr(request.user, "role", "")
    address = resolve_url("helpdesk:counter" if role in AT_AN_AGENCY else "helpdesk:home")
    if request.headers.get("HX-Request") == "true":
        return HttpResponse(headers={"HX-Redirect": address})
    return HttpResponseRedirect(address)
