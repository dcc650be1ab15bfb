"""The custom table about a request, as the citizen reads it in full, and what the citizen says of it."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from portal.access.requests import actor_of, is_looked_at
from portal.cases.customtable.consent import allow, allowed_at, take_back
from portal.cases.customtable.models import CustomTable
from portal.cases.customtable.verbs import agencies_at, say_as_citizen
from portal.cases.customtable.words import agency_name, lines_of, steps_of
from portal.cases.models import Case, Phase
from portal.cases.notices.noting import opened
from portal.cases.reading.inbox import case_for
from portal.cases.talk.fields import KeyedForm, WrittenField
from portal.cases.talk.standing import Closed
from portal.citizen.pages import case_card


class SayForm(KeyedForm):
    """What the citizen wants everybody at the table to read."""

    text = WrittenField(label=gettext_lazy("Wilt u iets zeggen? Iedereen aan tafel leest het."), rows=4)


@require_http_methods(["GET", "HEAD", "POST"])
def table(request: HttpRequest, reference: str) -> HttpResponse:
    """Everything that was said at the tables about this request, newest table first."""
    case, actor = _case(request, reference), actor_of(request)
    tables = list(case.tables.order_by("-opened_at"))
    if not tables:
        raise Http404
    newest = tables[0]
    is_live = newest.closed_at is None and not Phase(case.phase).is_final
    form = SayForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        return _said(request, newest, form)
    card = case_card(case)
    context = {
        "case": case,
        "card": card,
        "tables": [_shown(one) for one in tables],
        "seats": _agencies(newest, case) if is_live else [],
        "may_allow": actor.is_whole,
        "form": form if is_live else None,
        "agencies": [card.organisation],
    }
    if is_looked_at(request):
        opened(case=case, actor=actor)
    return render(request, "citizen/table.html", context, status=422 if form.errors else 200)


@require_POST
def allowing(request: HttpRequest, reference: str, agency: str) -> HttpResponse:
    """The citizen has no objection that this agency sees the request, or takes that back."""
    case = _case(request, reference)
    newest = case.tables.select_related("case__citizen", "case__journey").order_by("-opened_at").first()
    if newest is None:
        raise Http404
    actor, back = actor_of(request), redirect("citizen:table", case.reference)
    if request.POST.get("do") == "terug":
        take_back(actor=actor, table=newest, agency=agency)
        messages.success(request, _("Gedaan. Deze organisatie ziet uw aanvraag niet meer."))
        return back
    try:
        allow(actor=actor, table=newest, agency=agency)
    except LookupError:
        raise Http404 from None
    except Closed:
        messages.warning(request, _("Dit overleg is afgesloten. Er is niets veranderd."))
    else:
        messages.success(request, _("Dank u. U kunt dit altijd weer terugnemen."))
    return back


def _said(request: HttpRequest, found: CustomTable, form: SayForm) -> HttpResponse:
    try:
        say_as_citizen(
            actor=actor_of(request),
            table=found,
            text=form.cleaned_data["text"],
            external_id=form.external_id,
        )
    except Closed:
        messages.warning(request, _("Dit overleg is afgesloten. Uw bericht is niet verstuurd."))
    else:
        messages.success(request, _("Verstuurd. Iedereen aan tafel kan het lezen."))
    return redirect("citizen:table", found.case.reference)


def _shown(found: CustomTable) -> dict[str, Any]:
    return {
        "question": found.question,
        "is_open": found.closed_at is None,
        "lines": lines_of(found, for_staff=False),
        "steps": steps_of(found),
        "coordinator": capfirst(agency_name(_led_by(found))),
    }


def _led_by(found: CustomTable) -> str:
    seat = found.seats.filter(user=found.coordinator_id).order_by("-invited_at").first()
    return seat.agency if seat else found.case.agency


def _agencies(found: CustomTable, case: Case) -> list[dict[str, Any]]:
    """The others at the table, and whether the citizen said that they may see the request."""
    allowed = allowed_at(found)
    return [
        {"id": one, "name": agency_name(one), "is_allowed": one in allowed}
        for one in agencies_at(found)
        if one != case.agency
    ]


def _case(request: HttpRequest, reference: str) -> Case:
    try:
        return case_for(actor=actor_of(request), reference=reference)
    except Case.DoesNotExist:
        raise Http404 from None
