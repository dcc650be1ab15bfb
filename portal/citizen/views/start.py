"""The first page, the inbox, and the life events to choose from."""

from __future__ import annotations

from typing import Any, Final

from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_safe

from lifeevents.model import Agency, LifeEvent, Service
from lifeevents.search import MOST_LETTERS
from portal.access.requests import actor_or_none
from portal.access.settling import contact_person
from portal.cases.inbox.listing import Wanted, listed
from portal.cases.inbox.models import InboxItem
from portal.cases.inbox.verbs import note_opened
from portal.cases.journey.answers import Answers, answers_of
from portal.cases.journey.fitting import verdicts_of
from portal.cases.journey.journeys import (
    as_drafts,
    drafts_query,
    newest_journeys,
    open_draft,
    submitted_journeys,
)
from portal.cases.models import Journey
from portal.cases.proactive.verbs import suggestion_of
from portal.cases.reading.names import agency_of
from portal.cases.reading.reports import is_only_report
from portal.cases.reading.together import OwnQuestion
from portal.cases.terms.showing import took_words
from portal.catalogue import catalogue, event_search, help_line
from portal.citizen.inbox_cards import InboxCard, cards_of
from portal.citizen.moments import OPEN_CONTACTS, shown
from portal.citizen.offers import ServiceChoice, first_steps, service_choices
from portal.citizen.pages import draft_card
from portal.citizen.plan import AlsoLink, also_links, journey_card
from portal.citizen.report_offers import report_offers
from portal.citizen.suggested import SuggestedCard, suggested_card, suggested_cards
from portal.people.actor import Actor

_JOURNEYS = 5
"""So many of the citizen's life events stand on the first page."""

_MOST_FOUND = 3
"""How many life events are shown for a question; one of the first is nearly always the right one."""


def _more(actor: Actor) -> dict[str, QuerySet[Any]]:
    return {
        "sent": newest_journeys(actor=actor)[: _JOURNEYS + 1],
        "drafts": drafts_query(actor=actor),
    }


_MORE: Final = OwnQuestion(_more)


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """The inbox of who is logged in; for everybody else: what is this, and what changes in your life?"""
    actor = actor_or_none(request)
    if actor is None or actor.citizen is None:
        return render(request, "citizen/start.html", {"events": _all_events()})
    return _inbox(request, actor)


def _inbox(request: HttpRequest, actor: Actor) -> HttpResponse:
    """The first page of the inbox, and the life events. An open page asks with `?seen=<version>`."""
    page = listed(
        actor=actor,
        wanted=Wanted(),
        more=_MORE.part(actor=actor),
        beside=OPEN_CONTACTS.part(actor=actor),
    )
    if request.GET.get("seen") == page.version:
        return HttpResponse(status=204)
    drafts = as_drafts(page.more["drafts"], actor=actor)
    cards = cards_of(page)
    cases = [entry.item.case for entry in page.entries if entry.item.case]
    agencies = {agency.id: agency for case in cases for agency in [agency_of(case)]}
    context = {
        "drafts": [draft_card(draft) for draft in drafts],
        "suggested": suggested_cards(actor),
        "todo": [card for card in cards if card.is_open],
        "news": [card for card in cards if _is_news(card)],
        "cases": [card for card in cards if card.phase and not card.is_new],
        "moments": shown(page.more["moments"]),
        "is_more": bool(page.older),
        "unread": page.counts.unread,
        "version": page.version,
        "is_contact": actor.capacity == "survivor" and _is_contact(actor),
        "journeys": [journey_card(journey) for journey in page.more["sent"][:_JOURNEYS]],
        "more_journeys": len(page.more["sent"]) > _JOURNEYS,
        "events": [one for one in _all_events() if _is_for(one, actor)],
        "open_tasks": page.counts.open + len(drafts),
        "agencies": list(agencies.values()) or [help_line()],
    }
    fragment = "citizen/_home.html" if request.htmx else "citizen/home.html"  # type: ignore[attr-defined]
    return render(request, fragment, context)


def _is_news(card: InboxCard) -> bool:
    """A proposal stands above it, with a button to put it away."""
    return card.is_new and not card.is_open and card.item.kind != InboxItem.Kind.PROPOSAL


def _is_contact(actor: Actor) -> bool:
    """Whether letters to the heirs go to this person."""
    contact = contact_person(actor.require_citizen())
    return contact is not None and contact == actor.require_user().citizen


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
        "reports": report_offers(services, actor_or_none(request)),
        "services": services,
        "steps": first_steps(services),
        "choices": _choices(request, life_event),
        "proposal": _proposal(request, life_event),
        "guidance": catalogue().guidance_of(life_event),
        "also": _also(request, life_event),
        "took": [(item, words) for item in services if (words := took_words(item.id))],
        "agencies": _agencies(services),
    }
    return render(request, "citizen/event.html", context)


def _also(request: HttpRequest, life_event: LifeEvent) -> list[AlsoLink]:
    """The life events that come along, for who is logged in: they stand on the first page for everybody."""
    actor = actor_or_none(request)
    is_citizen = actor is not None and actor.citizen is not None
    return also_links(life_event, Answers(), actor) if actor and is_citizen else []


def _proposal(request: HttpRequest, life_event: LifeEvent) -> SuggestedCard | None:
    """That this was proposed, with the reason; opened by that."""
    actor = actor_or_none(request)
    if actor is None or actor.citizen is None or (found := suggestion_of(actor, life_event)) is None:
        return None
    note_opened(actor=actor, what=found)
    return suggested_card(found)


def _agencies(services: tuple[Service, ...]) -> list[Agency]:
    """Whom one can call about an event: those that are known before it begins, and the portal's own line."""
    names = dict.fromkeys(item.agency for item in services if isinstance(item.agency, str))
    return [*(catalogue().agencies[name] for name in names), help_line()]


def _choices(request: HttpRequest, life_event: LifeEvent) -> list[ServiceChoice]:
    """The services with a tick each, where the citizen chooses and can begin: ticked as they stand now."""
    actor = actor_or_none(request)
    if actor is None or actor.citizen is None or (life_event.chosen is None and actor.filing is None):
        return []
    draft = open_draft(actor=actor, event=life_event.slug)
    first = life_event.services if life_event.chosen is None else life_event.chosen
    ticked = {one.id for one in draft.services} if draft else set(first)
    services = [one for one in catalogue().services_of(life_event) if actor.covers([one.id])]
    answers = answers_of(draft) if draft else Answers()
    if actor.filing is not None:
        # Whether it is for this person is worked out of what registers know: not for who writes it down.
        return service_choices(services, ticked)
    return service_choices(services, ticked, verdicts_of(actor.require_citizen(), services, answers))


def _sent_before(request: HttpRequest, slug: str) -> Journey | None:
    """The newest time that this citizen sent this life event, so that nobody does it twice by mistake."""
    actor = actor_or_none(request)
    if actor is None or actor.citizen is None:
        return None
    sent = (one for one in submitted_journeys(actor=actor) if one.event == slug and not is_only_report(one))
    return next(sent, None)


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
