"""What benches share while they run: the other side, started when it is first wanted."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from functools import cached_property
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

import requests

from portal.local.environment import ROOT

if TYPE_CHECKING:
    from tests.bench.crowd import Crowd
    from tests.bench.desk import Desk

SLOW_MS = 300
"""How long each slow source takes, in milliseconds."""

_SECONDS = 10


class Side:
    """A process of its own, so that it takes no time of ours: a module that prints its port and answers."""

    def __init__(self, module: str) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", module], stdout=subprocess.PIPE, text=True, cwd=ROOT
        )
        assert self._process.stdout is not None
        self.url = f"http://127.0.0.1:{int(self._process.stdout.readline())}"

    def stop(self) -> None:
        """Ends the process."""
        self._process.terminate()
        self._process.wait()


class BackOffice(Side):
    """The agencies (`tests.bench.back_office`)."""

    def __init__(self) -> None:
        super().__init__("tests.bench.back_office")

    def calls(self) -> list[tuple[str, Any]]:
        """The calls with an effect so far, as path and body. Counting begins anew."""
        told = requests.post(f"{self.url}/calls", timeout=_SECONDS).json()
        return [(path, body) for path, body in told]


class OtherSide(Side):
    """The registers (`tests.bench.other_side`)."""

    def __init__(self) -> None:
        super().__init__("tests.bench.other_side")

    def slow(self, register: str) -> str:
        """The address of a register that takes `SLOW_MS`."""
        return f"{self.url}/{SLOW_MS}/{register}"

    def quick(self, register: str) -> str:
        """The address of a register that answers at once."""
        return f"{self.url}/0/{register}"

    def fails_once(self) -> None:
        """Every register answers 503 to its next question."""
        requests.post(f"{self.url}/fail-once", timeout=_SECONDS).raise_for_status()

    def asked(self) -> list[dict[str, Any]]:
        """Every question so far: `register`, `subject`, `trace` and `try`. Counting begins anew."""
        answer: list[dict[str, Any]] = requests.post(f"{self.url}/tallies", timeout=_SECONDS).json()
        return answer


class World:
    """Used as a context: what was started ends with it."""

    def __init__(self) -> None:
        self._stack = ExitStack()

    @cached_property
    def other_side(self) -> OtherSide:
        """The registers, over HTTP."""
        side = OtherSide()
        self._stack.callback(side.stop)
        return side

    @cached_property
    def back_office(self) -> BackOffice:
        """The agencies, over HTTP."""
        side = BackOffice()
        self._stack.callback(side.stop)
        return side

    @cached_property
    def crowd(self) -> Crowd:
        """Millions of messages of others, and two citizens among them."""
        # Only for who wants it: it takes minutes, and Django must be ready.
        from tests.bench.crowd import Crowd

        crowd = Crowd()
        self._stack.callback(crowd.stop)
        return crowd

    @cached_property
    def desk(self) -> Desk:
        """An agency with 200,000 requests, and an officer."""
        from tests.bench.desk import Desk

        desk = Desk()
        self._stack.callback(desk.stop)
        return desk

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stack.close()


def traces() -> Iterator[str]:
    """Trace ids, each once."""
    number = 0
    while True:
        number += 1
        yield f"{number:032x}"
