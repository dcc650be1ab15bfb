"""How an officer ends a case: what the rule says, what the officer establishes, and the outcome itself."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any, Final

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from lifeevents.rules import sentences
from portal.access.requests import actor_of
from portal.backoffice.care_forms import CareForm
from portal.backoffice.case_page import case_of, case_page
from portal.backoffice.forms import OutcomeForm
from portal.backoffice.reading_hint import reading_words
from portal.cases.back.concluding import AlreadyConcluded, Grounds, TakenBack, outcome_of
from portal.cases.deciding.before import AlreadyProposed
from portal.cases.deciding.care import Care, NotCalled, NotHeard, counted, due_for
from portal.cases.desk.proposals import NotYours, TooLate, confirm, outcome_proposed, propose, take_back
from portal.cases.disputes.marks import open_disputes_of
from portal.cases.journey.payloads import Payload
from portal.cases.judging.questions import next_form
from portal.cases.judging.ruling import Ruling, establish, ruling_of
from portal.cases.judging.trace import facts_of, sealed, trace_of
from portal.cases.models import Case, Outcome, Phase, Proposal
from portal.cases.reading.names import title_of
from portal.cases.reading.outcome_letter import draft_of
from portal.cases.reading.values import language
from portal.paper import PdfUnavailable

LETTER: Final = "brief"
"""The button that makes the letter of what is filled in, or of what waits to count."""


@require_POST
def conclude_case(request: HttpRequest, reference: str) -> HttpResponse:
    """Ends the case with an outcome and its reasons; or shows first what the citizen would get of it."""
    found, payload = case_of(request, reference)
    if request.POST.get("bekijk") == LETTER and (waiting := Proposal.objects.filter(case=found).first()):
        return _shown_first(request, found, payload, outcome_proposed(found, waiting))
    ruling = ruling_of(found, payload)
    due = due_for(found, is_disputed=open_disputes_of(found).exists())
    form, care_form = OutcomeForm(found.definition, ruling, request.POST), CareForm(due, request.POST)
    care_form.full_clean()
    if not form.is_valid() or not care_form.check(form.cleaned_data["kind"]):
        return case_page(request, found, payload, form, status=422, care_form=care_form)
    said, care = form.cleaned_data, counted(due, form.cleaned_data["kind"], care_form.care())
    if "bekijk" in request.POST:
        preview = _preview(found, said, ruling, care)
        return _shown_first(request, found, payload, preview, form, care_form)
    _propose(request, found, ruling, care, said)
    return redirect("backoffice:case", found.reference)


def _propose(
    request: HttpRequest, found: Case, ruling: Ruling | None, care: Care, said: dict[str, Any]
) -> None:
    try:
        proposal = propose(case=found, actor=actor_of(request), ruling=ruling, care=care, **said)
    except TakenBack:
        messages.error(request, _("De inwoner heeft dit ingetrokken. Er is niets meer te beslissen."))
    except AlreadyConcluded:
        messages.error(request, _("Een collega rondde dit al af. Hieronder staat de uitkomst."))
    except AlreadyProposed:
        messages.error(request, _("Een collega stelde al voor hoe dit eindigt. Het staat hieronder."))
    except (NotHeard, NotCalled):
        # Between the page and the act something came to be known.
        messages.error(request, _("Er is intussen iets veranderd. Kijk wat er nog moet voor een afwijzing."))
    else:
        if proposal is None:
            messages.success(request, _("Klaar. De inwoner leest de uitkomst nu."))


def _preview(case: Case, said: dict[str, Any], ruling: Ruling | None, care: Care) -> Outcome:
    """The outcome as it would be; not kept."""
    grounds = Grounds(
        deviation=said["deviation"],
        article=said["article"],
        decided_by=Outcome.By.HUMAN,
        sealed_trace=sealed(case, trace_of(ruling)) if ruling else None,
        **asdict(care),
    )
    return outcome_of(case, Outcome.Kind(said["kind"]), said["motivation"], grounds)


def _shown_first(
    request: HttpRequest,
    found: Case,
    payload: Payload | None,
    outcome: Outcome,
    form: OutcomeForm | None = None,
    care_form: CareForm | None = None,
) -> HttpResponse:
    """On the page itself; or as the letter, to save, which leaves the page as it stands."""
    if request.POST["bekijk"] == LETTER:
        try:
            made = draft_of(found, outcome)
        except PdfUnavailable:
            messages.warning(request, _("Een PDF maken lukt hier niet. Druk deze pagina af."))
        else:
            response = HttpResponse(made, content_type="application/pdf")
            response["Content-Disposition"] = f'attachment; filename="concept-{found.reference}.pdf"'
            return response
    return case_page(request, found, payload, form, preview=outcome, care_form=care_form)


@require_POST
def confirm_outcome(request: HttpRequest, reference: str) -> HttpResponse:
    """A second pair of eyes agrees with how a colleague wants to end it."""
    found, _payload = case_of(request, reference)
    try:
        confirm(case=found, actor=actor_of(request))
    except NotYours:
        messages.error(request, _("Dit moet iemand anders bevestigen."))
    except TooLate:
        messages.warning(request, _("Er is niets meer te bevestigen."))
    return redirect("backoffice:case", found.reference)


@require_POST
def take_outcome_back(request: HttpRequest, reference: str) -> HttpResponse:
    """Takes back how it would end, before anybody outside the agency saw it."""
    found, _payload = case_of(request, reference)
    try:
        take_back(case=found, actor=actor_of(request))
    except TooLate:
        messages.error(request, _("Dit kan niet meer worden teruggenomen."))
    else:
        messages.success(request, _("Teruggenomen. De inwoner heeft er niets van gezien."))
    return redirect("backoffice:case", found.reference)


@require_http_methods(["GET", "HEAD", "POST"])
def rule(request: HttpRequest, reference: str) -> HttpResponse:
    """What the rule says of a case, and the fact that it lacks most, for the officer to establish."""
    found, payload = case_of(request, reference)
    ruling = ruling_of(found, payload)
    if ruling is None or Phase(found.phase).is_final:
        raise Http404
    if "again" in request.POST:
        establish(case=found, actor=actor_of(request), facts={})
        return redirect("backoffice:rule", found.reference)
    data = request.POST if request.method == "POST" else None
    form = next_form(ruling.rule, ruling.known, ruling.on, data)
    if form is not None and form.is_bound and form.is_valid():
        establish(case=found, actor=actor_of(request), facts=form.taken_over())
        return redirect("backoffice:rule", found.reference)
    is_wrong = data is not None
    context = {
        "case": found,
        "title": title_of(found.definition),
        "ruling": ruling,
        "sentences": sentences(ruling.verdict, language(), later=ruling.later),
        "facts": facts_of(ruling),
        "is_established": bool(ruling.known.keys() - ruling.sent.keys()),
        "form": form,
    }
    return render(request, "backoffice/rule.html", context, status=422 if is_wrong else 200)


@require_POST
def reading_level(request: HttpRequest) -> HttpResponse:
    """How hard a text is to read, for who is writing it. The text is not kept."""
    hint = reading_words(request.POST.get("motivation", "")[:4000])
    return render(request, "backoffice/_reading.html", {"hint": hint})
