"""The door: works out who is asking, and holds every request against the table."""

from __future__ import annotations

from collections.abc import Callable
from http import HTTPStatus
from typing import Any, Final
from urllib.parse import urlsplit

import structlog
from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render, resolve_url
from django.utils.cache import patch_cache_control
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from portal.access import acting
from portal.access.assist import pages
from portal.access.assist.models import Assist
from portal.access.assist.verbs import AssistEnded, end_by_staff, looking_along
from portal.access.denials import noting
from portal.access.filing import pages as filing_pages
from portal.access.filing.verbs import FilingEnded, end_filing, writing_down
from portal.access.policy import Who, who_may_enter
from portal.access.representation import MandateEnded
from portal.access.requests import actor_or_none
from portal.people.actor import Actor
from portal.people.models import User
from portal.people.redirects import TIME_IS_OVER, is_local_path

security_log = structlog.get_logger("portal.security")

_READING: Final = pages.READING
_TELLING_LOOKS: Final = frozenset({"document", "receipt-pdf", "late-letter"})
"""Routes by which something leaves the portal at a look; who is represented reads that too."""
_SWITCHING: Final = frozenset({"act", "stop-acting"})
"""Choosing for whom one acts: it has a line of its own."""
_FOR_EVERYBODY: Final = frozenset({"end-assist"})
"""What also who only reads by law may do: send somebody away who looks along."""


class AccessMiddleware:
    """Sets `request.actor` and enforces `portal.access.policy`. Comes last, after the user is known."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Works out the actor; error pages, too, then look the same to one person whatever the address."""
        try:
            actor = _actor(request)
        except MandateEnded:
            return _mandate_ended(request)
        except AssistEnded:
            return self._assist_ended(request)
        except FilingEnded:
            return filing_pages.ended(request)
        request.actor = actor  # type: ignore[attr-defined]
        response = self.get_response(request)
        if actor is not None and actor.assist is not None:
            try:
                response = pages.send_out(request, actor, response)
            except AssistEnded:
                return self._assist_ended(request)
        if actor is not None and actor.filing is not None:
            response = filing_pages.send_out(request, actor, response)
        begun, what = getattr(request, "act", (None, ""))
        if begun is not None:
            acting.end_act(begun, what=what, done=response.status_code < HTTPStatus.BAD_REQUEST)
        if actor is not None:
            _note_denial(request, actor, response)
            # On a shared computer, the back button must not show the pages of who logged out.
            patch_cache_control(response, private=True, no_store=True)
        return response

    def process_view(
        self, request: HttpRequest, view: Callable[..., Any], args: Any, kwargs: Any
    ) -> HttpResponse | None:
        """Lets the request in, sends it to the login page, or raises `Http404`."""
        actor = actor_or_none(request)
        if actor is not None and actor.joined:
            actor = request.actor = acting.for_object(actor, kwargs)  # type: ignore[attr-defined]
        route = request.resolver_match.view_name if request.resolver_match else ""
        who = who_may_enter(route)
        if who.admits(actor):
            if actor is not None and actor.assist is not None:
                return _beside(request, actor, route)
            if actor is not None and actor.filing is not None:
                return _writing_down(request, actor, route, who)
            return self._admitted(request, actor, who, kwargs)
        if actor is None and who.capacities:
            return _to_login(request)
        raise Http404

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        """A mandate, or a filing, that ended while something was being sent with it: nothing of it was."""
        if isinstance(error, FilingEnded):
            return filing_pages.ended(request)
        if not isinstance(error, MandateEnded):
            return None
        acting.stop(request.session)
        return _mandate_ended(request)

    @staticmethod
    def _assist_ended(request: HttpRequest) -> HttpResponse:
        response = pages.ended(request)
        patch_cache_control(response, private=True, no_store=True)
        return response

    def _admitted(
        self, request: HttpRequest, actor: Actor | None, who: Who, parameters: Any
    ) -> HttpResponse | None:
        """Who only reads by law changes nothing; what is done for another is written down first."""
        if actor is None or not who.about_citizens:
            return None
        if actor.reads_only and request.method not in _READING and not _is_for_everybody(request):
            return render(request, "people/curatele.html", status=HTTPStatus.FORBIDDEN)
        what = _act_of(request)
        if actor.mandate is not None and what:
            request.act = acting.begin_act(actor, parameters), what  # type: ignore[attr-defined]
        return None


