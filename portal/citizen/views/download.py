"""The citizen's data as a file to keep, and the page that explains how to check it."""

from __future__ import annotations

import json
from pathlib import Path

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_POST, require_safe

from portal.access.requests import actor_of
from portal.citizen.download import export
from portal.citizen.pdf import as_pdf
from portal.citizen.take_along import as_zip
from portal.ledger.log import controleer
from portal.ledger.log.signing import NoSigningKey, fingerprint, public_key, public_pem
from portal.paper import PdfUnavailable, weasyprint

_NAME = "mijn-gegevens"


@require_POST
def as_json(request: HttpRequest) -> HttpResponse:
    """Everything, with the proof. A form, because it leaves a line in the log."""
    document = export(actor=actor_of(request))
    text = json.dumps(document, ensure_ascii=False, indent=1)
    return _file(text, name=f"{_NAME}.json", kind="application/json")


@require_POST
def as_paper(request: HttpRequest) -> HttpResponse:
    """The same as a PDF. Where none can be made, a page says so, and nothing is logged."""
    try:
        weasyprint()
    except PdfUnavailable:
        return render(request, "citizen/no_pdf.html", status=503)
    return _file(as_pdf(export(actor=actor_of(request))), name=f"{_NAME}.pdf", kind="application/pdf")


@require_POST
def as_archive(request: HttpRequest) -> HttpResponse:
    """Everything with every document, to take along."""
    actor = actor_of(request)
    return _file(as_zip(export(actor=actor), actor=actor), name=f"{_NAME}.zip", kind="application/zip")


@require_safe
def how_to_check(request: HttpRequest) -> HttpResponse:
    """What the proof is, and how anybody checks it without us."""
    try:
        mark = fingerprint(public_key())
    except NoSigningKey:
        mark = ""
    return render(request, "citizen/check.html", {"script": _script(), "fingerprint": mark})


@require_safe
def script(request: HttpRequest) -> HttpResponse:
    """The script of that page, as a file."""
    return _file(_script(), name="controleer.py", kind="text/x-python; charset=utf-8")


@require_safe
def key(request: HttpRequest) -> HttpResponse:
    """The public key of the log, as a file."""
    try:
        text = public_pem(public_key())
    except NoSigningKey:
        raise Http404 from None
    return _file(text, name="sleutel.pem", kind="application/x-pem-file")


def _script() -> str:
    return Path(controleer.__file__).read_text(encoding="utf-8")


def _file(content: str | bytes, *, name: str, kind: str) -> HttpResponse:
    disposition = f'attachment; filename="{name}"'
    return HttpResponse(content, content_type=kind, headers={"Content-Disposition": disposition})
