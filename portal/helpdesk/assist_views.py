"""Looking along: beginning with a code, staying once longer, stopping; and the second step once more."""

from __future__ import annotations

from typing import Any, Final
from uuid import UUID

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render, resolve_url
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters, sensitive_variables
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from portal.access.assist.codes import TooManyTries, WrongCode
from portal.access.assist.pages import SESSION_KEY
from portal.access.assist.verbs import NotAllowed, end_by_staff, end_elsewhere, extend_assist, start_assist
from portal.access.filing.verbs import end_elsewhere as end_filings
from portal.access.models import Assist
from portal.access.requests import actor_of
from portal.cases.helpdesk.codes import Purpose, TooManySent, send_code, send_code_again, ways_of
from portal.cases.notices.models import Channel
from portal.helpdesk import found
from portal.helpdesk.find_views import citizen_page
from portal.helpdesk.forms import ExtendForm, SendCodeForm, StartForm, StepForm
from portal.people import sessions, step_up
from portal.people.redirects import is_local_path
from portal.people.staff import attempts, second_step

_NEXT: Final = "helpdesk-next"
_PAGE = require_http_methods(["GET", "HEAD", "POST"])


@require_POST
@sensitive_post_parameters("code")
@sensitive_variables("form")
def start(request: HttpRequest, citizen_id: UUID) -> HttpResponse:
    """With a right code the next page is the citizen's own first page."""
    person = found.recall(request.session, citizen_id)
    form = StartForm(request.POST)
    if not sessions.step_is_fresh(request.session):
        return confirm_first(request, resolve_url("helpdesk:citizen", citizen_id))
    if form.is_valid():
        typed = form.cleaned_data
        try:
            row = start_assist(
                staff=actor_of(request),
                citizen=person,
                reason=Assist.Reason(typed["reason"]),
                ticket=typed["ticket"],
                code=typed["code"],
                is_fresh=True,
            )
        except (WrongCode, TooManyTries, NotAllowed) as error:
            say_why(form, error)
        else:
            request.session[SESSION_KEY] = str(row.pk)
            found.keep_only(request.session, person, row.agreement)
            return redirect("citizen:home")
    return citizen_page(request, person, form, status=422)


@require_POST
def send(request: HttpRequest, citizen_id: UUID) -> HttpResponse:
    """A code by SMS or mail; who calls reads it out."""
    person = found.recall(request.session, citizen_id)
    if not sessions.step_is_fresh(request.session):
        return confirm_first(request, resolve_url("helpdesk:citizen", citizen_id))
    form = SendCodeForm(request.POST, ways=ways_of(person))
    if form.is_valid():
        purpose = Purpose.FILL if form.cleaned_data["fills"] else Purpose.LOOK
        channel = Channel(form.cleaned_data["channel"])
        try:
            send_code(
                staff=actor_of(request), citizen=person, channel=channel, purpose=purpose, is_fresh=True
            )
        except (NotAllowed, TooManySent) as error:
            say_why(form, error)
        else:
            messages.success(request, _("Verstuurd. Vraag de inwoner om de code voor te lezen."))
            return redirect("helpdesk:citizen", citizen_id)
    return citizen_page(request, person, StartForm(), send_form=form, status=422)


@never_cache
@require_safe
def state(request: HttpRequest) -> HttpResponse:
    """How long still; as a fragment the banner of an open page."""
    beside = actor_of(request).assist
    if beside is not None and request.GET.get("seen") == beside.mark:
        return HttpResponse(status=204)
    if request.htmx:  # type: ignore[attr-defined]
        return render(request, "helpdesk/_banner.html")
    return render(request, "helpdesk/assist.html", _longer(request, ExtendForm()))


@_PAGE
@sensitive_post_parameters("code")
@sensitive_variables("form")
def extend(request: HttpRequest) -> HttpResponse:
    """Once, with a new code."""
    form = ExtendForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and not sessions.step_is_fresh(request.session):
        return redirect("helpdesk:confirm")
    if form.is_valid():
        try:
            extend_assist(staff=actor_of(request), code=form.cleaned_data["code"], is_fresh=True)
        except (WrongCode, TooManyTries, NotAllowed) as error:
            say_why(form, error)
        else:
            messages.success(request, _("U kunt een kwartier langer meekijken."))
            return redirect("helpdesk:assist")
    status = 422 if request.method == "POST" else 200
    return render(request, "helpdesk/assist.html", _longer(request, form), status=status)


def _longer(request: HttpRequest, form: ExtendForm) -> dict[str, Any]:
    ways = ways_of(actor_of(request).require_citizen())
    return {"form": form, "send_form": SendCodeForm(ways=ways, with_fills=False) if ways else None}


