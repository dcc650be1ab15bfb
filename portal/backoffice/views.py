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

from portal import clock
from portal.access.requests import actor_of
from portal.backoffice.forms import FlagForm, OutcomeForm, ProceedingForm
from portal.backoffice.stuck import stuck_rows
from portal.cases.back.status import AlreadyConcluded, TakenBack, outcome_of
from portal.cases.desk.models import Proposal
from portal.cases.desk.proposals import (
    AlreadyProposed,
    NotYours,
    TooLate,
    confirm,
    may_confirm,
    propose,
    take_back,
)
from portal.cases.desk.verbs import take
from portal.cases.disputes.holders import disputes_at
from portal.cases.disputes.showing import shown_dispute
from portal.cases.forwarding.going import how_it_came
from portal.cases.forwarding.showing import came_words
from portal.cases.forwarding.verbs import agencies_for_case
from portal.cases.journey.payloads import Payload
from portal.cases.models import Case, Outcome, Phase, Proceeding, Side
from portal.cases.out import outbox
from portal.cases.proceedings import close_proceeding, open_proceeding, running, running_words
from portal.cases.reading.connections import check_all, connections
from portal.cases.reading.inbox import staff_case
from portal.cases.reading.showing import field_label, filed_by, sent_context
from portal.cases.reading.wording import agency_of, attention_texts, outcome_text, staff_words, title_of
from portal.cases.restricting.standing import restricted_fields
from portal.cases.restricting.words import STAFF_WHY
from portal.cases.talk.documents import of_request
from portal.cases.talk.following import held_up
from portal.cases.talk.showing import document_line
from portal.cases.talk.staff import unread_by_agency


@require_safe
def case(request: HttpRequest, reference: str) -> HttpResponse:
    """One case, with everything that was sent. Opening it leaves a line in the citizen's log."""
    found, payload = _case(request, reference)
    return _page(request, found, payload, OutcomeForm(found.definition))


@require_POST
def take_up_case(request: HttpRequest, reference: str) -> HttpResponse:
    """The officer takes it and begins to work on it; the citizen sees that."""
    found, _payload = _case(request, reference)
    take(actor=actor_of(request), references=[found.reference])
    return redirect("backoffice:case", found.reference)


@require_POST
def conclude_case(request: HttpRequest, reference: str) -> HttpResponse:
    """Ends the case with an outcome and its reasons."""
    found, payload = _case(request, reference)
    form = OutcomeForm(found.definition, request.POST)
    if not form.is_valid():
        return _page(request, found, payload, form, status=422)
    if "bekijk" in request.POST:
        return _page(request, found, payload, form, preview=outcome_of(found, **form.cleaned_data))
    try:
        proposal = propose(case=found, actor=actor_of(request), **form.cleaned_data)
    except TakenBack:
        messages.error(request, _("De inwoner heeft dit ingetrokken. Er is niets meer te beslissen."))
    except AlreadyConcluded:
        messages.error(request, _("Een collega rondde dit al af. Hieronder staat de uitkomst."))
    except AlreadyProposed:
        messages.error(request, _("Een collega stelde al voor hoe dit eindigt. Het staat hieronder."))
    else:
        if proposal is None:
            messages.success(request, _("Klaar. De inwoner leest de uitkomst nu."))
    return redirect("backoffice:case", found.reference)


@require_POST
def confirm_outcome(request: HttpRequest, reference: str) -> HttpResponse:
    """A second pair of eyes agrees with how a colleague wants to end it."""
    found, _payload = _case(request, reference)
    try:
        confirm(case=found, actor=actor_of(request))
    except NotYours:
        messages.error(request, _("Dit moet iemand anders bevestigen."))
    except TooLate:
        messages.warning(request, _("Er is niets meer te bevestigen."))
    return redirect("backoffice:case", found.reference)


@require_POST
def take_outcome_back(request: HttpRequest, reference: str) -> HttpResponse:
    """Takes back how it would end, before anybody outside the agency saw it."""
    found, _payload = _case(request, reference)
    try:
        take_back(case=found, actor=actor_of(request))
    except TooLate:
        messages.error(request, _("Dit kan niet meer worden teruggenomen."))
    else:
        messages.success(request, _("Teruggenomen. De inwoner heeft er niets van gezien."))
    return redirect("backoffice:case", found.reference)


