"""Wie kreeg mijn gegevens: the citizen's log, newest first, a page at a time, by agency and period."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.core.paginator import Page, Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.http import urlencode
from django.utils.text import capfirst
from django.views.decorators.http import require_safe

from portal.access.requests import actor_of
from portal.cases.journey.earlier import reused_answers
from portal.citizen.filter_fields import quick_periods
from portal.citizen.spared import Spared, spared_by
from portal.citizen.use_filter import UseFilterForm
from portal.citizen.use_lines import days_of, recipient_name, use_lines
from portal.ledger.log.history import ended_of, operations_of, recipients_of
from portal.ledger.models import DataUse
from portal.people.models import Citizen

A_PAGE = 25


@dataclass(frozen=True, slots=True)
class Choice:
    """A link that shows another part of the log."""

    words: str
    query: str
    chosen: bool


@require_safe
def uses(request: HttpRequest) -> HttpResponse:
    """The list, or as a fragment for htmx; 422 with what is wrong where the filter makes no sense."""
    citizen = actor_of(request).require_citizen()
    ended = ended_of(citizen)
    form = UseFilterForm(
        request.GET,
        recipients=recipients_of(citizen),
        fields={name for one in ended for name in one.fields},
    )
    fragment = "citizen/_use_list.html" if request.htmx else "citizen/uses.html"  # type: ignore[attr-defined]
    valid = form.is_valid()
    context = {"form": form, **_filter_context(form)}
    if valid:
        context |= _list_context(citizen, form, request.GET.get("bladzijde"), spared_by(ended))
    return render(request, fragment, context, status=200 if valid else 422)


def _list_context(
    citizen: Citizen, form: UseFilterForm, number: str | None, spared: Spared
) -> dict[str, Any]:
    wanted = form.wanted()
    page: Page[DataUse] = Paginator(operations_of(citizen, wanted), A_PAGE).get_page(number)
    chosen = _chosen(form)
    return {
        "days": days_of(use_lines(page, spared)),
        "page": page,
        "earlier": _query(chosen, bladzijde=page.next_page_number()) if page.has_next() else "",
        "later": _query(chosen, bladzijde=page.previous_page_number()) if page.has_previous() else "",
        "is_filtered": bool(chosen),
        "reused": 0 if chosen else reused_answers(citizen),
        "spared": spared.by_recipient.get(wanted.recipient, 0) if wanted.recipient else spared.total,
        "spared_by": [
            (capfirst(recipient_name(name)), count) for name, count in sorted(spared.by_recipient.items())
        ]
        if not wanted.recipient
        else [],
    }


def _filter_context(form: UseFilterForm) -> dict[str, Any]:
    """The quick choices of a period, which keep the rest of the filter."""
    chosen = _chosen(form)
    kept = {name: value for name, value in chosen.items() if name not in ("van", "tot")}
    period = {name: value for name, value in chosen.items() if name in ("van", "tot")}
    return {
        "periods": [
            Choice(words, _query(kept, **dates), dates == period and form.is_valid())
            for words, dates in quick_periods()
        ]
    }


def _chosen(form: UseFilterForm) -> dict[str, str]:
    """What was filled in and makes sense, as it stands in the address."""
    return {name: str(value) for name, value in form.cleaned_data.items() if value}


def _query(chosen: dict[str, str], **more: Any) -> str:
    return urlencode(chosen | more)
