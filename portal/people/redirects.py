"""Where to go after logging in: back to where one was, and never to another site."""

from __future__ import annotations

from typing import Final

from django.conf import settings
from django.contrib.auth import REDIRECT_FIELD_NAME
from django.http import HttpRequest
from django.utils.http import url_has_allowed_host_and_scheme

from portal.people.models import User

TIME_IS_OVER: Final = "verlopen"
"""In the address of the login page: it was the clock that logged out, so say so."""
_MAX_LENGTH: Final = 1000


def is_local_path(url: str) -> bool:
    """True for a path on this site: one leading slash, no scheme, no host, not even our own."""
    return (
        url.startswith("/")
        # No address has a control character in it, and what a browser makes of one is its own affair.
        and url.isprintable()
        and len(url) <= _MAX_LENGTH
        and url_has_allowed_host_and_scheme(url, allowed_hosts=None)
    )


def next_path(request: HttpRequest) -> str:
    """The `next` of a form or an address where it is safe, else ""."""
    url = request.POST.get(REDIRECT_FIELD_NAME) or request.GET.get(REDIRECT_FIELD_NAME) or ""
    return url if is_local_path(url) else ""


def home_of(user: User) -> str:
    """The page on which this user's work begins."""
    return str(settings.LOGIN_HOME.get(user.role, settings.LOGIN_REDIRECT_URL))
