"""What goes along with something that was sent on: where it came from, and what the log says of it.

Imports no verb, so that `out` and `talk` can call it.
"""

from __future__ import annotations

from datetime import datetime
from typing import Final

from connectors.base import Forwarded
from portal.cases.forwarding.models import Forwarding
from portal.cases.models import Case
from portal.catalogue import catalogue

GROUND: Final = "artikel 2:3 Algemene wet bestuursrecht"
"""The law by which it goes to another agency; beside the ground of the service itself."""

SENT_ON: Final = "forwarded"
"""The outcome of the line in the citizen's log."""


def how_it_came(case: Case) -> Forwarding | None:
    """The last time that this case was sent on, or the message that it is; None for most cases."""
    if not case.forwarded_from:
        return None
    whole = _moved(case)
    return whole or Forwarding.objects.filter(to_case=case).first()


def _moved(case: Case) -> Forwarding | None:
    """The last time that the case itself went to another agency."""
    return Forwarding.objects.filter(case=case, message=None, to_case=None).last()


def forwarded(case: Case) -> Forwarded | None:
    """The same as a connector tells the next agency."""
    came = how_it_came(case)
    if came is None:
        return None
    return Forwarded(came.from_agency, name_of(came.from_agency), came.received_on, came.reason)


def arrival_id(case: Case) -> str:
    """The external id of our note that the next agency has it: one for each time that it was sent on."""
    whole = _moved(case)
    return f"arrived:{whole.pk}" if whole else "arrived"


def at_this_agency_since(case: Case) -> datetime | None:
    """When the agency before this one sent the case on; None where it is with the first one."""
    whole = _moved(case) if case.forwarded_from else None
    return whole.at if whole else None


def name_of(agency: str) -> str:
    """Its name, or its bare id where the catalogue has it no more."""
    known = catalogue().agencies.get(agency)
    return known.name if known else agency
