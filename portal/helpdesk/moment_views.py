"""What the helpdesk promised: the list, one of them, taking it on and closing it."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from portal.access.requests import actor_of
from portal.cases.helpdesk import moments as verbs
from portal.cases.models import ContactMoment
from portal.cases.reading.values import name_of
from portal.helpdesk import found
from portal.helpdesk.find_views import citizen_page
from portal.helpdesk.forms import StartForm
from portal.helpdesk.moment_forms import WAY_WORDS, CloseForm, NoteForm


@never_cache
@require_safe
def moment_list(request: HttpRequest) -> HttpResponse:
    """What is open, what is late first. Without what it is about, and of whom: that is a page with a line."""
    rows = [_row(one) for one in verbs.open_moments(staff=actor_of(request))]
    return render(request, "helpdesk/moments.html", {"rows": rows})


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def moment(request: HttpRequest, moment_id: UUID) -> HttpResponse:
    """What was asked, the number to call, and closing it with a note."""
    form = CloseForm(request.POST if request.method == "POST" else None)
    try:
        if form.is_valid():
            verbs.close(staff=actor_of(request), moment_id=moment_id, note=form.cleaned_data["note"])
            messages.success(request, _("Klaar. De inwoner leest wat u deed."))
            return redirect("helpdesk:moments")
        row = verbs.opened(staff=actor_of(request), moment_id=moment_id)
    except ContactMoment.DoesNotExist:
        raise Http404 from None
    flagged = row.citizen is not None and row.citizen.safety_flag
    context = {
        "one": _row(row),
        "name": name_of(row.citizen) if row.citizen else "",
        "number": verbs.number_of(row),
        "form": form,
        "is_flagged": flagged,
    }
    status = 422 if request.method == "POST" else 200
    return render(request, "helpdesk/moment.html", context, status=status)


@require_POST
def take(request: HttpRequest, moment_id: UUID) -> HttpResponse:
    """I do this one."""
    try:
        verbs.take(staff=actor_of(request), moment_id=moment_id)
    except ContactMoment.DoesNotExist:
        raise Http404 from None
    return redirect("helpdesk:moment", moment_id)


@require_POST
def note(request: HttpRequest, citizen_id: UUID) -> HttpResponse:
    """What was said with who was found."""
    person = found.recall(request.session, citizen_id)
    form = NoteForm(request.POST)
    if form.is_valid():
        typed: dict[str, Any] = form.cleaned_data
        way = ContactMoment.Way(typed.pop("way"))
        verbs.note_contact(staff=actor_of(request), citizen=person, way=way, **typed)
        messages.success(request, _("Opgeschreven. De inwoner leest het ook."))
        return redirect("helpdesk:citizen", citizen_id)
    return citizen_page(request, person, StartForm(), note_form=form, status=422)


def _row(one: ContactMoment) -> dict[str, Any]:
    return {
        "row": one,
        "way": WAY_WORDS[ContactMoment.Way(one.way)],
        "is_late": one.closed_at is None and one.promised_at < timezone.now(),
    }
