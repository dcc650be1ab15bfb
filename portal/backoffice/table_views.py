"""The custom table: who sits there reads, says, agrees and, as coordinator, invites and ends it."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, ParamSpec
from uuid import UUID

from django.contrib import messages
from django.forms import Form
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from portal.access.requests import actor_of
from portal.backoffice.case_page import say_too_late
from portal.backoffice.table_forms import CloseForm, InviteForm, SayForm, StepForm
from portal.cases.customtable.models import CustomTable, NextStep, Seat
from portal.cases.customtable.seeing import look
from portal.cases.customtable.verbs import (
    NotThisOne,
    TableFull,
    agencies_at,
    agree,
    close,
    colleagues_named,
    hand_over,
    invite,
    leave,
    mark_done,
    propose,
    say,
    seat_for,
)
from portal.cases.customtable.words import agency_name, lines_of, steps_of
from portal.cases.models import Phase
from portal.cases.reading.names import title_of
from portal.cases.talk.standing import Closed

P = ParamSpec("P")


def _seated(
    act: Callable[Concatenate[HttpRequest, Seat, P], HttpResponse],
) -> Callable[Concatenate[HttpRequest, UUID, P], HttpResponse]:
    """The view gets the place of who asks at the table; without one, there is no table."""

    @wraps(act)
    def view(request: HttpRequest, table_id: UUID, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        try:
            seat = seat_for(actor=actor_of(request), table_id=table_id)
        except Seat.DoesNotExist:
            raise Http404 from None
        try:
            return act(request, seat, *args, **kwargs)
        except (Seat.DoesNotExist, NextStep.DoesNotExist, PermissionError):
            raise Http404 from None
        except Closed:
            say_too_late(request)
            return redirect("backoffice:tables")

    return view


@require_safe
@_seated
def table(request: HttpRequest, seat: Seat) -> HttpResponse:
    """Everything at the table. It leaves a line in the citizen's log."""
    return _page(request, seat)


@require_POST
@_seated
def say_there(request: HttpRequest, seat: Seat) -> HttpResponse:
    """To everybody at the table, and the citizen."""
    form = SayForm(request.POST)
    if not form.is_valid():
        return _page(request, seat, say_form=form)
    say(seat=seat, text=form.cleaned_data["text"], external_id=form.external_id)
    return redirect("backoffice:table", seat.table_id)


@require_POST
@_seated
def invite_there(request: HttpRequest, seat: Seat) -> HttpResponse:
    """Somebody more, by name."""
    _require_lead(seat)
    form = InviteForm(request.POST)
    agency, name = request.POST.get("invite-agency", ""), request.POST.get("invite-name", "")
    people = colleagues_named(agency=agency, name=name) if agency and name.strip() else []
    if len(people) > 1:
        form.choose_from(people)
    if not form.is_valid():
        return _page(request, seat, invite_form=form)
    user_id = _chosen(form, [one.pk for one in people])
    if user_id is None:
        return _page(request, seat, invite_form=form)
    try:
        invite(seat=seat, user_id=user_id, reason=form.cleaned_data["reason"], external_id=form.external_id)
    except NotThisOne:
        form.add_error("name", _("Deze collega zit al aan tafel, of kan niet worden uitgenodigd."))
        return _page(request, seat, invite_form=form)
    except TableFull:
        form.add_error("name", _("Er zitten al zoveel mensen aan tafel als kan."))
        return _page(request, seat, invite_form=form)
    return redirect("backoffice:table", seat.table_id)


def _chosen(form: InviteForm, people: list[UUID]) -> UUID | None:
    """Who is meant; None with the reason on the form."""
    if not people:
        form.add_error("name", _("Daar werkt niemand met deze naam. Kijk of de naam klopt."))
    elif len(people) == 1:
        return people[0]
    elif form.cleaned_data["person"]:
        return UUID(form.cleaned_data["person"])
    else:
        form.add_error("person", _("Er zijn meer mensen met deze naam. Kies wie u bedoelt."))
    return None


