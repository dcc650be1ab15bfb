"""What an operator meets: health, commands, checks, and the day that the portal thinks it is."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.test import Client, override_settings
from django.utils import timezone

from connectors.base import Unavailable
from connectors.registry import Connectors
from portal import clock
from portal.cases.reading.connections import check_all, connections
from portal.catalogue import connectors
from portal.checks import catalogue_and_connectors
from portal.ledger.states import mark_down, mark_up, source_key
from tests.registers import Register


def test_alive_and_ready(client: Client, db: None) -> None:
    assert client.get("/health/live").json() == {"status": "ok"}
    assert client.get("/health/ready").json() == {"status": "ok", "failing": []}


@override_settings(
    CACHES={
        "default": {
            "BACKEND": "django.core.cache.backends.redis.RedisCache",
            "LOCATION": "redis://127.0.0.1:9/0",
        }
    }
)
def test_not_ready_names_what_is_missing(client: Client, db: None) -> None:
    answer = client.get("/health/ready")
    assert (answer.status_code, answer.json()) == (503, {"status": "failing", "failing": ["cache"]})


def test_the_legal_day_can_be_another_one_and_real_time_stays() -> None:
    with override_settings(PORTAL_NOW=date(2024, 2, 29)):
        assert clock.today() == date(2024, 2, 29)
        assert clock.now().utcoffset() == timezone.localtime(clock.now()).utcoffset()
    assert clock.today() == timezone.localdate()


def test_the_catalogue_of_this_installation_is_right() -> None:
    out = StringIO()
    call_command("catalogue", "check", stdout=out)
    assert "no problems" in out.getvalue()
    assert catalogue_and_connectors(None) == []


def test_a_catalogue_with_a_mistake_is_named_with_file_and_line(tmp_path: Path) -> None:
    (tmp_path / "agencies").mkdir()
    (tmp_path / "agencies" / "svb.yaml").write_text("id: svb\nname: [\n")
    with pytest.raises(CommandError, match=r"svb\.yaml:\d+: "):
        call_command("catalogue", "check", root=tmp_path)


def test_a_register_that_does_not_answer_is_shown_with_since_when(
    db: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    register = Register()
    monkeypatch.setattr("portal.cases.reading.connections.connectors", lambda: _with(register))
    register.failure = Unavailable("brp: no answer")
    failed = next(one for one in check_all() if one.connector == "brp")
    assert (failed.error, failed.last_success) == ("brp: no answer", None)
    since = failed.down_since
    check_all()
    assert next(one for one in connections() if one.connector == "brp").down_since == since
    register.failure = None
    back = next(one for one in check_all() if one.connector == "brp")
    assert (back.error, back.down_since) == ("", None)
    assert back.last_success


def test_the_command_names_what_failed(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    register = Register()
    monkeypatch.setattr("portal.cases.reading.connections.connectors", lambda: _with(register))
    out = StringIO()
    call_command("connectors", "check", stdout=out)
    assert "hold, own contract): reachable" in out.getvalue()
    register.failure = Unavailable("brp: no answer")
    with pytest.raises(CommandError, match="1 failed"):
        call_command("connectors", "check", stdout=out)
    assert "NOT reachable (brp: no answer), since" in out.getvalue()


def test_up_and_down_keep_the_first_moment(db: None) -> None:
    key = source_key("x")
    assert mark_up(key) is False
    mark_down(key)
    assert mark_up(key) is True


@pytest.mark.parametrize(
    "path",
    [
        "/bestaat-niet/",
        "/aanvragen/LL-2222-2222/x/",
        "/aanvragen/%00/",
        "/medewerker/%00/",
        "/berichtje/",
        "/helpdeskje/",
    ],
)
def test_what_is_not_there_is_a_page_with_a_way_to_a_person(client: Client, db: None, path: str) -> None:
    answer = client.get(path)
    assert answer.status_code == 404
    assert "Praat met een medewerker" in answer.content.decode()


def test_a_program_that_asks_for_what_is_not_there_gets_a_problem_in_json(client: Client, db: None) -> None:
    answer = client.get("/api/v1/")
    assert (answer.status_code, answer["Content-Type"]) == (404, "application/problem+json")
    assert answer.json()["status"] == 404


def test_a_fault_of_ours_says_what_is_safe(client: Client, db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("portal.citizen.views.start._all_events", lambda: 1 / 0)
    client.raise_request_exception = False
    answer = client.get("/")
    assert answer.status_code == 500
    assert "Praat met een medewerker" in answer.content.decode()
    assert "ZeroDivisionError" not in answer.content.decode()


def _with(register: Register) -> Connectors:
    return replace(connectors(), sources={"brp": register})
