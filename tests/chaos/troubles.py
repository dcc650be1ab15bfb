"""The faults of a chaos. Each begins, lasts a while, and is over when its function returns.

What is armed at a point of the code stays armed until some process comes by there.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from random import Random

import psycopg
import requests
from redis import Redis

from connectors import faults
from portal.local.stack import Stack
from tests.faults.points import points
from tests.stories.agency import STEPS, Agency

_ZGW = ("gemeente-waterstad", "gemeente-polderveen")
AGENCIES = {**dict.fromkeys(_ZGW, STEPS), "gemeente-duinzicht": ("requests",)}
"""Those with a system of their own, each with the steps at which it can break."""

LOSING, HINDERING = ("lost", "stored-500", "half", "mixed-up"), ("down", "fails", "busy", "slow")
_SECONDS = 30


@dataclass(frozen=True, slots=True)
class Scene:
    """Where it happens. `folder` is where points are armed; `seconds` is how long a longer fault lasts."""

    stack: Stack
    folder: Path
    dice: Random
    seconds: float

    def lasts(self) -> None:
        """Lets a fault last a while."""
        time.sleep(self.dice.uniform(0.3, 1) * self.seconds)

    def without(self, *names: str) -> None:
        """Kills processes, and starts them again after a while."""
        for name in names:
            self.stack.kill(name)
        self.lasts()
        for name in names:
            self.stack.start_process(name)


def _points(scene: Scene) -> None:
    """Somewhere in the code a process kills itself, or something fails that never fails."""
    for name in scene.dice.sample(points(), 4):
        faults.arm(scene.folder, name, scene.dice.choice(("kill", "raise")))


def _worker(scene: Scene) -> None:
    scene.without("worker")


def _web(scene: Scene) -> None:
    scene.without("web")


def _beat(scene: Scene) -> None:
    scene.without("beat")


def _two_beats(scene: Scene) -> None:
    second = ["-m", "celery", "--app", "portal.celery", "beat", "--pidfile=", "--schedule"]
    beat = scene.stack.run("beat-2", [*second, str(scene.stack.folder / "second-timetable")])
    scene.lasts()
    scene.lasts()
    beat.kill()


def _frozen_worker(scene: Scene) -> None:
    _frozen(scene, "worker")


def _frozen_valkey(scene: Scene) -> None:
    _frozen(scene, "valkey")


def _frozen(scene: Scene, name: str) -> None:
    scene.stack.freeze(name)
    scene.lasts()
    scene.stack.thaw(name)


def _valkey(scene: Scene) -> None:
    scene.without("valkey")


def _flushed_valkey(scene: Scene) -> None:
    with closing(Redis.from_url(scene.stack.env["BROKER_URL"])) as broker:
        broker.flushall()


def _postgres(scene: Scene) -> None:
    scene.without("postgres")


def _backends(scene: Scene) -> None:
    ended = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = 'portal'"
    with psycopg.connect(scene.stack.postgres.url("postgres"), autocommit=True) as connection:
        connection.execute(ended)


def _locks(scene: Scene) -> None:
    """Somebody holds rows that others want."""
    with psycopg.connect(scene.stack.database_url) as connection:
        connection.execute("SELECT 1 FROM cases_delivery WHERE delivered_at IS NULL FOR UPDATE SKIP LOCKED")
        scene.lasts()


def _agencies_answer(scene: Scene) -> None:
    """An effect without the answer that says so, a few times at one step."""
    for name, steps in AGENCIES.items():
        kind, step = scene.dice.choice(LOSING), scene.dice.choice(steps)
        Agency(scene.stack, name).breaks(kind, step=step, times=scene.dice.randint(1, 4))


def _agency_hinders(scene: Scene) -> None:
    agency = Agency(scene.stack, scene.dice.choice(list(AGENCIES)))
    kind = scene.dice.choice(HINDERING)
    agency.breaks(kind, times=2 if kind == "slow" else None)
    scene.lasts()
    agency.breaks("none")


def _agency_refuses(scene: Scene) -> None:
    """It says no where it should not; somebody mends that there, and an operator lets them try again."""
    name, steps = scene.dice.choice(list(AGENCIES.items()))
    agency = Agency(scene.stack, name)
    agency.breaks("refuses", step=scene.dice.choice(steps), times=2)
    scene.lasts()
    agency.breaks("none")


def _other_side(scene: Scene) -> None:
    """Registers and agencies refuse every connection."""
    scene.without("sandbox")


def _notifications(scene: Scene) -> None:
    """A hundred of them: double, in disorder, and some of them forged."""
    name = scene.dice.choice(_ZGW)
    callback = f"{scene.stack.url}/api/v1/notificaties/{name}/"
    (subscription, *_) = Agency(scene.stack, name).subscriptions()
    with psycopg.connect(scene.stack.env["SANDBOX_DATABASE_URL"]) as connection:
        query = "SELECT uuid FROM sandbox_zaak WHERE agency = %s ORDER BY uuid LIMIT 25"
        zaken = [str(zaak) for (zaak,) in connection.execute(query, [name])]
    root = Agency(scene.stack, name).root + (
        "/dienstverlening/rest/zaken/v1" if "polder" in name else "/zaken/api/v1"
    )
    letters = [(f"{root}/zaken/{zaak}", subscription["auth"]) for zaak in zaken * 4]
    letters += [(one, "Bearer forged") for one, _ in letters[:10]]
    scene.dice.shuffle(letters)

    def post(letter: tuple[str, str]) -> None:
        body = {"kanaal": "zaken", "hoofdObject": letter[0], "resource": "status", "actie": "create"}
        requests.post(callback, json=body, headers={"Authorization": letter[1]}, timeout=_SECONDS)

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(post, letters))


TROUBLES: tuple[Callable[[Scene], None], ...] = (
    *(_points, _points, _points, _agencies_answer, _agencies_answer, _agency_hinders),
    *(_agency_refuses, _other_side, _worker, _frozen_worker, _web, _beat, _two_beats),
    *(_valkey, _flushed_valkey, _frozen_valkey, _postgres, _backends, _locks, _notifications),
)
"""All of them; what stands here more than once comes more often."""


def schedule(dice: Random) -> Iterator[Callable[[Scene], None]]:
    """Each of them once in every round, in an order of its own, without end."""
    while True:
        round_of = list(TROUBLES)
        dice.shuffle(round_of)
        yield from round_of
