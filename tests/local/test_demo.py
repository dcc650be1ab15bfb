"""`make demo` says clearly what stands in its way."""

from __future__ import annotations

import os
import socket
import subprocess
import sys

import pytest

from portal.local.accounts import accounts_text
from portal.local.environment import ROOT


def demo(**environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "manage.py", "demo"],
        capture_output=True,
        text=True,
        env=os.environ | environment,
        cwd=ROOT,
        check=False,
        timeout=60,
    )


@pytest.mark.parametrize("variable", ["PORT", "SANDBOX_PORT"])
def test_a_taken_port_is_one_clear_line(variable: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = str(server.getsockname()[1])
        result = demo(**free_ports() | {variable: port})

    assert result.returncode == 1
    [line] = result.stderr.splitlines()
    assert f"port {port} is in use" in line
    assert f"{variable}=" in line


@pytest.mark.parametrize("port", ["abc", "0", "70000", "-1"])
def test_what_is_no_port_is_one_clear_line(port: str) -> None:
    result = demo(**free_ports() | {"PORT": port})

    assert result.returncode == 1
    [line] = result.stderr.splitlines()
    assert f"PORT={port} is not a port" in line


def test_the_accounts_name_people_and_no_bsn() -> None:
    text = accounts_text("http://localhost:8000", "http://127.0.0.1:8001")

    assert "Noor de Wit" in text
    assert "officer, gemeente-waterstad" in text
    assert "99900" not in text


def free_ports() -> dict[str, str]:
    from portal.local.ports import free_port

    return {"PORT": str(free_port()), "SANDBOX_PORT": str(free_port())}
