"""The tables at which one sits, and those about a case of the own agency, with laying it on one."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from portal.access.requests import actor_of
from portal.backoffice.case_page import say_too_late
from portal.backoffice.table_forms import OpenTableForm
from portal.cases.customtable.models import CustomTable
from portal.cases.customtable.seeing import tables_of_case
from portal.cases.customtable.verbs import AlreadyOpen, open_table, seats_for
from portal.cases.customtable.words import agency_name, lines_of, steps_of
from portal.cases.models import Case, Phase
from portal.cases.reading.names import title_of
from portal.cases.talk.standing import Closed, NotThere


@require_safe
def tables(request: HttpRequest) -> HttpResponse:
    """The tables at which one sits."""
    rows = [
        {
            "pk": seat.table_id,
            "question": seat.table.question,
            "agency": agency_name(seat.table.case.agency),
            "opened_at": seat.table.opened_at,
            "leads": seat.table.coordinator_id == seat.user_id,
        }
        for seat in seats_for(actor=actor_of(request))
    ]
    return render(request, "backoffice/tables.html", {"rows": rows})


@require_http_methods(["GET", "HEAD", "POST"])
def open_for_case(request: HttpRequest, reference: str) -> HttpResponse:
    """The tables about a case of the own agency, and laying it on one."""
    try:
        case, found = tables_of_case(actor=actor_of(request), reference=reference)
    except Case.DoesNotExist:
        raise Http404 from None
    if request.method == "POST" and not _can_open(case, found):
        say_too_late(request)
        return redirect("backoffice:open-table", case.reference)
    form = OpenTableForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        return _opened(request, case, form)
    seats = {seat.table_id for seat in seats_for(actor=actor_of(request))}
    context = {
        "case": case,
        "title": title_of(case.definition),
        "tables": [_read(table, sits=table.pk in seats) for table in found],
        "form": form if _can_open(case, found) else None,
    }
    return render(request, "backoffice/case_tables.html", context, status=422 if form.errors else 200)


def _can_open(case: Case, found: list[CustomTable]) -> bool:
    return not Phase(case.phase).is_final and all(one.closed_at for one in found)


def _opened(request: HttpRequest, case: Case, form: OpenTableForm) -> HttpResponse:
    try:
        table = open_table(
            actor=actor_of(request),
            case=case,
            question=form.cleaned_data["question"],
            external_id=form.external_id,
        )
    except AlreadyOpen as already:
        table = already.table
    except (Closed, NotThere):
        say_too_late(request)
        return redirect("backoffice:case", case.reference)
    if table.coordinator_id != actor_of(request).require_user().pk:
        return redirect("backoffice:open-table", case.reference)
    return redirect("backoffice:table", table.pk)


def _read(found: CustomTable, *, sits: bool) -> dict[str, Any]:
    return {
        "pk": found.pk,
        "question": found.question,
        "is_open": found.closed_at is None,
        "sits": sits,
        "lines": lines_of(found, for_staff=True),
        "steps": steps_of(found),
    }
