"""The operator's screen of agencies' programs: which are let in, a new one, and out again."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_variables
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from lifeevents.model import Agency
from portal.access.clients import AlreadyIssued, issue_client, new_client_id, revoke_client
from portal.access.models import ApiClient
from portal.access.requests import actor_of
from portal.backoffice.forms import ClientForm
from portal.cases.reading.names import title_of
from portal.catalogue import catalogue, connectors


@require_safe
def client_list(request: HttpRequest) -> HttpResponse:
    """Every program that was ever let in, newest first."""
    rows = [_shown(row) for row in ApiClient.objects.order_by("-issued_at")]
    fetching = fetching_agencies()
    context = {
        "clients": rows,
        "agencies": fetching,
        "elsewhere": [one for one in connected_agencies() if one not in fetching],
    }
    return render(request, "backoffice/clients.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@sensitive_variables("secret")
def new_client(request: HttpRequest, agency: str) -> HttpResponse:
    """Lets a program in. The answer to the form is the only page that ever shows its secret."""
    found = next((one for one in connected_agencies() if one.id == agency), None)
    if found is None:
        raise Http404
    initial = {"client_id": new_client_id(found.id)}
    form = ClientForm(_services(found), request.POST or None, initial=initial)
    if not form.is_valid():
        status = 422 if request.method == "POST" else 200
        return render(request, "backoffice/new_client.html", {"agency": found, "form": form}, status=status)
    try:
        secret = issue_client(actor=actor_of(request), agency=found.id, **form.cleaned_data)
    except AlreadyIssued:
        # The page was sent again; what it showed the first time is shown to nobody again.
        messages.warning(request, _("Dit programma is er al. Bent u het geheim kwijt? Maak dan een nieuw."))
        return redirect("backoffice:clients")
    context = {"agency": found, "client_id": form.cleaned_data["client_id"], "secret": secret}
    return render(request, "backoffice/client_secret.html", context)


@require_POST
def revoke(request: HttpRequest, client_id: str) -> HttpResponse:
    """Shuts a program out, at once."""
    if revoke_client(actor=actor_of(request), client_id=client_id):
        messages.success(request, _("Het programma kan er niet meer in."))
    else:
        messages.warning(request, _("Dit programma kon er al niet meer in."))
    return redirect("backoffice:clients")


def _shown(row: ApiClient) -> dict[str, object]:
    known = catalogue()
    agency = known.agencies.get(row.agency)
    titles = [title_of(known.services[name]) if name in known.services else name for name in row.services]
    return {"row": row, "agency": agency.name if agency else row.agency, "services": titles}


def fetching_agencies() -> list[Agency]:
    """Those that fetch their cases here; the others are sent them."""
    destinations = connectors().destinations
    return [one for one in connected_agencies() if destinations[one.id].pulls]


def connected_agencies() -> list[Agency]:
    """Those that get their cases in any way. Who is sent them has a program here to send one on."""
    return [
        catalogue().agencies[name]
        for name in sorted(connectors().destinations)
        if name in catalogue().agencies
    ]


def _services(agency: Agency) -> list[tuple[str, str]]:
    known = catalogue()
    return [(name, title_of(known.services[name])) for name in known.services_at(agency)]
