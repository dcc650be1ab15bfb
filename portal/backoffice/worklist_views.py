"""The officer's work list: a part of it, a case by its reference, and who takes what."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from functools import cache
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.forms import Form
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from portal import clock
from portal.access.policy import OFFICER
from portal.access.requests import actor_of
from portal.backoffice.worklist_form import ShareOutForm, ViewForm, WorklistForm, mark_words
from portal.cases.desk import verbs
from portal.cases.desk.listing import Mark, Wanted, find, page_of, service_of
from portal.cases.desk.models import SavedView
from portal.cases.desk.overview import MOST_COUNTED, Counts, Overview, overview_of
from portal.cases.involved import Involved, NotSaid
from portal.cases.models import Case, Phase
from portal.cases.paging import WrongMark
from portal.cases.reading.inbox import works_here
from portal.cases.reading.names import title_of
from portal.cases.reading.staff_words import staff_phase_words
from portal.catalogue import catalogue
from portal.people.actor import Actor
from portal.people.redirects import home_of

_PLACES = ("na", "voor")
"""The names in the address of where a page begins."""


@require_safe
def worklist(request: HttpRequest) -> HttpResponse:
    """A page of the cases of the officer's agency; with `zoek`, the case of that reference.

    For other staff it is the way to their own first page.
    """
    actor = actor_of(request)
    if not OFFICER.admits(actor):
        return redirect(home_of(actor.require_user()))
    if sought := request.GET.get("zoek", "").strip():
        if found := find(actor=actor, reference=sought[:40]):
            return redirect("backoffice:case", found.reference)
        messages.warning(request, _("Er is geen aanvraag met dit kenmerk."))
    overview, me = overview_of(actor=actor), actor.require_user()
    form = WorklistForm(request.GET, services=_services(actor), colleagues=overview.colleagues, me=me)
    context: dict[str, Any] = {
        "agency": catalogue().agencies[actor.agency],
        "works_here": works_here(actor=actor),
        "form": form,
        "sought": sought,
        "colleagues": [one for one in overview.colleagues if one.pk != me.pk],
        "is_closed": form.is_closed,
    }
    status = 200
    if form.is_valid():
        context |= _listed(request, actor, form.wanted(), overview)
    else:
        status = 422
    return render(request, "backoffice/worklist.html", context, status=status)


def _listed(request: HttpRequest, actor: Actor, wanted: Wanted, overview: Overview) -> dict[str, Any]:
    place = {name: request.GET.get(name, "") for name in _PLACES}
    try:
        page = page_of(actor=actor, wanted=wanted, after=place["na"], before=place["voor"])
    except WrongMark:
        raise Http404 from None
    query = _without_places(request.GET)
    return {
        "rows": _rows(page.rows),
        "next": _with(query, na=page.after) if page.after else "",
        "previous": _with(query, voor=page.before) if page.before else "",
        "choices": _choices(overview.counts, query),
        "views": overview.views,
        "view_form": ViewForm(initial={"filter": query.urlencode()}),
        "is_filtered": bool(query),
        "query": query.urlencode(),
    }


def _rows(cases: Iterable[Any]) -> list[dict[str, Any]]:
    """What stands in the table, as text: many rows have few services, phases, days and marks, each worked
    out once.
    """
    badge, day, mark, titles = cache(_badge), cache(_day), cache(mark_words), _titles(cases)
    here, choose = reverse("backoffice:worklist"), _("Kies %(reference)s")
    return [
        {
            "reference": case.reference,
            "href": f"{here}{case.reference}/",
            "choose": choose % {"reference": case.reference},
            "title": titles[case.definitions_hash, case.service],
            "badge": badge(case.phase),
            "marks": [mark(one) for one in _marks_of(case)],
            "handler": case.handler_name or "–",
            "since": day(case.received_on),
            "due": day(case.due_on) or "–",
        }
        for case in cases
    ]


def _titles(cases: Iterable[Any]) -> dict[tuple[str, str], str]:
    kinds = {(case.definitions_hash, case.service): case for case in cases}
    return {kind: title_of(service_of(case)) for kind, case in kinds.items()}


def _badge(phase: str) -> str:
    return render_to_string("_phase.html", {"phase": phase, "words": staff_phase_words(phase)})


def _day(day: date | None) -> str:
    return date_format(day, "SHORT_DATE_FORMAT") if day else ""


def _marks_of(case: Any) -> list[Mark]:
    is_open = not Phase(case.phase).is_final
    stands_out = {
        Mark.LATE: is_open and bool(case.due_on and case.due_on < clock.today()),
        Mark.FLAGGED: case.is_flagged,
        Mark.TO_CONFIRM: case.is_to_confirm,
        Mark.DISPUTED: case.is_disputed,
        Mark.UNREAD: case.has_unread,
    }
    return [mark for mark, stands in stands_out.items() if stands]


def _choices(counts: Counts, query: QueryDict) -> list[dict[str, Any]]:
    """The parts that one press chooses, with how much there is of each."""
    parts: list[tuple[str, dict[str, str], int | None]] = [
        (_("Alle open"), {}, counts.all),
        (_("Van mij"), {"van": "mij"}, counts.mine),
        (_("Van niemand"), {"van": "niemand"}, counts.nobodys),
        (_("Te laat"), {"let-op": Mark.LATE}, counts.late),
        (_("Klaar"), {"lijst": "klaar"}, None),
    ]
    return [
        {
            "words": words,
            "query": _with(QueryDict(), **part),
            "count": "" if count is None else _count_words(count),
            "chosen": query.dict() == part,
        }
        for words, part, count in parts
    ]


def _count_words(count: int) -> str:
    return "1.000+" if count >= MOST_COUNTED else str(count)


def _without_places(query: QueryDict) -> QueryDict:
    """The filter alone: no place, no search, nothing that is empty."""
    kept = QueryDict(mutable=True)
    for name in query:
        if (value := query.get(name)) and name not in (*_PLACES, "zoek"):
            kept[name] = str(value)
    return kept


def _with(query: QueryDict, **more: str) -> str:
    whole = query.copy()
    whole.update(more)
    return whole.urlencode()


def _services(actor: Actor) -> list[tuple[str, str]]:
    known = catalogue()
    return [
        (name, title_of(known.services[name])) for name in known.services_at(known.agencies[actor.agency])
    ]


# --- Who takes what -------------------------------------------------------------------------------


@require_POST
def share_out(request: HttpRequest) -> HttpResponse:
    """Takes, hands over or puts back the cases that were ticked."""
    form, actor = ShareOutForm(request.POST), actor_of(request)
    references = request.POST.getlist("aanvraag")
    if not form.is_valid():
        messages.error(request, _first_error(form))
    elif not references:
        messages.warning(request, _("Kies eerst een of meer aanvragen."))
    else:
        _share_out(request, actor, references, form.cleaned_data)
    return _back_to_list(request)


def _share_out(request: HttpRequest, actor: Actor, references: list[str], said: dict[str, Any]) -> None:
    try:
        if said["doen"] == "pak":
            count = verbs.take(actor=actor, references=references)
        elif said["doen"] == "geef":
            count = verbs.hand_over(actor=actor, references=references, to=said["aan"])
        else:
            count = verbs.put_back(actor=actor, references=references)
    except Involved as out:
        messages.error(request, _words_of_involved(str(out), by_me=said["doen"] == "pak"))
    except NotSaid as unsaid:
        words = _(
            "Zeg eerst bij klacht %(reference)s of u erbij betrokken was (9:7 Awb). Er is niets verdeeld."
        )
        messages.error(request, words % {"reference": str(unsaid)})
    except verbs.NotAColleague:
        messages.error(request, _("Deze collega werkt hier niet (meer)."))
    except verbs.TooMany:
        messages.error(request, _("Dit zijn er te veel in één keer."))
    else:
        words = ngettext("%(count)s aanvraag is verdeeld.", "%(count)s aanvragen zijn verdeeld.", count)
        messages.success(request, words % {"count": count})


def _words_of_involved(reference: str, *, by_me: bool) -> str:
    """Nothing was shared out: one of them is a complaint about what its new handler did."""
    words = (
        _("U was betrokken bij waar klacht %(reference)s over gaat. Een collega behandelt hem (9:7 Awb).")
        if by_me
        else _(
            "Deze collega was betrokken bij waar klacht %(reference)s over gaat. Kies een ander (9:7 Awb)."
        )
    )
    return words % {"reference": reference}


@require_POST
def flag_case(request: HttpRequest, reference: str) -> HttpResponse:
    """Lets a case go before others, with the reason; an empty reason takes the flag away."""
    reason = request.POST.get("reason", "").strip()[:200]
    try:
        verbs.flag(actor=actor_of(request), reference=reference, reason=reason)
    except Case.DoesNotExist:
        raise Http404 from None
    return redirect("backoffice:case", reference)


# --- Views under a name ---------------------------------------------------------------------------


@require_POST
def save_view(request: HttpRequest) -> HttpResponse:
    """Keeps the filter that is shown under a name."""
    form = ViewForm(request.POST)
    if not form.is_valid():
        messages.error(request, _first_error(form))
        return _back_to_list(request)
    name, query = (
        form.cleaned_data["naam"],
        _without_places(QueryDict(form.cleaned_data["filter"])).urlencode(),
    )
    try:
        verbs.save_view(actor=actor_of(request), name=name, query=query)
    except verbs.TooMany:
        messages.error(request, _("U hebt al veel weergaven. Haal er eerst een weg."))
    return _back_to_list(request)


@require_POST
def drop_view(request: HttpRequest, view_id: UUID) -> HttpResponse:
    """Forgets a view."""
    try:
        verbs.drop_view(actor=actor_of(request), view_id=view_id)
    except SavedView.DoesNotExist:
        raise Http404 from None
    return redirect("backoffice:worklist")


def _first_error(form: Form) -> str:
    return str(next(iter(form.errors.values()))[0])


def _back_to_list(request: HttpRequest) -> HttpResponse:
    """The list as it was: the filter comes along in the form, and is read again there."""
    query = QueryDict(request.POST.get("filter", "")).urlencode()
    return redirect(f"{reverse('backoffice:worklist')}{'?' if query else ''}{query}")
