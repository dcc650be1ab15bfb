"""One chaos: everything is started, filed, broken, mended, and counted."""

from __future__ import annotations

import os
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

import psycopg
import requests

from connectors import faults
from portal.local.back_offices import BACK_OFFICES
from portal.local.environment import write_connectors
from portal.local.ports import free_port
from portal.local.processes import Process
from portal.local.signals import stop_if_asked
from portal.local.stack import READY_SECONDS, Stack
from tests.chaos.browsers import Browsers
from tests.chaos.counting import Arrived, count
from tests.chaos.filer import filed, journal_of
from tests.chaos.people import FILERS, write_persons
from tests.chaos.troubles import AGENCIES, Scene, schedule
from tests.cluster import begin_with_tables
from tests.stories.agency import Agency

CONVERGES = 60.0
"""Seconds after the last fault within which everything must have arrived."""

_TO_THE_END = 120.0
"""Seconds more in which what is late may arrive, so that it is not taken for lost."""

_PAUSE = 0.2
_ROOM = "\n    max_in_flight: 20"
"""A row whose worker died holds its place at the agency until its lease is over; here that is often."""


@dataclass(frozen=True, slots=True)
class Plan:
    """`browsers`: how many of the `cases` are filed over HTTP. `ahead`: at most so many that are due.

    `seconds` is how long a longer fault lasts, `pause` how long it is quiet in between, both at most; `rest`
    is how long a filer waits between two requests, so that few of them meet many faults. Faults end when all
    is filed, or after `longest` seconds; within `converges` seconds all must then be filed, and arrive. With
    `skips_leases` all workers are killed in the end, and what they had claimed is free at once: a run of a
    minute cannot wait fifty seconds for that.
    """

    seed: int
    cases: int
    browsers: int
    ahead: int
    seconds: float
    pause: float
    longest: float
    rest: float = 0.0
    converges: float = CONVERGES
    skips_leases: bool = False


@dataclass(slots=True)
class Result:
    """How it went. `wrong` says what should not be, in words."""

    filed: int
    arrived: Arrived
    lost: list[int]
    wrong: list[str] = field(default_factory=list)

    @property
    def line(self) -> str:
        """The one line at the end."""
        there, lost = self.filed - len(self.lost), len(self.lost)
        return f"filed {self.filed}, arrived {there}, lost {lost}, doubled {self.arrived.doubled}"

    @property
    def is_good(self) -> bool:
        """Nothing lost, nothing twice, and nobody told anything else."""
        return not (self.lost or self.arrived.doubled or self.wrong)


