"""A door that stays shut: nothing is written while one knocks, and the auditor reads of it afterwards."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.core.cache import cache
from django.core.management import call_command
from django.db import Error, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from redis.exceptions import ConnectionError as RedisGone

from lifeevents.retention import retention
from portal.access.clients import READ, SERVICE, issue_client
from portal.access.denials import noting
from portal.access.models import Denial
from portal.access.tasks import write_denials
from portal.cases.retention import purge
from tests.api.conftest import make_token
from tests.cast import Cast, actor, logged_in, make_cast
from tests.helpdesk.steps import looks_along
from tests.registers import Register


@pytest.fixture
def cast(db: None, register: Register) -> Iterator[Cast]:
    cache.clear()
    yield make_cast()
    cache.clear()


def the_next_minute(*, more: int = 0) -> time_machine.travel:
    """The clock stands still in one minute after now, or so many later."""
    now = timezone.now().replace(second=5) + timedelta(minutes=1 + more)
    return time_machine.travel(now, tick=False)


def told() -> list[tuple[Any, ...]]:
    """What the table has when this minute is long over."""
    with time_machine.travel(timezone.now() + timedelta(minutes=3), tick=False):
        write_denials()
    rows = Denial.objects.order_by("route", "why")
    return [(row.user, row.client, row.capacity, row.route, row.why, row.times) for row in rows]


def test_a_member_of_staff_who_knocks_is_counted_by_route_and_minute(cast: Cast) -> None:
    desk = logged_in(cast.officer)
    with the_next_minute():
        for _ in range(3):
            assert desk.get("/medewerker/koppelingen/").status_code == 404
        assert desk.get("/medewerker/LL-2222-2222/").status_code == 404
    with the_next_minute(more=2):
        write_denials()
    rows = Denial.objects.order_by("route").values_list("user", "capacity", "route", "why", "times")
    assert list(rows) == [
        (cast.officer.pk, "officer", "backoffice:case", "object", 1),
        (cast.officer.pk, "officer", "backoffice:connections", "door", 3),
    ]
    assert not any("LL-2222" in str(vars(row)) for row in Denial.objects.all())


def test_knocking_asks_no_question_of_the_database_that_an_open_door_does_not(cast: Cast) -> None:
    desk = logged_in(cast.officer)
    with CaptureQueriesContext(connection) as queries:
        assert desk.get("/medewerker/koppelingen/").status_code == 404
    asked = [query["sql"] for query in queries.captured_queries]
    assert not any(sql.startswith(("INSERT", "UPDATE", "DELETE")) for sql in asked)
    assert not any("access_denial" in sql for sql in asked)
    assert not Denial.objects.exists()


def test_of_a_citizen_nothing_is_counted(cast: Cast) -> None:
    assert logged_in(cast.citizen).get("/medewerker/koppelingen/").status_code == 404
    assert told() == []


def test_an_address_that_is_none_is_nobodys_door(cast: Cast) -> None:
    assert logged_in(cast.officer).get("/bestaat/niet/").status_code == 404
    assert told() == []


def test_writing_while_looking_along_is_counted_as_that(cast: Cast, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.WARNING)
    _citizen, helper = looks_along(cast)
    assert helper.post("/mijn-gegevens/gebruik/").status_code == 403
    (row,) = told()
    assert row == (cast.helpdesk, "", "assist", "citizen:uses", "reading", 1)
    lines = [record.msg for record in caplog.records if isinstance(record.msg, dict)]
    assert [line["route"] for line in lines if line["event"] == "denied"] == ["citizen:uses"]


def test_a_program_is_counted_with_its_agency(cast: Cast) -> None:
    services = ["kinderbijslag"]
    issue_client(
        actor=actor(cast.operator),
        client_id="svb-1",
        agency="svb",
        name="Proef",
        services=services,
        may_write=False,
    )
    token = make_token("svb-1", [READ, *(f"{SERVICE}{one}" for one in services)])
    program = Client(headers={"Authorization": f"Bearer {token}"})
    assert program.get("/api/v1/cases/LL-2222-2222").status_code == 404
    assert told() == [(None, "svb-1", "agency", "api:case", "object", 1)]
    assert Denial.objects.get().agency == "svb"


def test_written_twice_it_is_there_once(cast: Cast) -> None:
    logged_in(cast.officer).get("/medewerker/koppelingen/")
    with time_machine.travel(timezone.now() + timedelta(minutes=3), tick=False):
        kept = {key: cache.get(key) for key in _keys()}
        write_denials()
        cache.set_many(kept)  # as if a worker died before it could forget them
        write_denials()
    assert [row.times for row in Denial.objects.all()] == [1]


def _keys() -> list[str]:
    now = int(timezone.now().timestamp()) // 60
    return [
        key
        for minute in range(now - 6, now + 1)
        for key in (f"denied:{minute}:places", f"denied:{minute}:place:1")
        if cache.get(key)
    ]


def test_a_minute_that_is_not_over_waits(cast: Cast) -> None:
    logged_in(cast.officer).get("/medewerker/koppelingen/")
    write_denials()
    assert not Denial.objects.exists()


def test_who_knocks_on_very_many_doors_fills_a_few_rows(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(noting, "MOST_OF_ONE", 2)
    desk = logged_in(cast.officer)
    with the_next_minute():
        for address in ("koppelingen", "koppelingen", "programmas", "programmas", "meldingen", "handelingen"):
            assert desk.get(f"/medewerker/{address}/").status_code == 404
    with the_next_minute(more=2):
        noting.write()
    assert sorted(Denial.objects.values_list("route", "times")) == [
        ("", 2),
        ("backoffice:clients", 2),
        ("backoffice:connections", 2),
    ]


def test_there_is_an_end_to_the_doors_of_one_minute(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(noting, "MOST_A_MINUTE", 1)
    desk = logged_in(cast.officer)
    with the_next_minute():
        for address in ("koppelingen", "programmas", "meldingen"):
            desk.get(f"/medewerker/{address}/")
    with the_next_minute(more=2):
        assert noting.write() == 1


def test_without_the_cache_a_door_stays_shut_all_the_same(
    cast: Cast, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.WARNING)

    def gone(*_: object, **__: object) -> None:
        raise RedisGone

    desk = logged_in(cast.officer)
    monkeypatch.setattr(noting.cache, "add", gone)
    assert desk.get("/medewerker/koppelingen/").status_code == 404
    lines = [record.msg["event"] for record in caplog.records if isinstance(record.msg, dict)]
    assert lines == ["denied", "denial-not-counted"]


def _row(cast: Cast, *, days: int) -> Denial:
    return Denial.objects.create(
        minute=timezone.now() - timedelta(days=days),
        user=cast.officer,
        capacity="officer",
        route="backoffice:connections",
        why=Denial.Why.DOOR,
        times=1,
    )


def test_nobody_changes_or_wipes_what_is_fresh(cast: Cast) -> None:
    row = _row(cast, days=100)
    for change in (lambda: Denial.objects.update(times=0), row.delete):
        with pytest.raises(Error, match="append-only"), transaction.atomic():
            change()
    assert Denial.objects.get().times == 1


def test_what_is_past_its_term_goes_at_night(cast: Cast, capsys: pytest.CaptureFixture[str]) -> None:
    _row(cast, days=retention().denials_days + 1)
    fresh = _row(cast, days=retention().denials_days - 1)
    assert purge(dry_run=True).denials == 1
    assert Denial.objects.count() == 2
    call_command("ledger", "purge")
    assert "1 denial(s)" in capsys.readouterr().out
    assert Denial.objects.get() == fresh
