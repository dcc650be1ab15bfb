"""What the law gives in numbers: articles, terms, and how a term may be made longer. Frozen, like all here.

`lifeevents.model` uses these for services; `lifeevents.terms` counts with them.
"""

from __future__ import annotations

from typing import Annotated

from pydantic import ConfigDict, Field
from pydantic.dataclasses import dataclass

STRICT = ConfigDict(extra="forbid", frozen=True)

NonEmpty = Annotated[str, Field(pattern=r"\S")]
"""Text with at least one character that can be seen."""
_Number = Annotated[int, Field(ge=0)]


@dataclass(config=STRICT)
class Text:
    """A sentence in Dutch, which binds, with English beside it."""

    nl: NonEmpty
    en: NonEmpty

    def in_language(self, language: str) -> str:
        """The English text for `en` and `en-*`, the Dutch text for every other language."""
        return self.en if language.split("-")[0] == "en" else self.nl


@dataclass(config=STRICT)
class Article:
    """An article of law: what it is called, and whether somebody here read it in the law text."""

    name: NonEmpty
    verified: bool


@dataclass(config=STRICT)
class Term:
    """A legal term in one unit: whole days, weeks, months or years. `lifeevents.terms` finds its last day."""

    article: Article
    weeks: _Number = 0
    days: _Number = 0
    months: _Number = 0
    years: _Number = 0

    def __post_init__(self) -> None:
        if sum(map(bool, (self.weeks, self.days, self.months, self.years))) != 1:
            raise ValueError(
                "a term has weeks or days, months or years, one of them: give a number of 1 or more to one"
            )


@dataclass(config=STRICT)
class Extension:
    """That the law lets an agency take longer, by writing so before the term is over.

    `at_most` is how long, each time; without it the law says "a reasonable term", and the agency names
    the day. With `again` it may be done more than once. `only_for` says for what, where not for everything.
    """

    article: Article
    at_most: Term | None = None
    again: bool = False
    only_for: Text | None = None


@dataclass(config=STRICT)
class ObjectionDecision:
    """How long there is to decide on an objection or administrative appeal, once its own term is over.

    `with_committee` holds where an advisory committee (Awb 7:13, 7:19) or an expert from outside advises.
    """

    term: Term
    with_committee: Term | None = None
    extension: Extension | None = None
