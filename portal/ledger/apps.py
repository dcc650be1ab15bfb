"""Facts, uses of facts, staff actions and keys."""

from __future__ import annotations

from django.apps import AppConfig


class LedgerConfig(AppConfig):
    name = "portal.ledger"
