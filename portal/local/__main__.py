"""`python -m portal.local COMMAND …` runs a command with a PostgreSQL, a Valkey and keys of its own.

For commands that need the portal's settings on a machine where nothing is installed:
`python -m portal.local python manage.py makemigrations`.
"""

from __future__ import annotations

import os
import subprocess
import sys
from contextlib import suppress

from portal.local.processes import PAUSE, LocalError
from portal.local.signals import Stopped, stop_if_asked, stop_on_signals
from portal.local.temporary import TemporaryServers


def main() -> int:
    """The exit code of the command."""
    if len(sys.argv) < 2:
        print("Usage: python -m portal.local COMMAND [ARGUMENT …]", file=sys.stderr)
        return 2
    try:
        with stop_on_signals(), TemporaryServers() as servers:
            for name in ("portal", "sandbox"):
                servers.postgres.create_database(name)
            environment = os.environ | servers.environment()
            return _run(sys.argv[1:], environment)
    except (LocalError, FileNotFoundError) as error:
        print(f"Error: {error}", file=sys.stderr)
        return 1
    except Stopped as stopped:
        return stopped.exit_code


def _run(command: list[str], environment: dict[str, str]) -> int:
    """Runs it on this terminal; a signal to us is one to it."""
    child = subprocess.Popen(command, env=environment)
    try:
        while child.poll() is None:
            stop_if_asked()
            with suppress(subprocess.TimeoutExpired):
                child.wait(PAUSE)
    finally:
        child.terminate()
        child.wait()
    return child.returncode


if __name__ == "__main__":
    sys.exit(main())
