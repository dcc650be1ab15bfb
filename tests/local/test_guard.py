"""The guards of the test run itself: no other machine is reached, and in CI nothing is left out."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import cast

import pytest

from portal.local.environment import ROOT
from tests.plugin import LONGEST_FIRST, WITHOUT_STANDARDS, pytest_ignore_collect


def test_no_other_machine_is_reached() -> None:
    with socket.socket() as client, pytest.raises(AssertionError, match="may not connect"):
        client.connect(("192.0.2.1", 80))
    with pytest.raises(AssertionError, match="may not look up"):
        socket.create_connection(("example.org", 80))


@pytest.mark.parametrize(
    ("reason", "ci", "outcome"),
    [
        ("too lazy", "true", "1 failed"),
        ("too lazy", "false", "1 skipped"),
        (WITHOUT_STANDARDS, "true", "1 skipped"),
    ],
)
def test_a_skip_is_a_failure_in_ci(tmp_path: Path, reason: str, ci: str, outcome: str) -> None:
    (tmp_path / "test_it.py").write_text(f"import pytest\n\ndef test_it():\n    pytest.skip({reason!r})\n")
    # As a process of pytest-xdist, so that it starts no servers of its own.
    environment = os.environ | {"CI": ci, "PYTEST_XDIST_WORKER": "gw0"}

    result = subprocess.run(
        [
            sys.executable,
            "-m",
            "pytest",
            "-c",
            str(ROOT / "pyproject.toml"),
            str(tmp_path),
            "-p",
            "no:cacheprovider",
        ],
        capture_output=True,
        text=True,
        env=environment,
        cwd=ROOT,
        check=False,
    )

    assert outcome in result.stdout, result.stdout + result.stderr


def test_a_file_that_is_put_in_front_is_there() -> None:
    """One that is renamed would come last, and run on alone."""
    assert [name for name in LONGEST_FIRST if not (ROOT / "tests" / name).is_file()] == []


@pytest.mark.parametrize(
    ("text", "chosen"),
    [
        ("def test_it():\n    pass\n", {"not story"}),
        ("pytestmark = pytest.mark.story\n\ndef test_it():\n    pass\n", {"story"}),
        ("pytestmark = [pytest.mark.story, pytest.mark.timeout(9)]\n\ndef test_it():\n    pass\n", {"story"}),
        (
            "@pytest.mark.story\ndef test_it():\n    pass\n\ndef test_other():\n    pass\n",
            {"story", "not story"},
        ),
        (
            "@pytest.mark.parametrize('x', [pytest.param(1, marks=pytest.mark.story), 2])\n"
            "def test_it(x):\n    pass\n",
            {"story", "not story"},
        ),
    ],
)
def test_no_test_is_passed_by(tmp_path: Path, text: str, chosen: set[str]) -> None:
    """A file that is not even read for a choice has no test that this choice takes."""
    file = tmp_path / "test_it.py"
    file.write_text(f"import pytest\n\n{text}")
    for choice in ("story", "not story"):
        asked = SimpleNamespace(getoption={"markexpr": choice}.get)
        passed_by = pytest_ignore_collect(file, cast("pytest.Config", asked))
        assert (choice in chosen) is not bool(passed_by)
