"""What only the citizen knows, and the pages on which it is asked."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field
from pydantic.dataclasses import dataclass

from lifeevents.legal import STRICT, NonEmpty, Text
from lifeevents.model.names import FieldName, Key, QuestionKind, Sensitive


@dataclass(config=STRICT)
class Choice:
    """One answer of a `choice` question."""

    value: NonEmpty
    label: Text


@dataclass(config=STRICT)
class Question:
    """Something only the citizen knows.

    `not_future` bounds a `date`. `only_if` asks it only when an earlier answer in the same group has
    one of the values given; the values of a `yes_no` question are "yes" and "no". With `reusable` an
    answer that was sent before is offered again; never one that is `sensitive`. `about` says whom the
    answer is about: what a register says of the citizen is not asked of the citizen.

    An `address` is asked by postcode and house number, and looked up in the field `lookup`: a list of
    objects with `street`, `number`, `letter`, `suffix`, `postcode`, `city`, `object_id`, and where it
    is known `municipality`. The answer is an object with `street`, `number`, `suffix` (letter and
    addition in one), `postcode`, `city`, and `object_id` where it was found.

    An `iban` is the account on which the citizen gets money; `of_another_if` says after which earlier answers
    it is somebody else's. Who is under bewind gets money on the account of the administrator only.

    A `document` is up to five files; the answer is a list of objects with `id` (of the document with the
    case), `media_type` and `size` in bytes.
    """

    id: Key
    kind: QuestionKind
    label: Text
    help: Text | None = None
    required: bool = True
    choices: tuple[Choice, ...] = ()
    max_length: Annotated[int, Field(ge=1)] = 200
    not_future: bool = False
    only_if: dict[Key, tuple[NonEmpty, ...]] = Field(default_factory=dict)
    of_another_if: dict[Key, tuple[NonEmpty, ...]] = Field(default_factory=dict)
    lookup: FieldName | None = None
    reusable: bool = False
    sensitive: Sensitive | None = None
    about: Literal["citizen", "someone-else"] = "citizen"


@dataclass(config=STRICT)
class QuestionGroup:
    """The questions of one page. With `repeat` the page is asked 1 to `repeat` times (twins).

    `sensitive` holds for all its questions.
    """

    id: Key
    title: Text
    questions: Annotated[tuple[Question, ...], Field(min_length=1)]
    intro: Text | None = None
    repeat: Annotated[int, Field(ge=0)] = 0
    item: Text | None = None
    sensitive: Sensitive | None = None

    @property
    def document_questions(self) -> tuple[Question, ...]:
        """Those of its questions that are answered with files."""
        return tuple(question for question in self.questions if question.kind == "document")

    @property
    def address_question(self) -> Question | None:
        """Its question, where that is one for an address: that is a page of its own."""
        return self.questions[0] if self.questions[0].kind == "address" else None
