"""The auditor's lists: looking along, searches, denials and exceptions; as a page, and as a file.

What an auditor looks at here is an act of staff itself (`portal.cases.auditing.looking`).
"""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse, QueryDict, StreamingHttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from portal.access.models import Assist
from portal.access.requests import actor_of
from portal.backoffice.audit_forms import DrawForm, PartForm, kind_of, tabs
from portal.backoffice.audit_words import (
    PARTS,
    SLUGS,
    TITLES,
    cells_of,
    headings_of,
    line_of,
    who_words,
)
from portal.cases import paging
from portal.cases.auditing import looking, rows
from portal.cases.auditing.export import Form, export
from portal.cases.auditing.models import Kind
from portal.cases.auditing.rows import LISTS, PERIOD, Wanted
from portal.ledger.log.audit import staff_actions
from portal.ledger.models import StaffAction

_PLACES = ("na", "voor")
"""The names in the address of where a page begins."""
_FORMS: dict[str, tuple[Form, str]] = {
    "csv": ("csv", "text/csv; charset=utf-8"),
    "json": ("json", "application/json"),
}
_ACTIONS_A_PAGE = 100


@require_safe
def overview(request: HttpRequest) -> HttpResponse:
    """How much there is of each, of the last 30 days."""
    actor, today = actor_of(request), timezone.localdate()
    looking.note(auditor=actor, what="overview")
    lists = [
        {
            "slug": SLUGS[kind],
            "words": TITLES[kind],
            "counts": _counts(Wanted(kind, today - PERIOD, today)),
        }
        for kind in LISTS
    ]
    return render(request, "backoffice/audit/overview.html", {"lists": lists, "tabs": tabs()})


@require_safe
def listing(request: HttpRequest, kind: str) -> HttpResponse:
    """One list: a part of it, page by page."""
    found = _kind(kind)
    form = PartForm(request.GET, kind=found)
    context: dict[str, Any] = frame(found) | {"form": form}
    if not form.is_valid():
        return render(request, "backoffice/audit/list.html", context, status=422)
    wanted = form.wanted()
    looking.note(auditor=actor_of(request), what="list", wanted=wanted)
    context |= _listed(request, wanted) | {"draw": DrawForm()}
    return render(request, "backoffice/audit/list.html", context)


@require_safe
def take_along(request: HttpRequest, kind: str, form: str) -> HttpResponse | StreamingHttpResponse:
    """The part of a list that the address names, whole, as a file."""
    found, chosen = _kind(kind), _FORMS.get(form)
    part = PartForm(request.GET, kind=found)
    if chosen is None or not part.is_valid():
        raise Http404
    wanted = part.wanted()
    name = f"{SLUGS[found]}-{wanted.since:%Y%m%d}-{wanted.until:%Y%m%d}.{chosen[0]}"
    pieces = export(auditor=actor_of(request), wanted=wanted, form=chosen[0])
    disposition = {"Content-Disposition": f'attachment; filename="{name}"'}
    return StreamingHttpResponse(pieces, content_type=chosen[1], headers=disposition)


@require_safe
def assist(request: HttpRequest, assist_id: UUID) -> HttpResponse:
    """One time that somebody looked along, with the pages that they saw."""
    row = rows.row_of(Kind.ASSIST, str(assist_id))
    if row is None:
        raise Http404
    looking.note(auditor=actor_of(request), what="assist", about=row.pk)
    who, does = who_words(row.staff)
    context = frame(Kind.ASSIST) | {
        "row": row,
        "who": who,
        "does": does,
        "cells": cells_of(Kind.ASSIST, row),
        "pages": _pages(row),
    }
    return render(request, "backoffice/audit/assist.html", context)


@require_safe
def action_list(request: HttpRequest) -> HttpResponse:
    """Who of the staff did what, newest first; of one reference where that is asked."""
    actor, reference = actor_of(request), request.GET.get("q", "").strip()[:40]
    looking.note(auditor=actor, what="actions", about=reference)
    place = {name: request.GET.get(name, "") for name in _PLACES}
    found = staff_actions(reference=reference)
    try:
        page = paging.page_of(
            found, keys=("-id",), size=_ACTIONS_A_PAGE, after=place["na"], before=place["voor"]
        )
    except paging.WrongMark:
        raise Http404 from None
    lines = [_action_line(row) for row in page.rows]
    query = QueryDict(mutable=True)
    if reference:
        query["q"] = reference
    context = frame(None) | {"rows": lines, "reference": reference} | _around(query, page)
    return render(request, "backoffice/actions.html", context)


def _action_line(row: StaffAction) -> dict[str, Any]:
    who, does = who_words(row.user, program=row.client, agency=row.agency)
    return {"row": row, "who": who, "does": does}


def frame(kind: Kind | None) -> dict[str, Any]:
    """What every page of an auditor has: the lists, and which of them this one is of."""
    if kind is None:
        return {"tabs": tabs()}
    return {"tabs": tabs(), "slug": SLUGS[kind], "title": TITLES[kind]}


def choices_of(wanted: Wanted, query: QueryDict) -> list[dict[str, Any]]:
    """The parts that one press chooses, with how much there is of each."""
    counts = rows.counts_of(wanted)
    parts: list[tuple[str, Any]] = [("", _("Alles")), *PARTS[wanted.kind].items()]
    return [
        {
            "words": words,
            "query": _with(query, soort=part),
            "count": _count_words(counts[part]),
            "chosen": wanted.part == part,
        }
        for part, words in parts
    ]


def _listed(request: HttpRequest, wanted: Wanted) -> dict[str, Any]:
    place = {name: request.GET.get(name, "") for name in _PLACES}
    try:
        page = rows.page_of(wanted, after=place["na"], before=place["voor"])
    except paging.WrongMark:
        raise Http404 from None
    lines = [line_of(wanted.kind, row) for row in page.rows]
    query = _without_places(request.GET)
    return {
        "wanted": wanted,
        "lines": lines,
        "headings": headings_of(lines),
        "choices": choices_of(wanted, query),
        "query": query.urlencode(),
        "is_filtered": bool(query),
        **_around(query, page),
    }


def _around(query: QueryDict, page: paging.Page[Any]) -> dict[str, str]:
    return {
        "next": _with(query, na=page.after) if page.after else "",
        "previous": _with(query, voor=page.before) if page.before else "",
    }


def _counts(wanted: Wanted) -> list[dict[str, Any]]:
    address = reverse("backoffice:audit-list", args=[SLUGS[wanted.kind]])
    return [
        {**choice, "href": f"{address}?{choice['query']}" if choice["query"] else address}
        for choice in choices_of(wanted, QueryDict())
    ]


def _count_words(count: int) -> str:
    return "1.000+" if count >= rows.MOST_COUNTED else str(count)


def _pages(row: Assist) -> list[dict[str, Any]]:
    pages = row.pages.order_by("id").values("at", "route", "about")
    return [
        {"at": page["at"], "route": page["route"], "reference": page["about"].get("reference", "–")}
        for page in pages
    ]


def _without_places(query: QueryDict) -> QueryDict:
    kept = QueryDict(mutable=True)
    for name in PartForm.base_fields:
        if value := query.get(name):
            kept[name] = str(value)
    return kept


def _with(query: QueryDict, **more: str) -> str:
    whole = query.copy()
    for name, value in more.items():
        if value:
            whole[name] = value
        else:
            whole.pop(name, None)
    return whole.urlencode()


def _kind(slug: str) -> Kind:
    found = kind_of(slug)
    if found is None:
        raise Http404
    return found