class Chaos:
    """Use it from the main thread: the processes end with the thread that started them."""

    def __init__(self, plan: Plan, folder: Path, say: Callable[[str], None]) -> None:
        self.plan, self.folder, self.say = plan, folder, say
        self.points = folder / "points"
        self.points.mkdir()
        self.points.chmod(0o711)
        self.stack = _stack(folder, self.points)
        self.met: Counter[str] = Counter()
        self._filers: Process | None = None
        self._late = 0

    def run(self) -> Result:
        """Raises `LocalError` where something does not start."""
        try:
            self.stack.start()
            begun = time.monotonic()
            self._browsers = Browsers(self.stack, range(self.plan.browsers))
            thread = self._browsers.start()
            self._wait_for_the_first()
            self._break_while_they_file()
            self._end_of_faults()
            self._wait_until_filed()
            waited = self._wait_until_quiet()
            self.say(f"{time.monotonic() - begun:.0f} s, of which {waited:.0f} s after the last fault")
            self._browsers.stop()
            thread.join()
            return self._judge()
        finally:
            self.stack.stop()

    # --- Filing and breaking ------------------------------------------------------------------------

    def _break_while_they_file(self) -> None:
        dice = Random(self.plan.seed)
        scene = Scene(self.stack, self.points, dice, self.plan.seconds)
        end = time.monotonic() + self.plan.longest
        for trouble in schedule(dice):
            self._tend()
            if self._filed() >= self.plan.cases or time.monotonic() > end:
                return
            name = trouble.__name__.strip("_").replace("_", " ")
            self.say(f"{self._filed():5} filed: {name}")
            self.met[name] += 1
            try:
                trouble(scene)
            except (requests.RequestException, psycopg.Error, AssertionError) as error:
                # One fault may keep another from being set.
                self.say(f"      {name} was hindered: {type(error).__name__}")
            self._quiet(dice.uniform(0.2, 1) * self.plan.pause)

    def _wait_for_the_first(self) -> None:
        """Faults that come before anybody files break nothing."""
        deadline = time.monotonic() + READY_SECONDS
        while not self._filed() and time.monotonic() < deadline:
            self._tend()
            time.sleep(_PAUSE)

    def _quiet(self, seconds: float) -> None:
        """They file, and nothing more breaks than what is armed."""
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            self._tend()
            time.sleep(_PAUSE)

    def _tend(self) -> None:
        """Starts what ended by a fault, as a machine does elsewhere: first what the others need."""
        stop_if_asked()
        for name in ("postgres", "valkey", "sandbox", "web", "worker", "beat"):
            if not self.stack.is_running(name):
                self.stack.start_process(name)
        if self._filers is None or self._filers.exit_code():
            self._filers = self.stack.run("filers", self._command())

    def _command(self) -> list[str]:
        plan = self.plan
        said = {"first": plan.browsers, "end": plan.cases, "ahead": plan.ahead, "rest": plan.rest}
        options = [part for name, value in said.items() for part in (f"--{name}", str(value))]
        return ["-m", "tests.chaos.filer", *options, "--journals", str(self.folder)]

    def _all_filed(self) -> dict[int, str]:
        """What citizens were told is sent."""
        told = dict(self._browsers.filed)
        for filer in range(FILERS):
            told |= filed(journal_of(filer, self.folder))
        return told

    def _filed(self) -> int:
        return len(self._all_filed())

    # --- The end ------------------------------------------------------------------------------------

    def _end_of_faults(self) -> None:
        faults.disarm(self.points)
        for name in AGENCIES:
            Agency(self.stack, name).breaks("none")
        self._tend()

    def _wait_until_filed(self) -> None:
        deadline = time.monotonic() + self.plan.converges
        while self._filed() < self.plan.cases and time.monotonic() < deadline:
            self._tend()
            time.sleep(_PAUSE)

    def _wait_until_quiet(self) -> float:
        """Seconds until nothing waits any more; at most `converges`."""
        begun = time.monotonic()
        if self.plan.skips_leases:
            self.stack.kill("worker")
            with psycopg.connect(self.stack.database_url) as connection:
                connection.execute("UPDATE cases_delivery SET lease_until = now() WHERE lease_until > now()")
            self.stack.start_process("worker")
        # What was refused is mended, and an operator says so.
        replay = ["manage.py", "delivery", "replay", "--all"]
        self.stack.run("replay", replay).wait_for_success(seconds=READY_SECONDS)
        self._wait_for_the_rest(begun + self.plan.converges)
        self._late = self._waiting()
        # Late is wrong, but it is not lost: that is counted when nothing moves any more.
        if self._late:
            self._wait_for_the_rest(begun + self.plan.converges + _TO_THE_END)
        return time.monotonic() - begun

    def _wait_for_the_rest(self, deadline: float) -> None:
        while self._waiting() and time.monotonic() < deadline:
            stop_if_asked()
            time.sleep(_PAUSE)

    def _waiting(self) -> int:
        with psycopg.connect(self.stack.database_url) as connection:
            query = "SELECT count(*) FROM cases_delivery WHERE delivered_at IS NULL"
            ((number,),) = connection.execute(query).fetchall()
        return int(number)

    def _judge(self) -> Result:
        told = self._all_filed()
        arrived = count(self.stack)
        result = Result(len(told), arrived, arrived.lost(told))
        if self._late:
            result.wrong.append(
                f"{self._late} had not arrived {self.plan.converges:.0f} s after the last fault"
            )
        if missing := self.plan.cases - len(told):
            result.wrong.append(f"{missing} could not be filed")
        if unknown := sorted(set(arrived.times) - set(told)):
            result.wrong.append(f"arrived, but nobody was told that they are sent: {unknown}")
        if untold := self._browsers.untold():
            result.wrong.append(f"the page does not say that the agency has them: {untold}")
        result.wrong += self._what_stands_wrong()
        self.say(f"faults: {dict(self.met)}")
        happened = {file.stem: len(faults.met(self.points, file.stem)) for file in self.points.glob("*.met")}
        self.say(f"points: {happened}")
        self.say(f"attempts that requests took: {self._attempts()}")
        self.say(f"agencies: {dict(arrived.where)}; tries of browsers that failed: {self._browsers.troubles}")
        return result

    def _attempts(self) -> dict[int, int]:
        """How many requests were delivered at which attempt."""
        query = """
            SELECT (progress->>'attempts')::int, count(*) FROM cases_delivery
            WHERE kind = 'file' GROUP BY 1 ORDER BY 1
        """
        with psycopg.connect(self.stack.database_url) as connection:
            return dict(connection.execute(query).fetchall())

    def _what_stands_wrong(self) -> list[str]:
        """Each case must have arrived once by our own rows too, and hold nobody up."""
        query = """
            SELECT reference, cases_case.agency, phase, cases_delivery.attempts, needs_human, last_error,
                not_before, lease_until,
                (SELECT count(*) FROM cases_statusupdate AS said
                    WHERE said.case_id = cases_case.id AND external_id = 'arrived')
            FROM cases_case JOIN cases_delivery ON cases_delivery.case_id = cases_case.id
        """
        with psycopg.connect(self.stack.database_url) as connection:
            rows = connection.execute(query).fetchall()
        return [str(row) for row in rows if row[2] != "arrived" or row[8] != 1][:20]


