"""The catalogue and the connectors of this installation, read once per process.

A file that is wrong is named with its line, and the process does not start on it: `wsgi.py` and
`celery.py` call `load_all`.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

from django.conf import settings

from connectors import registry
from lifeevents.catalogue import load_catalogue
from lifeevents.model import Agency, Catalogue
from lifeevents.rules import Rules, load_rules
from lifeevents.search import EventSearch


@cache
def catalogue() -> Catalogue:
    """Everything that exists; raises `lifeevents.catalogue.CatalogueError` with file and line."""
    return load_catalogue()


@cache
def event_search() -> EventSearch:
    """Finds life events in people's own words."""
    return EventSearch(catalogue())


@cache
def rules() -> Rules:
    """The rules of law; raises `lifeevents.catalogue.CatalogueError` with file and line."""
    return load_rules()


@cache
def connectors() -> registry.Connectors:
    """What `CONNECTORS_CONFIG` sets up; raises `registry.ConfigError` with file and line."""
    return registry.load(Path(settings.CONNECTORS_CONFIG))


def load_all() -> None:
    """Reads both, so that a broken file stops a process at its start."""
    event_search()
    rules()
    connectors()


def help_line() -> Agency:
    """The portal's own help line, shown where no other agency is concerned."""
    return catalogue().agencies["levensloket"]


def is_connected(agency: Agency) -> bool:
    """Whether requests can be delivered to this agency."""
    return connectors().destination(agency.id) is not None