def _beside(request: HttpRequest, actor: Actor, route: str) -> HttpResponse | None:
    """Who looks along reads; logging out ends it. Where a home is secret, what people wrote is not shown."""
    hides_places = actor.assist is not None and actor.assist.hides_places
    if hides_places and route in pages.OWN_WORDS:
        raise Http404
    if route in pages.LEAVING and request.method not in _READING:
        end_by_staff(staff=actor, by=Assist.End.LOGOUT)
    return pages.refusal(request, actor, route)


def _writing_down(request: HttpRequest, actor: Actor, route: str, who: Who) -> HttpResponse | None:
    """Who writes something down has the pages of a journey, and none of what else the citizen has here."""
    if route in filing_pages.LEAVING and request.method not in _READING:
        end_filing(staff=actor)
    if not route.startswith("citizen:") or "filing" in who.capacities:
        return None
    if request.method in _READING:
        return HttpResponseRedirect(resolve_url("helpdesk:filing"))
    raise Http404


def _is_for_everybody(request: HttpRequest) -> bool:
    match = request.resolver_match
    return match is not None and match.url_name in _FOR_EVERYBODY


def _act_of(request: HttpRequest) -> str:
    """What a request does in somebody's name, by its route; "" for what is no act: looking around."""
    route = request.resolver_match.url_name if request.resolver_match else ""
    is_act = request.method not in _READING or route in _TELLING_LOOKS
    return route if route and is_act and route not in _SWITCHING else ""


def _actor(request: HttpRequest) -> Actor | None:
    user = request.user
    if not isinstance(user, User):
        return None
    if (assist_id := request.session.get(pages.SESSION_KEY)) is not None:
        return looking_along(user, assist_id)
    if (filing_id := request.session.get(filing_pages.SESSION_KEY)) is not None:
        return writing_down(user, filing_id)
    return acting.actor_of_session(user, request.session)


def _mandate_ended(request: HttpRequest) -> HttpResponse:
    """The mandate was taken back, or is over: nothing of this request is done, and one reads why."""
    security_log.info("mandate-ended", user=str(request.user.pk))
    messages.warning(
        request, _("Deze machtiging is voorbij. U regelt nu weer dingen voor uzelf. Er is niets verstuurd.")
    )
    address = resolve_url("citizen:representing")
    if request.headers.get("HX-Request") == "true":
        return HttpResponse(headers={"HX-Redirect": address})
    return HttpResponseRedirect(address)


def _note_denial(request: HttpRequest, actor: Actor, response: HttpResponse) -> None:
    """The one trace of a door that stayed shut; it tells no more than the answer does."""
    match = request.resolver_match
    was_reading = response.status_code == HTTPStatus.FORBIDDEN and actor.assist is not None
    is_shut = response.status_code == HTTPStatus.NOT_FOUND or was_reading
    if is_shut and match is not None and actor.user is not None:
        security_log.warning(
            "denied", route=match.view_name, capacity=actor.capacity, user=str(actor.user.pk)
        )
        noting.note(actor, route=match.view_name, was_reading=was_reading)


def _to_login(request: HttpRequest) -> HttpResponse:
    """To the login page and back. A fragment is no page: its page is where one comes back to."""
    is_fragment = request.headers.get("HX-Request") == "true"
    back = _page_of(request) if is_fragment else request.get_full_path()
    # A form is not sent again after logging in: that would be a GET to an address that takes none.
    keeps_place = is_fragment or request.method in ("GET", "HEAD")
    address = resolve_url(settings.LOGIN_URL)
    query = {"next": back} if keeps_place and is_local_path(back) else {}
    if getattr(request, "session_is_over", False):
        query[TIME_IS_OVER] = "1"
    if query:
        address = f"{address}?{urlencode(query)}"
    if is_fragment:
        # htmx would swap a redirect's page into the fragment; this makes it leave the page.
        return HttpResponse(headers={"HX-Redirect": address})
    return HttpResponseRedirect(address)


def _page_of(request: HttpRequest) -> str:
    try:
        page = urlsplit(request.headers.get("HX-Current-URL", ""))
    except ValueError:
        return ""
    return f"{page.path}?{page.query}" if page.query else page.path
