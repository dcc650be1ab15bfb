"""Writing down what somebody asks for: who it is, how it came in, and then the pages of the citizen."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import override
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters, sensitive_variables
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from portal.access.assist import trail
from portal.access.assist.verbs import NotAllowed, is_known_self
from portal.access.filing.pages import SESSION_KEY
from portal.access.filing.verbs import OPENED, PAPER_FORM, end_filing, start_filing
from portal.access.models import Filing
from portal.access.requests import actor_of
from portal.cases.helpdesk.checking import check_answers
from portal.cases.helpdesk.finding import NotFound, TooManySearches, find_by_bsn, may_search
from portal.cases.journey import journeys
from portal.cases.journey.answers import answers_of
from portal.cases.journey.payloads import requests_of
from portal.cases.models import Case, Journey
from portal.cases.own import own_journeys
from portal.cases.reading.names import title_of
from portal.cases.reading.showing import answer_rows, not_fetched_labels, payload_rows
from portal.cases.reading.values import name_of
from portal.catalogue import catalogue
from portal.helpdesk import found
from portal.helpdesk.filing_forms import CheckForm, FilingForm, PersonForm
from portal.helpdesk.forms import NumberForm
from portal.helpdesk.running import running_for
from portal.paper import PdfUnavailable, paper
from portal.people.models import Citizen
from portal.people.unregistered import details_of, find_or_create_unregistered

_PAGE = require_http_methods(["GET", "HEAD", "POST"])
Channel, Identity = Filing.Channel, Filing.Identity


@never_cache
@_PAGE
@sensitive_post_parameters("bsn", "born")
@sensitive_variables("typed")
def counter(request: HttpRequest) -> HttpResponse:
    """The first page of an officer at a desk: who stands there?"""
    actor = actor_of(request)
    form = NumberForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        typed = form.cleaned_data
        try:
            person = find_by_bsn(staff=actor, bsn=typed["bsn"], born=typed["born"])
        except NotFound:
            form.add_error(None, _("Wij vinden niemand. Kijk het na, of help met algemene informatie."))
        except TooManySearches:
            form.add_error(None, _("U zocht te vaak in korte tijd. Wacht een kwartier."))
        else:
            found.remember(request.session, person)
            return redirect("helpdesk:file", person.pk)
    context = {"form": form, "is_known_self": is_known_self(actor.require_user())}
    return render(request, "helpdesk/counter.html", context, status=_status(request))


@never_cache
@_PAGE
@sensitive_post_parameters()
@sensitive_variables("form")
def new_person(request: HttpRequest) -> HttpResponse:
    """Somebody without a BSN, by what they say."""
    actor = actor_of(request)
    form = PersonForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        if not may_search(staff=actor, how="person"):
            form.add_error(None, _("U zocht te vaak in korte tijd. Wacht een kwartier."))
        else:
            person = find_or_create_unregistered(
                details=form.details(), language=form.cleaned_data["language"]
            )
            trail.note_seen(
                person,
                staff=actor.require_user(),
                what=trail.FOUND,
                reference=str(person.pk),
                did=f"{trail.FOUND}:person",
            )
            found.remember(request.session, person)
            return redirect("helpdesk:file", person.pk)
    return render(request, "helpdesk/new_person.html", {"form": form}, status=_status(request))


@require_POST
@sensitive_post_parameters("born", "postcode", "house_number")
@sensitive_variables("typed", "form")
def check(request: HttpRequest, citizen_id: UUID) -> HttpResponse:
    """The answers of who calls: right or not, and not which of them."""
    person = found.recall(request.session, citizen_id)
    form = CheckForm(request.POST)
    if form.is_valid():
        typed = form.cleaned_data
        try:
            is_right = check_answers(staff=actor_of(request), citizen=person, **typed)
        except TooManySearches:
            form.add_error(None, _("Er is te vaak een verkeerd antwoord gegeven. Wacht een kwartier."))
        else:
            if is_right:
                found.remember(request.session, person, how="questions")
                return redirect("helpdesk:file", person.pk)
            form.add_error(
                None, _("Dit klopt niet, of wij kunnen het niet nakijken. Geef alleen algemene informatie.")
            )
    return _file_page(request, person, FilingForm(), check_form=form, status=422)


@never_cache
@_PAGE
@sensitive_variables("form")
def file(request: HttpRequest, citizen_id: UUID) -> HttpResponse:
    """How it came in; then staff have the pages of the citizen's journey."""
    person = found.recall(request.session, citizen_id)
    form = FilingForm(
        request.POST if request.method == "POST" else None,
        request.FILES if request.method == "POST" else None,
    )
    if form.is_valid():
        typed = form.cleaned_data
        channel = Channel(typed["channel"])
        try:
            row = start_filing(
                staff=actor_of(request),
                citizen=person,
                channel=channel,
                identity=_identity(request, person, channel),
                received_on=typed["received_on"],
                posted_on=typed["posted_on"],
                interpreter=typed["interpreter"],
                scan=typed["content"],
            )
        except NotAllowed as error:
            form.add_error(None, ValidationError(_why_words(error.why), code=error.why))
        else:
            request.session[SESSION_KEY] = str(row.pk)
            return redirect("helpdesk:filing")
    return _file_page(request, person, form, status=_status(request))


