"""An operator sets where an agency is told: `python -m tests.faults.operator gemeente-heidedorp http://…`."""

from __future__ import annotations

import sys

import django


def main() -> None:
    """By the verb behind the screen of operators."""
    django.setup()
    from portal.cases.webhooks.setting import set_webhook
    from portal.people.actor import Actor
    from tests.factories import make_operator

    agency, address = sys.argv[1:]
    set_webhook(actor=Actor.of_user(make_operator()), agency=agency, address=address)


if __name__ == "__main__":
    main()
