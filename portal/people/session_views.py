"""Where am I logged in, and for how long still."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from portal.people import sessions
from portal.people.devices import browser_and_system
from portal.people.models import User
from portal.people.refusals import security_log


@require_safe
def session_list(request: HttpRequest) -> HttpResponse:
    """ "Waar ben ik ingelogd": this device first, then the others."""
    rows = [
        {
            "number": one.pk,
            "device": _device(one.user_agent),
            "since": one.created_at,
            "seen": one.last_seen_at,
            "is_this": one.session_key == request.session.session_key,
        }
        for one in sessions.sessions_of(_user(request))
    ]
    rows.sort(key=lambda row: not row["is_this"])
    return render(request, "people/sessions.html", {"sessions": rows})


@require_POST
def end_session(request: HttpRequest, number: int) -> HttpResponse:
    """Logs out somewhere else. 404 for a session that is not one's own."""
    if not sessions.end_other_session(_user(request), number):
        raise Http404
    security_log.info("session-ended", user=str(_user(request).pk))
    messages.success(request, _("U bent daar uitgelogd."))
    return redirect("people:sessions")


@require_POST
def end_others(request: HttpRequest) -> HttpResponse:
    """Logs out everywhere but here."""
    sessions.end_all_sessions(_user(request), but=request.session.session_key)
    security_log.info("sessions-ended", user=str(_user(request).pk))
    messages.success(request, _("U bent op alle andere apparaten uitgelogd."))
    return redirect("people:sessions")


@require_safe
def time_left(request: HttpRequest) -> JsonResponse:
    """`{"seconds": …, "can_stay": …}` for an open page that wants to warn; asking prolongs nothing."""
    return _as_json(sessions.left(request.session))


@require_POST
def stay(request: HttpRequest) -> JsonResponse:
    """The same, after starting the idle clock again."""
    return _as_json(sessions.stay(request.session))


def _as_json(left: sessions.Left) -> JsonResponse:
    return JsonResponse({"seconds": left.seconds, "can_stay": left.can_stay})


def _user(request: HttpRequest) -> User:
    if not isinstance(request.user, User):
        raise Http404
    return request.user


def _device(user_agent: str) -> str:
    browser, system = browser_and_system(user_agent)
    if browser and system:
        return _("%(browser)s op %(system)s") % {"browser": browser, "system": system}
    return browser or system or _("Een onbekend apparaat")
