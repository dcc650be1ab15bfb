"""The whole portal on one machine: databases, web, worker, timetable and sandbox, as real processes.

The demo and the story tests use the same class, so what is tested is what is shown.
"""

from __future__ import annotations

import fcntl
import shutil
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import TextIO

from portal.local import ports
from portal.local.back_offices import BACK_OFFICES
from portal.local.environment import (
    ROOT,
    kept_secrets,
    shared_environment,
    write_connectors,
)
from portal.local.postgres import Postgres
from portal.local.processes import LocalError, Process, stop_all
from portal.local.valkey import Valkey

READY_SECONDS = 180
"""How long one process may take: usually two seconds, a minute where many others want the same two cores.
One that ends is seen at once."""

SERVED = ("web", "worker", "beat", "sandbox")
"""The processes on top of the two servers, by the name that `kill` and `start_process` take."""

CHECKED = "--skip-checks"
"""For a command that comes after `migrate`, which found settings, catalogue and connectors in order: to do so
again would take half of its time."""


def _silent(line: str) -> None:
    """Says nothing."""


class Stack:
    """Start it from the main thread; `stop` ends every process, also after a start that failed halfway."""

    def __init__(
        self,
        folder: Path,
        *,
        port: int,
        sandbox_port: int,
        say: Callable[[str], None] = _silent,
        settings: Mapping[str, str] | None = None,
        durable: bool = True,
    ) -> None:
        """`folder` keeps the state, `settings` are more environment variables, `say` hears the progress."""
        self.folder, self.logs_folder = folder.resolve(), folder.resolve() / "logs"
        self.port, self.sandbox_port = port, sandbox_port
        self.url, self.sandbox_url = f"http://localhost:{port}", f"http://{ports.IPV4}:{sandbox_port}"
        self.settings, self.durable, self._say = dict(settings or {}), durable, say
        self._servers: dict[str, Process] = {}
        self._tasks: list[Process] = []
        self.env: dict[str, str] = {}
        self._processes: dict[str, Process] = {}
        self._lock: TextIO | None = None

    # --- Start and stop -------------------------------------------------------------------------

    def start(self) -> None:
        """Returns when everything is ready. Raises `LocalError` with what went wrong, and stops the rest."""
        try:
            self._take_folder()
            with self._step("PostgreSQL and Valkey"):
                self._start_servers()
            with self._step("Tables and test persons"):
                self._fill_databases()
            with self._step("Web, worker, timetable, sandbox"):
                clients = self.run("demo-clients", ["manage.py", "demo_clients", CHECKED])
                self._start_processes()
                clients.wait_for_success(seconds=60)
            with self._step("Agencies that tell us of news"):
                self._subscribe()
        except BaseException:
            self.stop()
            raise

    def stop(self) -> None:
        """Ends every process that was started. May be called twice."""
        stop_all([*self._tasks, *self._processes.values()])
        stop_all(self._servers.values())
        if self._servers:
            self.postgres.tidy()
        if self._lock:
            self._lock.close()
        self._processes, self._servers, self._tasks, self._lock = {}, {}, [], None

    def ended(self) -> Process | None:
        """A process that is not running any more, though nobody stopped it."""
        return next(
            (one for one in (*self._servers.values(), *self._processes.values()) if not one.is_running()),
            None,
        )

    # --- For tests ------------------------------------------------------------------------------

    @property
    def database_url(self) -> str:
        """The portal's database."""
        return self.postgres.url("portal")

    def kill(self, name: str) -> None:
        """`kill -9` for one of `SERVED`, or "postgres" or "valkey", and its children."""
        self._named(name).kill()

    def freeze(self, name: str) -> None:
        """The same with SIGSTOP: it is there, keeps its connections, and does nothing until `thaw`."""
        self._named(name).freeze()

    def thaw(self, name: str) -> None:
        """Lets it go on."""
        self._named(name).thaw()

    def is_running(self, name: str) -> bool:
        """Whether one of those that `kill` takes runs."""
        return self._named(name).is_running()

    def _named(self, name: str) -> Process:
        return self._servers[name] if name in self._servers else self._processes[name]

    def start_process(self, name: str) -> None:
        """Starts one of those that `kill` takes (again) and returns when it is ready."""
        if name in self._servers:
            server = self.postgres if name == "postgres" else self.valkey
            self._servers[name] = server.start()
            server.wait()
            return
        process = self._processes.setdefault(name, self._process(name, self._commands()[name]))
        process.start().wait_until(self._is_ready(name), seconds=READY_SECONDS)

    def set_day(self, day: date | None, *, sandbox: bool = False) -> None:
        """From now on the legal clock of every process stands on another day; None: on today again.

        With `sandbox` that of its registers too, for what they say of the last months.
        """
        self.env = self.env | {"PORTAL_NOW": day.isoformat() if day else ""}
        told = ("sandbox", "web", "worker", "beat") if sandbox else ("web", "worker", "beat")
        stop_all([self._processes.pop(name) for name in told])
        self._start_together(told)

    def logs(self) -> str:
        """The text of all logs, each under its name."""
        paths = sorted(self.logs_folder.glob("*.log"))
        return "\n".join(f"===== {path.name}\n{path.read_text(errors='replace')}" for path in paths)

    # --- Steps ----------------------------------------------------------------------------------

    @contextmanager
    def _step(self, name: str) -> Iterator[None]:
        begun = time.monotonic()
        self._say(f"  {name} …")
        yield
        self._say(f"  {name}: {time.monotonic() - begun:.1f} s")

    def _take_folder(self) -> None:
        """Only one stack at a time may use the folder."""
        self.folder.mkdir(parents=True, exist_ok=True)
        lock = (self.folder / "lock").open("w")
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            lock.close()
            raise LocalError(f"A demo already runs on {self.folder}; stop that one first") from None
        self._lock = lock
        shutil.rmtree(self.logs_folder, ignore_errors=True)

    def _start_servers(self) -> None:
        self.postgres = Postgres(self.folder / "postgres", logs=self.logs_folder, durable=self.durable)
        self.valkey = Valkey(self.folder / "valkey", logs=self.logs_folder)
        if not (self.folder / "secrets.json").exists():
            # Without the keys, what an earlier database holds cannot be read any more.
            shutil.rmtree(self.postgres.folder, ignore_errors=True)
        if not self.postgres.folder.exists():
            # The published heads are those of another log.
            shutil.rmtree(self.folder / "heads", ignore_errors=True)
        self.postgres.prepare()
        self._servers = {"postgres": self.postgres.start(), "valkey": self.valkey.start()}
        self.postgres.wait()
        self.valkey.wait()
        self.postgres.create_database("portal")
        self.postgres.create_database("sandbox")
        self.env = self._environment()

    def _environment(self) -> dict[str, str]:
        shared = shared_environment(
            kept_secrets(self.folder),
            site_url=self.url,
            sandbox_url=self.sandbox_url,
            connectors=write_connectors(self.folder, sandbox_url=self.sandbox_url, back_offices=BACK_OFFICES),
            broker_url=self.valkey.url(0),
            cache_url=self.valkey.url(1),
        )
        own = {
            "DATABASE_URL": self.database_url,
            "LOG_HEADS_FOLDER": str(self.folder / "heads"),
            # Sooner than in real life, so that who tries it need not wait ten minutes for a proof.
            "LOG_HEADS_SECONDS": "60",
            # Nothing leaves this machine: a mail and a text are files. They come at once, at any hour.
            "EMAIL_URL": f"filemail:///{self.folder / 'mail'}",
            "SMS_URL": f"file://{self.folder / 'sms'}",
            "NOTICE_QUIET_HOURS": "0,0",
            "NOTICE_GATHER_SECONDS": "0",
            "SANDBOX_DATABASE_URL": self.postgres.url("sandbox"),
            "SANDBOX_CACHE_URL": self.valkey.url(2),
        }
        return shared | own | self.settings

    def _fill_databases(self) -> None:
        """Both databases at the same time."""
        portal = self.run("migrate", ["manage.py", "migrate", "--no-input"])
        for verb in ("migrate", "seed"):
            self.run(f"sandbox-{verb}", ["-m", "connectors.sandbox", verb]).wait_for_success(seconds=120)
        portal.wait_for_success(seconds=120)

    def _start_processes(self) -> None:
        """All at once; then waits for each."""
        for old in self.folder.glob("timetable*"):
            old.unlink()
        self._start_together(SERVED)

    def _start_together(self, names: Iterable[str]) -> None:
        commands = self._commands()
        started = {name: self._process(name, commands[name]) for name in names}
        self._processes |= started
        for process in started.values():
            process.start()
        for name, process in started.items():
            process.wait_until(self._is_ready(name), seconds=READY_SECONDS)

    def _subscribe(self) -> None:
        """An agency believes who answers within seconds; the first answer of a busy machine comes later."""
        for last in (False, False, True):
            task = self.run("subscribe", ["manage.py", "connectors", CHECKED, "subscribe"])
            try:
                task.wait_for_success(seconds=READY_SECONDS)
                break
            except LocalError:
                # Who is subscribed already stays so.
                if last:
                    raise

    # --- Processes ------------------------------------------------------------------------------

    def _commands(self) -> dict[str, list[str]]:
        celery = ["-m", "celery", "--app", "portal.celery"]
        quiet = ["--without-gossip", "--without-mingle", "--without-heartbeat"]
        timetable = ["--pidfile=", "--schedule", str(self.folder / "timetable")]
        return {
            "worker": [*celery, "worker", "--loglevel", "INFO", "--concurrency", "4", *quiet],
            "web": _gunicorn("portal.wsgi:application", self.port, workers=2),
            "sandbox": _gunicorn("connectors.sandbox.wsgi:application", self.sandbox_port, workers=1),
            "beat": [*celery, "beat", "--loglevel", "INFO", *timetable],
        }

    def _is_ready(self, name: str) -> Callable[[], bool]:
        checks = {
            "web": lambda: ports.answers(self.port, "/health/ready", host="localhost"),
            "sandbox": lambda: ports.answers(self.sandbox_port, "/", host=ports.IPV4),
            "worker": self.valkey.has_worker,
            "beat": lambda: any(self.folder.glob("timetable*")),
        }
        return checks[name]

    def run(self, name: str, arguments: list[str]) -> Process:
        """Starts a program beside the others, with their environment; it ends with them at the latest."""
        task = self._process(name, arguments)
        self._tasks.append(task)
        return task.start()

    def _process(self, name: str, arguments: list[str]) -> Process:
        module = "connectors.sandbox.settings" if name.startswith("sandbox") else "portal.settings"
        return Process(
            name,
            [sys.executable, *arguments],
            log=self.logs_folder / f"{name}.log",
            env=self.env | {"DJANGO_SETTINGS_MODULE": module},
            cwd=ROOT,
        )


def _gunicorn(application: str, port: int, *, workers: int) -> list[str]:
    """Threads, because one page may wait for several registers; loaded once, then forked: a quick start."""
    size = ["--worker-class", "gthread", "--workers", str(workers), "--threads", "8", "--preload"]
    manners = ["--no-control-socket", "--graceful-timeout", "5", "--log-level", "warning"]
    return ["-m", "gunicorn", application, *ports.bind_options(port), *size, *manners]
