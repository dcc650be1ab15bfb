"""Points at which a test can break a process."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import timeit
from pathlib import Path

import pytest

from connectors import faults
from connectors.faults import Broken, arm, disarm, fault_point, met
from portal.local.environment import ROOT


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(faults, "_folder", tmp_path)
    return tmp_path


def test_who_comes_by_meets_the_words_in_their_order(folder: Path) -> None:
    fault_point("a.point")
    arm(folder, "a.point", "pass", "raise")
    fault_point("a.point")
    fault_point("another.point")
    with pytest.raises(Broken):
        fault_point("a.point")
    fault_point("a.point")
    assert met(folder, "a.point") == ["pass", "raise"]


def test_what_is_taken_back_happens_no_more(folder: Path) -> None:
    arm(folder, "a.point", "raise")
    disarm(folder)
    fault_point("a.point")
    assert met(folder, "a.point") == []


def test_a_word_that_nobody_knows_is_refused(folder: Path) -> None:
    with pytest.raises(ValueError, match="stumble"):
        arm(folder, "a.point", "kill", "stumble")


def _passes_by(**variables: str) -> int:
    return subprocess.run(
        [sys.executable, "-c", "from connectors.faults import fault_point\nfault_point('a.point')"],
        env=os.environ | variables,
        cwd=ROOT,
        check=False,
    ).returncode


def test_a_process_kills_itself_where_it_was_started_for_that_and_nowhere_else(tmp_path: Path) -> None:
    arm(tmp_path, "a.point", "kill")
    assert _passes_by(FAULT_FOLDER="") == 0
    assert _passes_by(FAULT_FOLDER=str(tmp_path)) == -signal.SIGKILL
    assert met(tmp_path, "a.point") == ["kill"]
    assert _passes_by(FAULT_FOLDER=str(tmp_path)) == 0


def test_a_point_costs_nothing_when_no_test_is_about() -> None:
    """Less than a microsecond, where it takes 0.05: a look at the disk or the environment would take more."""
    calls = 20_000
    seconds = min(timeit.repeat(lambda: fault_point("a.point"), number=calls, repeat=5)) / calls
    assert seconds < 1e-6
