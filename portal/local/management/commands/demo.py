"""`manage.py demo`: the whole portal on this machine, with a sandbox as the other side."""

from __future__ import annotations

import contextlib
import os
import sys
import threading
import time
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand

from portal.local import ports
from portal.local.accounts import accounts_text
from portal.local.environment import ROOT
from portal.local.processes import LocalError
from portal.local.signals import Stopped, stop_if_asked, stop_on_signals
from portal.local.stack import Stack

LOOK_EVERY = 0.5
"""Seconds between two looks whether every process still runs."""


class Command(BaseCommand):
    """Starts everything, says where to look, and stops everything at Ctrl-C or SIGTERM."""

    help = "Start the portal with all its processes and a sandbox, on loopback. State is kept in .demo/"
    requires_system_checks = []

    def handle(self, *args: Any, **options: Any) -> None:
        """Exit code 0 after SIGTERM, 130 after Ctrl-C, 1 when something stood in the way."""
        try:
            port, sandbox_port = port_from("PORT", 8000), port_from("SANDBOX_PORT", 8001)
            if port == sandbox_port:
                raise LocalError("PORT and SANDBOX_PORT must differ / moeten verschillen")
            with stop_on_signals():
                self._run(Stack(state_folder(), port=port, sandbox_port=sandbox_port, say=self._say))
        except LocalError as error:
            self.stderr.write(f"Error: {error}")
            sys.exit(1)
        except Stopped as stopped:
            sys.exit(stopped.exit_code)

    def _run(self, stack: Stack) -> None:
        begun = time.monotonic()
        self._say("Starting Levensloket")
        try:
            stack.start()
            self._say(f"  Started in {time.monotonic() - begun:.1f} s")
            for line in ("", f"Ready: {stack.url}/", ""):
                self._say(line)
            self._say(accounts_text(stack.url, stack.sandbox_url))
            self._say(f"Mails and texts to citizens: {stack.folder / 'mail'} and {stack.folder / 'sms'}")
            self._say(f"To practise on / Om mee te oefenen: {stack.url}/medewerker/oefenen/")
            self._say(f"Logs: {stack.logs_folder}   Empty everything: make demo-reset   Stop: Ctrl-C")
            # Beside what one looks at first: it takes a while, and the second time nothing.
            stack.run("practice", ["manage.py", "practice", "fill"])
            _watch(stack)
        finally:
            self._say("Stopping …")
            stack.stop()
            self._say("Stopped.")

    def _say(self, line: str) -> None:
        # Whoever listened may be gone; that must not keep the stack from stopping.
        with contextlib.suppress(OSError):
            self.stdout.write(line)
            self.stdout.flush()


def state_folder() -> Path:
    """Where the demo keeps databases, keys and logs: `.demo/`, or DEMO_FOLDER (tests have their own)."""
    return Path(os.environ.get("DEMO_FOLDER") or ROOT / ".demo")


def port_from(variable: str, default: int) -> int:
    """The port named in the environment, checked; `LocalError` with one clear line otherwise."""
    text = os.environ.get(variable, "") or str(default)
    if not text.isdecimal() or not 1 <= int(text) <= 65535:
        raise LocalError(f"{variable}={text} is not a port / is geen poort (1-65535)")
    if not ports.is_free(int(text)):
        raise LocalError(
            f"port {text} is in use; choose another one with {variable}=…"
            f" / poort {text} is bezet; kies een andere met {variable}=…"
        )
    return int(text)


def _watch(stack: Stack) -> None:
    """Returns never: raises `LocalError` when a process ends by itself, `Stopped` at a signal."""
    nothing = threading.Event()
    while (ended := stack.ended()) is None:
        stop_if_asked()
        nothing.wait(LOOK_EVERY)
    raise LocalError(
        f"{ended.name} stopped by itself with code {ended.exit_code()}. End of {ended.log}:\n{ended.tail()}"
    )
