"""The first page, the inbox, and the life events to choose from."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_safe

from lifeevents.model import Agency, LifeEvent, Service
from lifeevents.search import MOST_LETTERS
from portal.access.requests import actor_or_none
from portal.cases.journey.journeys import open_draft, submitted_journeys
from portal.cases.models import Journey
from portal.cases.reading.inbox import inbox_for, unread_for
from portal.cases.terms.showing import took_words
from portal.catalogue import catalogue, event_search, help_line
from portal.citizen.pages import case_card, draft_card, news_card, task_card
from portal.citizen.plan import ServiceChoice, first_steps, journey_card, service_choices
from portal.people.actor import Actor

_MOST_FOUND = 3
"""How many life events are shown for a question; one of the first is nearly always the right one."""


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """The inbox of who is logged in; for everybody else: what is this, and what changes in your life?"""
    actor = actor_or_none(request)
    if actor is None or actor.citizen is None:
        return render(request, "citizen/start.html", {"events": _all_events()})
    return _inbox(request, actor)


def _inbox(request: HttpRequest, actor: Actor) -> HttpResponse:
    inbox = inbox_for(actor=actor)
    running = [case_card(case) for case in inbox.running]
    finished = [case_card(case) for case in inbox.finished]
    agencies = {card.organisation.id: card.organisation for card in running} or {"": help_line()}
    return render(
        request,
        "citizen/home.html",
        {
            "tasks": [task_card(task) for task in inbox.tasks]
            + [draft_card(draft) for draft in inbox.drafts],
            "news": [news_card(message) for message in unread_for(actor=actor)],
            "journeys": [journey_card(journey) for journey in submitted_journeys(actor=actor)],
            "running": running,
            "finished": finished,
            "events": [one for one in _all_events() if _is_for(one, actor)],
            "open_tasks": inbox.open_actions,
            "agencies": list(agencies.values()),
        },
    )


@require_safe
def events(request: HttpRequest) -> HttpResponse:
    """The life events, and those that fit the words in `q`, best first."""
    words = request.GET.get("q", "").strip()[:MOST_LETTERS]
    found = [catalogue().events[slug] for slug in event_search().find(words)[:_MOST_FOUND]]
    return render(request, "citizen/events.html", {"found": found, "words": words, "events": _all_events()})


@require_GET
def event(request: HttpRequest, slug: str) -> HttpResponse:
    """One life event: what it brings, from whom, and what we will look up."""
    life_event = event_or_404(slug)
    once = life_event.door == "journey"
    services = catalogue().services_of(life_event)
    context = {
        "sent_before": _sent_before(request, slug) if once else None,
        "event": life_event,
        "services": services,
        "steps": first_steps(services),
        "choices": _choices(request, life_event),
        "guidance": catalogue().guidance_of(life_event),
        "took": [(item, words) for item in services if (words := took_words(item.id))],
        "agencies": _agencies(services),
    }
    return render(request, "citizen/event.html", context)


def _agencies(services: tuple[Service, ...]) -> list[Agency]:
    """Whom one can call about an event: those that are known before it begins, and the portal's own line."""
    names = dict.fromkeys(item.agency for item in services if isinstance(item.agency, str))
    return [*(catalogue().agencies[name] for name in names), help_line()]


def _choices(request: HttpRequest, life_event: LifeEvent) -> list[ServiceChoice]:
    """The services with a tick each, where the citizen chooses and can begin: ticked as they stand now."""
    actor = actor_or_none(request)
    if life_event.chosen is None or actor is None or actor.citizen is None:
        return []
    draft = open_draft(actor=actor, event=life_event.slug)
    ticked = {one.id for one in draft.services} if draft else set(life_event.chosen)
    services = [one for one in catalogue().services_of(life_event) if actor.covers([one.id])]
    return service_choices(services, ticked)


def _sent_before(request: HttpRequest, slug: str) -> Journey | None:
    """The newest time that this citizen sent this life event, so that nobody does it twice by mistake."""
    actor = actor_or_none(request)
    if actor is None or actor.citizen is None:
        return None
    return next((journey for journey in submitted_journeys(actor=actor) if journey.event == slug), None)


def event_or_404(slug: str) -> LifeEvent:
    """The life event with this name."""
    found = catalogue().events.get(slug)
    if found is None:
        raise Http404(_("Deze levensgebeurtenis is er niet."))
    return found


def _all_events() -> list[LifeEvent]:
    """In the order of their names, and last what is not about something that happened."""
    return sorted(catalogue().events.values(), key=lambda event: event.door == "my-data")


def _is_for(event: LifeEvent, actor: Actor) -> bool:
    """Whether this person can begin it: who acts for another only what the mandate names."""
    if event.chosen:
        return actor.covers(event.chosen)
    if event.chosen is not None:
        return any(actor.covers([name]) for name in event.services)
    return actor.covers(event.services) and (event.door == "journey" or actor.is_whole)
