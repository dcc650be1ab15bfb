"""The officer's case page, and the operators' pages of what is connected and what is stuck."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from portal.access.requests import actor_of
from portal.backoffice.case_page import case_of, case_page
from portal.backoffice.forms import ProceedingForm
from portal.backoffice.stuck import stuck_notices, stuck_rows
from portal.cases.desk.verbs import put_back, take
from portal.cases.involved import say_part
from portal.cases.models import Proceeding
from portal.cases.notices import mending
from portal.cases.out import outbox
from portal.cases.proceedings import close_proceeding, open_proceeding
from portal.cases.reading.connections import check_all, connections
from portal.cases.talk.following import held_up


@require_safe
def case(request: HttpRequest, reference: str) -> HttpResponse:
    """One case, with everything that was sent. Opening it leaves a line in the citizen's log."""
    found, payload = case_of(request, reference)
    return case_page(request, found, payload)


@require_POST
def take_up_case(request: HttpRequest, reference: str) -> HttpResponse:
    """The officer takes it and begins to work on it; the citizen sees that.

    Of a complaint the same form carries whether they took part in what it is about. Who did takes nothing,
    and who did not takes it where nobody has it.
    """
    found, _payload = case_of(request, reference)
    actor, said = actor_of(request), request.POST.get("betrokken", "")
    if said in ("ja", "nee"):
        say_part(case=found, actor=actor, took_part=said == "ja")
    if said == "ja" and found.handler_id == actor.require_user().pk:
        put_back(actor=actor, references=[found.reference])
    elif said != "ja" and (not said or found.handler_id is None):
        take(actor=actor, references=[found.reference])
    return redirect("backoffice:case", found.reference)


@require_POST
def open_proceeding_of(request: HttpRequest, reference: str) -> HttpResponse:
    """Writes down an objection, appeal or complaint; the citizen reads that it runs."""
    found, payload = case_of(request, reference)
    form = ProceedingForm(request.POST)
    if not form.is_valid():
        return case_page(request, found, payload, status=422, proceeding=form)
    kind, day = Proceeding.Kind(form.cleaned_data["proceeding"]), form.cleaned_data["opened_on"]
    open_proceeding(case=found, kind=kind, opened_on=day, actor=actor_of(request))
    return redirect("backoffice:case", found.reference)


@require_POST
def close_proceeding_of(request: HttpRequest, reference: str, proceeding_id: int) -> HttpResponse:
    """Writes down that it is over."""
    found, _payload = case_of(request, reference)
    try:
        close_proceeding(case=found, proceeding_id=proceeding_id, actor=actor_of(request))
    except Proceeding.DoesNotExist:
        raise Http404 from None
    return redirect("backoffice:case", found.reference)


@require_http_methods(["GET", "HEAD", "POST"])
def connection_list(request: HttpRequest) -> HttpResponse:
    """How each register and agency is connected; a POST asks them all now."""
    shown = check_all() if request.method == "POST" else connections()
    context = {"connections": shown, "stuck": stuck_rows(), "notices": stuck_notices(), "held_up": _held_up()}
    return render(request, "backoffice/connections.html", context)


@require_POST
def replay_delivery(request: HttpRequest, row_id: UUID) -> HttpResponse:
    """Lets a row of the outbox try again, after what was wrong with it was mended; who did it is kept."""
    if outbox.replay(row_id=row_id, staff=actor_of(request).require_user()):
        messages.success(request, _("Wij proberen het opnieuw."))
    else:
        messages.warning(request, _("Hier hoeft niemand meer naar te kijken."))
    return redirect("backoffice:connections")


@require_POST
def replay_notice(request: HttpRequest, row_id: UUID) -> HttpResponse:
    """The same for a mail, text or letter."""
    if mending.replay(row_id=row_id, staff=actor_of(request).require_user()):
        messages.success(request, _("Wij proberen het opnieuw."))
    else:
        messages.warning(request, _("Hier hoeft niemand meer naar te kijken."))
    return redirect("backoffice:connections")


def _held_up() -> str:
    """What waits for a virus scanner that does not answer."""
    found = held_up()
    if found is None:
        return ""
    words = _(
        "De virusscanner antwoordt niet. Bestanden die wachten: %(many)d, het oudste sinds %(since)s. "
        "Aanvragen gaan zonder die bestanden verder. Niemand krijgt een bestand voordat het is gecontroleerd."
    )
    return words % {"many": found[0], "since": date_format(localtime(found[1]), "DATETIME_FORMAT")}
