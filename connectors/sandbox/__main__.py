"""Management commands of the sandbox: `python -m connectors.sandbox migrate`, `… seed`."""

from __future__ import annotations

import os
import sys

from django.core.management import execute_from_command_line


def main() -> None:
    """Runs one command. The settings are set, not proposed: the portal's may be in the environment."""
    os.environ["DJANGO_SETTINGS_MODULE"] = "connectors.sandbox.settings"
    execute_from_command_line(["sandbox", *sys.argv[1:]])


if __name__ == "__main__":
    main()
