"""Restricting the use of a datum, or of a request that an agency has; and ending that."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from portal.access.requests import actor_of
from portal.cases.disputes.verbs import held_value
from portal.cases.models import Case, Restriction
from portal.cases.reading.inbox import case_for
from portal.cases.reading.names import agency_of, short_name, title_of
from portal.cases.reading.showing import field_label
from portal.cases.restricting import verbs
from portal.cases.restricting.standing import restriction_of_case, restriction_of_field
from portal.cases.restricting.words import GROUNDS
from portal.cases.talk.standing import NotThere, is_talkable
from portal.cases.talk.withdrawing import was_sent
from portal.citizen.restricting_form import RestrictForm

_PAGE = require_http_methods(["GET", "HEAD", "POST"])


@_PAGE
def restrict_field(request: HttpRequest, field: str) -> HttpResponse:
    """A datum that we hold. What is restricted already stays so, also when we hold it no more."""
    actor = actor_of(request)
    found = restriction_of_field(actor.require_citizen(), field)
    try:
        if found is None:
            held_value(actor=actor, field=field)
    except LookupError:
        raise Http404 from None
    form = RestrictForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        verbs.restrict_field(actor=actor, field=field, why=form.cleaned_data["why"])
        messages.success(request, _("Vanaf nu gebruiken wij dit niet meer."))
        return redirect("citizen:restrict-field", field)
    context = {"label": field_label(field), "back": reverse("citizen:my-data"), **_shown(found)}
    return render(request, "citizen/restrict_field.html", {"form": form, **context}, status=_status(request))


@_PAGE
def restrict_case(request: HttpRequest, reference: str) -> HttpResponse:
    """What an agency has of a request. 404 for one that was not sent: that can still be stopped."""
    actor = actor_of(request)
    try:
        case = case_for(actor=actor, reference=reference)
    except Case.DoesNotExist:
        raise Http404 from None
    if not was_sent(case):
        raise Http404
    form = RestrictForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            verbs.restrict_case(actor=actor, case=case, why=form.cleaned_data["why"])
        except NotThere:
            raise Http404 from None
        messages.success(request, _("Vanaf nu gebruiken wij dit niet meer."))
        return redirect("citizen:restrict-case", case.reference)
    agency = agency_of(case)
    context = {
        "label": title_of(case.definition),
        "back": reverse("citizen:case", args=[case.reference]),
        "agency": short_name(agency),
        "can_tell": is_talkable(case),
        "agencies": [agency],
        **_shown(restriction_of_case(case)),
    }
    return render(request, "citizen/restrict_case.html", {"form": form, **context}, status=_status(request))


@require_POST
def lift(request: HttpRequest, restriction_id: UUID) -> HttpResponse:
    """The citizen ends it."""
    actor = actor_of(request)
    try:
        found = verbs.restriction_for(actor=actor, restriction_id=restriction_id)
    except Restriction.DoesNotExist:
        raise Http404 from None
    verbs.lift(actor=actor, restriction=found)
    messages.success(request, _("Dit mag weer worden gebruikt."))
    return redirect("citizen:case", found.case.reference) if found.case else redirect("citizen:my-data")


def _shown(found: Restriction | None) -> dict[str, object]:
    if found is None:
        return {"found": None}
    uses = [(use.at, GROUNDS[use.ground], why) for use, why in verbs.uses_of(found)]
    return {"found": found, "ends_because": verbs.reason_of(found), "uses": uses}


def _status(request: HttpRequest) -> int:
    return 422 if request.method == "POST" else 200
