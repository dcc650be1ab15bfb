"""Agencies and sources that are away: found out once, probed now and then, caught up with when back."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import structlog
from django.db import transaction

from connectors.base import ConnectorError, Destination, Source
from portal.cases.out import outbox
from portal.catalogue import connectors
from portal.ledger.models import ConnectorState
from portal.ledger.states import (
    agency_key,
    claim_trial,
    down_agencies,
    down_sources,
    mark_down,
    mark_up,
    source_key,
    state_of,
)

log = structlog.get_logger(__name__)


_JUST_PROBED = timedelta(seconds=5)
"""Less than the timetable's 15 s, so that no turn is skipped, and two timetables probe no more than one."""

_AT_ONCE = 16


def answers(connector: Destination | Source) -> bool:
    """Whether it can be reached at all, whatever it does with one request."""
    try:
        connector.check()
    except ConnectorError:
        return False
    return True


def note_failure(agency: str, destination: Destination) -> bool:
    """A call failed: is it this request, or is the agency away? True: away, so nothing is sent for now."""
    if answers(destination):
        return False
    log.warning("agency is down", agency=agency)
    mark_down(agency_key(agency))
    return True


def leave(agency: str, *, answered: bool) -> None:
    """A call to it has ended: that it answered is noted, and its room is for who waits for it.

    Both by what is known of it now, which is asked once: every delivery ends here.
    """
    state = state_of(agency_key(agency))
    if answered:
        _note_answer(agency, state)
    outbox.pass_on(agency, state)


def note_success(agency: str) -> None:
    """It answered. Where it was away until now, what waits for it may go at once."""
    _note_answer(agency, state_of(agency_key(agency)))


def _note_answer(agency: str, state: ConnectorState | None) -> None:
    key = agency_key(agency)
    if state is None or state.down_since is None:
        mark_up(key, state)
        return
    with transaction.atomic():
        # The rows first, as a claim locks them: a row, and then its agency.
        rows = outbox.make_due(agency)
        if mark_up(key, state):
            log.info("agency is back", agency=agency, due=rows)
    outbox.wake(agency)


def probe() -> None:
    """Asks each agency and each source that is down whether it is back, all at the same time.

    What waits for an agency is due then; a source is asked again by whoever needs it. So one that hangs
    keeps nobody waiting to be found back.
    """
    known = connectors()
    down: list[tuple[str, Destination | Source | None]] = [
        *((agency_key(name), known.destination(name)) for name in down_agencies()),
        *((source_key(name), known.source(name)) for name in down_sources() if name in known.sources),
    ]
    tried = [
        (key, connector)
        for key, connector in down
        if connector is not None and claim_trial(key, every=_JUST_PROBED)
    ]
    for key, is_back in zip([key for key, _ in tried], _ask([one for _, one in tried]), strict=True):
        if is_back:
            _note_back(key)


def _ask(connectors_down: Sequence[Destination | Source]) -> list[bool]:
    if not connectors_down:
        return []
    with ThreadPoolExecutor(min(_AT_ONCE, len(connectors_down))) as threads:
        return list(threads.map(answers, connectors_down))


def _note_back(key: str) -> None:
    kind, _, name = key.partition(":")
    if kind == "agency":
        note_success(name)
    elif mark_up(key):
        log.info("source is back", source=name)
