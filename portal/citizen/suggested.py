"""What is proposed to a citizen, with its reason, as pages show it."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from portal.cases.models import Suggestion
from portal.cases.proactive.verbs import suggestions_for
from portal.catalogue import catalogue
from portal.days import day_words
from portal.people.actor import Actor


@dataclass(frozen=True, slots=True)
class SuggestedCard:
    """A life event that is proposed, with the reason in a sentence or two."""

    id: UUID
    title: str
    href: str
    why: str


def suggested_cards(actor: Actor) -> list[SuggestedCard]:
    """The proposals that stand open, newest first."""
    newest = sorted(suggestions_for(actor), key=lambda one: one.happened_on, reverse=True)
    return [suggested_card(one) for one in newest]


def suggested_card(proposal: Suggestion) -> SuggestedCard:
    """One of them."""
    event = catalogue().events[proposal.event]
    return SuggestedCard(
        id=proposal.pk,
        title=event.title.in_language(get_language() or "nl"),
        href=reverse("citizen:event", args=[event.slug]),
        why=reason_of(proposal),
    )


def reason_of(proposal: Suggestion) -> str:
    """Why somebody reads this, and that nothing was asked for."""
    event = catalogue().events.get(proposal.event)
    if event is None or not event.proposed:
        return _("Er is niets aangevraagd.")
    said = _("U ziet dit voorstel, omdat %(why)s (%(day)s). Er is niets aangevraagd.")
    why = event.proposed[0].why.in_language(get_language() or "nl")
    return said % {"why": why, "day": day_words(proposal.happened_on)}
