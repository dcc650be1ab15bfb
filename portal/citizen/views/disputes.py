"""Klopt dit niet? The one form for every known value, and the page that says how it goes on."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.db import DatabaseError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from portal.access.requests import actor_of
from portal.cases.disputes import verbs as disputes
from portal.cases.disputes.corrections import CannotAsk, ask_correction, correction_service
from portal.cases.disputes.marks import can_still_ask, content_of
from portal.cases.disputes.proofs import as_file
from portal.cases.disputes.showing import history, refusal_words, shown_dispute, state_words
from portal.cases.disputes.verbs import Held, StillRunning, dispute_for, held_value, withdraw_dispute
from portal.cases.journey import journeys
from portal.cases.journey.age import TooYoung
from portal.cases.journey.submit import LevelTooLow
from portal.cases.models import Case, Dispute, Journey, Phase
from portal.cases.reading.inbox import case_for
from portal.cases.reading.names import agency_of, title_of
from portal.cases.reading.showing import field_label, is_masked, source_name
from portal.cases.reading.values import value_lines
from portal.cases.talk.documents import NotReady
from portal.cases.talk.files import TooMany
from portal.cases.talk.words import too_many_files
from portal.catalogue import catalogue, help_line
from portal.citizen.dispute_form import DisputeForm
from portal.citizen.pages import TimelineStep
from portal.citizen.views.frame import of_draft
from portal.people.step_up import level_of

_PAGE = require_http_methods(["GET", "HEAD", "POST"])


@_PAGE
def dispute_field(request: HttpRequest, field: str) -> HttpResponse:
    """From "Mijn gegevens": the value as we hold it."""
    return _form_page(request, field, back=reverse("citizen:my-data"))


@_PAGE
def dispute_sent(request: HttpRequest, reference: str, field: str) -> HttpResponse:
    """From a case: the value as it was sent."""
    try:
        case = case_for(actor=actor_of(request), reference=reference)
    except Case.DoesNotExist:
        raise Http404 from None
    filing = actor_of(request).filing is not None
    back = reverse("helpdesk:filing") if filing else reverse("citizen:case", args=[case.reference])
    return _form_page(request, field, case=case, back=back)


@of_draft
def dispute_in_journey(request: HttpRequest, journey: Journey, field: str) -> HttpResponse:
    """From the facts of a draft; afterwards the citizen goes on there."""
    if field not in journeys.needed_fields(journey):
        raise Http404
    back = reverse("citizen:facts", args=[journey.event, journey.pk])
    return _form_page(request, field, back=back)


def _form_page(request: HttpRequest, field: str, *, back: str, case: Case | None = None) -> HttpResponse:
    actor = actor_of(request)
    try:
        held = held_value(actor=actor, field=field, case=case)
    except LookupError:
        raise Http404 from None
    # Who writes it down need not read what the citizen said before.
    last = disputes.last_said(actor=actor, field=field) if actor.filing is None else None
    said = last if last and last.is_open else None
    form = _form(request, field, said)
    status = 200
    if request.method == "POST":
        if form.is_valid() and (kept := _keep(request, form, field, held)):
            return redirect("citizen:dispute-shown", kept.pk) if actor.filing is None else redirect(back)
        status = 422 if any(part.errors for part in form.forms) else 503
    context = {
        "form": form,
        "forms": form.forms,
        "label": field_label(field),
        "lines": value_lines(field, held.value),
        "source": source_name(held.source),
        "observed": held.observed_at,
        "masked": is_masked(field, secret=held.secret),
        "said": said,
        "said_words": state_words(said) if said else "",
        "back": back,
        **_road(field),
    }
    return render(request, "citizen/dispute.html", context, status=status)


def _road(field: str) -> dict[str, object]:
    """How the value is corrected: by a request of ours, or by the citizen, and on which article."""
    correction, language = catalogue().correction_of(field), get_language() or "nl"
    service = correction_service(field)
    term = service.decision_term if service else None
    return {
        "can_ask": service is not None,
        "comes_from": [field_label(name) for name in catalogue().bases_of(field) if name != field],
        "weeks": term.weeks if term else 0,
        "holder": correction.holder.in_language(language) if correction else "",
        "how": correction.how.in_language(language) if correction else "",
        "article": correction.article.name if correction else "",
    }


def _form(request: HttpRequest, field: str, said: Dispute | None) -> DisputeForm:
    content = content_of(said) if said else None
    holder = str(_road(field)["holder"])
    can_ask = correction_service(field) is not None and (said is None or can_still_ask(said))
    label = _("Ja, vraag %(holder)s om dit te verbeteren") % {"holder": holder} if can_ask else ""
    return DisputeForm(
        catalogue().fields[field],
        data=request.POST if request.method == "POST" else None,
        files=request.FILES if request.method == "POST" else None,
        right=content.right if content else None,
        explanation=content.explanation if content else "",
        ask_label=label,
    )


def _keep(request: HttpRequest, form: DisputeForm, field: str, held: Held) -> Dispute | None:
    """Keeps it, and asks who decides where that was wanted. None where it cannot be kept: that is said."""
    proof = form.cleaned_data.get("proof")
    try:
        kept = disputes.dispute(
            actor=actor_of(request),
            field=field,
            held=held,
            right=form.right_value(),
            explanation=form.cleaned_data["explanation"],
            proofs=[proof] if proof else [],
        )
    except TooMany:
        form.add_error("proof", too_many_files())
        return None
    except DatabaseError:
        messages.error(
            request, _("Wij konden dit niet bewaren. Er is niets verstuurd. Probeer het straks nog eens.")
        )
        return None
    if form.cleaned_data.get("ask"):
        _ask(request, kept)
    else:
        messages.success(request, _("Bewaard. Wie dit gegeven krijgt, leest dat het volgens u niet klopt."))
    return kept


def _ask(request: HttpRequest, dispute: Dispute) -> None:
    actor = actor_of(request)
    level = actor.filing.level if actor.filing is not None else level_of(request.session)
    try:
        ask_correction(actor=actor, dispute=dispute, level=level)
    except CannotAsk as error:
        messages.warning(request, refusal_words(error.why))
    except LevelTooLow:
        messages.warning(request, refusal_words("level"))
    except TooYoung:
        messages.warning(request, refusal_words("too-young"))
    else:
        messages.success(request, _("Bewaard. Uw vraag is verstuurd."))


@require_safe
def dispute_shown(request: HttpRequest, dispute_id: UUID) -> HttpResponse:
    """What the citizen said, who knows it, who decides by when, and how it ended."""
    found = _own(request, dispute_id)
    correction = found.correction
    running = correction is not None and not Phase(correction.phase).is_final
    content, shown = content_of(found), shown_dispute(found)
    context = {
        "dispute": found,
        "shown": shown,
        "proof_hrefs": [
            (reverse("citizen:proof", args=[found.pk, one.id]) if one.may_save else "", one.words)
            for one in shown.proofs
        ],
        "steps": [
            TimelineStep(step.what, step.state, when=step.when, why=step.why, href=_href(step.case))
            for step in history(found)
        ],
        "correction": correction,
        "correction_title": title_of(correction.definition) if correction else "",
        "can_withdraw": found.is_open and not running,
        "is_running": running,
        "can_ask": can_still_ask(found)
        and content.right is not None
        and correction_service(found.field) is not None,
        "agencies": [agency_of(correction)] if correction else [help_line()],
        **{name: value for name, value in _road(found.field).items() if name != "can_ask"},
    }
    return render(request, "citizen/dispute_shown.html", context)


def _href(case: Case | None) -> str:
    return reverse("citizen:case", args=[case.reference]) if case else ""


@require_POST
def ask_for_correction(request: HttpRequest, dispute_id: UUID) -> HttpResponse:
    """Asks after all who decides on it."""
    found = _own(request, dispute_id)
    _ask(request, found)
    return redirect("citizen:dispute-shown", found.pk)


@require_POST
def take_back(request: HttpRequest, dispute_id: UUID) -> HttpResponse:
    """The value is right after all."""
    found = _own(request, dispute_id)
    try:
        withdraw_dispute(actor=actor_of(request), dispute=found)
    except StillRunning:
        messages.warning(request, _("Uw vraag om dit te verbeteren loopt nog. Trek eerst die vraag in."))
    else:
        messages.success(request, _("Dank u. Wij geven door dat dit toch klopt."))
    return redirect("citizen:dispute-shown", found.pk)


@require_safe
def proof(request: HttpRequest, dispute_id: UUID, proof_id: UUID) -> HttpResponse:
    """The citizen's own document, to save."""
    found = _own(request, dispute_id)
    document = found.proofs.filter(pk=proof_id).select_related("dispute__citizen").first()
    if document is None:
        raise Http404
    try:
        return as_file(document)
    except NotReady:
        raise Http404 from None


def _own(request: HttpRequest, dispute_id: UUID) -> Dispute:
    try:
        return dispute_for(actor=actor_of(request), dispute_id=dispute_id)
    except Dispute.DoesNotExist:
        raise Http404 from None
