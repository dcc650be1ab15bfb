"""How each register and agency is connected: reachable or not, since when, and by which contract."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from connectors.base import ConnectorError, Destination, Source
from connectors.registry import Kind, find
from portal.cases.out.outages import note_success
from portal.cases.reading.showing import source_name
from portal.catalogue import catalogue, connectors
from portal.ledger.models import ConnectorState
from portal.ledger.states import agency_key, mark_down, mark_up, source_key


@dataclass(frozen=True, slots=True)
class Connection:
    """One connector in use. `error` is what went wrong at this look, if it was asked now."""

    name: str
    connector: str
    contract: str
    down_since: datetime | None
    last_success: datetime | None
    error: str = ""


def connections() -> list[Connection]:
    """As every process last knew it, asking nobody."""
    return [_known(key, name, connector, "") for key, name, connector in _all()]


def check_all() -> list[Connection]:
    """Asks each of them now."""
    return [_known(key, name, connector, _check(key, connector)) for key, name, connector in _all()]


def _all() -> list[tuple[str, str, Source | Destination]]:
    found = connectors()
    sources = [(source_key(name), source_name(name), source) for name, source in found.sources.items()]
    agencies = [
        (agency_key(name), _agency_name(name), destination)
        for name, destination in found.destinations.items()
    ]
    return [*sources, *agencies]


def _agency_name(agency: str) -> str:
    known = catalogue().agencies.get(agency)
    return known.name if known else agency


def _check(key: str, connector: Source | Destination) -> str:
    try:
        connector.check()
    except ConnectorError as error:
        mark_down(key)
        return str(error)
    if isinstance(connector, Destination):
        note_success(key.removeprefix(agency_key("")))
    else:
        mark_up(key)
    return ""


def _contract(connector: Source | Destination) -> str:
    kind: Kind = "sources" if isinstance(connector, Source) else "destinations"
    return find(kind)[connector.name].contract


def _known(key: str, name: str, connector: Source | Destination, error: str) -> Connection:
    state = ConnectorState.objects.filter(name=key).first()
    return Connection(
        name=name,
        connector=connector.name,
        contract=_contract(connector),
        down_since=state.down_since if state else None,
        last_success=state.last_success if state else None,
        error=error,
    )
