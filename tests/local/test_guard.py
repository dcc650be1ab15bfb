"""The guards of the test run itself: no other machine is reached, and in CI nothing is left out."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from portal.local.environment import ROOT
from tests.plugin import WITHOUT_STANDARDS


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
