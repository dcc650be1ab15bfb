"""Logging in and out."""

from __future__ import annotations

from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib.auth import logout as end_session
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST, require_safe

from portal.people.models import User
from portal.people.oidc import OidcAdapter, OidcCallbackView
from portal.people.providers import login_providers, provider_or_404
from portal.people.redirects import TIME_IS_OVER, home_of, next_path
from portal.people.refusals import LoginFailed, refuse, security_log


@never_cache
@require_safe
def login_page(request: HttpRequest) -> HttpResponse:
    """One button for citizens, one for staff. Who is logged in already goes on."""
    if isinstance(request.user, User):
        return HttpResponseRedirect(next_path(request) or home_of(request.user))
    providers = login_providers().values()
    context = {
        "next": next_path(request),
        "is_over": TIME_IS_OVER in request.GET,
        "citizen_logins": [provider for provider in providers if provider.kind == "citizen"],
        "staff_logins": [provider for provider in providers if provider.kind == "staff"],
    }
    return render(request, "people/login.html", context)


@never_cache
@require_POST
def oidc_login(request: HttpRequest, provider_id: str) -> HttpResponse:
    """Off to the identity provider. 404 for an unknown one, a page with status 503 when it is down."""
    adapter = _adapter(request, provider_id)
    try:
        response: HttpResponse = adapter.get_provider().redirect_from_request(request)
    except LoginFailed as failure:
        return refuse(request, failure.reason, provider_id=provider_id)
    return response


@never_cache
@require_GET
def oidc_callback(request: HttpRequest, provider_id: str) -> HttpResponse:
    """Back from the identity provider: logged in, or a page that says why not."""
    view = OidcCallbackView.adapter_view(_adapter(request, provider_id))
    try:
        response: HttpResponse = view(request)
    except LoginFailed as failure:
        # allauth catches these from the token onwards, not while it asks for the addresses.
        return refuse(request, failure.reason, provider_id=provider_id)
    return response


@never_cache
@require_POST
def logout(request: HttpRequest) -> HttpResponse:
    """Logs out, and back to the first page."""
    return log_out(request, to=settings.LOGOUT_REDIRECT_URL)


@never_cache
@require_POST
def leave_quickly(request: HttpRequest) -> HttpResponse:
    """ "Snel weg": logged out, and on a page of somebody else that says nothing of this one."""
    return log_out(request, to=settings.QUICK_EXIT_URL)


def log_out(request: HttpRequest, *, to: str) -> HttpResponse:
    """Ends the session, on the server too, and lets the browser forget what it kept."""
    if isinstance(request.user, User):
        security_log.info("logout", user=str(request.user.pk))
        UserSession.objects.filter(session_key=request.session.session_key).delete()
    end_session(request)
    response = redirect(to)
    # Not "cookies": the session's is gone already, and the language is the reader's own.
    response.headers["Clear-Site-Data"] = '"cache", "storage"'
    return response


def _adapter(request: HttpRequest, provider_id: str) -> OidcAdapter:
    return OidcAdapter(request, provider_or_404(provider_id, "oidc").id)
