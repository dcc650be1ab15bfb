"""`manage.py demo_reset`: empties the state of the demo."""

from __future__ import annotations

import fcntl
import os
import shutil
import sys
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand

from portal.local.management.commands.demo import state_folder
from portal.local.postgres import place_for


class Command(BaseCommand):
    """Removes databases, keys and logs of the demo, unless it runs."""

    help = "Remove the state of the demo (.demo/)"
    requires_system_checks = []

    def handle(self, *args: Any, **options: Any) -> None:
        """Exit code 1 when a demo still runs on the state."""
        folder = state_folder()
        if folder.exists() and not _remove(folder):
            self.stderr.write(
                "Error: the demo runs; stop it first (Ctrl-C) / de demo draait nog; stop die eerst"
            )
            sys.exit(1)
        self.stdout.write(f"{folder} is empty.")


def _remove(folder: Path) -> bool:
    """False when a stack holds the folder."""
    with (folder / "lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        shutil.rmtree(place_for(folder / "postgres", must_be_open=os.geteuid() == 0), ignore_errors=True)
        shutil.rmtree(folder)
    return True
