"""The catalogue and the search for life events: how long it takes to load them, and to find one."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from lifeevents.catalogue import load_catalogue
from lifeevents.rules import load_rules
from lifeevents.search import EventSearch
from lifeevents.yamlfile import read
from tests.bench.harness import Bench, Measure
from tests.bench.world import World

TRIES = 3
"""How often a question is asked; the quickest counts, for another process may come in between."""
PHRASES = Path(__file__).parents[2] / "lifeevents" / "phrases.yaml"


@contextmanager
def _load(world: World) -> Iterator[Measure]:
    """All files of the catalogue, read and checked, as at the start of a process."""

    def measure() -> float:
        begun = time.perf_counter()
        assert load_catalogue().services
        assert load_rules().rules
        return time.perf_counter() - begun

    yield measure


def _seconds(search: EventSearch, words: str) -> float:
    begun = time.perf_counter()
    search.find(words)
    return time.perf_counter() - begun


@contextmanager
def _search(world: World) -> Iterator[Measure]:
    """The slowest of all phrases of the tests."""
    document = read(PHRASES, [])
    assert document
    phrases = [words for group in document.data.values() for words in group]
    search = EventSearch(load_catalogue())

    def measure() -> float:
        slowest = 0.0
        for words in phrases:
            slowest = max(slowest, min(_seconds(search, words) for _ in range(TRIES)))
        return slowest * 1000

    yield measure


BENCHES = [
    Bench(
        name="catalogue-load",
        about="the whole catalogue from its files, checked",
        unit="s",
        prepare=_load,
        limit=0.5,
    ),
    Bench(
        name="event-search",
        about="the slowest of 270 questions in people's own words",
        unit="ms",
        prepare=_search,
        limit=10,
    ),
]
