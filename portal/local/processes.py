"""Child processes: started in a group of their own, watched, and stopped without leftovers."""

from __future__ import annotations

import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from pathlib import Path

from portal.local.signals import stop_if_asked

PAUSE = 0.05
"""Seconds between two looks at something that has no event of its own (a port, a file)."""

LAST_SECONDS = 5
"""How long the kernel may take to end a killed process; one that hangs in a device is left to it."""

_PR_SET_PDEATHSIG = 1
_libc = ctypes.CDLL(None, use_errno=True) if sys.platform == "linux" else None


class LocalError(Exception):
    """Something on this machine stands in the way. The text is meant for the person at the keyboard."""


class Process:
    """One child process with its log file. Start it from the main thread.

    The kernel ends the child when the *thread* that started it ends (`PR_SET_PDEATHSIG`), so that
    even `kill -9` of the parent leaves nothing behind. A child started from a short-lived thread
    would be ended with that thread.
    """

    def __init__(
        self,
        name: str,
        command: list[str],
        *,
        log: Path,
        env: Mapping[str, str],
        cwd: Path,
        user: int | None = None,
        group: int | None = None,
        stop_signal: signal.Signals = signal.SIGTERM,
    ) -> None:
        """`stop_signal` asks it to stop; it is also sent when the parent is gone."""
        self.name, self.command, self.log, self.env, self.cwd = name, command, log, env, cwd
        self.user, self.group = user, group
        self.stop_signal = stop_signal
        self._popen: subprocess.Popen[bytes] | None = None

    def start(self) -> Process:
        """Starts it and returns at once. Its output is added to the log file."""
        self.log.parent.mkdir(parents=True, exist_ok=True)
        with self.log.open("ab") as log:
            self._popen = subprocess.Popen(
                self.command,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                env=dict(self.env),
                cwd=self.cwd,
                process_group=0,
                preexec_fn=self._end_with_parent(os.getpid()),
                user=self.user,
                group=self.group,
                extra_groups=None if self.user is None else [],
            )
        return self

    def _end_with_parent(self, parent: int) -> Callable[[], None] | None:
        libc = _libc
        if libc is None:
            return None

        def prepare() -> None:
            # Runs after the change of user, which would clear the setting.
            libc.prctl(_PR_SET_PDEATHSIG, int(self.stop_signal), 0, 0, 0)
            if os.getppid() != parent:
                os._exit(1)

        return prepare

    @property
    def pid(self) -> int:
        """The process id; `LocalError` when it was never started."""
        if self._popen is None:
            raise LocalError(f"{self.name} was not started")
        return self._popen.pid

    def exit_code(self) -> int | None:
        """None while it runs."""
        return None if self._popen is None else self._popen.poll()

    def is_running(self) -> bool:
        """True from the start until it has ended."""
        return self._popen is not None and self._popen.poll() is None

    def wait_until(self, ready: Callable[[], bool], *, seconds: float) -> None:
        """Returns when `ready()`; when it ends first or takes too long: `LocalError` with its last lines."""
        deadline = time.monotonic() + seconds
        while not ready():
            if self._ended_within(PAUSE):
                raise LocalError(f"{self.name} stopped with code {self.exit_code()}.\n{self.tail()}")
            if time.monotonic() > deadline:
                raise LocalError(f"{self.name} was not ready within {seconds:.0f} s.\n{self.tail()}")

    def wait_for_success(self, *, seconds: float) -> None:
        """Returns when it ended with code 0; `LocalError` with the end of the log otherwise."""
        if not self._ended_within(seconds):
            self.kill()
            raise LocalError(f"{self.name} took longer than {seconds:.0f} s.\n{self.tail()}")
        if code := self.exit_code():
            raise LocalError(f"{self.name} failed with code {code}.\n{self.tail()}")

    def _ended_within(self, seconds: float) -> bool:
        """Waits in short turns, so that a signal is heard soon."""
        deadline = time.monotonic() + seconds
        while self.is_running():
            stop_if_asked()
            left = deadline - time.monotonic()
            if left <= 0:
                return False
            self._ends_within_a_turn(min(left, PAUSE))
        return True

    def _ends_within_a_turn(self, seconds: float) -> None:
        if self._popen is not None:
            with suppress(subprocess.TimeoutExpired):
                self._popen.wait(seconds)

    def ask_to_stop(self) -> None:
        """Sends the stop signal to the process itself, which knows how to stop its own children."""
        if self._popen is not None and self._popen.poll() is None:
            self._popen.send_signal(self.stop_signal)

    def finish(self, *, grace: float) -> None:
        """Waits up to `grace` seconds for its end, then ends what is left of its group."""
        self._ended_within(grace)
        self.kill()

    def freeze(self) -> None:
        """Stops it and its children where they are (SIGSTOP), until `thaw`; `kill` ends it all the same."""
        os.killpg(self.pid, signal.SIGSTOP)

    def thaw(self) -> None:
        """Lets it go on; nothing where it has ended meanwhile."""
        with suppress(ProcessLookupError):
            os.killpg(self.pid, signal.SIGCONT)

    def kill(self) -> None:
        """`kill -9` for it and its children, at once."""
        if self._popen is None:
            return
        with suppress(ProcessLookupError):
            os.killpg(self._popen.pid, signal.SIGKILL)
        self._ends_within_a_turn(LAST_SECONDS)

    def tail(self, lines: int = 25) -> str:
        """The last lines of its log."""
        if not self.log.exists():
            return ""
        return "\n".join(self.log.read_text(errors="replace").splitlines()[-lines:])


def stop_all(processes: Iterable[Process], *, grace: float = 10.0) -> None:
    """Asks all to stop, waits at most `grace` seconds in total, then ends what is left."""
    running = list(processes)
    for process in running:
        process.ask_to_stop()
    deadline = time.monotonic() + grace
    for process in running:
        process.finish(grace=max(0.0, deadline - time.monotonic()))
