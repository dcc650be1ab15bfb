"""Which questions somebody of the helpdesk filled in: marked until the citizen changes them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from lifeevents.model import Service
from portal.cases.models import Journey
from portal.people.actor import Actor

HELPED = "helped"
"""The part of a payload that names them."""


def note_help(
    journey: Journey, before: Mapping[str, Any], after: Mapping[str, Any], actor: Actor | None
) -> None:
    """Marks what this actor changed, or takes the mark off where the citizen did. Under a lock of it."""
    changed = [name for name in before.keys() | after.keys() if before.get(name) != after.get(name)]
    held: dict[str, str] = Journey.objects.values_list("helped", flat=True).get(pk=journey.pk)
    kept = {name: assist for name, assist in held.items() if name not in changed}
    if actor is not None and actor.assist is not None:
        kept |= {name: str(actor.assist.assist_id) for name in changed if name in after}
    if kept != held:
        Journey.objects.filter(pk=journey.pk).update(helped=kept)
    journey.helped = kept


def helped_entry(journey: Journey, service: Service) -> dict[str, list[str]]:
    """What of a service's own questions was filled in so, as a part of its payload; {} where nothing was."""
    asked = {question.id for group in service.ask for question in group.questions}
    names = sorted(asked & journey.helped.keys())
    return {HELPED: names} if names else {}


def is_helped(payload: Mapping[str, Any] | None) -> bool:
    """Whether what was sent, or will be, was filled in with help."""
    return bool(payload and payload.get(HELPED))
