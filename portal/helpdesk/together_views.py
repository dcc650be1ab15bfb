"""Filling in together: a code for what was prepared, and sending it when the citizen reads that out."""

from __future__ import annotations

from typing import Any, Final
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters, sensitive_variables
from django.views.decorators.http import require_http_methods, require_POST

from portal.access.assist.codes import TooManyTries, WrongCode
from portal.access.assist.pages import ended
from portal.access.assist.verbs import AssistEnded, NotAllowed
from portal.access.requests import actor_of
from portal.cases.helpdesk.codes import TooManySent
from portal.cases.helpdesk.together import Prepared, ask_to_confirm, prepared_of, send_together
from portal.cases.journey.age import TooYoung
from portal.cases.journey.journeys import AlreadySubmitted
from portal.cases.journey.submit import Changed, LevelTooLow, NothingNow, NotReady
from portal.cases.models import Journey
from portal.cases.notices.models import Channel
from portal.helpdesk.assist_views import say_why
from portal.helpdesk.forms import ConfirmForm

_PREPARED: Final = "helpdesk-prepared"


@require_POST
def ask(request: HttpRequest, journey_id: UUID) -> HttpResponse:
    """The citizen gets a code for exactly what stands on the page, after it was read out."""
    prepared = prepared_of(journey_id, request.POST.get("seen", ""), request.POST.getlist("follow_up"))
    form = ConfirmForm()
    try:
        channel = Channel(request.POST.get("channel", ""))
        ask_to_confirm(staff=actor_of(request), prepared=prepared, channel=channel)
    except (ValueError, Journey.DoesNotExist):
        raise Http404 from None
    except (NotAllowed, TooManySent, Changed, LevelTooLow) as error:
        return _refused(request, form, error)
    request.session[_PREPARED] = [prepared.journey_id, prepared.seen, list(prepared.follow_ups)]
    messages.success(request, _("Verstuurd. Vraag de inwoner om de code voor te lezen."))
    return redirect("helpdesk:send-together")


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@sensitive_post_parameters("code")
@sensitive_variables("form")
def send(request: HttpRequest) -> HttpResponse:
    """With the code it is sent."""
    prepared = _prepared(request)
    form = ConfirmForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            cases = send_together(staff=actor_of(request), prepared=prepared, code=form.cleaned_data["code"])
        except Journey.DoesNotExist:
            raise Http404 from None
        except AssistEnded:
            return ended(request)
        except AlreadySubmitted:
            return _refused(request, form, Changed())
        except (WrongCode, TooManyTries, NotAllowed) as error:
            say_why(form, error)
        except (Changed, NotReady, NothingNow, LevelTooLow, TooYoung) as error:
            return _refused(request, form, error)
        else:
            request.session.pop(_PREPARED, None)
            messages.success(request, _("Verstuurd, met het akkoord van de inwoner."))
            return redirect("citizen:case", cases[0].reference)
    status = 422 if request.method == "POST" else 200
    return render(request, "helpdesk/send_together.html", {"form": form}, status=status)


def _prepared(request: HttpRequest) -> Prepared:
    kept: Any = request.session.get(_PREPARED)
    if kept is None:
        raise Http404
    return prepared_of(*kept)


def _refused(request: HttpRequest, form: ConfirmForm, error: Exception) -> HttpResponse:
    """Nothing was sent, and why."""
    request.session.pop(_PREPARED, None)
    if isinstance(error, NotAllowed | TooManySent):
        form.cleaned_data = {}
        say_why(form, error)
    why = {
        LevelTooLow: _("Dit moet de inwoner zelf versturen, ingelogd met de DigiD-app met ID-check."),
        TooYoung: _("Deze inwoner is te jong om dit zelf te vragen."),
    }.get(
        type(error),
        _("Er is intussen iets veranderd, of er ontbreekt nog iets. Kijk het samen nog een keer na."),
    )
    return render(request, "helpdesk/not_sent.html", {"form": form, "why": why}, status=422)
