"""The operator's screen of webhooks: who is told that something waits, where, and how that goes."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_variables
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from portal.access.requests import actor_of
from portal.backoffice.clients import fetching_agencies
from portal.backoffice.forms import WebhookForm
from portal.cases.models import Webhook
from portal.cases.webhooks.setting import remove_webhook, retry_webhook, set_webhook
from portal.catalogue import catalogue


@require_safe
def webhook_list(request: HttpRequest) -> HttpResponse:
    """Every agency that is told, and those that could be."""
    rows = [{"hook": one, "agency": _name_of(one.pk)} for one in Webhook.objects.order_by("pk")]
    context = {"rows": rows, "agencies": fetching_agencies()}
    return render(request, "backoffice/webhooks.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@sensitive_variables("secret")
def set_address(request: HttpRequest, agency: str) -> HttpResponse:
    """Sets the address. The answer to the form is the only page that ever shows the secret."""
    found = next((one for one in fetching_agencies() if one.id == agency), None)
    if found is None:
        raise Http404
    form = WebhookForm(request.POST or None)
    if not form.is_valid():
        status = 422 if request.method == "POST" else 200
        return render(request, "backoffice/set_webhook.html", {"agency": found, "form": form}, status=status)
    key_id, secret = set_webhook(
        actor=actor_of(request), agency=found.id, address=form.cleaned_data["address"]
    )
    context = {"agency": found, "key_id": key_id, "secret": secret}
    return render(request, "backoffice/webhook_secret.html", context)


@require_POST
def remove(request: HttpRequest, agency: str) -> HttpResponse:
    """The agency is told nothing any more."""
    if remove_webhook(actor=actor_of(request), agency=agency):
        messages.success(request, _("Wij melden deze organisatie niets meer."))
    else:
        messages.warning(request, _("Wij meldden deze organisatie al niets."))
    return redirect("backoffice:webhooks")


@require_POST
def retry(request: HttpRequest, agency: str) -> HttpResponse:
    """What had stopped begins again."""
    if retry_webhook(actor=actor_of(request), agency=agency):
        messages.success(request, _("Wij proberen het opnieuw."))
    else:
        messages.warning(request, _("Dit was niet gestopt."))
    return redirect("backoffice:webhooks")


def _name_of(agency: str) -> str:
    known = catalogue().agencies.get(agency)
    return known.name if known else agency
