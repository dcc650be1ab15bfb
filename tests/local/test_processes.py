"""Child processes start, are watched, and leave nothing behind."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from portal.local.environment import ROOT
from portal.local.processes import LocalError, Process, stop_all

# Prints "ready <pid>" and waits; the variants treat SIGTERM differently.
PATIENT = "import os, signal; print('ready', os.getpid(), flush=True); signal.pause()"
DEAF = f"import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN); {PATIENT}"
PARENT = f"import os, subprocess, sys; subprocess.Popen([sys.executable, '-c', {PATIENT!r}]); os.wait()"


def make(folder: Path, code: str, name: str = "child") -> Process:
    return Process(
        name, [sys.executable, "-c", code], log=folder / f"{name}.log", env=os.environ, cwd=folder
    ).start()


def says_ready(process: Process) -> bool:
    return "ready" in process.tail()


def is_alive(pid: int) -> bool:
    """False for a process that has ended, waited for by its parent or not."""
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except (FileNotFoundError, ProcessLookupError):
        return False
    return state != "Z"


def spoken_pid(process: Process) -> int:
    return int(process.tail().split()[-1])


def test_a_process_that_is_asked_to_stop_stops(tmp_path: Path) -> None:
    process = make(tmp_path, PATIENT)
    process.wait_until(lambda: says_ready(process), seconds=20)

    stop_all([process])

    assert process.exit_code() == -signal.SIGTERM


def test_a_process_that_does_not_listen_is_ended_after_the_grace(tmp_path: Path) -> None:
    process = make(tmp_path, DEAF)
    process.wait_until(lambda: says_ready(process), seconds=20)

    stop_all([process], grace=0.2)

    assert process.exit_code() == -signal.SIGKILL


def test_kill_takes_the_children_along(tmp_path: Path) -> None:
    process = make(tmp_path, PARENT)
    process.wait_until(lambda: says_ready(process), seconds=20)
    grandchild = spoken_pid(process)

    process.kill()

    wait_until_gone(grandchild)


def test_one_that_ends_before_it_is_ready_is_reported_with_its_log(tmp_path: Path) -> None:
    process = make(tmp_path, "print('no such table'); raise SystemExit(3)")

    with pytest.raises(LocalError, match=r"(?s)child stopped with code 3.*no such table"):
        process.wait_until(lambda: False, seconds=20)


def test_one_that_never_gets_ready_is_given_up(tmp_path: Path) -> None:
    process = make(tmp_path, PATIENT)

    with pytest.raises(LocalError, match="not ready within"):
        process.wait_until(lambda: False, seconds=0.2)
    process.kill()


def test_a_task_that_fails_is_reported(tmp_path: Path) -> None:
    with pytest.raises(LocalError, match="failed with code 1"):
        make(tmp_path, "raise SystemExit(1)").wait_for_success(seconds=20)


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells a child that its parent is gone")
def test_a_killed_parent_leaves_no_child(tmp_path: Path) -> None:
    code = f"""
import os, sys, signal
from pathlib import Path
from portal.local.processes import Process
command = [sys.executable, "-c", {PATIENT!r}]
child = Process("child", command, log=Path("child.log"), env=os.environ, cwd=Path.cwd())
child.start().wait_until(lambda: "ready" in child.tail(), seconds=20)
print(child.pid, flush=True)
signal.pause()
"""
    parent = subprocess.Popen(
        [sys.executable, "-c", code],
        stdout=subprocess.PIPE,
        text=True,
        cwd=tmp_path,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
    )
    assert parent.stdout is not None
    child = int(parent.stdout.readline())
    assert is_alive(child)

    parent.kill()
    parent.wait()
    parent.stdout.close()

    wait_until_gone(child)


def wait_until_gone(pid: int) -> None:
    """The kernel needs a moment; `pidfd` tells when, without looking again and again."""
    import select

    try:
        watch = os.pidfd_open(pid)
    except ProcessLookupError:
        return
    try:
        gone, _, _ = select.select([watch], [], [], 20)
    finally:
        os.close(watch)
    assert gone, f"process {pid} still runs"
