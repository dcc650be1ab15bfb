"""What a rule is made of: facts, dated figures, and a tree of nodes. Frozen, like all of the catalogue."""

from __future__ import annotations

from dataclasses import dataclass as plain
from datetime import date
from decimal import Decimal
from typing import Annotated, Any, Literal

from pydantic import Field
from pydantic.dataclasses import dataclass

from lifeevents.legal import STRICT, Article, NonEmpty, Text

Gives = Literal["truth", "number", "day", "word", "items"]
"""What a node or fact yields: yes or no, a Decimal, a date, one of the words of a fact, or a list."""
FactKind = Literal["yes_no", "number", "euro", "date", "choice", "list"]
_Slug = Annotated[str, Field(pattern=r"^[a-z][a-z0-9]*(-[a-z0-9]+)*$", max_length=60)]
_Key = Annotated[str, Field(pattern=r"^[a-z][a-z0-9]*(_[a-z0-9]+)*$", max_length=60)]
Amount = Annotated[str, Field(pattern=r"^-?[0-9]{1,12}(\.[0-9]{1,6})?$")]

GIVES: dict[FactKind, Gives] = {
    "yes_no": "truth",
    "number": "number",
    "euro": "number",
    "date": "day",
    "choice": "word",
    "list": "items",
}
MOST_ITEMS = 30
"""The longest list that a fact may hold; with the bounds of `build` it bounds the work of a rule."""


@dataclass(config=STRICT)
class Origin:
    """Where a fact is known from without asking: a field of a register, or the answer to a question of ours.

    `at` is the place in the value, such as `/date`; an item of a list has nothing but that. Of a yes or no:
    with `presence: proves` something there means yes and nothing there leaves it open, with `decides` nothing
    there means no, and `among` lists the values that mean yes.
    """

    field: Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*\.[a-z][a-z0-9_]*$")] | None = None
    answer: _Key | None = None
    at: Annotated[str, Field(pattern=r"^(/[^/]+)*$")] = ""
    presence: Literal["proves", "decides"] | None = None
    among: tuple[NonEmpty, ...] = ()

    def __post_init__(self) -> None:
        if self.field and self.answer:
            raise ValueError("a fact is known from a field or from an answer: remove one")
        if self.presence and self.among:
            raise ValueError("'presence' and 'among' both say what means yes: remove one")


@dataclass(config=STRICT)
class Fact:
    """Something a rule must know. `ask` is the question to the citizen, `words` the answers of a choice.

    Numbers and euros are 0 or more. A date with `not_future` lies on or before the day of the rule. A `list`
    has `items`, by name; a node inside `count` or `sum` reads them as `<list>.<item>`.
    """

    kind: FactKind
    ask: Text
    words: tuple[NonEmpty, ...] = ()
    not_future: bool = False
    items: dict[_Key, Fact] = Field(default_factory=dict)
    known_from: Origin | None = None

    def __post_init__(self) -> None:
        if (self.kind == "choice") != bool(self.words):
            raise ValueError("'words' belong to the kind choice, and to no other: add or remove them")
        if (self.kind == "list") != bool(self.items):
            raise ValueError("'items' belong to the kind list, and to no other: add or remove them")
        if any(item.kind == "list" for item in self.items.values()):
            raise ValueError("a list cannot hold lists: take the inner one out")
        origins = [item.known_from for item in self.items.values() if item.known_from]
        if any(one.field or one.answer for one in origins):
            raise ValueError("an item of a list is known from a place in it: give it 'at' alone")
        if self.known_from and (self.known_from.presence or self.known_from.among) and self.kind != "yes_no":
            raise ValueError("'presence' and 'among' are for a yes or no: remove them")


@dataclass(config=STRICT)
class Dated:
    """The value of a figure from `since`, until `until` or the next one. `source` says where it was read."""

    since: date
    value: Amount
    article: Article
    source: NonEmpty
    until: date | None = None

    @property
    def amount(self) -> Decimal:
        """The value as a number."""
        return Decimal(self.value)


@dataclass(config=STRICT)
class Figure:
    """A figure of a law that changes by decree, such as an amount in euros or a percentage as 0.137."""

    label: Text
    values: Annotated[tuple[Dated, ...], Field(min_length=1)]

    def on(self, day: date) -> Dated | None:
        """The value that holds on a day; None before the first and after the last."""
        for one in reversed(self.values):
            if one.since <= day:
                return one if one.until is None or day <= one.until else None
        return None


@plain(frozen=True, slots=True)
class Says:
    """What a test means for the citizen when it is true, and when it is not: a piece of a sentence."""

    yes: Text
    no: Text


@plain(frozen=True, slots=True)
class Node:
    """One step of a rule. `parts` are its operands, `name` its fact, figure, list or period.

    `article` is its own or that of the nearest node above. Outside `since` and `until` it is left out.
    """

    op: str
    gives: Gives
    parts: tuple[Node, ...] = ()
    name: str = ""
    constant: Decimal | str | None = None
    article: str = ""
    since: date | None = None
    until: date | None = None
    says: Says | None = None

    def holds_on(self, day: date) -> bool:
        """Whether the law has this step on that day."""
        return (self.since is None or self.since <= day) and (self.until is None or day <= self.until)


@dataclass(config=STRICT)
class AmountText:
    """How an amount is worked out, and for which period. `note` is what it leaves aside."""

    value: Any
    per: Literal["month", "quarter", "year", "once"]
    article: NonEmpty
    note: Text | None = None


@dataclass(config=STRICT)
class BeyondText:
    """A situation of which a rule says nothing, because the law for it was not read: guidance, no verdict.

    `says` is a piece of a sentence, after "want". `touches` are the facts that count in another way
    there: a no that rests on none of them is a no there too.
    """

    when: Any
    article: NonEmpty
    says: Text
    touches: Annotated[tuple[_Key, ...], Field(min_length=1)]


@dataclass(config=STRICT)
class RuleText:
    """A rule as it stands in its file; `lifeevents.rules.build` makes the trees of `when` and `amount`."""

    id: _Slug
    title: Text
    decides: Text
    law: NonEmpty
    bwb: Annotated[str, Field(pattern=r"^BWBR[0-9]{7}$")]
    since: date
    facts: Annotated[dict[_Key, Fact], Field(min_length=1)]
    when: Any
    amount: AmountText | None = None
    until: date | None = None
    limits: Text | None = None
    beyond: tuple[BeyondText, ...] = ()


@plain(frozen=True, slots=True)
class Rule:
    """A rule that was checked. `figures` are those it looks up, `beyond` tests of what it leaves aside."""

    text: RuleText
    when: Node
    amount: Node | None
    figures: dict[str, Figure]
    beyond: tuple[Node, ...] = ()

    @property
    def id(self) -> str:
        """Its name, which is that of its file."""
        return self.text.id

    def fact(self, name: str) -> Fact:
        """The fact of a name, or of `<list>.<item>`. Raises `KeyError`."""
        outer, _, inner = name.partition(".")
        fact = self.text.facts[outer]
        return fact.items[inner] if inner else fact