@require_POST
@_seated
def propose_there(request: HttpRequest, seat: Seat) -> HttpResponse:
    """The next step."""
    form = StepForm(agencies_at(seat.table), request.POST)
    if not form.is_valid():
        return _page(request, seat, step_form=form)
    data = form.cleaned_data
    propose(
        seat=seat,
        agency=data["agency"],
        what=data["what"],
        by_day=data["by_day"],
        external_id=form.external_id,
    )
    return redirect("backoffice:table", seat.table_id)


@require_POST
@_seated
def agree_there(request: HttpRequest, seat: Seat, step_id: UUID) -> HttpResponse:
    """The own agency agrees to a step."""
    agree(seat=seat, step_id=step_id)
    return redirect("backoffice:table", seat.table_id)


@require_POST
@_seated
def done_there(request: HttpRequest, seat: Seat, step_id: UUID) -> HttpResponse:
    """The own agency did its step."""
    mark_done(seat=seat, step_id=step_id)
    return redirect("backoffice:table", seat.table_id)


@require_POST
@_seated
def hand_over_there(request: HttpRequest, seat: Seat, seat_id: UUID) -> HttpResponse:
    """Somebody else coordinates."""
    hand_over(seat=seat, to_seat=seat_id)
    messages.success(request, _("Overgedragen."))
    return redirect("backoffice:table", seat.table_id)


@require_POST
@_seated
def leave_there(request: HttpRequest, seat: Seat) -> HttpResponse:
    """One sits there no more."""
    try:
        leave(seat=seat)
    except NotThisOne:
        messages.warning(request, _("Geef eerst de leiding aan iemand anders aan tafel."))
        return redirect("backoffice:table", seat.table_id)
    return redirect("backoffice:tables")


@require_POST
@_seated
def close_there(request: HttpRequest, seat: Seat) -> HttpResponse:
    """The end, with what comes of it."""
    _require_lead(seat)
    form = CloseForm(request.POST)
    if not form.is_valid():
        return _page(request, seat, close_form=form)
    close(seat=seat, text=form.cleaned_data["text"], external_id=form.external_id)
    messages.success(request, _("Afgesloten. De inwoner leest dit nu."))
    return redirect("backoffice:tables")


def _require_lead(seat: Seat) -> None:
    if seat.table.coordinator_id != seat.user_id:
        raise PermissionError("the coordinator alone")


def _page(request: HttpRequest, seat: Seat, **filled_in: Form) -> HttpResponse:
    """The page of a table; `filled_in` are the forms that were not right."""
    found, sight = seat.table, look(seat=seat)
    leads = found.coordinator_id == seat.user_id
    forms: dict[str, Any] = {
        "say_form": SayForm(),
        "step_form": StepForm(agencies_at(found)),
        "invite_form": InviteForm(),
        "close_form": CloseForm(),
        **filled_in,
    }
    context = {
        "table": found,
        "seat": seat,
        "case": found.case,
        "title": title_of(found.case.definition) if sight.basis != "nothing" else "",
        "basis": sight.basis,
        **sight.shown,
        "lines": lines_of(found, for_staff=True),
        "steps": steps_of(found, agency=seat.agency),
        "seats": _seats(found),
        "leads": leads,
        "is_live": not Phase(found.case.phase).is_final,
        "forms": list(filled_in.values()),
        **forms,
    }
    return render(request, "backoffice/table.html", context, status=422 if filled_in else 200)


def _seats(found: CustomTable) -> list[dict[str, Any]]:
    rows = found.seats.filter(left_at=None).select_related("user").order_by("invited_at")
    return [
        {
            "pk": one.pk,
            "name": one.user.name,
            "agency": agency_name(one.agency),
            "leads": one.user_id == found.coordinator_id,
        }
        for one in rows
    ]
