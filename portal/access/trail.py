"""What was done in somebody's name, in their own log: each line says what, and the mandate says who.

`source` of such a line is the id of the `Representation`: part of the line that the chain protects.
"""

from __future__ import annotations

import secrets
from enum import StrEnum

from lifeevents.model import Activity
from portal.access.models import Representation
from portal.catalogue import catalogue
from portal.ledger.log.uses import PORTAL, Begun, Use, begin_use, record_use
from portal.ledger.models import DataUse
from portal.people.models import Citizen


class Act(StrEnum):
    """The outcome of a line: what was done with a mandate itself."""

    AUTHORISED = "mandate-given"
    ACCEPTED = "mandate-accepted"
    TOOK_ON = "mandate-taken-on"
    REVOKED = "mandate-revoked"
    BEGAN = "mandate-used"
    RECORDED = "mandate-recorded"
    NAMED = "mandate-named"
    OFFERED = "mandate-offered"
    JOINED = "mandate-joined"


def activity() -> Activity:
    """On which ground we look into who may act for whom."""
    return catalogue().activities["vertegenwoordigen"]


def use_of(
    citizen: Citizen, representation: Representation | str, *, trace_id: str = "", recipient: str = PORTAL
) -> Use:
    """A line about acting for another, in the log of this one of the two."""
    return Use(
        citizen=citizen,
        trace_id=trace_id or secrets.token_hex(16),
        operation=DataUse.Operation.ACTED,
        activities=(activity(),),
        fields=(),
        recipient=recipient,
        source=str(getattr(representation, "pk", representation)),
    )


def note(citizen: Citizen, act: Act, representation: Representation) -> None:
    """One line, of something that is done by now."""
    record_use(use_of(citizen, representation), outcome=act.value)


def begin(citizen: Citizen, representation_id: object, *, trace_id: str) -> Begun:
    """The first line of an act, before it is done: without a second one it is unknown whether it was."""
    return begin_use(use_of(citizen, str(representation_id), trace_id=trace_id))
