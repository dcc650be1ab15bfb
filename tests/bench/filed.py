"""Requests that are ready to go out, and real workers that bring them to the agencies of the benches."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from django.db import connection
from django.utils import timezone

from lifeevents.model import dump
from portal.cases.back.status import apply_status
from portal.cases.journey.payloads import Payload, seal_payload
from portal.cases.models import Case, Delivery, Journey, Phase
from portal.cases.out import outbox
from portal.catalogue import catalogue
from portal.celery import app
from portal.ledger.keys import content_hash
from portal.ledger.log.uses import PORTAL, Use, record_use
from portal.ledger.models import ConnectorState, DataUse
from portal.local.environment import ROOT
from portal.people.models import Citizen
from tests.factories import make_citizen, spare_bsns

QUICK, BESIDE, HANGING = "gemeente-waterstad", "gemeente-heidedorp", "gemeente-polderveen"
"""Two agencies that answer at once, and one that never does."""

_SERVICE = "geboorteaangifte"
_DEADLINE = 2
"""Seconds for one call, a quarter of the usual, so that a hanging agency is measured in less time."""

_LATER = timedelta(hours=1)
"""No wave lasts so long."""

_SECONDS = 60.0
"""What takes longer than this will never end."""
_TURN = 15.0
"""Seconds between two looks of the timetable where something does not come."""

_BSNS = spare_bsns()
_ADDRESS = {
    "street": "Gracht",
    "house_number": 3,
    "postcode": "9001AA",
    "city": "Waterstad",
    "municipality": "9001",
}
_VALUES: Mapping[str, Any] = {
    "brp.name": {"full": "Noor de Wit", "family_name": "Wit", "first_names": "Noor"},
    "brp.birth": {"birth_date": "1994-03-07"},
    "brp.address": _ADDRESS,
}
_ANSWERS: Mapping[str, list[dict[str, Any]]] = {
    "birth": [{"birth_place": "9001", "role": "gave_birth"}],
    "child": [{"first_names": "Mia", "birth_date": "2026-11-20", "birth_time": "14:05", "sex": "V"}],
    "parents": [{"other_parent": "none", "family_name": "Wit"}],
    "remark": [{}],
}


def _payload() -> Payload:
    facts = {
        name: {
            "value": value,
            "source": "brp",
            "observed_at": "2026-11-21T12:00:00+00:00",
            "provisional": False,
            "under_investigation": False,
            "secret": False,
            "disputed": "",
        }
        for name, value in _VALUES.items()
    }
    return {"facts": facts, "not_fetched": [], "answers": dict(_ANSWERS)}


def filed(many: int, *, agency: str = QUICK) -> list[Delivery]:
    """So many requests of as many citizens, in the outbox; no bell is rung."""
    event = catalogue().events["kind-krijgen"]
    definitions = dump(catalogue().services_of(event))
    written = {"definitions": definitions, "definitions_hash": content_hash(definitions)}
    rows = []
    for _ in range(many):
        citizen = make_citizen(next(_BSNS))
        journey = Journey.objects.create(
            citizen=citizen, event=event.slug, state=Journey.State.SUBMITTED, **written
        )
        case = Case(
            citizen=citizen,
            journey=journey,
            service=_SERVICE,
            agency=agency,
            phase=Phase.SENT,
            retention="geboorte/2026",
        )
        seal_payload(case, _payload())
        case.save(force_insert=True)
        record_use(_fetched(citizen, journey), outcome="ok")
        apply_status(
            case=case,
            phase=Phase.SENT,
            text="",
            set_at=timezone.now(),
            external_id="submitted",
            heard_from="levensloket",
        )
        rows.append(Delivery(case=case, kind=Delivery.Kind.FILE, destination=agency))
    return Delivery.objects.bulk_create(rows)


def _fetched(citizen: Citizen, journey: Journey) -> Use:
    """What stands in the log of whoever files: that the portal fetched their data."""
    return Use(
        citizen=citizen,
        trace_id=journey.trace_id,
        operation=DataUse.Operation.FETCH,
        activities=(),
        fields=tuple(_VALUES),
        recipient=PORTAL,
        source="brp",
    )


def due_again(rows: Sequence[Delivery], *, at: datetime | None = None) -> None:
    """As if none of them had been delivered; they are due now, or at that moment."""
    Delivery.objects.filter(pk__in=[row.pk for row in rows]).update(
        delivered_at=None,
        lease_until=None,
        attempts=0,
        progress={},
        needs_human="",
        not_before=at or timezone.now(),
    )


def _ring_when_due(row: Delivery) -> datetime:
    """It is due from this moment, which is given, and not before: the timetable's bell comes no sooner."""
    now = timezone.now()
    Delivery.objects.filter(pk=row.pk).update(not_before=now)
    ring([row])
    return now


