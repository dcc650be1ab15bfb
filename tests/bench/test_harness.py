"""The measuring itself: a broken limit fails, a slow floor is refused, and the results have one shape."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from tests.bench import benches, harness
from tests.bench.__main__ import measure
from tests.bench.harness import Bench, Direction, Floor, Measure, Prepare, chosen, found
from tests.bench.world import World


def _giving(*values: float) -> Prepare:
    """A measurement that gives these figures, the last one from then on."""

    @contextmanager
    def prepare(world: World) -> Iterator[Measure]:
        left = list(values)
        yield lambda: left.pop(0) if len(left) > 1 else left[0]

    return prepare


def _floor(value: float, *, bound: float = 1.0, direction: Direction = "max") -> Floor:
    return Floor(name="the least", unit="s", bound=bound, direction=direction, prepare=_giving(value))


BENCH = Bench(
    name="some-work",
    about="work",
    unit="s",
    prepare=_giving(1.0),
    limit=1.15,
    limit_on="ratio",
    floor=_floor(1.0),
)
"""Within its limit."""


def _measured(file: Path, *some: Bench) -> tuple[int, dict[str, Any]]:
    status = measure(list(some), file)
    return status, json.loads(file.read_text())


def test_a_figure_within_its_limit_exits_well(tmp_path: Path) -> None:
    status, results = _measured(tmp_path / "made" / "results.json", BENCH)
    assert status == 0
    assert results["some-work"]["ratio"] == 1.0


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"prepare": _giving(1.2)}, "1.2 times its floor, and the limit is at most 1.15"),
        ({"limit_on": "value", "limit": 0.9}, "1 s, and the limit is at most 0.9"),
        ({"limit_on": "value", "limit": 2.0, "direction": "min"}, "1 s, and the limit is at least 2"),
    ],
)
def test_a_broken_limit_exits_with_a_fault(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], changes: dict[str, Any], said: str
) -> None:
    status, _ = _measured(tmp_path / "results.json", replace(BENCH, **changes), BENCH)
    assert status == 1
    assert said in capsys.readouterr().err


@pytest.mark.parametrize(
    ("floor", "value"), [(_floor(1.1), 1.1), (_floor(0.9, direction="min"), 0.9)], ids=["slow", "low"]
)
def test_nobody_wins_by_a_slow_floor(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], floor: Floor, value: float
) -> None:
    """The ratio is 1, and yet it is refused."""
    status, results = _measured(
        tmp_path / "results.json", replace(BENCH, floor=floor, prepare=_giving(value))
    )
    assert results["some-work"]["ratio"] == 1.0
    assert status == 1
    assert "refused, its floor 'the least'" in capsys.readouterr().err


def test_the_results_have_one_shape_and_name_the_noise_of_the_machine(tmp_path: Path) -> None:
    told = replace(BENCH, name="told-only", floor=None, limit=None, limit_on="value")
    _, results = _measured(tmp_path / "results.json", BENCH, told)
    assert list(results) == [harness.NOISE, "some-work", "told-only"]
    for entry in results.values():
        assert entry.keys() == {"value", "floor", "ratio", "limit", "limit_on", "direction", "unit"}
        assert entry["direction"] in ("max", "min")
        assert (entry["floor"] is None) == (entry["ratio"] is None)
    assert results["told-only"]["limit"] is None


def test_the_figure_is_a_median_and_the_warm_up_does_not_count() -> None:
    slow_start = replace(BENCH, prepare=_giving(90.0, 1.0, 50.0, 2.0), runs=3, warm_up=1)
    with World() as world:
        assert harness.run(slow_start, world).value == 2.0


def test_floor_and_figure_are_measured_in_turn() -> None:
    order: list[str] = []

    def noting(name: str) -> Prepare:
        @contextmanager
        def prepare(world: World) -> Iterator[Measure]:
            def measure() -> float:
                order.append(name)
                return 1.0

            yield measure

        return prepare

    floor = replace(_floor(1.0), prepare=noting("floor"))
    with World() as world:
        harness.run(replace(BENCH, floor=floor, prepare=noting("figure"), runs=2, warm_up=0), world)
    assert order == ["floor", "figure"] * 2


def test_a_bench_is_chosen_by_its_name_or_the_beginning_of_it() -> None:
    names = ["gather-1", "gather-8", "gathering", "requests"]
    all_of_them = [replace(BENCH, name=name) for name in names]
    assert [one.name for one in chosen(all_of_them, ["gather"])] == ["gather-1", "gather-8"]
    assert [one.name for one in chosen(all_of_them, ["gather-8", "requests"])] == ["gather-8", "requests"]
    assert chosen(all_of_them, []) == all_of_them
    with pytest.raises(ValueError, match="no bench is called gone"):
        chosen(all_of_them, ["gone"])


def test_a_file_in_the_folder_is_a_registration() -> None:
    names = [bench.name for bench in found(benches)]
    assert {"gather-1", "gather-4", "gather-8", "requests", "gather-overhead"} <= set(names)


def test_two_benches_of_one_name_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "twice.py").write_text(
        "from tests.bench.test_harness import BENCH\nBENCHES = [BENCH, BENCH]\n"
    )
    package = ModuleType("some_benches")
    package.__path__ = [str(tmp_path)]
    monkeypatch.setitem(__import__("sys").modules, "some_benches", package)
    with pytest.raises(ValueError, match="two benches of one name: some-work"):
        found(package)


def test_a_limit_on_the_ratio_needs_a_floor() -> None:
    with pytest.raises(ValueError, match="needs a floor"):
        replace(BENCH, floor=None)
