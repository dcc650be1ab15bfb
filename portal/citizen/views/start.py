"""The first page, the inbox, and the life events to choose from."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_safe

from lifeevents.model import LifeEvent
from portal.access.requests import actor_or_none
from portal.cases.journey.journeys import submitted_journeys
from portal.cases.models import Journey
from portal.cases.reading.inbox import inbox_for, unread_for
from portal.cases.terms.showing import took_words
from portal.catalogue import catalogue, help_line
from portal.citizen.pages import case_card, draft_card, news_card, task_card
from portal.citizen.plan import first_steps, journey_card
from portal.people.actor import Actor


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
    """The life events, and those that fit the words in `q`."""
    words = request.GET.get("q", "").strip()
    found = [event for event in _all_events() if _fits(event, words)]
    return render(request, "citizen/events.html", {"events": found, "words": words, "all": _all_events()})


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
        "took": [(item, words) for item in services if (words := took_words(item.id))],
        "agencies": [catalogue().agencies[item.agency] for item in services if isinstance(item.agency, str)]
        + [help_line()],
    }
    return render(request, "citizen/event.html", context)


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
    return list(catalogue().events.values())


def _is_for(event: LifeEvent, actor: Actor) -> bool:
    """Whether this person can begin it: who acts for another only what the mandate names."""
    return actor.covers(event.services) and (event.door == "journey" or actor.is_whole)


def _fits(event: LifeEvent, words: str) -> bool:
    texts = [event.title, event.summary, *event.examples]
    haystack = " ".join(f"{text.nl} {text.en}" for text in texts).casefold()
    return all(word in haystack for word in words.casefold().split())
