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
class Complaints:
    """How an agency deals with complaints, where that is not as with most.

    `committee`: one advises on them (Awb 9:13), which gives ten weeks. `ombudsman`: the one of its own to
    whom the citizen goes afterwards (9:17(b)), where that is not the national one.
    """

    committee: bool = False
    ombudsman: Text | None = None


@dataclass(config=STRICT)
class Agency:
    """An organisation that receives requests. `code` is its key within its kind (municipality: table 33).

    `task` is the law behind its work as a whole: what the log of a partner or a child names, where the
    law of one service would say too much of somebody else. `complaints` is how it deals with those.
    """

    id: Slug
    name: NonEmpty
    short: Text
    kind: Slug
    contact: Contact
    code: str = ""
    task: Article | None = None
    complaints: Complaints = Complaints()
