"""Who receives requests, and how to reach a person there."""

from __future__ import annotations

from pydantic.dataclasses import dataclass

from lifeevents.legal import STRICT, Article, NonEmpty, Text
from lifeevents.model.names import Slug


@dataclass(config=STRICT)
class Contact:
    """The ways to reach a person at an agency, as shown at the foot of every page."""

    phone: NonEmpty
    hours: Text
    desk: Text
    post: Text
    web: NonEmpty


@dataclass(config=STRICT)
class Agency:
    """An organisation that receives requests. `code` is its key within its kind (municipality: table 33).

    `task` is the law behind its work as a whole: what the log of a partner or a child names, where the
    law of one service would say too much of somebody else.
    """

    id: Slug
    name: NonEmpty
    short: Text
    kind: Slug
    contact: Contact
    code: str = ""
    task: Article | None = None