def _stack(folder: Path, points: Path) -> Stack:
    port, sandbox_port = free_port(), free_port()
    write_persons(folder / "persons.json")
    begin_with_tables(folder / "stack")
    stack = Stack(
        folder / "stack",
        port=port,
        sandbox_port=sandbox_port,
        settings={
            "API_RATE": "100000/min",
            "API_TOKEN_RATE": "1000/min",
            faults.VARIABLE: str(points),
            "LOG_LEVEL": "WARNING",
            "RECONCILE_SECONDS": "3600",
            "SANDBOX_PERSONS": str(folder / "persons.json"),
            "CONNECTORS_CONFIG": str(_connectors(folder, f"http://127.0.0.1:{sandbox_port}")),
        },
        durable=False,
    )
    return stack


def _connectors(folder: Path, sandbox_url: str) -> Path:
    file = write_connectors(folder, sandbox_url=sandbox_url, back_offices=BACK_OFFICES)
    text = file.read_text()
    for kind in ("zgw", "rest"):
        text = text.replace(f"connector: {kind}", f"connector: {kind}{_ROOM}")
    file.write_text(text)
    return file


@contextmanager
def _folder() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="levensloket-") as name:
        folder = Path(name)
        # PostgreSQL may have to run as another user, who must be able to pass.
        folder.chmod(0o711)
        yield folder


def run(plan: Plan, say: Callable[[str], None]) -> Result:
    """One chaos in a folder of its own, gone afterwards; `CHAOS_LOG` names a file that keeps the logs."""
    with _folder() as folder:
        chaos = Chaos(plan, folder, say)
        try:
            return chaos.run()
        finally:
            if kept := os.environ.get("CHAOS_LOG"):
                Path(kept).write_text(chaos.stack.logs())


def shout(line: str) -> None:
    """Progress, beside the one line of the result."""
    sys.stderr.write(f"{line}\n")
    sys.stderr.flush()
