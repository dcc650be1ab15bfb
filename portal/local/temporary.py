"""A PostgreSQL and a Valkey in a temporary folder, with keys: what tests and developers' commands need."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path
from types import TracebackType

from portal.local.environment import new_secrets, shared_environment, write_connectors
from portal.local.postgres import Postgres
from portal.local.processes import Process, stop_all
from portal.local.valkey import Valkey

SITE_URL, SANDBOX_URL = "http://localhost:8000", "http://127.0.0.1:8001"
"""Addresses in the settings only: nothing listens there."""


class TemporaryServers:
    """Started by `start` (or `with`), gone with their folder after `stop`."""

    def __init__(self) -> None:
        self._running: list[Process] = []

    def start(self) -> TemporaryServers:
        """Returns when both servers answer."""
        self.folder = Path(tempfile.mkdtemp(prefix="levensloket-"))
        # PostgreSQL may have to run as another user, who must be able to pass.
        self.folder.chmod(0o711)
        self.postgres = Postgres(self.folder / "postgres", logs=self.folder / "logs", durable=False)
        self.valkey = Valkey(self.folder / "valkey", logs=self.folder / "logs")
        try:
            self.postgres.prepare()
            self._running += [self.postgres.start(), self.valkey.start()]
            self.postgres.wait()
            self.valkey.wait()
        except BaseException:
            self.stop()
            raise
        return self

    def stop(self) -> None:
        """Ends the servers and removes what they kept. May be called twice."""
        stop_all(self._running)
        self._running = []
        self.postgres.tidy()
        shutil.rmtree(self.postgres.folder, ignore_errors=True)
        shutil.rmtree(self.folder, ignore_errors=True)

    def environment(self) -> dict[str, str]:
        """What all settings read: databases `portal` and `sandbox` (not yet made), keys, connectors."""
        shared = shared_environment(
            new_secrets(),
            site_url=SITE_URL,
            sandbox_url=SANDBOX_URL,
            connectors=write_connectors(self.folder, sandbox_url=SANDBOX_URL),
            broker_url=self.valkey.url(0),
            cache_url=self.valkey.url(1),
        )
        return shared | {
            "DATABASE_URL": self.postgres.url("portal"),
            "LOG_HEADS_FOLDER": str(self.folder / "heads"),
            "SANDBOX_DATABASE_URL": self.postgres.url("sandbox"),
            "SANDBOX_CACHE_URL": self.valkey.url(2),
        }

    def __enter__(self) -> TemporaryServers:
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()
