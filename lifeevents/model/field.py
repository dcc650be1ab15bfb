"""The facts that registers hold: how old they may be, how they read, and what is worked out of them."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field
from pydantic.dataclasses import dataclass

from lifeevents.legal import STRICT, Text
from lifeevents.model.names import DerivedTest, FieldName, Key, Pointer, ShownKind
from lifeevents.model.question import Choice, Question


@dataclass(config=STRICT)
class Derived:
    """A yes or no that the portal works out of other fields, so that an agency gets no more than that.

    `base` (in YAML: `from`) names those fields. `at_least_years`: the person of that `brp.birth` is so
    many `years` old. `present`: the register has any. `among`: the person of the first field is among
    those of the second. The value is `{"answer": true | false}`; `lifeevents.derived` works it out.
    """

    test: DerivedTest
    base: Annotated[tuple[FieldName, ...], Field(alias="from", min_length=1)]
    years: Annotated[int, Field(ge=0)] = 0


@dataclass(config=STRICT)
class Persons:
    """The other people in a value: `at` is a JSON pointer to their BSNs, in which * stands for each item.

    In their own log they read that the fields of `reads_as` were used.
    """

    at: Pointer
    reads_as: Annotated[tuple[FieldName, ...], Field(min_length=1)]


@dataclass(config=STRICT)
class Shown:
    """How one key of a value reads. Without a label the value stands alone.

    `euro` is an amount as text ("291.49"), `date` and `month` are ISO dates, and a `choice` is one of
    the words in `choices`.
    """

    key: Key
    kind: ShownKind
    label: Text | None = None
    choices: tuple[Choice, ...] = ()

    def __post_init__(self) -> None:
        if (self.kind == "choice") != bool(self.choices):
            raise ValueError("'choices' belong to the kind choice, and to no other: add or remove them")


@dataclass(config=STRICT)
class FieldDefinition:
    """A fact that a source holds, or with `derived` a yes or no that the portal works out.

    `max_age` in seconds says how long a fetched value may be reused. `persons` says who else is in it.

    `enter` holds the questions with which a citizen gives the value when the source cannot;
    the value is then an object with the question ids as keys, or the answer itself where the only
    question is an `address`; it is provisional. `gives` names questions that this fact answers,
    besides its own name and those of `enter`.

    `show` says how the value reads, an object as a line a key and a list as a line an item, in this
    order; `none` is how it reads that there is none.
    """

    name: FieldName
    source: Key
    subject: Literal["person", "home", "family", "work", "money", "car", "study"]
    label: Text
    max_age: Annotated[int, Field(ge=0)]
    enter: tuple[Question, ...] = ()
    gives: tuple[Key, ...] = ()
    masked_when_secret: bool = False
    derived: Derived | None = None
    persons: Persons | None = None
    show: tuple[Shown, ...] = ()
    none: Text | None = None

    @property
    def address_question(self) -> Question | None:
        """The question of `enter`, where that is one for an address."""
        return self.enter[0] if len(self.enter) == 1 and self.enter[0].kind == "address" else None

    @property
    def answers(self) -> frozenset[str]:
        """The ids of the questions that need not be asked of the citizen where this fact is fetched."""
        return frozenset({self.name.partition(".")[2], *self.gives, *(one.id for one in self.enter)})