def forget() -> None:
    """No agency was ever called, and nothing waits in the broker."""
    Delivery.objects.all().update(delivered_at=timezone.now(), lease_until=None)
    ConnectorState.objects.all().delete()
    app.control.purge()


def ring(rows: Sequence[Delivery]) -> None:
    """Rings for each of them, over one connection."""
    for row in rows:
        outbox.ring(str(row.pk))


def _timetable() -> None:
    """It looks once, as it always does."""
    app.send_task("portal.cases.tasks.sweep")
    app.send_task("portal.cases.tasks.probe")


def until_delivered(rows: Sequence[Delivery], *, seconds: float = _SECONDS) -> None:
    """Returns when all of them are delivered."""
    waiting = Delivery.objects.filter(pk__in=[row.pk for row in rows], delivered_at=None)
    begun = looked = time.monotonic()
    while left := waiting.count():
        now = time.monotonic()
        assert now < begun + seconds, f"{left} of {len(rows)} not delivered in {seconds:.0f} s"
        if now > looked + _TURN:
            # On a busy machine a call may end by its deadline: without a timetable nobody would look again.
            looked = now
            _timetable()
        time.sleep(0.1)


def a_second(rows: Sequence[Delivery], *, seconds: float = _SECONDS) -> float:
    """Rings for all of them; how many a second were delivered, by the moments that stand in the rows."""
    begun = timezone.now()
    ring(rows)
    until_delivered(rows, seconds=seconds)
    done = Delivery.objects.filter(pk__in=[row.pk for row in rows])
    last = max(at for at in done.values_list("delivered_at", flat=True) if at is not None)
    return len(rows) / (last - begun).total_seconds()


WAVE, APART = 40, 0.15
"""So many deliveries, so many seconds apart: a load under which none waits for another."""


def in_a_wave(rows: Sequence[Delivery], beside: Sequence[Delivery]) -> float:
    """Rings for one after another; gives the mean time to delivery, in seconds.

    For each of them one of `beside` is rung for first. The timetable looks as it always does.
    """
    due_again([*rows, *beside], at=timezone.now() + _LATER)
    rung = []
    others = iter(beside)
    for number, row in enumerate(rows):
        if number % round(5 / APART) == 0:
            _timetable()
        if (other := next(others, None)) is not None:
            _ring_when_due(other)
        rung.append(_ring_when_due(row))
        time.sleep(APART)
    until_delivered(rows)
    done = Delivery.objects.filter(pk__in=[row.pk for row in rows])
    delivered = {pk: at for pk, at in done.values_list("pk", "delivered_at") if at is not None}
    waited = [(delivered[row.pk] - at).total_seconds() for row, at in zip(rows, rung, strict=True)]
    assert min(waited) > 0, "delivered before it was due"
    return sum(waited) / len(waited)


@contextmanager
def worker(office: str, *, processes: int = 1) -> Iterator[subprocess.Popen[bytes]]:
    """A Celery worker as it is started everywhere, whose agencies are at the address `office`."""
    with tempfile.TemporaryDirectory() as folder:
        config = Path(folder) / "connectors.yaml"
        config.write_text(_connectors(office))
        command = [sys.executable, "-m", "celery", "--app", "portal.celery", "worker", "--loglevel", "ERROR"]
        quiet = ["--without-gossip", "--without-mingle", "--without-heartbeat"]
        with subprocess.Popen(
            [*command, "--concurrency", str(processes), *quiet],
            cwd=ROOT,
            env=os.environ | {"CONNECTORS_CONFIG": str(config), "ZGW_SECRET": "x" * 40},
            stdout=subprocess.DEVNULL,
        ) as process:
            try:
                connection.close()
                yield process
            finally:
                process.terminate()
                process.wait(timeout=60)


def _connectors(office: str) -> str:
    destinations = "".join(
        f"""
  {agency}:
    connector: zgw
    zaken_url: {office}/{path}/zaken
    catalogi_url: {office}/{path}/catalogi
    client_id: levensloket
    secret: ${{ZGW_SECRET}}
    rsin: '999190015'
    deadline: {_DEADLINE}"""
        for agency, path in ((QUICK, "quick"), (BESIDE, "beside"), (HANGING, "hangs"))
    )
    return f"destinations:\n  svb: {{connector: hold}}{destinations}\n"
