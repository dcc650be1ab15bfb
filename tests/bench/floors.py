"""The floors: the least that the work can cost, measured in the same run as what is held against it.

Each has a bound that it must reach itself, so that nobody wins by a slow floor. Every floor stands here.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from hashlib import sha256
from typing import Any, cast

import requests
from django.db import connection, transaction
from django.test import override_settings
from django.urls import include, path
from rest_framework.request import Request
from rest_framework.response import Response

from portal.api.programs import ProgramView
from tests.bench.filed import BESIDE, WAVE, filed, forget, in_a_wave, ring, until_delivered, worker
from tests.bench.harness import Floor, Measure
from tests.bench.told import CALLS, arrived, program, statuses_a_second
from tests.bench.world import SLOW_MS, World
from tests.factories import spare_bsns


@contextmanager
def _one_call(world: World) -> Iterator[Measure]:
    """One question to the slowest source, with `requests` and nothing else."""
    address = f"{world.other_side.slow('brp')}/ask"
    question = {"bsn": next(spare_bsns()), "fields": ["brp.one"]}

    def measure() -> float:
        begun = time.perf_counter()
        requests.post(address, json=question, timeout=10).raise_for_status()
        return time.perf_counter() - begun

    yield measure


ONE_CALL = Floor(
    name="one bare call to a source of 300 ms",
    unit="s",
    bound=SLOW_MS / 1000 * 1.1,
    direction="max",
    prepare=_one_call,
)


@contextmanager
def _bare_chain(world: World) -> Iterator[Measure]:
    """Lines a second: SHA-256 over the hash before and a line of the usual length, all in memory."""
    lines = [f'{{"number":{number},"rest":"{"x" * 720}"}}'.encode() for number in range(24_000)]

    def measure() -> float:
        previous = "0" * 64
        begun = time.perf_counter()
        for line in lines:
            previous = sha256(previous.encode() + line).hexdigest()
        return len(lines) / (time.perf_counter() - begun)

    yield measure


BARE_CHAIN = Floor(
    name="a bare chain of hashes in memory",
    unit="lines/s",
    bound=200_000,
    direction="min",
    prepare=_bare_chain,
)


@contextmanager
def _bare_delivery(world: World) -> Iterator[Measure]:
    """Deliveries a second that are nothing but the same calls of one, with `requests`, one after another."""
    calls = _calls_of_one_delivery(world)
    session = requests.Session()

    def measure() -> float:
        begun = time.perf_counter()
        for _ in range(_BARE):
            for place, body in calls:
                session.post(f"{world.back_office.url}{place}", json=body, timeout=10).raise_for_status()
        return _BARE / (time.perf_counter() - begun)

    yield measure


_BARE = 60


def _calls_of_one_delivery(world: World) -> list[tuple[str, Any]]:
    """What one delivery sends, as the agency got it."""
    forget()
    rows = filed(2)
    with worker(world.back_office.url):
        # The first one asks for the catalogus too.
        for row in rows:
            world.back_office.calls()
            ring([row])
            until_delivered([row])
    return world.back_office.calls()


BARE_DELIVERY = Floor(
    name="a bare loop of the same calls",
    unit="/s",
    bound=20,
    direction="min",
    prepare=_bare_delivery,
)


@contextmanager
def _alone(world: World) -> Iterator[Measure]:
    """Seconds to delivery at one agency while another answers. What is measured beside it has its workers."""
    forget()
    rows, beside = filed(WAVE), filed(WAVE, agency=BESIDE)
    with worker(world.back_office.url, processes=4):
        ring([*rows, *beside])
        until_delivered([*rows, *beside])

        def measure() -> float:
            forget()
            return in_a_wave(rows, beside)

        yield measure
    forget()


ALONE = Floor(
    name="the same deliveries while no agency hangs",
    unit="s",
    bound=5,
    direction="max",
    prepare=_alone,
)


class _Five(ProgramView):
    """A call with the same check of its token, and the five statements that a status cannot do without."""

    def post(self, request: Request, reference: str) -> Response:
        """Finds the case, locks it, reads what was said, adds one line, says where the case stands now."""
        said = cast(Mapping[str, str], request.data)
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SELECT id FROM cases_case WHERE reference = %s", [reference])
            (case_id,) = cursor.fetchone()
            cursor.execute("SELECT phase, version FROM cases_case WHERE id = %s FOR UPDATE", [case_id])
            cursor.execute("SELECT phase, set_at FROM cases_statusupdate WHERE case_id = %s", [case_id])
            cursor.execute(
                "INSERT INTO cases_statusupdate"
                " (case_id, phase, text, set_at, heard_at, heard_from, external_id)"
                " VALUES (%s, 'handled', %s, now(), now(), 'x', %s)",
                [case_id, said["text"], request.headers["Idempotency-Key"]],
            )
            cursor.execute(
                "UPDATE cases_case SET phase = 'handled', changed_at = now(), version = version + 1"
                " WHERE id = %s",
                [case_id],
            )
        return Response({"reference": reference}, status=201)


# By the name of the real one, so that the door lets the same people in.
_as_the_real_one = ([path("", _Five.as_view(), name="statuses")], "api")
urlpatterns = [path("five/<str:reference>", include(_as_the_real_one))]


@contextmanager
def _five_statements(_world: World) -> Iterator[Measure]:
    """Statuses a second that are nothing but the check of the token and five statements."""
    client = program()

    def measure() -> float:
        cases = arrived(CALLS)
        with override_settings(ROOT_URLCONF=__name__):
            return statuses_a_second(client, cases, "/five/{}")

    yield measure


FIVE_STATEMENTS = Floor(
    name="a view with the same token check and five statements",
    unit="/s",
    bound=50,
    direction="min",
    prepare=_five_statements,
)


@contextmanager
def _bare_view(world: World) -> Iterator[Measure]:
    """Seconds inside the same server for a view with session, user and one query."""
    somebody, served = world.crowd.many, world.crowd.served
    yield lambda: served.seconds("/bench/bare/", cookie=somebody.cookie, times=_PAGES)


_PAGES = 15

BARE_VIEW = Floor(
    name="a view with session, user and one query, under the same server",
    unit="s",
    bound=0.012,
    direction="max",
    prepare=_bare_view,
)


@contextmanager
def _bare_view_at_the_desk(world: World) -> Iterator[Measure]:
    """The same under the server of the desk."""
    desk = world.desk
    yield lambda: desk.served.seconds("/bench/bare/", cookie=desk.citizen_cookie, times=_PAGES)


BARE_VIEW_AT_THE_DESK = Floor(
    name="a view with session, user and one query, under the server of the desk",
    unit="s",
    bound=0.012,
    direction="max",
    prepare=_bare_view_at_the_desk,
)
