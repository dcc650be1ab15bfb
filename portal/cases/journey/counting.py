"""How many things an agency gets, and how many of them the citizen had to fill in. Pure.

A thing is a field that the service needs, a question that was answered, or an item of a repeating
group. What has several parts (an address, a child) is one thing. A question that was hidden or left
empty, and a field that could not be fetched, go to nobody and count nowhere. An answer that was
taken over from an earlier journey was not filled in.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from lifeevents.model import QuestionGroup, Service
from portal.cases.journey.answers import Item, asked
from portal.cases.journey.payloads import Payload

Thing = tuple[str, ...]
"""("field", name), ("question", id), or ("item", group, number)."""


@dataclass(frozen=True, slots=True)
class Counted:
    """The things that go to one agency or more, and those among them that the citizen filled in."""

    things: frozenset[Thing] = frozenset()
    filled_in: frozenset[Thing] = frozenset()

    @property
    def total(self) -> int:
        """M: how many things there are."""
        return len(self.things)

    @property
    def typed(self) -> int:
        """N: how many of them the citizen filled in; never more than `total`."""
        return len(self.filled_in)

    @property
    def known(self) -> int:
        """M - N: what the citizen was spared."""
        return self.total - self.typed


def count(service: Service, payload: Payload, reused: Collection[str] = ()) -> Counted:
    """What one service gets, by its payload; `reused` are the questions answered from an earlier journey."""
    fields = {name for name in service.needs if name not in payload["not_fetched"]}
    typed = {name for name in fields if payload["facts"].get(name, {}).get("provisional")}
    answers = {
        thing
        for group in service.ask
        for number, item in enumerate(payload["answers"].get(group.id, []))
        for thing in _answered(group, number, item)
    }
    spared = {("question", question) for question in reused}
    return Counted(
        frozenset({("field", name) for name in fields} | answers),
        frozenset({("field", name) for name in typed} | (answers - spared)),
    )


def together(parts: Iterable[Counted]) -> Counted:
    """Several services at once: what two of them get is one thing, filled in once."""
    listed = list(parts)
    return Counted(
        frozenset[Thing]().union(*(part.things for part in listed)),
        frozenset[Thing]().union(*(part.filled_in for part in listed)),
    )


def _answered(group: QuestionGroup, number: int, item: Item) -> set[Thing]:
    given = [
        question.id
        for question in group.questions
        if asked(question, item) and item.get(question.id) not in (None, "", [])
    ]
    if group.repeat:
        return {("item", group.id, str(number))} if given else set()
    return {("question", name) for name in given}
