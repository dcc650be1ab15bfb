"""Facts, uses of facts, staff actions and keys."""

from __future__ import annotations

from django.apps import AppConfig


class LedgerConfig(AppConfig):
    name = "portal.ledger"

    def ready(self) -> None:
        """Registers the system checks."""
        from portal.ledger import checks  # noqa: F401
