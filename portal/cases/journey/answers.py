"""The answers of a journey: what the citizen typed, sealed in one document per journey.

Shape: `{"groups": {"child": [{"first_names": "Mia", …}, …], "birth": [{…}]},
"entered": {"brp.address": {…}}, "reused": {"iban": "<journey id>"},
"lookups": {"brp.address": {…}}}`. A group that does not repeat holds one item. `entered` are values
for fields that a source could not give. `reused` names the answers that the citizen took over from
an earlier journey, and which one. The answer to a question of the kind `document` names the files that
were added, `[{"id", "media_type", "size"}, …]` (`portal.cases.journey.files`). `lookups` are addresses that
are being looked up, by field or question (`portal.cases.journey.addresses`); they go when the address is
chosen.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from types import MappingProxyType
from typing import Any

from django.utils import timezone

from lifeevents.model import Question, QuestionGroup
from portal.cases.models import Journey
from portal.ledger.keys import KeyRing, seal

_CONTEXT = "answers"

Item = dict[str, Any]
_NONE: Mapping[str, str] = MappingProxyType({})


@dataclass(slots=True)
class Answers:
    """The opened document. Change it, then `save`."""

    groups: dict[str, list[Item]] = field(default_factory=dict)
    entered: dict[str, Item] = field(default_factory=dict)
    reused: dict[str, str] = field(default_factory=dict)
    lookups: dict[str, Item] = field(default_factory=dict)

    def item(self, group: str, index: int) -> Item:
        """One page's answers; empty where nothing was typed yet."""
        items = self.groups.get(group, [])
        return items[index] if index < len(items) else {}

    def put(self, group: str, index: int, item: Item, reused: Mapping[str, str] = _NONE) -> None:
        """Keeps one page's answers; an index past the end adds the next item.

        `reused` names those that come from an earlier journey; one that was changed since is typed.
        """
        before = self.item(group, index)
        for question in before.keys() | item.keys():
            if before.get(question) != item.get(question):
                self.reused.pop(question, None)
        for question in item:
            self.lookups.pop(question, None)
        self.reused |= {question: source for question, source in reused.items() if question in item}
        items = self.groups.setdefault(group, [])
        items[index : index + 1] = [item]

    def remove(self, group: str, index: int) -> None:
        """Takes one item out of a repeating group."""
        del self.groups.get(group, [])[index : index + 1]

    def find(self, question: str) -> Any:
        """The answer to a question, wherever it was asked; None where there is none."""
        for items in self.groups.values():
            for item in items:
                if question in item:
                    return item[question]
        return None


def answers_of(journey: Journey, ring: KeyRing | None = None) -> Answers:
    """What the citizen typed so far. For several journeys of one citizen, give one `ring`."""
    if journey.sealed_answers is None:
        return Answers()
    ring = ring or KeyRing(journey.citizen)
    document = ring.unseal(journey.retention, f"{_CONTEXT}:{journey.pk}", journey.sealed_answers)
    document.pop("disputes", None)  # of before they had a table of their own
    return Answers(**document)


def save_answers(journey: Journey, answers: Answers) -> None:
    """Seals and stores them."""
    journey.sealed_answers = seal(
        journey.citizen, journey.retention, f"{_CONTEXT}:{journey.pk}", asdict(answers)
    )
    journey.touched_at = timezone.now()
    journey.save(update_fields=["sealed_answers", "touched_at"])


def asked(question: Question, item: Item) -> bool:
    """Whether a question is put at all, given the other answers on its page."""
    return all(item.get(other) in values for other, values in question.only_if.items())


def with_files(group: QuestionGroup, item: Item, before: Item) -> Item:
    """A page as it was filled in, with the files that were added to it `before` and are still asked."""
    held = {
        question.id: before[question.id]
        for question in group.document_questions
        if before.get(question.id) and asked(question, item)
    }
    return {**item, **held}


def is_complete(group: QuestionGroup, items: list[Item]) -> bool:
    """Whether every question that must be answered has an answer, in every item."""
    return bool(items) and all(_item_is_complete(group, item) for item in items)


def _item_is_complete(group: QuestionGroup, item: Item) -> bool:
    # A page of optional questions counts once it was seen: it then stands as an item, if an empty one.
    return all(
        item.get(question.id) not in (None, "", [])
        for question in group.questions
        if question.required and asked(question, item)
    )
