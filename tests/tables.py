"""All tables of the portal and no rows, made once in a run: each process begins with a copy of them.

They are a database on the server of the run, migrated as in any installation. Who comes first makes it, the
others wait. A process that is alone makes its own. Whole stacks: `tests/cluster.py`.
"""

from __future__ import annotations

import fcntl
import os
import subprocess
import sys
from pathlib import Path

import psycopg
from psycopg import sql

from portal.local.environment import ROOT
from portal.local.processes import Process
from tests.cluster import FOLDER

NAME = "tables"
"""Of the database. Nobody stays connected to it: it could not be copied."""

URL = "TABLES_URL"
"""The environment variable with its address."""


def begin() -> Process:
    """Makes them meanwhile, in a process of its own. If it fails, who wants them tries again and says why."""
    command = [sys.executable, "-m", "tests.tables"]
    log = Path(os.environ[FOLDER]) / "logs" / "tables.log"
    return Process("tables", command, log=log, env=os.environ, cwd=ROOT).start()


def made_once() -> str:
    """The name of the database that is there now. Raises `CalledProcessError`."""
    folder = Path(os.environ[FOLDER])
    made = folder / "tables.made"
    with (folder / "tables.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not made.exists():
            _make(os.environ[URL])
            made.touch()
    return NAME


def _make(url: str) -> None:
    name = sql.Identifier(NAME)
    with psycopg.connect(url, dbname="postgres", autocommit=True) as server:
        # One that broke off halfway is made anew.
        server.execute(sql.SQL("DROP DATABASE IF EXISTS {}").format(name))
        server.execute(sql.SQL("CREATE DATABASE {}").format(name))
    subprocess.run(
        [sys.executable, "manage.py", "migrate", "--no-input", "--verbosity", "0"],
        cwd=ROOT,
        env=os.environ | {"DATABASE_URL": url, "DJANGO_SETTINGS_MODULE": "portal.settings"},
        check=True,
    )


if __name__ == "__main__":
    made_once()
