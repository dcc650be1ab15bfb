"""Logging in by choosing an account. No password, no memory: every login starts with the list."""

from __future__ import annotations

from urllib.parse import parse_qs, urlencode, urlsplit
from uuid import UUID

from allauth.idp.oidc import views as allauth_views
from allauth.idp.oidc.models import Client
from django.conf import settings
from django.contrib.auth import login, logout
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from connectors.sandbox.identity.adapter import LEVELS
from connectors.sandbox.models import Account, Person

BACKEND = "django.contrib.auth.backends.ModelBackend"
CHOSEN_FOR = "chosen_for"
"""In the session: the authorization request that the account was chosen for."""


@csrf_exempt  # as allauth's own view: the portal may start a login by a form
@never_cache
def authorize(request: HttpRequest) -> HttpResponseBase:
    """allauth's authorization; whoever was logged in for it is logged out again afterwards."""
    if "none" in request.GET.get("prompt", "").split():
        return _back(request.GET, "login_required")  # nobody is ever logged in already
    if request.session.get(CHOSEN_FOR) != _without_prompt(request.GET):
        logout(request)  # chosen for another login, which never got here
    response: HttpResponseBase = allauth_views.authorization(request)
    if request.user.is_authenticated:
        logout(request)
    return response


@never_cache
@require_http_methods(["GET", "POST"])
def login_page(request: HttpRequest) -> HttpResponse:
    """The list of accounts for the client that asks, as buttons; a choice goes straight on."""
    onward = request.POST.get("next") or request.GET.get("next", "")
    query = _authorization_query(onward)
    if query is None:
        return render(request, "sandbox/login_start.html", status=400)
    if request.method == "GET":
        return render(request, "sandbox/login.html", {"next": onward, **_choices(query)})
    if "cancel" in request.POST:
        return _back(query, "access_denied")
    account = _chosen(request.POST.get("account", ""), query)
    if account is None:
        return render(request, "sandbox/error.html", {"text": "Dit account bestaat niet."}, status=400)
    login(request, account, backend=BACKEND)
    asked = _without_prompt(query)
    request.session[CHOSEN_FOR] = asked
    return HttpResponseRedirect(f"{reverse('idp:oidc:authorization')}?{asked}")


def _authorization_query(onward: str) -> QueryDict | None:
    """The authorization request that a login is for, or None when it is for nothing of ours."""
    parts = urlsplit(onward)
    if parts.scheme or parts.netloc or parts.path != reverse("idp:oidc:authorization"):
        return None
    query = QueryDict(parts.query)
    return query if query.get("client_id") in _clients() else None


def _clients() -> tuple[str, str]:
    return settings.OIDC_CITIZEN_CLIENT_ID, settings.OIDC_STAFF_CLIENT_ID


def _is_staff(query: QueryDict) -> bool:
    return query.get("client_id") == settings.OIDC_STAFF_CLIENT_ID


def _choices(query: QueryDict) -> dict[str, object]:
    if _is_staff(query):
        return {"staff": Account.objects.filter(bsn="").order_by("agency", "name")}
    accounts: dict[str, dict[str, Account]] = {}
    for account in Account.objects.exclude(bsn=""):
        accounts.setdefault(account.bsn, {})[account.level] = account
    people = Person.objects.filter(bsn__in=accounts)
    rows = [
        {
            "person": one,
            "accounts": [accounts[one.bsn][level] for level in LEVELS if level in accounts[one.bsn]],
        }
        for one in people
    ]
    return {"citizens": rows}


def _chosen(key: str, query: QueryDict) -> Account | None:
    """The chosen account, if it is one of those on the list."""
    try:
        found = Account.objects.filter(pk=UUID(key)).first()
    except ValueError:
        return None
    return found if found and bool(found.bsn) != _is_staff(query) else None


def _without_prompt(query: QueryDict) -> str:
    """The request without `prompt`, which would ask for the login that has just been done."""
    rest = query.copy()
    rest.pop("prompt", None)
    return rest.urlencode()


def _back(query: QueryDict, error: str) -> HttpResponse:
    """Back to the client with an error; only to an address that the client registered."""
    client = Client.objects.filter(pk=query.get("client_id", "")).first()
    address = query.get("redirect_uri", "")
    if client is None or address not in client.get_redirect_uris():
        return HttpResponse("Onbekend adres.", status=400, content_type="text/plain; charset=utf-8")
    joint = "&" if parse_qs(urlsplit(address).query) else "?"
    params = {"error": error, **({"state": query["state"]} if "state" in query else {})}
    return HttpResponseRedirect(f"{address}{joint}{urlencode(params)}")
