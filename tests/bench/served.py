"""The portal under gunicorn, as it runs everywhere, which also says how long each answer took inside.

`application` is what gunicorn loads: each answer has a header `Server-Timing` with the milliseconds from the
call of the application until it had its answer, so that neither the network nor the client is measured.
"""

from __future__ import annotations

import http.client
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterable
from typing import Any, Final

from portal.local import ports
from portal.local.environment import ROOT

_TIMING: Final = "Server-Timing"
_SECONDS = 60.0


def application(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
    """The portal, with the time that it took. Loaded when it is first called."""
    begun = time.perf_counter()

    def start(status: str, headers: list[tuple[str, str]], *more: Any) -> Any:
        taken = 1000 * (time.perf_counter() - begun)
        return start_response(status, [*headers, (_TIMING, f"app;dur={taken:.3f}")], *more)

    return _portal()(environ, start)


_loaded: list[Any] = []


def _portal() -> Any:
    if not _loaded:
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")
        from django.conf import settings

        settings.ROOT_URLCONF = "tests.bench.served_urls"
        from portal.wsgi import application as portal

        _loaded.append(portal)
    return _loaded[0]


class Served:
    """One process with one thread; its database is at `database_url`."""

    def __init__(self, database_url: str) -> None:
        self.port = ports.free_port()
        command = [sys.executable, "-m", "gunicorn", "tests.bench.served:application", "--log-level", "error"]
        manners = [
            "--worker-class",
            "gthread",
            "--threads",
            "1",
            "--keep-alive",
            "600",
            "--no-control-socket",
        ]
        self._process = subprocess.Popen(
            [*command, "--bind", f"127.0.0.1:{self.port}", *manners],
            cwd=ROOT,
            env=os.environ | {"DATABASE_URL": database_url},
        )
        self._connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=_SECONDS)

    def wait(self) -> None:
        """Returns when it answers."""
        end = time.monotonic() + _SECONDS
        while True:
            try:
                self.get("/health/live", cookie="")
                return
            except OSError:
                assert time.monotonic() < end, "the server does not answer"
                time.sleep(0.1)

    def get(self, path: str, *, cookie: str) -> tuple[bytes, http.client.HTTPMessage]:
        """The body as it came over the wire, and the headers. Raises `AssertionError` for no page."""
        headers = {"Host": "localhost", "Cookie": cookie, "Accept-Encoding": "gzip"}
        try:
            self._connection.request("GET", path, headers=headers)
            answer = self._connection.getresponse()
        except (http.client.HTTPException, ConnectionError):
            self._connection.close()
            raise
        body = answer.read()
        assert answer.status == 200, f"{path}: {answer.status}"
        return body, answer.headers

    def seconds(self, path: str, *, cookie: str, times: int = 1) -> float:
        """The mean time inside the server for one page."""
        taken = [float(self.get(path, cookie=cookie)[1][_TIMING].partition("dur=")[2]) for _ in range(times)]
        return sum(taken) / len(taken) / 1000

    def stop(self) -> None:
        """Ends the process."""
        self._connection.close()
        self._process.terminate()
        self._process.wait(timeout=_SECONDS)


def started(url: str) -> Served:
    """The portal with the database at this address, when it answers."""
    served = Served(url)
    served.wait()
    return served


def copy_of_database(name: str) -> str:
    """A copy of the database as it is now; gives its address. Who is connected (a portal) connects again."""
    import psycopg
    from django.db import connection

    url = os.environ["DATABASE_URL"]
    connection.close()
    with psycopg.connect(url.replace("/portal?", "/postgres?"), autocommit=True) as server:
        server.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = 'portal'")
        server.execute(f"CREATE DATABASE {name} TEMPLATE portal STRATEGY file_copy")
    return url.replace("/portal?", f"/{name}?")
