"""A value that the citizen disputes, at the desk of an agency that has it."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from portal.access.requests import actor_of
from portal.backoffice.forms import ReportForm
from portal.cases.disputes.holders import (
    close_report,
    concerning,
    has_reported,
    may_report,
    report_to_holder,
    staff_dispute,
)
from portal.cases.disputes.proofs import as_file
from portal.cases.disputes.showing import shown_dispute
from portal.cases.models import Dispute
from portal.cases.talk.documents import NotReady


@require_safe
def dispute(request: HttpRequest, reference: str) -> HttpResponse:
    """What the citizen says of a value. Opening it leaves a line in the citizen's log."""
    return _page(request, _found(request, reference, looks=True), ReportForm())


@require_POST
def report(request: HttpRequest, reference: str) -> HttpResponse:
    """The officer told who keeps the register that the value is doubted."""
    report_to_holder(actor=actor_of(request), dispute=_found(request, reference))
    messages.success(request, _("Bewaard. De inwoner ziet dat u dit hebt gemeld."))
    return redirect("backoffice:dispute", reference)


@require_POST
def close(request: HttpRequest, reference: str) -> HttpResponse:
    """What came of that."""
    found, form = _found(request, reference), ReportForm(request.POST)
    if not form.is_valid():
        return _page(request, found, form, status=422)
    close_report(
        actor=actor_of(request),
        dispute=found,
        corrected=form.cleaned_data["result"] == "corrected",
        reason=form.cleaned_data["reason"],
    )
    messages.success(request, _("Bewaard. De inwoner leest dit nu."))
    return redirect("backoffice:dispute", reference)


@require_safe
def proof(request: HttpRequest, reference: str, proof_id: UUID) -> HttpResponse:
    """A document of the citizen, to save. It leaves a line in the citizen's log as well."""
    document = (
        _found(request, reference).proofs.filter(pk=proof_id).select_related("dispute__citizen").first()
    )
    if document is None:
        raise Http404
    try:
        answer = as_file(document)
    except NotReady:
        raise Http404 from None
    # Only now: who got nothing did not look either.
    _found(request, reference, looks=True)
    return answer


def _page(request: HttpRequest, found: Dispute, form: ReportForm, status: int = 200) -> HttpResponse:
    actor, shown = actor_of(request), shown_dispute(found)
    context = {
        "dispute": found,
        "shown": shown,
        "proof_hrefs": [
            (reverse("backoffice:proof", args=[found.reference, one.id]) if one.may_save else "", one.words)
            for one in shown.proofs
        ],
        "may_report": may_report(actor=actor, dispute=found),
        "may_close": found.is_open and has_reported(actor=actor, dispute=found),
        "form": form,
    }
    return render(request, "backoffice/dispute.html", context, status=status)


def _found(request: HttpRequest, reference: str, *, looks: bool = False) -> Dispute:
    find = staff_dispute if looks else concerning
    try:
        return find(actor=actor_of(request), reference=reference)
    except Dispute.DoesNotExist:
        raise Http404 from None
