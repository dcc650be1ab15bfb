"""What of a life event the citizen need not arrange, by their own word."""

from __future__ import annotations

from typing import Any

from portal.cases.journey.journeys import journey_for
from portal.cases.models import Journey, NoNeed
from portal.catalogue import catalogue
from portal.people.actor import Actor


def say_needless(*, actor: Actor, journey_id: Any, service: str) -> None:
    """Nobody asks for this service of this life event again. Twice is once.

    Raises `Journey.DoesNotExist` for what is another's or was not sent, `LookupError` for no service of it.
    """
    journey = journey_for(actor=actor, journey_id=journey_id)
    if journey.state != Journey.State.SUBMITTED:
        raise Journey.DoesNotExist
    event = catalogue().events.get(journey.event)
    known = {one.id for one in journey.services} | set(event.services if event else ())
    if service not in known or not actor.covers([service]):
        raise LookupError(service)
    NoNeed.objects.get_or_create(journey=journey, service=service)
