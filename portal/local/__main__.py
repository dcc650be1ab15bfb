"""`python -m portal.local COMMAND …` runs a command with a PostgreSQL, a Valkey and keys of its own.

For commands that need the portal's settings on a machine where nothing is installed:
`python -m portal.local python manage.py makemigrations`.
"""

from __future__ import annotations

import os
import subprocess
import sys

from portal.local.processes import LocalError
from portal.local.signals import Stopped, stop_on_signals
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
            return subprocess.run(sys.argv[1:], env=environment, check=False).returncode
    except LocalError as error:
        print(f"Error: {error}", file=sys.stderr)
        return 1
    except Stopped as stopped:
        return stopped.exit_code


if __name__ == "__main__":
    sys.exit(main())
