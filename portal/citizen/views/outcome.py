"""After an outcome: the objection of the citizen, and the outcome on paper."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from portal import clock
from portal.access.requests import actor_of
from portal.cases.models import Case
from portal.cases.objecting import (
    NoObjection,
    NotInWriting,
    decision_of,
    decision_text,
    may_object,
    object_to,
)
from portal.cases.proceedings import running
from portal.cases.reading.inbox import case_for
from portal.cases.reading.outcome_letter import outcome_paper
from portal.cases.talk.fields import KeyedForm, WrittenField
from portal.cases.terms.showing import objection_words
from portal.citizen.pages import case_card
from portal.paper import PdfUnavailable


class ObjectionForm(KeyedForm):
    """Why the citizen does not agree; that may come later."""

    reasons = WrittenField(label=gettext_lazy("Waarom bent u het er niet mee eens?"), required=False)


@require_http_methods(["GET", "HEAD", "POST"])
def objection(request: HttpRequest, reference: str) -> HttpResponse:
    """Objects in one click, or adds reasons; 404 where the law gives no objection."""
    found = _case(request, reference)
    if not may_object(found):
        raise Http404
    posted = request.method == "POST"
    form = ObjectionForm(request.POST if posted else None)
    if posted and form.is_valid():
        try:
            object_to(
                case=found,
                actor=actor_of(request),
                reasons=form.cleaned_data["reasons"],
                external_id=form.external_id,
            )
        except NoObjection:
            raise Http404 from None
        except NotInWriting:
            return render(request, "helpdesk/needs_letter.html", {"case": found}, status=403)
        messages.success(request, _("Uw bezwaar is verstuurd."))
        return redirect("citizen:case", found.reference)
    return render(request, "citizen/objection.html", _context(found, form), status=422 if posted else 200)


def _context(found: Case, form: ObjectionForm) -> dict[str, object]:
    decision, card = decision_of(found), case_card(found)
    until = decision.remedy_until if decision else None
    return {
        "case": found,
        "card": card,
        "form": form,
        "outcome": decision,
        "outcome_text": decision_text(found).partition("\n")[0],
        "is_running": bool(running(found)),
        "is_too_late": until is not None and until < clock.today(),
        "decided_by": objection_words(found),
        "agencies": [card.organisation],
    }


@require_safe
def on_paper(request: HttpRequest, reference: str) -> HttpResponse:
    """The outcome as a PDF, with what to do for who does not agree. Without Pango: back to the page."""
    found = _case(request, reference)
    outcome = getattr(found, "outcome", None)
    if outcome is None:
        raise Http404
    try:
        made = outcome_paper(found, outcome)
    except PdfUnavailable:
        messages.warning(request, _("Een PDF maken lukt hier niet. Druk deze pagina af."))
        return redirect("citizen:case", found.reference)
    response = HttpResponse(made, content_type="application/pdf")
    response["Content-Disposition"] = f'attachment; filename="besluit-{found.reference}.pdf"'
    return response


def _case(request: HttpRequest, reference: str) -> Case:
    try:
        return case_for(actor=actor_of(request), reference=reference)
    except Case.DoesNotExist:
        raise Http404 from None