@never_cache
@require_safe
def filing(request: HttpRequest) -> HttpResponse:
    """What is being written down, what was sent of it, and stopping."""
    actor = actor_of(request)
    person = actor.require_citizen()
    own = own_journeys(actor)
    drafts = own.filter(state=Journey.State.DRAFT).order_by("created_at")
    this = actor.filing.filing_id if actor.filing else None
    sent = Case.objects.filter(citizen=person, journey__filing=this).select_related("journey")
    context = {
        "name": name_of(person),
        "drafts": [(one, catalogue().events.get(one.event)) for one in drafts],
        "sent": [(one, title_of(one.definition)) for one in sent.order_by("created_at")],
        "running": running_for(actor),
    }
    return render(request, "helpdesk/filing.html", context)


@require_POST
def stop(request: HttpRequest) -> HttpResponse:
    """Done with this person."""
    actor = actor_of(request)
    end_filing(staff=actor)
    request.session.pop(SESSION_KEY, None)
    messages.success(request, _("U vult niets meer in. De bevestiging gaat per brief."))
    person = actor.require_citizen()
    return (
        redirect("helpdesk:file", person.pk) if _is_still_here(request, person) else redirect(_home(request))
    )


@require_safe
def paper_form(request: HttpRequest, journey_id: UUID) -> HttpResponse:
    """What was filled in, on paper, to be signed. Nothing is sent by it."""
    actor = actor_of(request)
    try:
        journey = journeys.journey_for(actor=actor, journey_id=journey_id)
    except Journey.DoesNotExist:
        raise Http404 from None
    person = actor.require_citizen()
    trail.note_seen(person, staff=actor.require_user(), what=PAPER_FORM, reference=str(journey.pk))
    with override(person.language):
        context = {"requests": _on_paper(journey), "name": name_of(person), "language": person.language}
        try:
            made = paper("helpdesk/paper_form_print.html", context)
        except PdfUnavailable:
            return render(request, "citizen/no_pdf.html", status=503)
    response = HttpResponse(made, content_type="application/pdf")
    response["Content-Disposition"] = 'attachment; filename="formulier.pdf"'
    return response


def _on_paper(journey: Journey) -> list[dict[str, Any]]:
    hides = journey.hides_places
    return [
        {
            "title": title_of(one.service),
            "agency": one.agency,
            "facts": payload_rows(one.service, one.payload, hides_places=hides),
            "not_fetched": not_fetched_labels(one.payload),
            "answers": answer_rows(one.service.ask, one.payload["answers"], hides_places=hides),
        }
        for one in requests_of(journey, answers_of(journey))
    ]


def _file_page(
    request: HttpRequest,
    person: Citizen,
    form: FilingForm,
    *,
    check_form: CheckForm | None = None,
    status: int = 200,
) -> HttpResponse:
    user = actor_of(request).require_user()
    trail.note_seen(person, staff=user, what=OPENED, reference=str(person.pk))
    details = details_of(person)
    context = {
        "person": person,
        "name": name_of(person),
        "details": details,
        "how": found.how_verified(request.session, person),
        "filing_form": form,
        "check_form": check_form or CheckForm(),
        "form": check_form or form,
        "is_known_self": is_known_self(user),
        "is_helpdesk": actor_of(request).is_helpdesk,
        "is_busy": found.is_busy(form),
    }
    return render(request, "helpdesk/file.html", context, status=status)


def _identity(request: HttpRequest, person: Citizen, channel: Filing.Channel) -> Filing.Identity:
    """By what this conversation showed; not what somebody ticks. Too little is refused by the verb."""
    if channel == Channel.PAPER:
        return Identity.SIGNATURE
    how = found.how_verified(request.session, person)
    if channel == Channel.DESK and how == "desk":
        return Identity.PAPERS
    if channel == Channel.PHONE and how in ("questions", "code", "message"):
        return Identity.QUESTIONS
    return Identity.STATED


def _why_words(why: str) -> str:
    return {
        "nested": _("U bent al met iemand anders bezig. Stop daar eerst mee."),
        "own": _("Dit bent u zelf, of een collega. Laat dit een ander doen."),
        "unknown-self": _("Zeg eerst wie u zelf bent. Dan weten wij dat u niets voor uzelf invult."),
        "identity": _("Wij weten nog niet wie dit is. Stel de vragen, of kijk naar het identiteitsbewijs."),
        "day": _("Deze dag kan niet: hij moet nog komen, of is te lang geleden. Vraag uw leidinggevende."),
        "curatele": _("Deze persoon staat onder curatele. De curator moet dit vragen."),
        "died": _("Het register zegt dat deze persoon is overleden. Vraag uw leidinggevende."),
        "scan": _("Voeg het ondertekende formulier toe."),
        "role": _("Dit kan alleen een medewerker van de helpdesk of van een balie."),
    }[why]


def _is_still_here(request: HttpRequest, person: Citizen) -> bool:
    try:
        found.recall(request.session, person.pk)
    except Http404:
        return False
    return True


def _home(request: HttpRequest) -> str:
    user = actor_of(request).require_user()
    return "helpdesk:counter" if user.agency and user.role in ("officer", "lead") else "helpdesk:home"


def _status(request: HttpRequest) -> int:
    return 422 if request.method == "POST" else 200
