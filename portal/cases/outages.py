"""Agencies and sources that are away: found out once, probed now and then, caught up with when back."""

from __future__ import annotations

import structlog
from django.db import transaction

from connectors.base import ConnectorError, Destination
from portal.cases import outbox
from portal.catalogue import connectors
from portal.ledger.states import (
    agency_key,
    claim_trial,
    down_agencies,
    down_sources,
    mark_down,
    mark_up,
    source_key,
)

log = structlog.get_logger(__name__)


def answers(destination: Destination) -> bool:
    """Whether an agency can be reached at all, whatever it does with one request."""
    try:
        destination.check()
    except ConnectorError:
        return False
    return True


def note_failure(agency: str, destination: Destination) -> None:
    """A call failed: is it this request, or is the agency away? Away means that nothing is sent for now."""
    if not answers(destination):
        log.warning("agency is down", agency=agency)
        mark_down(agency_key(agency))


def note_success(agency: str) -> None:
    """It answered. Where it was away until now, what waits for it may go at once."""
    with transaction.atomic():
        if mark_up(agency_key(agency)):
            log.info("agency is back", agency=agency, due=outbox.make_due(agency))


def probe() -> None:
    """Asks each agency and each source that is down whether it is back.

    What waits for an agency is due then; a source is asked again by whoever needs it.
    """
    for agency in down_agencies():
        destination = connectors().destination(agency)
        if destination is not None and answers(destination):
            note_success(agency)
        else:
            mark_down(agency_key(agency))
    for source in down_sources():
        if source in connectors().sources and claim_trial(source):
            _probe_source(source)


def _probe_source(source: str) -> None:
    try:
        connectors().source(source).check()
    except ConnectorError:
        return
    if mark_up(source_key(source)):
        log.info("source is back", source=source)
