"""Fixtures for all tests: the real processes, the browser, the standards' own examples."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any
from weakref import WeakKeyDictionary

import pytest

from connectors import faults
from portal.local.ports import free_port
from portal.local.stack import Stack
from tests.cluster import begin_with_tables
from tests.plugin import WITHOUT_STANDARDS
from tests.registers import Register
from tests.tables import made_once
from tests.traces import left_behind

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, CDPSession, ConsoleMessage, Page

PHONE, DESKTOP = 320, 1280
"""Widths in CSS pixels at which every page of a story is looked at."""

CHROMIUM_OPTIONS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]
STANDARDS = Path(__file__).resolve().parents[2] / "shared" / "standards"

OpenPage = Callable[..., "Page"]


@pytest.fixture(scope="session")
def standards() -> Path:
    """The folder with the standards' files, beside the repository; skips where it is not."""
    if not STANDARDS.is_dir():
        pytest.skip(WITHOUT_STANDARDS)
    return STANDARDS


# --- The database ---------------------------------------------------------------------------------


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings_parallel_suffix: None) -> None:
    """Of several processes none migrates by itself (a fixture of pytest-django)."""
    from django.db import connections

    if "PYTEST_XDIST_WORKER" in os.environ:
        connections.databases["default"]["TEST"] |= {"TEMPLATE": made_once(), "MIGRATE": False}


# --- The real processes ---------------------------------------------------------------------------


@contextmanager
def new_folder() -> Iterator[Path]:
    """An empty folder that a server of another user can pass."""
    folder = Path(tempfile.mkdtemp(prefix="levensloket-"))
    try:
        # PostgreSQL may have to run as another user, who must be able to pass; pytest's own are closed.
        folder.chmod(0o711)
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def open_folder() -> Iterator[Path]:
    """An empty folder in which a PostgreSQL can keep its data."""
    with new_folder() as folder:
        yield folder


@pytest.fixture(scope="session")
def stack() -> Iterator[Stack]:
    """Everything, as real processes on free ports, with an empty database. For tests marked `story`.

    When all is done, nobody's BSN may stand in what they left behind: the last test that had it fails.
    """
    with new_folder() as folder, running_stack(folder) as stack:
        yield stack
        assert left_behind(stack) == {}


@contextmanager
def running_stack(folder: Path, **settings: str) -> Iterator[Stack]:
    """All real processes in a folder, on free ports; `settings` come in place of the usual ones."""
    port, sandbox_port = _two_free_ports()
    begin_with_tables(folder)
    stack = Stack(
        folder,
        port=port,
        sandbox_port=sandbox_port,
        settings={
            # Every address that was asked for stands in the logs, for stories that look for numbers in them.
            "GUNICORN_CMD_ARGS": "--access-logfile -",
            "LOG_LEVEL": "INFO",
            # So that a story can wait for what a lost notification would have told.
            "RECONCILE_SECONDS": "10",
            # Nobody waits a minute for what an officer decided.
            "UNDO_SECONDS": "0",
            # So that a test can break a process where the code names a point.
            faults.VARIABLE: str(folder / "points"),
            "SANDBOX_PERSONS": "",
            "SANDBOX_SLOW_SECONDS": "20",
        }
        | settings,
        durable=False,
    )
    try:
        stack.start()
        yield stack
    finally:
        stack.stop()


@pytest.fixture(scope="session")
def sandbox_url(stack: Stack) -> str:
    """Where the other side listens."""
    return stack.sandbox_url


def _two_free_ports() -> tuple[int, int]:
    first = free_port()
    second = free_port()
    return (first, second) if first != second else _two_free_ports()


# --- The browser ----------------------------------------------------------------------------------


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Debian's Chromium. One for the session; every page gets a context of its own."""
    from playwright.sync_api import sync_playwright

    program = shutil.which("chromium")
    if program is None:
        pytest.skip("No Chromium on the PATH: run `make chromium`")
    with sync_playwright() as playwright:
        # Playwright keeps an event loop in this thread, for which Django would refuse its database.
        os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
        chromium = playwright.chromium.launch(executable_path=program, args=CHROMIUM_OPTIONS)
        yield chromium
        chromium.close()


