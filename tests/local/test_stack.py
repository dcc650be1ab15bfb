"""The real processes: they start together, answer, come back after a crash, and stop together."""

from __future__ import annotations

import contextlib
import http.client
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import psycopg
import pytest

from portal.local import ports
from portal.local.environment import ROOT
from portal.local.stack import SERVED, Stack
from tests.conftest import DESKTOP, PHONE, axe_violations

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.story


def test_everything_runs(stack: Stack) -> None:
    assert stack.ended() is None
    with psycopg.connect(stack.database_url) as connection:
        row = connection.execute("SELECT count(*) FROM django_migrations").fetchone()
    assert row is not None
    assert row[0] > 0


@pytest.mark.parametrize("address", ports.loopback_addresses())
def test_the_portal_answers_on_every_meaning_of_localhost(stack: Stack, address: str) -> None:
    connection = http.client.HTTPConnection(address, stack.port, timeout=20)
    connection.request("GET", "/health/ready", headers={"Host": f"localhost:{stack.port}"})
    assert connection.getresponse().status == 200
    connection.close()


@pytest.mark.parametrize("name", SERVED)
def test_a_killed_process_can_be_started_again(stack: Stack, name: str) -> None:
    stack.kill(name)
    ended = stack.ended()
    assert ended is not None
    assert ended.name == name

    stack.start_process(name)

    assert stack.ended() is None


def test_no_secret_stands_in_the_logs(stack: Stack) -> None:
    logs = stack.logs()
    for name in ("SECRET_KEY", "SANDBOX_SECRET_KEY", "MASTER_KEYS", "HMAC_KEY", "BRP_API_KEY"):
        assert stack.env[name] not in logs


def test_a_browser_sees_the_portal(
    stack: Stack, page: Page, javascript: bool, at_width: Callable[[Page, int], None]
) -> None:
    response = page.goto(stack.url)
    assert response is not None
    assert response.status == 200
    for width in (PHONE, DESKTOP):
        at_width(page, width)
        assert axe_violations(page) == []


def test_a_page_without_javascript_runs_none(page: Page, javascript: bool) -> None:
    page.goto("data:text/html,<title>no</title><script>document.title = 'yes'</script>")
    assert page.title() == ("yes" if javascript else "no")


@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 0)])
def test_a_signal_during_the_start_stops_the_demo(
    number: signal.Signals, code: int, open_folder: Path
) -> None:
    port, sandbox_port = ports.free_port(), ports.free_port()
    own = {"PORT": str(port), "SANDBOX_PORT": str(sandbox_port), "DEMO_FOLDER": str(open_folder / "demo")}
    environment = os.environ | own
    demo = subprocess.Popen(
        [sys.executable, "manage.py", "demo"], stdout=subprocess.PIPE, text=True, env=environment, cwd=ROOT
    )
    assert demo.stdout is not None
    with contextlib.closing(demo.stdout):
        next(line for line in demo.stdout if "Tables" in line)
        demo.send_signal(number)
        rest = demo.stdout.read()
        assert demo.wait(60) == code
    assert "Stopped." in rest
    with socket.socket() as probe:
        assert probe.connect_ex((ports.IPV4, port)) != 0
