"""A complaint: about a case, or about an organisation; and who helps where that is not enough."""

from __future__ import annotations

from datetime import date
from typing import Any, Final
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from portal import clock
from portal.access.representation import MandateEnded
from portal.access.requests import actor_of
from portal.cases.complaining import (
    NotConnected,
    Said,
    afterwards_of,
    agencies_to_complain_to,
    complain,
    complaint_about,
    complaint_about_talk,
    is_complaint,
)
from portal.cases.helpdesk.moments import newest_moments, own_talk
from portal.cases.journey.submit import LevelTooLow
from portal.cases.models import Case, ContactMoment
from portal.cases.objecting import may_object
from portal.cases.own import as_seen_by, own_cases
from portal.cases.reading.inbox import case_for
from portal.cases.talk.fields import DocumentField, KeyedForm, WrittenField
from portal.catalogue import help_line, is_connected
from portal.citizen.level import ask_for_level
from portal.citizen.pages import CaseCard, case_card
from portal.people.step_up import level_of

_OFFERED = 10
"""So many of the newest cases are named to choose from; the others have the link on their own page."""

_TALK: Final = "gesprek"
"""In the address: which talk it is about."""


class ComplaintForm(KeyedForm):
    """What went wrong. With `agencies` the citizen also says at which of them."""

    agency = forms.ChoiceField(label=gettext_lazy("Over welke organisatie gaat het?"))
    conduct = WrittenField(
        label=gettext_lazy("Wat ging er mis?"),
        help_text=gettext_lazy("Vertel in uw eigen woorden wat er gebeurde. Dat mag kort."),
    )
    happened_on = forms.DateField(
        label=gettext_lazy("Wanneer was dat?"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )
    wish = WrittenField(label=gettext_lazy("Wat moet er volgens u gebeuren?"), required=False, rows=3)
    document = DocumentField(
        label=gettext_lazy("Bijlage"),
        help_text=gettext_lazy("Een PDF, JPEG of PNG van hooguit 25 MB."),
        required=False,
    )

    def __init__(self, agencies: list[tuple[str, str]], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if agencies:
            self.fields["agency"].choices = [("", _("Kies een organisatie")), *agencies]  # type: ignore[attr-defined]
        else:
            del self.fields["agency"]

    def clean_happened_on(self) -> date | None:
        """Not a day that is still to come."""
        day: date | None = self.cleaned_data["happened_on"]
        if day and day > clock.today():
            raise forms.ValidationError(_("Vul een dag in die al geweest is."))
        return day

    @property
    def said(self) -> Said:
        """What was filled in."""
        typed = self.cleaned_data
        return Said(typed["conduct"], typed["happened_on"], typed["wish"], typed["document"])


@require_http_methods(["GET", "HEAD", "POST"])
def complain_about(request: HttpRequest, reference: str) -> HttpResponse:
    """About how one case goes. While one runs, this leads to it; a complaint itself has none."""
    try:
        found = case_for(actor=actor_of(request), reference=reference)
    except Case.DoesNotExist:
        raise Http404 from None
    if is_complaint(found):
        raise Http404
    if running := complaint_about(found):
        return redirect("citizen:case", running.reference)
    return _page(request, about=found)


def _about_talk(request: HttpRequest) -> HttpResponse | None:
    """About one talk with the helpdesk, named in the address; None where none is."""
    named = request.GET.get(_TALK, "")
    if not named:
        return None
    try:
        talk = own_talk(actor=actor_of(request), moment_id=UUID(named))
    except (ValueError, ContactMoment.DoesNotExist):
        raise Http404 from None
    if talk.case is not None:  # somebody of the agency called about it
        return redirect("citizen:complain-about", talk.case.reference)
    if running := complaint_about_talk(talk):
        return redirect("citizen:case", running.reference)
    return _page(request, about=None, talk=talk)


@require_http_methods(["GET", "HEAD", "POST"])
def complain_to(request: HttpRequest) -> HttpResponse:
    """About an organisation, or a talk with the helpdesk; what is about a case begins at that case."""
    return _about_talk(request) or _page(request, about=None)


def _page(request: HttpRequest, *, about: Case | None, talk: ContactMoment | None = None) -> HttpResponse:
    posted = request.method == "POST"
    agencies = [] if about or talk else [(one.id, one.name) for one in agencies_to_complain_to()]
    form = ComplaintForm(agencies, request.POST if posted else None, request.FILES if posted else None)
    if posted and form.is_valid() and (answer := _send(request, form, about, talk)):
        return answer
    card = case_card(about) if about else None
    context = {
        "case": about,
        "card": card,
        "form": form,
        "has_file": True,
        "may_object": about is not None and may_object(about),
        "afterwards": afterwards_of(about) if about else None,
        "others": [] if about or talk else _own(request),
        "talk": talk,
        "talks": [] if about or talk else _talks(request),
        **({"agencies": [card.organisation]} if card else {}),
    }
    return render(request, "citizen/complaint.html", context, status=422 if posted else 200)


def _send(
    request: HttpRequest, form: ComplaintForm, about: Case | None, talk: ContactMoment | None
) -> HttpResponse | None:
    """Where to go on; None where it cannot be sent, which the form says."""
    try:
        made = complain(
            actor=actor_of(request),
            said=form.said,
            external_id=form.external_id,
            level=level_of(request.session),
            about=about,
            agency=form.cleaned_data.get("agency", ""),
            talk=talk,
        )
    except LevelTooLow as low:
        return ask_for_level(request, low.needed, back=request.get_full_path())
    except NotConnected:
        words = _("Deze organisatie is hier niet aangesloten. Bel of schrijf haar; onder aan staat hoe.")
        form.add_error(None, words)
        return None
    except MandateEnded:
        raise Http404 from None
    messages.success(request, _("Uw klacht is verstuurd."))
    return redirect("citizen:case", made.reference)


def _talks(request: HttpRequest) -> list[ContactMoment]:
    """Those with the helpdesk, the newest first: for the citizen alone, where its desk takes complaints."""
    actor = actor_of(request)
    if actor.capacity != "self" or not is_connected(help_line()):
        return []
    return list(newest_moments(actor.require_citizen()).filter(case=None)[:_OFFERED])


def _own(request: HttpRequest) -> list[CaseCard]:
    actor = actor_of(request)
    rows = own_cases(actor).select_related("journey", "citizen", "outcome").prefetch_related("deliveries")
    newest = as_seen_by(actor, rows.order_by("-created_at")[:_OFFERED])
    return [case_card(case) for case in newest if not is_complaint(case)]
