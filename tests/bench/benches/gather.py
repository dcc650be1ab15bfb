"""The once-only engine: how long a round takes, what it costs, and how often it asks."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import partial

from django.db import connection
from django.test.utils import CaptureQueriesContext

from connectors.base import Source, Subject
from portal.ledger.engine.gather import Known, gather
from portal.people.models import Citizen
from tests.bench import floors
from tests.bench.catalogue import FIELDS, SERVICES, SOURCES, Instant, OverHttp, activities, installed
from tests.bench.harness import Bench, Measure
from tests.bench.world import World, traces
from tests.factories import make_citizen, spare_bsns

_BSNS, _TRACES = spare_bsns(), traces()


def _round(citizen: Citizen, services: int) -> None:
    """One round of a journey of its own: all forty fields, and every one of them known."""
    answers = gather(citizen=citizen, fields=FIELDS, activities=activities(services), trace_id=next(_TRACES))
    unknown = sorted(name for name in FIELDS if not isinstance(answers[name], Known))
    assert not unknown, f"not known: {unknown}"


def _somebody() -> Citizen:
    return make_citizen(next(_BSNS))


def _slow(world: World) -> Mapping[str, Source]:
    return {name: OverHttp(world.other_side.slow(name)) for name in SOURCES}


def _quick(world: World) -> Mapping[str, Source]:
    return {name: OverHttp(world.other_side.quick(name)) for name in SOURCES}


# --- Time -----------------------------------------------------------------------------------------


@contextmanager
def _slowest(world: World, *, services: int) -> Iterator[Measure]:
    """Seconds for one round over eight slow sources."""

    def measure() -> float:
        citizen = _somebody()
        begun = time.perf_counter()
        _round(citizen, services)
        return time.perf_counter() - begun

    with installed(_slow(world)):
        yield measure


@contextmanager
def _in_turn(world: World) -> Iterator[Measure]:
    """Seconds for asking the same sources one after another."""
    sources = _slow(world)

    def measure() -> float:
        subject, trace_id = Subject(next(_BSNS)), next(_TRACES)
        begun = time.perf_counter()
        for name, source in sources.items():
            source.fetch(subject, [f"{name}.one"], trace_id=trace_id)
        return time.perf_counter() - begun

    yield measure


# --- Cost -----------------------------------------------------------------------------------------


@contextmanager
def _cpu(world: World, *, services: int) -> Iterator[Measure]:
    """Milliseconds of processor time, all threads, for a round whose sources answer at once."""

    def measure() -> float:
        citizen = _somebody()
        begun = time.process_time()
        _round(citizen, services)
        return 1000 * (time.process_time() - begun)

    with installed({name: Instant() for name in SOURCES}):
        yield measure


def _queries_of(services: int) -> int:
    citizen = _somebody()
    with CaptureQueriesContext(connection) as queries:
        _round(citizen, services)
    return len(queries)


@contextmanager
def _queries(world: World, *, measure: Callable[[], float]) -> Iterator[Measure]:
    with installed({name: Instant() for name in SOURCES}):
        yield measure


# --- Requests -------------------------------------------------------------------------------------


@contextmanager
def _requests(world: World, *, act: Callable[[World], None], tries: range) -> Iterator[Measure]:
    """The most questions that one source got about one subject in one round, of these tries."""

    def measure() -> float:
        world.other_side.asked()
        act(world)
        times = Counter(
            (one["register"], one["subject"], one["trace"])
            for one in world.other_side.asked()
            if one["try"] in tries
        )
        return max(times.values(), default=0)

    with installed(_quick(world)):
        yield measure


def _one_journey(world: World) -> None:
    _round(_somebody(), SERVICES)


def _a_second_journey(world: World) -> None:
    citizen = _somebody()
    _round(citizen, SERVICES)
    world.other_side.asked()
    _round(citizen, SERVICES)


def _one_that_fails_once(world: World) -> None:
    world.other_side.fails_once()
    _round(_somebody(), SERVICES)


_FIRST, _LATER = range(1, 2), range(2, 10)
_SAME = partial(Bench, floor=floors.ONE_CALL, limit=1.15, limit_on="ratio", unit="s", runs=7)
_COUNT = partial(Bench, unit="requests", runs=1, warm_up=0)
_QUERIES = partial(Bench, unit="queries", runs=1)

BENCHES = [
    *(
        _SAME(
            name=f"gather-{services}",
            about=f"one round over eight sources of 300 ms, {services} services",
            prepare=partial(_slowest, services=services),
        )
        for services in (1, 4, 8)
    ),
    Bench(
        name="gather-in-turn",
        about="the same eight sources, one after another",
        unit="s",
        prepare=_in_turn,
        limit=None,
        runs=1,
        warm_up=0,
    ),
    Bench(
        name="gather-overhead",
        about="processor time of a round, 40 fields, 8 services, sources that answer at once",
        unit="ms",
        prepare=partial(_cpu, services=8),
        limit=60,
        runs=15,
        warm_up=3,
    ),
    Bench(
        name="gather-overhead-1",
        about="the same with 1 service",
        unit="ms",
        prepare=partial(_cpu, services=1),
        limit=60,
        runs=15,
        warm_up=3,
    ),
    _QUERIES(
        name="gather-overhead-queries",
        about="questions to the database in that round",
        prepare=partial(_queries, measure=partial(_queries_of, 8)),
        limit=25,
    ),
    _QUERIES(
        name="gather-overhead-queries-growth",
        about="how many more those are for 8 services than for 1",
        prepare=partial(_queries, measure=lambda: _queries_of(8) - _queries_of(1)),
        limit=0,
    ),
    _COUNT(
        name="requests",
        about="per source, subject and round",
        prepare=partial(_requests, act=_one_journey, tries=_FIRST),
        limit=1,
    ),
    _COUNT(
        name="requests-second-journey",
        about="of a second journey, while the answers are valid",
        prepare=partial(_requests, act=_a_second_journey, tries=_FIRST),
        limit=0,
    ),
    _COUNT(
        name="requests-when-failing",
        about="first tries, where each source fails once",
        prepare=partial(_requests, act=_one_that_fails_once, tries=_FIRST),
        limit=1,
    ),
    _COUNT(
        name="requests-retries",
        about="later tries of that round, which say so themselves",
        prepare=partial(_requests, act=_one_that_fails_once, tries=_LATER),
        limit=None,
    ),
]
