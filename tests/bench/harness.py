"""Measuring: a floor and a figure in turn, medians of both, and a limit that the figure must keep.

Knows nothing of the portal. A module in `benches/` has a list `BENCHES`; README.md says how to add one.
"""

from __future__ import annotations

import importlib
import json
import pkgutil
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from statistics import median, quantiles
from types import ModuleType
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from tests.bench.world import World

Direction = Literal["max", "min"]
"""Whether a bound is the most that a figure may be, or the least."""

Measure = Callable[[], float]
"""One run; gives the figure."""

Prepare = Callable[["World"], AbstractContextManager[Measure]]
"""Sets everything up outside the measurement, and takes it down afterwards."""

NOISE = "machine-noise"
"""The name of the figure for the machine itself."""


@dataclass(frozen=True, slots=True)
class Floor:
    """The least that the work can cost, measured beside it. It must reach `bound` itself.

    Without that bound a slow floor would make any figure look good.
    """

    name: str
    unit: str
    bound: float
    direction: Direction
    prepare: Prepare


@dataclass(frozen=True, slots=True)
class Bench:
    """One figure. `limit` None: it is told, and nothing is asked of it.

    `limit_on` says of what the limit is: the figure itself, or the ratio of the figure to its floor.
    """

    name: str
    about: str
    unit: str
    prepare: Prepare
    limit: float | None
    direction: Direction = "max"
    floor: Floor | None = None
    limit_on: Literal["value", "ratio"] = "value"
    runs: int = 5
    warm_up: int = 1

    def __post_init__(self) -> None:
        if self.limit_on == "ratio" and self.floor is None:
            raise ValueError(f"{self.name}: a limit on the ratio needs a floor")


@dataclass(frozen=True, slots=True)
class Result:
    """What came out of one bench."""

    bench: Bench
    value: float
    floor: float | None = None

    @property
    def ratio(self) -> float | None:
        """The figure over its floor; None where it has none."""
        return self.value / self.floor if self.floor else None

    @property
    def faults(self) -> list[str]:
        """What is wrong, each as a sentence; [] when all is well."""
        return [*self._floor_faults(), *self._limit_faults()]

    def _floor_faults(self) -> Iterator[str]:
        floor = self.bench.floor
        if floor is not None and self.floor is not None and not _keeps(self.floor, floor):
            yield (
                f"{self.bench.name}: refused, its floor '{floor.name}' is {self.floor:.4g} {floor.unit} "
                f"and must be {_most(floor.direction)} {floor.bound:g}; is the machine busy?"
            )

    def _limit_faults(self) -> Iterator[str]:
        bench = self.bench
        figure = self.ratio if bench.limit_on == "ratio" else self.value
        if bench.limit is None or figure is None:
            return
        if not _is_within(figure, bench.limit, bench.direction):
            unit = "times its floor" if bench.limit_on == "ratio" else bench.unit
            limit = f"{_most(bench.direction)} {bench.limit:g}"
            yield f"{bench.name}: {figure:.4g} {unit}, and the limit is {limit}"

    def as_json(self) -> dict[str, Any]:
        """The entry of `results.json`."""
        bench = self.bench
        return {
            "value": self.value,
            "floor": self.floor,
            "ratio": self.ratio,
            "limit": bench.limit,
            "limit_on": bench.limit_on,
            "direction": bench.direction,
            "unit": bench.unit,
        }


def _keeps(value: float, floor: Floor) -> bool:
    return _is_within(value, floor.bound, floor.direction)


def _is_within(value: float, bound: float, direction: Direction) -> bool:
    return value <= bound if direction == "max" else value >= bound


def _most(direction: Direction) -> str:
    return "at most" if direction == "max" else "at least"


