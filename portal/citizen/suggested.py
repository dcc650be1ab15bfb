"""What is proposed to a citizen, with its reason, as the first page shows it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.urls import reverse
from django.utils.translation import get_language

from portal.cases.proactive.verbs import suggestions_for
from portal.catalogue import catalogue
from portal.people.actor import Actor


@dataclass(frozen=True, slots=True)
class SuggestedCard:
    """A life event that is proposed: `why` goes on after "omdat"."""

    id: UUID
    title: str
    href: str
    why: str
    day: date


def suggested_cards(actor: Actor) -> list[SuggestedCard]:
    """The proposals that stand open, newest first."""
    language = get_language() or "nl"
    cards = []
    for one in sorted(suggestions_for(actor), key=lambda one: one.happened_on, reverse=True):
        event = catalogue().events[one.event]
        cards.append(
            SuggestedCard(
                id=one.pk,
                title=event.title.in_language(language),
                href=reverse("citizen:event", args=[event.slug]),
                why=event.proposed[0].why.in_language(language) if event.proposed else "",
                day=one.happened_on,
            )
        )
    return cards
