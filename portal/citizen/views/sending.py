"""What goes to whom, the one button that sends it, and the plan that comes of it."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from portal.access.requests import actor_of
from portal.cases.helpdesk.codes import ways_of
from portal.cases.journey import journeys
from portal.cases.journey.age import TooYoung
from portal.cases.journey.answers import answers_of
from portal.cases.journey.counting import together
from portal.cases.journey.journeys import AlreadySubmitted, OutOfScope
from portal.cases.journey.payloads import requests_of
from portal.cases.journey.submit import (
    Changed,
    LevelTooLow,
    NothingNow,
    NotReady,
    fingerprint,
    missing_fields,
    request_follow_up,
    submit,
)
from portal.cases.models import Journey
from portal.cases.notices.models import Channel
from portal.citizen.level import ask_for_level
from portal.citizen.plan import beside_of, draft_plan, plan_of
from portal.citizen.review import blocks_of
from portal.citizen.views.frame import frame, own_journey, to
from portal.people.actor import Actor
from portal.people.step_up import level_of


@require_http_methods(["GET", "HEAD", "POST"])
def review(request: HttpRequest, slug: str, journey_id: UUID) -> HttpResponse:
    """What goes to whom, from where and on which ground; and the one button that sends it."""
    journey = own_journey(request, slug, journey_id)
    if request.method == "POST":
        return _submit(request, journey)
    if journey.state == Journey.State.SUBMITTED:
        return to("plan", journey)
    answers = answers_of(journey)
    if pages := journeys.unanswered(journey, answers):
        return to("question", journey, pages[0].group.id, pages[0].index + 1)
    facts = journeys.known(journey)
    if missing_fields(journey, answers, facts):
        return to("facts", journey)
    requests = requests_of(journey, answers, facts)
    blocks = blocks_of(requests, answers, hides_places=journey.hides_places)
    context = {
        "journey": journey,
        "blocks": blocks,
        "counted": together(block.counted for block in blocks),
        "seen": fingerprint(requests),
        "can_send": all(item.can_be_sent for item in requests),
        "ways": _ways_to_confirm(actor_of(request)),
        "now": [item for item in requests if not item.waits],
        "last": journeys.pages_of(journey, answers)[-1],
        "agencies": list({block.agency.id: block.agency for block in blocks if block.agency}.values()),
        **frame(journey, step=3),
    }
    return render(request, "citizen/review.html", context)


def _ways_to_confirm(actor: Actor) -> list[tuple[str, str]]:
    """How somebody who fills in with the citizen can have a code sent, by which the citizen sends it."""
    if actor.assist is None or not actor.assist.fills:
        return []
    words = {
        Channel.SMS: _("Stuur de inwoner een sms met een code"),
        Channel.MAIL: _("Mail de inwoner een code"),
    }
    return [(way.value, words[way]) for way in ways_of(actor.require_citizen())]


def _submit(request: HttpRequest, journey: Journey) -> HttpResponse:
    try:
        submit(
            journey=journey,
            seen=request.POST.get("seen", ""),
            follow_ups=request.POST.getlist("follow_up"),
            level=_level(request),
            mandate=actor_of(request).mandate,
            filing=actor_of(request).filing,
        )
    except OutOfScope:
        messages.warning(request, _("Dit gaat naar een andere organisatie. Verwijs door naar de helpdesk."))
        return to("review", journey)
    except AlreadySubmitted:
        return render(request, "409.html", {"journey": journey}, status=409)
    except NotReady:
        messages.warning(request, _("Er ontbreekt nog iets. Er is nog niets verstuurd."))
        return to("review", journey)
    except NothingNow:
        messages.warning(
            request,
            _("Dit kan nog niet worden verstuurd. Zet een vinkje bij wat wij later voor u mogen versturen."),
        )
        return to("review", journey)
    except Changed:
        messages.warning(
            request, _("Er is intussen iets veranderd. Kijk het nog een keer na. Er is niets verstuurd.")
        )
        return to("review", journey)
    except TooYoung as error:
        return render(request, "citizen/too_young.html", {"years": error.years}, status=403)
    except LevelTooLow as error:
        return _too_low(request, journey, error.needed)
    return to("plan", journey)


@require_safe
def plan(request: HttpRequest, slug: str, journey_id: UUID) -> HttpResponse:
    """The life event as a whole: what, by whom, by when, and what is not in it and why."""
    journey, actor = own_journey(request, slug, journey_id), actor_of(request)
    context = {"journey": journey, "beside": beside_of(journey, actor), **frame(journey, step=0)}
    if journey.state == Journey.State.DRAFT:
        steps = draft_plan(journey, actor)
        return render(request, "citizen/draft_plan.html", {"steps": steps, **context})
    shown = plan_of(journey)
    return render(request, "citizen/plan.html", {"plan": shown, "agencies": shown.agencies, **context})


@require_POST
def follow_up(request: HttpRequest, slug: str, journey_id: UUID, service: str) -> HttpResponse:
    """Asks after all for a service that was left out when the rest was sent."""
    journey = own_journey(request, slug, journey_id)
    # What we held may be out of date by now; the network comes before the transaction.
    journeys.gather_facts(journey=journey)
    try:
        request_follow_up(
            journey=journey,
            service=service,
            level=_level(request),
            mandate=actor_of(request).mandate,
        )
    except LookupError:
        raise Http404 from None
    except LevelTooLow as error:
        return ask_for_level(request, error.needed, back=_address("plan", journey))
    return to("plan", journey)


def _level(request: HttpRequest) -> str:
    """Of the login; where staff write it down, of how somebody showed who they are."""
    filing = actor_of(request).filing
    return filing.level if filing else level_of(request.session)


def _too_low(request: HttpRequest, journey: Journey, needed: str) -> HttpResponse:
    if actor_of(request).filing is None:
        return ask_for_level(request, needed, back=_address("review", journey))
    return render(request, "helpdesk/needs_signature.html", {"journey": journey}, status=403)


def _address(name: str, journey: Journey) -> str:
    return reverse(f"citizen:{name}", args=[journey.event, journey.pk])
