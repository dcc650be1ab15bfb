"""Drafts that are only proposed: ready for a citizen, who did not begin them."""

from __future__ import annotations

from django.db.models import Exists, OuterRef, QuerySet

from lifeevents.model import LifeEvent, dump
from portal.cases.models import Journey, Suggestion
from portal.catalogue import catalogue
from portal.ledger.keys import content_hash
from portal.people.models import Citizen


def ready_draft(*, citizen: Citizen, event: LifeEvent) -> Journey | None:
    """A draft of what comes ticked: nothing is asked or filled in, and nobody has begun it.

    None where there is one that the citizen began, and where nothing comes ticked.
    """
    if event.chosen is None:
        services = catalogue().services_of(event)
    else:
        services = catalogue().with_awaited(event, event.chosen)
    drafts = Journey.objects.filter(citizen=citizen, event=event.slug, state=Journey.State.DRAFT)
    if not services or begun(drafts).exists():
        return None
    definitions = dump(services)
    made, _ = drafts.get_or_create(
        citizen=citizen,
        event=event.slug,
        state=Journey.State.DRAFT,
        defaults={"definitions": definitions, "definitions_hash": content_hash(definitions)},
    )
    return made


def begun(journeys: QuerySet[Journey]) -> QuerySet[Journey]:
    """Without those that are only proposed."""
    return journeys.exclude(Exists(Suggestion.objects.filter(journey=OuterRef("pk"), closed_at=None)))
