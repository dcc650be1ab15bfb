"""Room at an agency: how many of our calls it gets at the same moment, whichever process makes them.

One that hangs holds that many workers, and the others deliver to the others. What finds no room stays
due; whoever leaves wakes it (`outbox.pass_on`).
"""

from __future__ import annotations

from datetime import datetime

from portal.cases.models import Delivery
from portal.catalogue import connectors
from portal.ledger.states import agency_key, locked, note_waiting


def enter(agency: str, now: datetime) -> bool:
    """Whether one more call may begin; in the transaction that writes it down, so nobody counts beside it.

    False while the agency is down or full. What stays in the portal is no call, and always has room.
    """
    destination = connectors().destination(agency)
    if destination is None or destination.pulls:
        return True
    state = locked(agency_key(agency))
    if state.down_since is not None:
        return False
    if in_flight(agency, now) < connectors().limits_of(agency).max_in_flight:
        return True
    if state.waiting_since is None:
        note_waiting(agency_key(agency))
    return False


def in_flight(agency: str, now: datetime) -> int:
    """How many calls to it run now. One whose worker died counts until its lease is over."""
    rows = Delivery.objects.filter(destination=agency, delivered_at=None, lease_until__gt=now)
    # A release asks registers; what then goes to the agency is a row of its own.
    return rows.exclude(kind=Delivery.Kind.RELEASE).count()