@require_POST
def open_proceeding_of(request: HttpRequest, reference: str) -> HttpResponse:
    """Writes down an objection, appeal or complaint; the citizen reads that it runs."""
    found, payload = _case(request, reference)
    form = ProceedingForm(request.POST)
    if not form.is_valid():
        return _page(request, found, payload, OutcomeForm(found.definition), status=422, proceeding=form)
    kind, day = Proceeding.Kind(form.cleaned_data["proceeding"]), form.cleaned_data["opened_on"]
    open_proceeding(case=found, kind=kind, opened_on=day, actor=actor_of(request))
    return redirect("backoffice:case", found.reference)


@require_POST
def close_proceeding_of(request: HttpRequest, reference: str, proceeding_id: int) -> HttpResponse:
    """Writes down that it is over."""
    found, _payload = _case(request, reference)
    try:
        close_proceeding(case=found, proceeding_id=proceeding_id, actor=actor_of(request))
    except Proceeding.DoesNotExist:
        raise Http404 from None
    return redirect("backoffice:case", found.reference)


@require_http_methods(["GET", "HEAD", "POST"])
def connection_list(request: HttpRequest) -> HttpResponse:
    """How each register and agency is connected; a POST asks them all now."""
    shown = check_all() if request.method == "POST" else connections()
    context = {"connections": shown, "stuck": stuck_rows(), "held_up": _held_up()}
    return render(request, "backoffice/connections.html", context)


@require_POST
def replay_delivery(request: HttpRequest, row_id: UUID) -> HttpResponse:
    """Lets a row of the outbox try again, after what was wrong with it was mended; who did it is kept."""
    if outbox.replay(row_id=row_id, staff=actor_of(request).require_user()):
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


def _page(
    request: HttpRequest,
    found: Case,
    payload: Payload | None,
    form: OutcomeForm,
    status: int = 200,
    proceeding: ProceedingForm | None = None,
    preview: Outcome | None = None,
) -> HttpResponse:
    outcome = getattr(found, "outcome", None)
    proposal = Proposal.objects.filter(case=found).select_related("proposed_by").first()
    if proposal is not None:
        preview = outcome_of(found, Outcome.Kind(proposal.kind), proposal.motivation, proposal.deviation)
    me, is_open = actor_of(request).require_user(), not Phase(found.phase).is_final
    context = {
        "case": found,
        "title": title_of(found.definition),
        "words": staff_words(found),
        "filed_by": filed_by(found),
        "came": came_words(came) if (came := how_it_came(found)) else "",
        "can_forward": is_open and bool(agencies_for_case(found)),
        "disputes": [shown_dispute(one) for one in disputes_at(found)],
        "restricted": [
            {"label": field_label(name), "why": STAFF_WHY[one.why]}
            for name, one in restricted_fields(found.citizen).items()
            if payload and name in payload["facts"]
        ],
        **sent_context(found, payload),
        "documents": [document_line(one, Side.AGENCY) for one in of_request(found)],
        "attention": attention_texts((payload or {}).get("attention", [])),
        "proceedings": [
            {"pk": one.pk, "words": running_words(one), "opened_on": one.opened_on} for one in running(found)
        ],
        "proceeding_form": proceeding or ProceedingForm(initial={"opened_on": clock.today()}),
        "outcome": outcome,
        "outcome_text": outcome_text(found, outcome) if outcome else "",
        "form": form,
        "proposal": proposal,
        "preview": preview,
        "preview_text": outcome_text(found, preview) if preview else "",
        "agency_name": agency_of(found).name,
        "may_confirm": proposal is not None and may_confirm(proposal, actor_of(request)),
        "has_term": found.definition.decision_term is not None,
        "can_take_up": is_open and found.handler_id != me.pk,
        "is_mine": found.handler_id == me.pk,
        "is_open": is_open,
        "flag_form": FlagForm(initial={"reason": found.flag_reason}),
        "unread": unread_by_agency(found),
    }
    return render(request, "backoffice/case.html", context, status=status)


def _case(request: HttpRequest, reference: str) -> tuple[Case, Payload | None]:
    try:
        return staff_case(actor=actor_of(request), reference=reference)
    except Case.DoesNotExist:
        raise Http404 from None
