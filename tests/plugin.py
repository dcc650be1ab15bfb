"""Loaded by pytest before Django's settings (`-p tests.plugin` in pyproject.toml).

The first process starts one PostgreSQL and one Valkey in a temporary folder and puts their
addresses and keys for the tests into the environment; the processes of pytest-xdist inherit them.
With `CI=true` a skipped test counts as failed, so that nothing the machine could run is left out.
"""

from __future__ import annotations

import gc
import os
import re
import socket
from collections.abc import Generator
from pathlib import Path
from typing import Any

import pytest

from portal.local.ports import IPV4, IPV6
from portal.local.processes import Process, stop_all
from portal.local.temporary import TemporaryServers
from tests import tables
from tests.cluster import FOLDER
from tests.people.saml.keys import make_pair

WITHOUT_STANDARDS = "../shared/standards is not here"
"""The one reason to skip that holds in CI too: the folder is not part of the repository."""

_LOCAL_NAMES = ("localhost", IPV4, IPV6, "", None)
_STORY_SECONDS = 600
LONGEST_FIRST = (
    "stories/test_official_persons.py",
    "stories/test_birth.py",
    "stories/test_helpdesk.py",
    "stories/test_told.py",
    "stories/test_traces.py",
    "stories/test_faults.py",
    "faults/test_servers.py",
    "stories/test_events.py",
    "stories/test_crashes.py",
    "stories/test_back_office.py",
    "faults/test_points.py",
    "stories/test_too_early.py",
    "stories/test_maatwerk.py",
    "faults/test_schemas.py",
    "faults/test_points_after_filing.py",
    "faults/test_chaos.py",
    "stories/test_late.py",
    "stories/test_talk.py",
    "stories/test_hearing_back.py",
)
"""Files with real processes that take more than a minute: begun last, one of them would run on alone."""

_WHOLE_FILE = re.compile(r"^pytestmark = \[?pytest\.mark\.story\b", re.MULTILINE)
_FIRST_CACHE = 3
"""Valkey's databases below are those of broker, cache and sandbox."""

_servers = TemporaryServers()
_begun: list[Process] = []
_real_connect = socket.socket.connect
_real_getaddrinfo = socket.getaddrinfo


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_load_initial_conftests(early_config: pytest.Config) -> Generator[None, object, object]:
    """Runs around pytest-django's own hook, which loads the settings."""
    worker = os.environ.get("PYTEST_XDIST_WORKER", "")
    if worker:
        os.environ["CACHE_URL"] = _cache_of(worker)
    else:
        os.environ.update(_servers.start().environment() | _for_tests())
        if _shares_tables(early_config):
            _begun.append(tables.begin())
    _allow_loopback_only()
    try:
        return (yield)
    except BaseException:
        _stop_servers()
        raise


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """Passes by files of which `-m story` or `-m "not story"` uses nothing: to import them takes longer."""
    wanted = config.getoption("markexpr")
    if wanted not in ("story", "not story") or not collection_path.match("test_*.py"):
        return None
    text = collection_path.read_text(encoding="utf-8")
    of_no_use = "mark.story" not in text if wanted == "story" else _WHOLE_FILE.search(text)
    return True if of_no_use else None


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Generator[None, object, object]:
    """What is collected stays until the end: nobody looks for garbage in it, now or between two tests."""
    gc.disable()
    try:
        return (yield)
    finally:
        gc.enable()
        gc.freeze()
        # Requests and pages leave much that is in a circle, but it is small.
        gc.set_threshold(10_000)


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Gives a test with real processes more time than one without them: a busy machine starts slowly.

    Puts the longest files in front, the order of all others as it is.
    """
    for item in items:
        if item.get_closest_marker("story") and not item.get_closest_marker("timeout"):
            item.add_marker(pytest.mark.timeout(_STORY_SECONDS))
    items.sort(key=_place)


def _place(item: pytest.Item) -> int:
    name = "/".join(item.path.parts[-2:])
    return LONGEST_FIRST.index(name) if name in LONGEST_FIRST else len(LONGEST_FIRST)


@pytest.hookimpl(trylast=True)
def pytest_unconfigure() -> None:
    """The end, also after Ctrl-C."""
    _stop_servers()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """In CI, a skip is a failure."""
    report = yield
    if report.skipped and not hasattr(report, "wasxfail"):
        _refuse_skip(report)
    return report


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report() -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
    """The same for a module that skips itself."""
    report = yield
    if report.skipped:
        _refuse_skip(report)
    return report


def _shares_tables(config: pytest.Config) -> bool:
    """Whether several processes will want a database each; what has real processes has whole servers."""
    options = config.known_args_namespace
    return bool(getattr(options, "numprocesses", None)) and options.markexpr != "story"


def _refuse_skip(report: Any) -> None:
    reason = str(report.longrepr[2] if isinstance(report.longrepr, tuple) else report.longrepr)
    if os.environ.get("CI") == "true" and "shared/standards" not in reason:
        report.outcome = "failed"
        report.longrepr = f"Skipped, which CI does not allow: {reason}"


def _for_tests() -> dict[str, str]:
    return {
        "PRACTICE": "false",
        FOLDER: str(_servers.folder),
        tables.URL: _servers.postgres.url(tables.NAME),
        # Every new client of a test would read the whole folder of files; no page needs one.
        "STATIC_ROOT": str(_new_folder("static")),
        "LOG_LEVEL": "WARNING",
        # What an officer decides counts at once; tests of taking it back say otherwise.
        "UNDO_SECONDS": "0",
        # Pages can be rendered without the built style sheet.
        "STATICFILES_STORAGE": "django.contrib.staticfiles.storage.StaticFilesStorage",
        **_with_saml(),
    }


def _new_folder(name: str) -> Path:
    folder = _servers.folder / name
    folder.mkdir()
    return folder


def _with_saml() -> dict[str, str]:
    """Citizens may log in by SAML too, so that its routes are there. Nobody listens at that address."""
    pair = make_pair("localhost")
    return {
        "SAML_IDP_ENTITY_ID": "https://digid.example/saml",
        "SAML_IDP_URL": "https://digid.example/saml/inloggen",
        "SAML_IDP_CERTIFICATES": pair.certificate,
        "SAML_KEY": pair.key,
        "SAML_CERTIFICATE": pair.certificate,
    }


def _cache_of(worker: str) -> str:
    """A numbered database of its own, so that processes do not see each other's cache."""
    server = os.environ["CACHE_URL"].rsplit("/", 1)[0]
    return f"{server}/{_FIRST_CACHE + int(worker.removeprefix('gw'))}"


def _stop_servers() -> None:
    if not os.environ.get("PYTEST_XDIST_WORKER"):
        stop_all(_begun)
        _servers.stop()


def _allow_loopback_only() -> None:
    """A test that reaches for another machine fails, also on machines that have no network."""

    def connect(self: socket.socket, address: Any) -> None:
        if self.family in (socket.AF_INET, socket.AF_INET6) and address[0] not in _LOCAL_NAMES:
            raise AssertionError(f"A test may not connect to {address[0]}")
        _real_connect(self, address)

    def getaddrinfo(host: Any, *args: Any, **options: Any) -> Any:
        name = host.decode() if isinstance(host, bytes) else host
        if name not in _LOCAL_NAMES:
            raise AssertionError(f"A test may not look up {name}")
        return _real_getaddrinfo(host, *args, **options)

    socket.socket.connect = connect  # type: ignore[method-assign, assignment]
    socket.getaddrinfo = getaddrinfo
