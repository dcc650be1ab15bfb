"""A request to keep: its receipt, with a copy of what was sent, and everything about it as a PDF or a ZIP."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from portal.access.requests import actor_of
from portal.cases.journey.payloads import payload_or_none
from portal.cases.models import Case
from portal.cases.reading.inbox import case_for
from portal.cases.reading.receipt import receipt_of
from portal.cases.reading.showing import sent_context
from portal.citizen.dossier import as_pdf, as_zip
from portal.citizen.pages import case_card
from portal.paper import PdfUnavailable, paper


@require_safe
def receipt(request: HttpRequest, reference: str) -> HttpResponse:
    """The page; 404 while the agency does not have the request."""
    case = _case(request, reference)
    return render(request, "citizen/receipt.html", {**_context(case), "card": case_card(case)})


@require_safe
def receipt_on_paper(request: HttpRequest, reference: str) -> HttpResponse:
    """The same as a PDF. Where none can be made, the page itself says so, with everything on it."""
    case = _case(request, reference)
    context = _context(case)
    try:
        made = paper("citizen/receipt_print.html", {**context, "language": get_language()})
    except PdfUnavailable:
        context |= {"card": case_card(case), "is_without_pdf": True}
        return render(request, "citizen/receipt.html", context, status=503)
    response = HttpResponse(made, content_type="application/pdf")
    response["Content-Disposition"] = f'attachment; filename="ontvangstbevestiging-{case.reference}.pdf"'
    return response


@require_safe
def dossier(request: HttpRequest, reference: str, kind: str) -> HttpResponse:
    """Everything about a case. Where no PDF can be made, a page says so."""
    case = _case(request, reference)
    try:
        made = as_zip(case) if kind == "zip" else as_pdf(case)
    except PdfUnavailable:
        return render(request, "citizen/no_pdf.html", status=503)
    response = HttpResponse(made, content_type=f"application/{kind}")
    response["Content-Disposition"] = f'attachment; filename="{case.reference}.{kind}"'
    return response


def _context(case: Case) -> dict[str, Any]:
    found = receipt_of(case)
    if found is None:
        raise Http404
    return {"case": case, "receipt": found, **sent_context(case, payload_or_none(case))}


def _case(request: HttpRequest, reference: str) -> Case:
    try:
        return case_for(actor=actor_of(request), reference=reference)
    except Case.DoesNotExist:
        raise Http404 from None
