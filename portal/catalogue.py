"""The catalogue and the connectors of this installation, read once per process.

A file that is wrong is named with its line, and the process does not start on it: `wsgi.py` and
`celery.py` call `load_all`. In the demo a catalogue that changed on disk is read again while the portal runs.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from threading import Lock
from time import monotonic
from typing import Final

import structlog
from django.conf import settings

from connectors import registry
from lifeevents.catalogue import ROOT, CatalogueError, load_catalogue
from lifeevents.model import Agency, Catalogue
from lifeevents.rulechecks import rule_problems
from lifeevents.rules import Rules, load_rules
from lifeevents.search import EventSearch

log = structlog.get_logger(__name__)
_LOOK_SECONDS = 1.0
_SANDBOX_PATHS: Final = (
    "/haalcentraal/api/brp",
    "/lvbag/individuelebevragingen/v2",
    "/registers",
    "/zgw",
    "/intake",
)


def root() -> Path:
    """The folder of the catalogue: that of this repository, unless `CATALOGUE_FOLDER` names another."""
    return Path(settings.CATALOGUE_FOLDER) if settings.CATALOGUE_FOLDER else ROOT


def catalogue() -> Catalogue:
    """Everything that exists; raises `lifeevents.catalogue.CatalogueError` with file and line."""
    return _catalogue(_folder())


def event_search() -> EventSearch:
    """Finds life events in people's own words."""
    return _search(_folder())


def rules() -> Rules:
    """The rules of law; raises `lifeevents.catalogue.CatalogueError` with file and line."""
    return _rules(_folder())


def problems() -> tuple[str, ...]:
    """What is wrong with the files as they are now, while the portal goes on with what it read before."""
    return _Watch.problems


def forget() -> None:
    """Reads the catalogue anew at the next question."""
    for one in (_catalogue, _search, _rules):
        one.cache_clear()


@cache
def _catalogue(folder: Path) -> Catalogue:
    return load_catalogue(folder)


@cache
def _search(folder: Path) -> EventSearch:
    return EventSearch(_catalogue(folder))


@cache
def _rules(folder: Path) -> Rules:
    return load_rules(folder)


def _folder() -> Path:
    if settings.CATALOGUE_RELOAD:
        _Watch.look(root())
    return root()


class _Watch:
    """Whether the files changed, asked at most once a second. What is wrong is kept out, and said."""

    lock = Lock()
    looked = 0.0
    seen: tuple[Path, frozenset[tuple[str, int, int]]] | None = None
    problems: tuple[str, ...] = ()

    @classmethod
    def look(cls, folder: Path) -> None:
        with cls.lock:
            if monotonic() - cls.looked < _LOOK_SECONDS and cls.seen and cls.seen[0] == folder:
                return
            before, now = cls.seen, (folder, _stamps(folder))
            cls.looked, cls.seen = monotonic(), now
            if before is None or before[0] != folder or before == now:
                return
            try:
                if wrong := rule_problems(folder, load_catalogue(folder), load_rules(folder)):
                    raise CatalogueError(wrong)
            except CatalogueError as error:
                cls.problems = tuple(str(problem) for problem in error.problems)
                log.warning("the catalogue changed and is not right: the one before it stays in use")
            else:
                cls.problems = ()
                forget()
                log.info("the catalogue was read again")


def _stamps(folder: Path) -> frozenset[tuple[str, int, int]]:
    files = [(str(file), file.stat()) for file in folder.rglob("*.yaml")]
    return frozenset((name, told.st_mtime_ns, told.st_size) for name, told in files)


@cache
def connectors() -> registry.Connectors:
    """What `CONNECTORS_CONFIG` sets up; raises `registry.ConfigError` with file and line.

    In a place to practise each of them must lead to the sandbox.
    """
    only = sandbox_places() if settings.PRACTICE else None
    return registry.load(Path(settings.CONNECTORS_CONFIG), only=only)


def sandbox_places() -> tuple[str, ...]:
    """Where the sandbox plays registers and agencies (`connectors/sandbox/README.md`)."""
    return tuple(f"{settings.SANDBOX_URL}{path}" for path in _SANDBOX_PATHS)


def load_all() -> None:
    """Reads all of it, so that a broken file stops a process at its start."""
    event_search()
    rules()
    connectors()


def help_line() -> Agency:
    """The portal's own help line, shown where no other agency is concerned."""
    return catalogue().agencies["levensloket"]


def is_connected(agency: Agency) -> bool:
    """Whether requests can be delivered to this agency."""
    return connectors().destination(agency.id) is not None
