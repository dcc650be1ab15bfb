"""On a broken YAML file no process starts: it says which file and which line, and ends."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from portal.local.environment import ROOT
from portal.local.ports import IPV4, free_port

SECONDS = 60
"""How long a process may take to find out; one that keeps running is ended then, and the test fails."""

Break = Callable[[Path], str]


def web() -> list[str]:
    """Gunicorn, as it is started everywhere."""
    return ["-m", "gunicorn", "portal.wsgi:application", "--bind", f"{IPV4}:{free_port()}", "--preload"]


def worker() -> list[str]:
    """A Celery worker."""
    return ["-m", "celery", "--app", "portal.celery", "worker", "--pool", "solo", "--loglevel", "INFO"]


def check() -> list[str]:
    """What a developer runs, and a deployment before it starts anything."""
    return ["manage.py", "check"]


def catalogue_check() -> list[str]:
    """The same for those who write the catalogue."""
    return ["manage.py", "catalogue", "check"]


@pytest.fixture
def installation(tmp_path: Path) -> Path:
    """The project with a catalogue and connector settings of its own; the rest is the project itself."""
    for name in ("portal", "connectors", "templates"):
        (tmp_path / name).symlink_to(ROOT / name)
    # A copy: Python looks for modules beside the real file of the script that it runs.
    shutil.copy(ROOT / "manage.py", tmp_path)
    shutil.copytree(ROOT / "lifeevents", tmp_path / "lifeevents", ignore=shutil.ignore_patterns("*.pyc"))
    shutil.copy(os.environ["CONNECTORS_CONFIG"], tmp_path / "connectors.yaml")
    return tmp_path


def unknown_key(folder: Path) -> str:
    """A key in a service that no service has."""
    return add_line(folder / "lifeevents" / "services" / "kinderbijslag.yaml", "colour: blue")


def no_yaml(folder: Path) -> str:
    """A life event that cannot be read as YAML."""
    return add_line(folder / "lifeevents" / "events" / "kind-krijgen.yaml", "colour: ]")


def unknown_connector(folder: Path) -> str:
    """An agency behind a connector that does not exist."""
    return add_line(folder / "connectors.yaml", "  elsewhere: {connector: pigeon}")


def connectors_no_yaml(folder: Path) -> str:
    """Connector settings that cannot be read as YAML."""
    return add_line(folder / "connectors.yaml", "  elsewhere: ]")


def add_line(file: Path, line: str) -> str:
    """Adds a last line and tells where it stands, as a message should."""
    text = file.read_text(encoding="utf-8").rstrip("\n")
    file.write_text(f"{text}\n{line}\n", encoding="utf-8")
    return f"{file.name}:{text.count(chr(10)) + 2}"


@pytest.mark.parametrize("mistake", [unknown_key, unknown_connector], ids=["catalogue", "connectors"])
@pytest.mark.parametrize("command", [web, worker, check, catalogue_check])
def test_nothing_starts_on_a_broken_file(
    installation: Path, command: Callable[[], list[str]], mistake: Break
) -> None:
    place = mistake(installation)
    ended = run(installation, command())
    assert ended.returncode != 0
    assert place in ended.stdout


@pytest.mark.parametrize("mistake", [no_yaml, connectors_no_yaml], ids=["catalogue", "connectors"])
def test_what_is_no_yaml_is_named_too(installation: Path, mistake: Break) -> None:
    place = mistake(installation)
    ended = run(installation, check())
    assert ended.returncode != 0
    assert place in ended.stdout


def test_all_mistakes_of_all_files_are_named_in_one_go(installation: Path) -> None:
    places = [unknown_key(installation), no_yaml(installation)]
    root = installation / "lifeevents"
    ended = run(ROOT, ["manage.py", "catalogue", "check", "--root", str(root)])
    assert ended.returncode != 0
    assert [place for place in places if place not in ended.stdout] == []


def test_without_a_mistake_the_same_files_pass(installation: Path) -> None:
    ended = run(installation, check())
    assert ended.returncode == 0, ended.stdout
    assert "no issues" in ended.stdout


def run(folder: Path, arguments: list[str]) -> subprocess.CompletedProcess[str]:
    """Runs Python in a folder until it ends by itself; errors and output come together."""
    settings = {"CONNECTORS_CONFIG": str(folder / "connectors.yaml")} if folder != ROOT else {}
    return subprocess.run(
        [sys.executable, *arguments],
        cwd=folder,
        env=os.environ | settings,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=SECONDS,
        check=False,
    )
