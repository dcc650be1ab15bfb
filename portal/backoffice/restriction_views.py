"""A request of which the citizen restricted the use: nobody opens it without naming a ground first."""

from __future__ import annotations

from collections.abc import Callable

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from portal.access.requests import actor_of
from portal.cases.models import Case, RestrictedUse, Restriction
from portal.cases.reading.inbox import worklist_for
from portal.cases.reading.names import title_of
from portal.cases.restricting.standing import has_ground, restriction_of_case
from portal.cases.restricting.verbs import AlreadyAnnounced, announce_end, use_nevertheless
from portal.cases.restricting.words import GROUNDS, STAFF_WHY

_View = Callable[..., HttpResponse]


class UseForm(forms.Form):
    """On which ground it is used nevertheless, and why."""

    ground = forms.TypedChoiceField(
        label=gettext_lazy("Op welke grond?"),
        choices=list(GROUNDS.items()),
        coerce=RestrictedUse.Ground,
        widget=forms.RadioSelect,
    )
    reason = forms.CharField(
        label=gettext_lazy("Waarom is het nodig? De inwoner leest dit."),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class EndForm(forms.Form):
    """Why the restriction ends."""

    why = forms.CharField(
        label=gettext_lazy("Waarom houdt de beperking op? De inwoner leest dit."),
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


@require_http_methods(["GET", "HEAD", "POST"])
def restricted(request: HttpRequest, reference: str) -> HttpResponse:
    """Says who asked for it and why, without what is in the request; names a ground, or ends it."""
    actor = actor_of(request)
    try:
        case = worklist_for(actor=actor).get(reference=reference)
    except Case.DoesNotExist:
        raise Http404 from None
    found = restriction_of_case(case)
    if found is None:
        return redirect("backoffice:case", case.reference)
    said = request.POST.get("say", "") if request.method == "POST" else ""
    use_form = UseForm(request.POST if said == "use" else None)
    end_form = EndForm(request.POST if said == "end" else None)
    if use_form.is_valid():
        use_nevertheless(actor=actor, restriction=found, **use_form.cleaned_data)
        return redirect("backoffice:case", case.reference)
    if end_form.is_valid():
        _end(request, found, end_form.cleaned_data["why"])
        return redirect("backoffice:restricted", case.reference)
    context = {
        "case": case,
        "title": title_of(case.definition),
        "found": found,
        "why": STAFF_WHY[found.why],
        "may_open": has_ground(found, actor.require_user()),
        "use_form": use_form,
        "end_form": end_form,
        "form": use_form if said == "use" else end_form,
    }
    status = 422 if request.method == "POST" else 200
    return render(request, "backoffice/restricted.html", context, status=status)


def _end(request: HttpRequest, found: Restriction, reason: str) -> None:
    try:
        day = announce_end(actor=actor_of(request), restriction=found, reason=reason)
    except AlreadyAnnounced:
        messages.warning(request, _("Een collega zei dit al."))
    else:
        names = {"day": date_format(day, "DATE_FORMAT")}
        messages.success(request, _("De inwoner krijgt bericht. De beperking stopt op %(day)s.") % names)
