"""The door: works out who is asking, and holds every request against the table."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

import structlog
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import resolve_url
from django.utils.cache import patch_cache_control
from django.utils.http import urlencode

from portal.access.policy import who_may_enter
from portal.access.requests import actor_or_none
from portal.people.actor import Actor
from portal.people.models import User
from portal.people.redirects import TIME_IS_OVER, is_local_path

security_log = structlog.get_logger("portal.security")


class AccessMiddleware:
    """Sets `request.actor` and enforces `portal.access.policy`. Comes last, after the user is known."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Works out the actor; error pages, too, then look the same to one person whatever the address."""
        actor = Actor.of_user(request.user) if isinstance(request.user, User) else None
        request.actor = actor  # type: ignore[attr-defined]
        response = self.get_response(request)
        if actor is not None:
            # On a shared computer, the back button must not show the pages of who logged out.
            patch_cache_control(response, private=True, no_store=True)
        return response

    def process_view(
        self, request: HttpRequest, view: Callable[..., Any], args: Any, kwargs: Any
    ) -> HttpResponse | None:
        """Lets the request in, sends it to the login page, or raises `Http404`."""
        actor = actor_or_none(request)
        route = request.resolver_match.view_name if request.resolver_match else ""
        who = who_may_enter(route)
        if who.admits(actor):
            return None
        if actor is None and who.capacities:
            return _to_login(request)
        if actor is not None and actor.user is not None:
            security_log.warning("denied", route=route, capacity=actor.capacity, user=str(actor.user.pk))
        raise Http404


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
