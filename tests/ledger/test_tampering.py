"""Whoever changes the log in the database itself is found: 200 times, in copies of it."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from django.db import connection

from portal.ledger.log.heads import publish_heads
from portal.ledger.log.verify import Finding, check_all
from portal.ledger.models import DataUse
from portal.people.models import Citizen
from tests.factories import make_citizen, spare_bsns
from tests.ledger.lines import write_lines
from tests.ledger.tampering import WAYS, recompute

BSNS = spare_bsns()
CITIZENS, ROUNDS, EACH, TRIES = 6, 4, 5, 40
_TABLES = ("ledger_datause", "ledger_loghead")


@pytest.fixture
def citizens(transactional_db: None, settings: Any, tmp_path: Path) -> list[Citizen]:
    """Six citizens with twenty lines each, whose heads were published after every five."""
    settings.LOG_HEADS_FOLDER = str(tmp_path)
    found = [make_citizen(next(BSNS)) for _ in range(CITIZENS)]
    for _ in range(ROUNDS):
        write_lines(found, each=EACH)
        publish_heads()
    return found


@contextmanager
def _in_a_copy() -> Iterator[None]:
    """The portal works on a copy of its database, as somebody who may do everything there."""
    own = connection.settings_dict["NAME"]
    copy = f"{own}_copy"
    _elsewhere(f'CREATE DATABASE "{copy}" TEMPLATE "{own}"')
    try:
        connection.settings_dict["NAME"] = copy
        _run(
            "SET session_replication_role = replica",
            "ALTER TABLE ledger_datause DROP CONSTRAINT one_line_per_number",
            *(f"CREATE TABLE kept_{table} AS TABLE {table}" for table in _TABLES),
        )
        yield
    finally:
        connection.close()
        connection.settings_dict["NAME"] = own
        _elsewhere(f'DROP DATABASE "{copy}"')


def _put_back() -> None:
    """The log as it was when it was copied: a copy for every time would take minutes."""
    for table in _TABLES:
        _run(f"DELETE FROM {table}", f"INSERT INTO {table} SELECT * FROM kept_{table}")  # noqa: S608


def _run(*statements: str) -> None:
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)


def _elsewhere(statement: str) -> None:
    """Nobody may be connected to a database that is copied."""
    connection.close()
    with connection._nodb_cursor() as cursor:
        cursor.execute(statement)


@pytest.mark.parametrize("tamper", WAYS)
def test_tampering_is_found_every_time_and_the_first_broken_line_named(
    citizens: list[Citizen], tamper: Callable[[list[DataUse], random.Random], int]
) -> None:
    """40 times for each of five ways, each committed in a database that is otherwise whole."""
    chance = random.Random(tamper.__name__)
    with _in_a_copy():
        for _ in range(TRIES):
            citizen = chance.choice(citizens)
            first = tamper(list(DataUse.objects.filter(chain=citizen.pk).order_by("number")), chance)
            (finding,) = check_all().findings
            assert finding.chain == str(citizen.pk)
            assert finding.number <= first <= finding.until, (first, finding)
            _assert_exact(finding, is_made_anew=tamper is recompute)
            _put_back()
        assert check_all().findings == []
    assert check_all().findings == []


def _assert_exact(finding: Finding, *, is_made_anew: bool) -> None:
    """Of a chain made anew no more can be known than between which two published heads it first differs."""
    assert finding.until - finding.number < EACH, finding
    if not is_made_anew or not finding.what.startswith("made anew"):
        return
    assert finding.number % EACH == 1
    assert finding.until == finding.number + EACH - 1
    assert "one of these is the first that is not what it was" in str(finding)
    assert finding.line_id is not None
    row = DataUse.objects.get(pk=finding.line_id)
    assert (str(row.chain), row.number) == (finding.chain, finding.number)