# Pages without JavaScript, each with the line to the browser that switches it. Playwright's own
# option cannot be lifted for a moment, which axe needs: it waits by timers that would never ring.
_switches: WeakKeyDictionary[Page, CDPSession] = WeakKeyDictionary()


def _allow_scripts(page: Page, *, allowed: bool) -> None:
    _switches[page].send("Emulation.setScriptExecutionDisabled", {"value": not allowed})


_AXE = "axe.run({resultTypes: ['violations']}).then((found) => found.violations)"


def axe_violations(page: Page) -> list[dict[str, Any]]:
    """What axe finds wrong on the page as it stands, also on a page without JavaScript."""
    from axe_playwright_python.sync_playwright import Axe

    # The page was loaded without scripts, and its own do not run afterwards.
    if page in _switches:
        _allow_scripts(page, allowed=True)
    try:
        # Once in a page, however often it is looked at; and of all that axe says, only what is wrong.
        if not page.evaluate("'axe' in window"):
            page.evaluate(Axe().axe_script)
        found: list[dict[str, Any]] = page.evaluate(_AXE)
    finally:
        if page in _switches:
            _allow_scripts(page, allowed=False)
    return found


def csp_violations(message: ConsoleMessage) -> list[str]:
    """What the browser says on its console where a page goes against its own policy."""
    where = message.page.url if message.page else "a page"
    return [f"{message.text} at {where}"] if "Content Security Policy" in message.text else []


@pytest.fixture
def open_page(browser: Browser) -> Iterator[OpenPage]:
    """`open_page(javascript=True, width=1280, language="nl-NL")`: a page in a browser session of its own.

    No page, in whichever tab, may ask for what its own content security policy forbids.
    """
    contexts: list[BrowserContext] = []
    forbidden: list[str] = []

    def open_page(*, javascript: bool = True, width: int = DESKTOP, language: str = "nl-NL") -> Page:
        context = browser.new_context(
            viewport={"width": width, "height": 900},
            locale=language,
            timezone_id="Europe/Amsterdam",
            reduced_motion="reduce",
        )
        context.set_default_timeout(15_000)
        context.on("console", lambda message: forbidden.extend(csp_violations(message)))
        contexts.append(context)
        page = context.new_page()
        if not javascript:
            _switches[page] = context.new_cdp_session(page)
            _allow_scripts(page, allowed=False)
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert forbidden == []


@pytest.fixture(params=[True, False], ids=["with-javascript", "without-javascript"])
def javascript(request: pytest.FixtureRequest) -> bool:
    """For stories that must work both ways."""
    return bool(request.param)


@pytest.fixture
def page(open_page: OpenPage, request: pytest.FixtureRequest) -> Page:
    """A page at desktop width; without JavaScript where the fixture `javascript` of the test says so."""
    javascript = "javascript" not in request.fixturenames or request.getfixturevalue("javascript")
    return open_page(javascript=javascript)


@pytest.fixture
def at_width() -> Callable[[Page, int], None]:
    """`at_width(page, 320)` sets the width and checks that the page does not scroll sideways."""

    def at_width(page: Page, width: int) -> None:
        page.set_viewport_size({"width": width, "height": 900})
        # Works in pages without JavaScript as well: the browser itself evaluates it.
        excess = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert excess <= 0, f"{page.url} scrolls {excess} px sideways at {width} px"

    return at_width


@pytest.fixture
def register(monkeypatch: pytest.MonkeyPatch) -> Register:
    """A register in place of every source, so that tests of the engine decide what it knows."""
    register = Register()
    monkeypatch.setattr("connectors.registry.Connectors.source", lambda _self, _name: register)
    return register
