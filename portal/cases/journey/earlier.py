"""What the citizen typed before, offered again: only `reusable` questions, only from what was sent.

Nothing is filled in by itself: the citizen ticks it. What may not be offered (free text, health,
debt, violence) cannot be marked `reusable`; the catalogue's check sees to that.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from lifeevents.model import Question, QuestionGroup
from portal.cases.journey.answers import Item, answers_of
from portal.cases.models import Journey
from portal.cases.restricting.standing import in_effect
from portal.ledger.keys import KeyDestroyed, KeyRing
from portal.people.models import Citizen

LOOK_BACK = 5
"""Sent journeys that are looked through, newest first. Who sent more types it again."""


@dataclass(frozen=True, slots=True)
class Earlier:
    """An answer given before, and in which journey."""

    value: Any
    journey: str


def earlier_answers(journey: Journey, group: QuestionGroup, item: Item) -> dict[str, Earlier]:
    """By question id the newest earlier answer to each reusable question that `item` does not answer yet.

    The earlier question must have been the same: its id, kind and choices. An answer whose key was
    destroyed is gone, and what the citizen restricted is not looked at. A page without reusable questions
    asks the database nothing.
    """
    wanted = {one.id: one for one in group.questions if one.reusable and item.get(one.id) in (None, "")}
    found: dict[str, Earlier] = {}
    if not wanted:
        return found
    sent = Journey.objects.filter(
        citizen=journey.citizen, state=Journey.State.SUBMITTED, sealed_answers__isnull=False
    ).exclude(cases__in=in_effect().exclude(case=None).values("case"))
    ring = KeyRing(journey.citizen)
    for before in sent.order_by("-submitted_at")[:LOOK_BACK]:
        for name, value in _answers_to(before, wanted, ring).items():
            found.setdefault(name, Earlier(value, str(before.pk)))
        if len(found) == len(wanted):
            break
    return found


def reused_answers(citizen: Citizen) -> int:
    """How many answers were taken over from an earlier journey, in all that was sent and is still kept."""
    ring, found = KeyRing(citizen), 0
    for journey in Journey.objects.filter(
        citizen=citizen, state=Journey.State.SUBMITTED, sealed_answers__isnull=False
    ):
        try:
            found += len(answers_of(journey, ring).reused)
        except KeyDestroyed:
            continue
    return found


def _answers_to(journey: Journey, wanted: dict[str, Question], ring: KeyRing) -> dict[str, Any]:
    """What a sent journey says to these questions."""
    same = [
        question.id
        for service in journey.services
        for group in service.ask
        for question in group.questions
        if question.id in wanted
        and not (group.repeat or group.sensitive or question.sensitive)
        and _is_same(question, wanted[question.id])
    ]
    if not same:
        return {}
    try:
        answers = answers_of(journey, ring)
    except KeyDestroyed:
        return {}
    return {name: value for name in same if (value := answers.find(name)) not in (None, "")}


def _is_same(one: Question, other: Question) -> bool:
    """Whether an answer to the one is an answer to the other."""
    return one.kind == other.kind and [c.value for c in one.choices] == [c.value for c in other.choices]
