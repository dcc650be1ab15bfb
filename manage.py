#!/usr/bin/env python3
"""Django's command line for the portal."""

from __future__ import annotations

import os
import sys

WITHOUT_SETTINGS = ("demo", "demo_reset")
"""Commands that make the environment which the portal's settings need."""


def main() -> None:
    """Runs the command named on the command line."""
    own = sys.argv[1:2] and sys.argv[1] in WITHOUT_SETTINGS
    if own:
        os.environ["DJANGO_SETTINGS_MODULE"] = "portal.local.settings"
    else:
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")
    from django.core.management import execute_from_command_line

    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
