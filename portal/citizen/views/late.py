"""An agency that is late: the notice of default to read, to print, and to note as sent."""

from __future__ import annotations

from datetime import date

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from portal import clock
from portal.access.requests import actor_of
from portal.cases.models import Case
from portal.cases.reading.inbox import case_for
from portal.cases.terms.lateness import Lateness, lateness_of, letter_of
from portal.cases.terms.verbs import TermRefused, note_default
from portal.citizen.pages import case_card
from portal.paper import PdfUnavailable, paper


class SentForm(forms.Form):
    """On which day the letter was sent."""

    sent_on = forms.DateField(
        label=gettext_lazy("Wanneer hebt u de brief verstuurd?"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )

    def __init__(self, lateness: Lateness, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        self._due = lateness.due

    def clean_sent_on(self) -> date:
        """After the last day to decide, and not still to come."""
        day: date = self.cleaned_data["sent_on"]
        if day > clock.today():
            raise forms.ValidationError(_("Vul een dag in die al geweest is."))
        if day <= self._due:
            raise forms.ValidationError(
                _("Toen was het nog niet te laat. Een brief die te vroeg komt, telt niet. Stuur hem opnieuw.")
            )
        return day


@require_http_methods(["GET", "HEAD", "POST"])
def late(request: HttpRequest, reference: str) -> HttpResponse:
    """The letter, what it sets going, and a form to note that it was sent. Only where the law gives it."""
    found, lateness = _late(request, reference)
    posted = request.method == "POST"
    form = SentForm(lateness, request.POST if posted else None, initial={"sent_on": clock.today()})
    if posted and form.is_valid():
        try:
            note_default(case=found, actor=actor_of(request), on=form.cleaned_data["sent_on"])
        except TermRefused:
            messages.warning(request, _("Er is intussen iets veranderd. Kijk hieronder hoe het staat."))
            return redirect("citizen:case", found.reference)
        messages.success(request, _("Bewaard. Hieronder staat wat u daarna kunt doen."))
        return redirect("citizen:late", found.reference)
    card = case_card(found)
    context = {
        "case": found,
        "card": card,
        "lateness": lateness,
        "letter": letter_of(found),
        "form": form,
        "agencies": [card.organisation],
    }
    return render(request, "citizen/late.html", context, status=422 if posted else 200)


@require_safe
def letter_on_paper(request: HttpRequest, reference: str) -> HttpResponse:
    """The letter as a PDF. Where none can be made, the page with the letter says so."""
    found, _lateness = _late(request, reference)
    try:
        content = paper("citizen/late_print.html", {"letter": letter_of(found)})
    except PdfUnavailable:
        messages.warning(request, _("Een PDF maken lukt hier niet. Druk deze pagina af."))
        return redirect("citizen:late", found.reference)
    disposition = 'attachment; filename="ingebrekestelling.pdf"'
    return HttpResponse(content, content_type="application/pdf", headers={"Content-Disposition": disposition})


def _late(request: HttpRequest, reference: str) -> tuple[Case, Lateness]:
    try:
        found = case_for(actor=actor_of(request), reference=reference)
        if found.hides_places:  # the letter names the municipality
            raise Http404
    except Case.DoesNotExist:
        raise Http404 from None
    lateness = lateness_of(found)
    if lateness is None or not lateness.has_penalty:
        raise Http404
    return found, lateness