@require_POST
def send_again(request: HttpRequest) -> HttpResponse:
    """A new code by SMS or mail, to look along longer."""
    actor = actor_of(request)
    form = SendCodeForm(request.POST, ways=ways_of(actor.require_citizen()), with_fills=False)
    if form.is_valid():
        try:
            send_code_again(staff=actor, channel=Channel(form.cleaned_data["channel"]))
        except (NotAllowed, TooManySent) as error:
            say_why(form, error)
        else:
            messages.success(request, _("Verstuurd. Vraag de inwoner om de code voor te lezen."))
            return redirect("helpdesk:assist")
    context = {"form": ExtendForm(), "send_form": form}
    return render(request, "helpdesk/assist.html", context, status=422)


@require_POST
def stop(request: HttpRequest) -> HttpResponse:
    """At once, in every tab."""
    actor = actor_of(request)
    end_by_staff(staff=actor)
    request.session.pop(SESSION_KEY, None)
    if actor.assist is not None:
        agreement = Assist.objects.get(pk=actor.assist.assist_id).agreement
        found.keep_only(request.session, actor.require_citizen(), agreement)
    messages.success(request, _("U kijkt niet meer mee."))
    return redirect("helpdesk:citizen", actor.require_citizen().pk)


@require_POST
def stop_elsewhere(request: HttpRequest) -> HttpResponse:
    """Ends what the member of staff began in a browser that is gone: nobody waits for its time to be over."""
    actor = actor_of(request)
    end_elsewhere(staff=actor)
    end_filings(staff=actor)
    messages.success(request, _("Gestopt. U kunt nu opnieuw beginnen."))
    where = request.POST.get("next", "")
    home = "helpdesk:home" if actor.is_helpdesk else "helpdesk:counter"
    return redirect(where if is_local_path(where) else home)


@never_cache
@_PAGE
@sensitive_post_parameters("code")
def confirm(request: HttpRequest) -> HttpResponse:
    """The second step once more: a code of the own app, or another login where the employer knows it."""
    user = actor_of(request).require_user()
    has_step = second_step.has_one(user)
    form = StepForm(request.POST if request.method == "POST" and has_step else None)
    if not has_step:
        step_up.ask_again(request.session)
    elif form.is_valid():
        attempt = attempts.second_step_attempt(request, user.pk)
        if attempt is None:
            form.add_error("code", _("Te vaak geprobeerd. Wacht 15 minuten en probeer het dan opnieuw."))
        elif second_step.check_code(user, form.cleaned_data["code"]):
            attempt.was_right()
            sessions.step_again(request.session)
            return _back(request)
        else:
            form.add_error("code", _("Dit klopt niet. Kijk of het de goede app is, en probeer het opnieuw."))
    context = {"form": form, "has_step": has_step}
    status = 422 if request.method == "POST" else 200
    return render(request, "helpdesk/confirm.html", context, status=status)


def confirm_first(request: HttpRequest, back: str) -> HttpResponse:
    """The second step is too old: it is asked once more, and then leads to this page."""
    request.session[_NEXT] = back
    return redirect("helpdesk:confirm")


def _back(request: HttpRequest) -> HttpResponse:
    """To the person with whom somebody wanted to look along."""
    return redirect(request.session.pop(_NEXT, "") or "helpdesk:home")


def say_why(form: forms.Form, error: Exception) -> None:
    if isinstance(error, WrongCode):
        form.add_error("code", _("Deze code klopt niet, of geldt niet meer. Vraag de inwoner om een nieuwe."))
    elif isinstance(error, TooManyTries):
        form.add_error("code", _("U vulde te vaak een verkeerde code in. Wacht een kwartier."))
    elif isinstance(error, TooManySent):
        form.add_error(
            None, _("Er zijn te veel codes verstuurd. Wacht een uur, of vraag om een code uit Levensloket.")
        )
    elif isinstance(error, NotAllowed):
        form.add_error(None, ValidationError(_why_words(error.why), code=error.why))


def _why_words(why: str) -> str:
    return {
        "nested": _("U kijkt al met iemand mee. Stop daar eerst mee."),
        "own": _("Dit bent u zelf, of een collega. Daar kijkt u niet mee."),
        "unknown-self": _("Zeg eerst wie u zelf bent. Dan weten wij dat u niet met uzelf meekijkt."),
        "way": _("Voor deze inwoner is een code uit Levensloket zelf nodig."),
        "danger": _("Dit is niet bevestigd, of te lang geleden. Vraag het opnieuw."),
        "read-only": _("U kunt alleen lezen. De inwoner zet samen invullen aan in Levensloket."),
        "extended": _("U keek al een keer langer mee. Stop en begin opnieuw."),
        "step": _("Bevestig eerst dat u het bent."),
        "role": _("Dit kan alleen een medewerker van de helpdesk."),
    }[why]
