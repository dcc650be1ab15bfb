"""What happens to a person, and how somebody gets corrected what a register holds."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field
from pydantic.dataclasses import dataclass

from lifeevents.legal import STRICT, Article, Text
from lifeevents.model.names import Key, Slug
from lifeevents.model.service import Activity


@dataclass(config=STRICT)
class Correction:
    """How somebody gets a value corrected that a source holds.

    `holder` keeps the register, as inside a sentence ("uw gemeente"). `service` is the request that the
    portal can send for the citizen: of its `needs` only the value in question goes along. Its questions
    `right_value`, `explanation` and `proof` are answered by what the citizen said of it. `how` is what
    to do where there is no such service, or it does not cover the value. `article` gives the right to it.
    On the ground of `activity` the portal keeps what the citizen says; it covers every field of the source.
    """

    source: Key
    holder: Text
    how: Text
    article: Article
    activity: Activity
    service: Slug | None = None


@dataclass(config=STRICT)
class LifeEvent:
    """Something that happens to a person, and the services it brings, in the order in which they show.

    `door` is where the citizen begins: with a journey of questions, or at "Mijn gegevens", where each value
    has a way to say that it is wrong.
    """

    slug: Slug
    title: Text
    summary: Text
    examples: tuple[Text, ...]
    services: Annotated[tuple[Slug, ...], Field(min_length=1)]
    care: Text | None = None
    door: Literal["journey", "my-data"] = "journey"
