"""Ends a session whose time is over, before anybody asks who is logged in."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse

from portal.people import sessions
from portal.people.models import User
from portal.people.refusals import security_log

POLLING: Final = "X-Polling"
"""A request with this header was made by an open page and not by a person: it prolongs nothing."""


class SessionTermMiddleware:
    """Comes after the user is known, and before the door."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Makes who stayed away too long anonymous: `request.session_is_over` then says why."""
        if isinstance(request.user, User):
            if not sessions.left(request.session).seconds:
                security_log.info("session-over", user=str(request.user.pk))
                logout(request)
                request.session_is_over = True  # type: ignore[attr-defined]
            elif POLLING not in request.headers:
                sessions.touch(request.session)
        return self.get_response(request)
