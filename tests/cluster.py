"""A PostgreSQL with all tables and no rows, made once in a run: every stack of tests begins as its copy.

Both databases are migrated as in any installation. What is already made, a stack does not make again.
"""

from __future__ import annotations

import fcntl
import os
import subprocess
import sys
from pathlib import Path

from portal.local.environment import ROOT, kept_secrets
from portal.local.postgres import Postgres
from portal.local.processes import Process, stop_all

FOLDER = "RUN_FOLDER"
"""The environment variable with the folder that all processes of a run of tests share."""

_MIGRATE = {
    "portal": ["manage.py", "migrate", "--no-input", "--verbosity", "0"],
    "sandbox": ["-m", "connectors.sandbox", "migrate"],
}
_SETTINGS = {"portal": "portal.settings", "sandbox": "connectors.sandbox.settings"}
_SECONDS = 240


def begin_with_tables(folder: Path) -> None:
    """Puts a copy into the empty folder of a stack. Outside a run of pytest it does nothing."""
    if shared := os.environ.get(FOLDER):
        cluster = _made_once(Path(shared))
        # Without keys of its own, a stack takes what is in its database for somebody else's.
        folder.mkdir(parents=True, exist_ok=True)
        kept_secrets(folder)
        place = Postgres(folder / "postgres", logs=folder / "logs").folder
        subprocess.run(["/bin/cp", "-a", f"{cluster}/.", str(place)], check=True)


def _made_once(shared: Path) -> Path:
    """The folder of the cluster; who comes first makes it, the others wait."""
    made = shared / "cluster"
    with (shared / "cluster.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not made.exists():
            half = Postgres(shared / "cluster.new", logs=shared / "logs", durable=False)
            _make(half, logs=shared / "logs")
            half.folder.rename(made)
    return made


def _make(postgres: Postgres, *, logs: Path) -> None:
    postgres.prepare()
    server = postgres.start()
    try:
        postgres.wait()
        tasks = [_migrating(name, postgres, logs) for name in _MIGRATE]
        for task in tasks:
            task.wait_for_success(seconds=_SECONDS)
    finally:
        stop_all([server])
        postgres.tidy()


def _migrating(name: str, postgres: Postgres, logs: Path) -> Process:
    postgres.create_database(name)
    own = {
        "DATABASE_URL": postgres.url("portal"),
        "SANDBOX_DATABASE_URL": postgres.url("sandbox"),
        "DJANGO_SETTINGS_MODULE": _SETTINGS[name],
        # Every stack is a place to practise, where nobody logs in by SAML; a database says which kind it is.
        "PRACTICE": "true",
        "SAML_IDP_ENTITY_ID": "",
    }
    return Process(
        f"cluster-{name}",
        [sys.executable, *_MIGRATE[name]],
        log=logs / f"cluster-{name}.log",
        env=os.environ | own,
        cwd=ROOT,
    ).start()