def found(package: ModuleType) -> list[Bench]:
    """Every bench of the modules in a folder, in their order. Raises `ValueError` for two of one name."""
    modules = sorted(module.name for module in pkgutil.iter_modules(package.__path__))
    benches = [
        bench for name in modules for bench in importlib.import_module(f"{package.__name__}.{name}").BENCHES
    ]
    names = [bench.name for bench in benches]
    if twice := {name for name in names if names.count(name) > 1}:
        raise ValueError(f"two benches of one name: {', '.join(sorted(twice))}")
    return benches


def chosen(benches: Iterable[Bench], only: Sequence[str]) -> list[Bench]:
    """Those with one of these names, or with a name that goes on after it: `gather` is also `gather-8`.

    Raises `ValueError` for a word that fits none.
    """
    benches = list(benches)
    for word in only:
        if not any(_fits(bench.name, word) for bench in benches):
            raise ValueError(f"no bench is called {word}: {', '.join(bench.name for bench in benches)}")
    return [bench for bench in benches if not only or any(_fits(bench.name, word) for word in only)]


def _fits(name: str, word: str) -> bool:
    return name == word or name.startswith(f"{word}-")


def run(bench: Bench, world: World) -> Result:
    """Floor and figure in turn, so that both meet the same moments of a busy machine; the median of each."""
    with ExitStack() as stack:
        floor = stack.enter_context(bench.floor.prepare(world)) if bench.floor else None
        measure = stack.enter_context(bench.prepare(world))
        floors, values = list[float](), list[float]()
        for number in range(bench.warm_up + bench.runs):
            pair = (floor() if floor else 0.0, measure())
            if number >= bench.warm_up:
                floors.append(pair[0])
                values.append(pair[1])
    return Result(bench, median(values), median(floors) if floor else None)


def write(results: Iterable[Result], file: Path) -> None:
    """Writes `results.json`, by name."""
    file.parent.mkdir(parents=True, exist_ok=True)
    entries: Mapping[str, Any] = {result.bench.name: result.as_json() for result in results}
    file.write_text(json.dumps(entries, indent=2) + "\n")


def table(results: Sequence[Result]) -> str:
    """The results for a person."""
    header = ("", "value", "floor", "ratio", "limit", "")
    lines = [header, *(_row(result) for result in results)]
    widths = [max(len(line[column]) for line in lines) for column in range(len(header) - 1)]
    return "\n".join(
        "  ".join(
            [*(cell.ljust(width) for cell, width in zip(line, widths, strict=False)), line[-1]]
        ).rstrip()
        for line in lines
    )


def _row(result: Result) -> tuple[str, ...]:
    bench = result.bench
    limit = "" if bench.limit is None else f"{'≤' if bench.direction == 'max' else '≥'} {bench.limit:g}"
    return (
        f"{'✗' if result.faults else '✓' if limit else ' '} {bench.name}",
        f"{result.value:.4g} {bench.unit}",
        "" if result.floor is None else f"{result.floor:.4g} {bench.unit}",
        "" if result.ratio is None else f"{result.ratio:.3f}",
        limit + (" × floor" if limit and bench.limit_on == "ratio" else ""),
        bench.about,
    )


# --- The machine ----------------------------------------------------------------------------------


def noise(times: Sequence[float]) -> Result:
    """How much the same piece of work varied on this machine, in percent of its median."""
    tenths = quantiles(times, n=10)
    bench = Bench(
        name=NOISE,
        about="spread (9 of 10 less 1 of 10) of a fixed piece of work",
        unit="%",
        prepare=_fixed_work,
        limit=None,
    )
    return Result(bench, 100 * (tenths[-1] - tenths[0]) / median(times))


def work_times(runs: int = 10) -> list[float]:
    """Seconds for a fixed piece of work, so many times: taken before and after each bench."""
    with _fixed_work() as work:
        return [work() for _ in range(runs)]


@contextmanager
def _fixed_work(world: World | None = None) -> Iterator[Measure]:
    """Seconds for hashing ten megabytes."""
    block = bytes(1_000_000)

    def measure() -> float:
        begun = time.perf_counter()
        for _ in range(10):
            sha256(block).digest()
        return time.perf_counter() - begun

    yield measure
