"""Spectral holds the document against the API Design Rules 2.1, with the ruleset that comes with them."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path

import pytest

from portal.api.schema import document

ROOT = Path(__file__).resolve().parents[2]
SPECTRAL = Path(__file__).parent / "spectral" / "node_modules" / ".bin" / "spectral"
ERROR = 0


def test_spectral_finds_no_error(standards: Path, tmp_path: Path) -> None:
    if not SPECTRAL.exists():
        pytest.skip("Spectral is not installed: `make test` does that")
    path = tmp_path / "openapi.json"
    path.write_text(json.dumps(document()))
    found = _lint(path, standards / "adr" / "spectral-adr-2.1.0.yaml")
    assert [one for one in found if one["severity"] == ERROR] == []
    # This machine has no certificate.
    assert {one["code"] for one in found} <= {"servers-use-https"}


def test_spectral_finds_what_is_wrong(standards: Path, tmp_path: Path) -> None:
    if not SPECTRAL.exists():
        pytest.skip("Spectral is not installed: `make test` does that")
    broken = json.loads(json.dumps(document()))
    broken["paths"].pop("/openapi.json")
    broken["info"].pop("contact")
    path = tmp_path / "openapi.json"
    path.write_text(json.dumps(broken))
    errors = {one["code"] for one in _lint(path, standards / "adr" / "spectral-adr-2.1.0.yaml")}
    assert {"paths-open-api-json-resource-exists", "info-contact"} <= errors


def _lint(path: Path, ruleset: Path) -> list[dict[str, object]]:
    # Node may come from a Python package (`.ci/npm`).
    env = os.environ | {"PATH": f"{os.environ['PATH']}{os.pathsep}{ROOT / '.venv' / 'bin'}"}
    command = [str(SPECTRAL), "lint", "--quiet", "--format", "json", "--ruleset", str(ruleset), str(path)]
    ran = subprocess.run(command, capture_output=True, text=True, env=env, timeout=120, check=False)
    assert ran.returncode in (0, 1), ran.stderr
    found: list[dict[str, object]] = json.loads(ran.stdout)
    return found
