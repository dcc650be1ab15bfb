"""A life event from its beginning: what we know already, and what to do where we do not."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from lifeevents.model import FieldDefinition, Question
from portal.access.requests import actor_of
from portal.cases.journey import journeys
from portal.cases.journey.answers import Item, answers_of
from portal.cases.journey.submit import missing_fields
from portal.cases.models import Journey
from portal.cases.talk.question_form import QuestionForm
from portal.catalogue import catalogue
from portal.citizen.shown_facts import failed_at, shown_facts
from portal.citizen.views.address import Asked, address_page
from portal.citizen.views.frame import frame, of_draft, sent, status, to
from portal.citizen.views.start import event_or_404


@require_POST
def begin(request: HttpRequest, slug: str) -> HttpResponse:
    """Starts the journey, or goes on with the open one, and asks the registers."""
    life_event, actor = event_or_404(slug), actor_of(request)
    if life_event.door == "my-data":
        if not actor.is_whole:
            raise Http404
        journeys.look_up(actor=actor, event=life_event)
        return redirect("citizen:my-data")
    # A form without ticks, as that of somebody who was not logged in, asks for what comes ticked.
    chosen = request.POST.getlist("service") if "choosing" in request.POST else None
    try:
        journey = journeys.begin_journey(actor=actor, event=life_event, chosen=chosen)
    except journeys.NothingChosen:
        messages.warning(request, _("Kies eerst wat u wilt regelen."))
        return redirect("citizen:event", slug)
    except journeys.OutOfScope:
        if actor.filing is not None:
            messages.warning(
                request, _("Dit gaat naar een andere organisatie. Verwijs door naar de helpdesk.")
            )
            return redirect("citizen:event", slug)
        messages.warning(request, _("Hiervoor hebt u geen toestemming. Vraag de ander om u die te geven."))
        return redirect("citizen:representing")
    except journeys.BegunByAnother:
        messages.warning(request, _("Hier is de ander zelf al aan begonnen. Vraag of die het wil afmaken."))
        return redirect("citizen:home")
    journeys.gather_facts(journey=journey)
    return to("facts", journey)


@of_draft
def facts(request: HttpRequest, journey: Journey) -> HttpResponse:
    """What we know already. A POST asks the registers again for what is missing."""
    if request.method == "POST":
        journeys.gather_facts(journey=journey)
        return to("facts", journey)
    answers, known = answers_of(journey), journeys.known(journey)
    shown = shown_facts(journey, answers, known)
    context = {
        "journey": journey,
        "facts": shown,
        "failed": failed_at(shown),
        "pending": any(fact.state == "pending" for fact in shown),
        "missing": missing_fields(journey, answers, known),
        "first": journeys.pages_of(journey, answers)[0],
        **frame(journey, step=1),
    }
    fragment = "citizen/_facts.html" if request.htmx else "citizen/facts.html"  # type: ignore[attr-defined]
    return render(request, fragment, context)


@of_draft
def enter_field(request: HttpRequest, journey: Journey, field: str) -> HttpResponse:
    """The citizen types what a register could not give."""
    definition = _field_of(journey, field)
    if not definition.enter:
        raise Http404
    item = answers_of(journey).entered.get(field)
    if question := definition.address_question:
        return address_page(request, _typed_address(journey, definition, question, item or {}))
    form = QuestionForm(definition.enter, data=sent(request), item=item)
    if request.method == "POST" and form.is_valid():
        journeys.enter(journey=journey, field=field, value=form.item())
        return to("facts", journey)
    context = {"journey": journey, "form": form, "field": definition, **frame(journey, step=1)}
    return render(request, "citizen/enter.html", context, status=status(form))


def _typed_address(journey: Journey, field: FieldDefinition, question: Question, value: Item) -> Asked:
    def keep(value: Item) -> HttpResponse:
        journeys.enter(journey=journey, field=field.name, value=value)
        return to("facts", journey)

    back = reverse("citizen:facts", args=[journey.event, journey.pk])
    context = {"title": field.label, "for_register": True, "back": back, **frame(journey, step=1)}
    return Asked(journey, question, field.name, value, keep, context)


@of_draft
def discard_draft(request: HttpRequest, journey: Journey) -> HttpResponse:
    """Takes back what was not sent; asks first."""
    if request.method == "POST":
        journeys.discard(journey=journey)
        messages.success(request, _("Gestopt. Er is niets verstuurd en uw antwoorden zijn gewist."))
        return redirect("citizen:home")
    return render(request, "citizen/discard.html", {"journey": journey, **frame(journey, step=0)})


def _field_of(journey: Journey, name: str) -> FieldDefinition:
    if name not in journeys.needed_fields(journey):
        raise Http404
    return catalogue().fields[name]
