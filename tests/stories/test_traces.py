"""After all stories: nobody's BSN stands in plain text in anything that the processes of the portal wrote."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator

import psycopg
import pytest
from django.contrib.sessions.serializers import JSONSerializer
from django.core import signing
from psycopg import sql
from redis import Redis

from portal.local.stack import Stack
from tests.stories.by_wire import EVENT
from tests.stories.conftest import NewCaller
from tests.stories.waiting import rows

pytestmark = pytest.mark.story

SESSION_SALT = "django.contrib.sessions.SessionStore"
TEXT_TYPES = ("text", "character varying", "character", "json", "jsonb", "ARRAY", "bytea")


@pytest.fixture(scope="module")
def bsns(stack: Stack) -> re.Pattern[str]:
    """Matches the BSN of any test person, also of those that were born in a story."""
    with psycopg.connect(stack.env["SANDBOX_DATABASE_URL"]) as connection:
        numbers = [bsn for (bsn,) in connection.execute("SELECT bsn FROM sandbox_person")]
    assert len(numbers) > 10
    return re.compile("|".join(numbers))


@pytest.fixture(autouse=True)
def somebody_was_here(new_caller: NewCaller) -> None:
    """One citizen at least, also when this file runs alone."""
    caller = new_caller("Daan Bakker")
    caller.begins()
    caller.get("/mijn-gegevens/")


def test_no_bsn_in_any_log_or_address(stack: Stack, bsns: re.Pattern[str]) -> None:
    logs = stack.logs()
    assert f"POST {EVENT}begin/" in logs
    assert "POST /haalcentraal/api/brp/personen" in logs
    assert _around(bsns, logs) == []


def test_no_bsn_in_a_session(stack: Stack, bsns: re.Pattern[str]) -> None:
    sessions = [
        signing.loads(data, key=stack.env["SECRET_KEY"], salt=SESSION_SALT, serializer=JSONSerializer)
        for (data,) in rows(stack, "SELECT session_data FROM django_session")
    ]
    assert any("_auth_user_id" in session for session in sessions)
    assert _around(bsns, json.dumps(sessions)) == []


def test_no_bsn_in_any_column(stack: Stack, bsns: re.Pattern[str]) -> None:
    assert list(_columns_with(bsns, stack.database_url)) == []


def test_the_search_finds_what_is_there(stack: Stack, bsns: re.Pattern[str]) -> None:
    found = set(_columns_with(bsns, stack.env["SANDBOX_DATABASE_URL"]))
    assert {"sandbox_person.bsn", "sandbox_person.record", "sandbox_account.bsn"} <= found


def test_no_bsn_in_queue_or_cache(stack: Stack, bsns: re.Pattern[str]) -> None:
    for setting in ("BROKER_URL", "CACHE_URL"):
        with Redis.from_url(stack.env[setting]) as client:
            for key in client.scan_iter():
                kept = client.dump(key) or b""
                assert not bsns.search((key + kept).decode("latin-1")), f"{setting}: {key!r}"


def _columns_with(bsns: re.Pattern[str], url: str) -> Iterator[str]:
    """The columns of text, JSON and bytes in which a value holds one of these numbers."""
    search = sql.SQL("SELECT EXISTS (SELECT 1 FROM {table} WHERE {text} ~ %s)")
    with psycopg.connect(url) as connection:
        for table, column, kind in _columns(connection):
            name = sql.Identifier(column)
            # Bytes with their printable part as text: a number in plain sight would show.
            as_text = sql.SQL("encode({}, 'escape')" if kind == "bytea" else "{}::text").format(name)
            query = search.format(table=sql.Identifier(table), text=as_text)
            if connection.execute(query, [bsns.pattern]).fetchone() == (True,):
                yield f"{table}.{column}"


def _columns(connection: psycopg.Connection) -> list[tuple[str, str, str]]:
    query = """
        SELECT table_name, column_name, data_type FROM information_schema.columns
        WHERE table_schema = 'public' AND data_type = ANY(%s) ORDER BY 1, 2
    """
    columns = connection.execute(query, [list(TEXT_TYPES)]).fetchall()
    assert len(columns) > 20
    return columns


def _around(bsns: re.Pattern[str], text: str) -> list[str]:
    """What stands around each number, without the number."""
    return [text[max(0, one.start() - 80) : one.start()] for one in bsns.finditer(text)]
