"""Between the password and the second step nobody is logged in: the session only holds who it may become."""

from __future__ import annotations

import time
import uuid
from typing import Final

from allauth.account.internal.flows.login import perform_login
from allauth.account.models import Login
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse

from portal.people.models import STAFF, User
from portal.people.redirects import home_of

_KEY: Final = "half-logged-in"
_LONGEST: Final = 10 * 60
"""Seconds from the password to the second step."""
HOW: Final = "second_step"


def begin(request: HttpRequest, user: User, *, to: str = "") -> None:
    """The password was right. A new key for the session: nobody who planted the old one comes along."""
    if request.user.is_authenticated:
        logout(request)
    request.session.cycle_key()
    # The hash of the password changes with it: a link that renews it ends this, too.
    request.session[_KEY] = {
        "user": str(user.pk),
        "password": user.get_session_auth_hash(),
        "at": int(time.time()),
        "to": to,
    }


def user_of(request: HttpRequest) -> User | None:
    """Who may become logged in here; None for nobody, after too long, and where the account was closed."""
    half = request.session.get(_KEY)
    if not isinstance(half, dict) or int(time.time()) - int(half["at"]) > _LONGEST:
        return None
    user = User.objects.filter(pk=uuid.UUID(half["user"]), is_active=True, role__in=STAFF).first()
    if user is None or user.get_session_auth_hash() != half["password"]:
        return None
    return user


def finish(request: HttpRequest, user: User, *, how: str) -> HttpResponse:
    """Logs in, by the same last step as single sign-on. `how`: the kind of second step."""
    half = request.session.pop(_KEY, {})
    login = Login(user=user, redirect_url=half.get("to") or home_of(user), signal_kwargs={HOW: how})
    response: HttpResponse = perform_login(request, login)
    return response
