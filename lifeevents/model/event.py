"""What happens to a person, and how somebody gets corrected what a register holds."""

from __future__ import annotations

from dataclasses import field
from typing import Annotated, Literal

from pydantic import Field
from pydantic.dataclasses import dataclass

from lifeevents.legal import STRICT, Article, NonEmpty, Text
from lifeevents.model.names import GuidanceKind, Key, Slug
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
class Guidance:
    """What belongs to a life event and is no request of ours, so that nobody has to find out alone.

    `automatic`: an agency does it by itself. `elsewhere`: the citizen arranges it with `who` (as inside a
    sentence), a private party or one that takes no requests from here. `information`: something to look up.
    `how` is what the citizen does. `agency` is there where the catalogue has it. The rest as in `Service`.
    """

    id: Slug
    kind: GuidanceKind
    title: Text
    summary: Text
    who: Text
    how: Text
    upl: Annotated[str, Field(pattern=r"^(https?://\S+)?$")]
    upl_name: str = ""
    agency: Slug | None = None
    article: Article | None = None
    verified: bool = True
    note: str = ""


@dataclass(config=STRICT)
class SearchWords:
    """What people say when it happens to them: names, other words and short phrases, in each language."""

    nl: tuple[NonEmpty, ...]
    en: tuple[NonEmpty, ...]


@dataclass(config=STRICT)
class Also:
    """Another life event that often comes along. `why` is a sentence that says so.

    With `only_if` it is shown where these questions were answered with one of these values.
    """

    event: Slug
    why: Text
    only_if: dict[Key, tuple[NonEmpty, ...]] = field(default_factory=dict)


@dataclass(config=STRICT)
class Proposal:
    """That a register event brings a proposal of this life event, for who turned that on.

    `kind` and `who` are as the source `brp_events` says them; `why` says what happened, after "omdat". With
    `silenced_by` nothing is proposed where one of these kinds happened too: who lost a child gets no
    proposal about a birth.
    """

    kind: Literal["birth", "death", "move", "move-abroad"]
    who: Annotated[tuple[Literal["self", "partner", "child", "parent"], ...], Field(min_length=1)]
    why: Text
    silenced_by: tuple[Literal["stillbirth", "death"], ...] = ()


@dataclass(config=STRICT)
class LifeEvent:
    """Something that happens to a person, and the services it brings, in the order in which they show.

    `door` is where the citizen begins: with a journey of questions, or at "Mijn gegevens", where each value
    has a way to say that it is wrong. Where `chosen` is there, the citizen chooses among the services, and
    those of `chosen` come ticked; without it all of them are asked for. `guidance` is what else belongs to
    it, `also` names other events that often come along, and
    `proposed` the register events that bring a proposal. By `words` it is found in one's own words.
    """

    slug: Slug
    title: Text
    summary: Text
    services: Annotated[tuple[Slug, ...], Field(min_length=1)]
    words: SearchWords
    chosen: tuple[Slug, ...] | None = None
    guidance: tuple[Slug, ...] = ()
    also: tuple[Also, ...] = ()
    proposed: tuple[Proposal, ...] = ()
    care: Text | None = None
    door: Literal["journey", "my-data"] = "journey"
