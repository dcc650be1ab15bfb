"""The pages that belong to no part: what the sandbox is, and whether it lives."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from connectors.sandbox.intake.agencies import INTAKES
from connectors.sandbox.zgw.catalogue import agencies


def addresses(request: HttpRequest) -> dict[str, str]:
    """For every template: where the portal is."""
    return {"portal_url": settings.PORTAL_URL}


@require_GET
def index(request: HttpRequest) -> HttpResponse:
    """What the sandbox plays, with links."""
    return render(
        request, "sandbox/index.html", {"agencies": agencies().values(), "intakes": INTAKES.values()}
    )


@require_GET
def live(request: HttpRequest) -> HttpResponse:
    """The process answers."""
    return HttpResponse("ok", content_type="text/plain")
