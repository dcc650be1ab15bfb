"""The lock files fit the project, and name neither a machine nor a registry."""

from __future__ import annotations

import re
import tomllib

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from portal.local.environment import ROOT

LOCKS = ("requirements.lock", "requirements-dev.lock", "requirements-node.lock")
PIN = re.compile(r"^([A-Za-z0-9._-]+)(?:\[[^]]*\])?==(\S+)", re.MULTILINE)


def pins(lock: str) -> dict[str, str]:
    return {canonicalize_name(name): version for name, version in PIN.findall((ROOT / lock).read_text())}


def wanted(*extras: str) -> list[Requirement]:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    lists = [project["dependencies"], *(project["optional-dependencies"][extra] for extra in extras)]
    return [Requirement(line) for one in lists for line in one]


@pytest.mark.parametrize(
    ("lock", "extras"), [("requirements.lock", ["demo"]), ("requirements-dev.lock", ["demo", "dev"])]
)
def test_every_dependency_is_locked_at_a_version_that_fits(lock: str, extras: list[str]) -> None:
    locked = pins(lock)
    misfits = [
        str(one)
        for one in wanted(*extras)
        if locked.get(canonicalize_name(one.name), "") not in one.specifier
    ]
    assert misfits == [], "run: make lock"


def test_tests_run_on_the_versions_that_are_shipped() -> None:
    assert pins("requirements.lock").items() <= pins("requirements-dev.lock").items()


@pytest.mark.parametrize("lock", LOCKS)
def test_a_lock_has_hashes_and_names_no_place(lock: str) -> None:
    text = (ROOT / lock).read_text()
    assert text.count("--hash=sha256:") >= len(pins(lock)) > 0
    assert not re.search(r"://|^-|file:|(?<!=)/\w+/", text, re.MULTILINE)
