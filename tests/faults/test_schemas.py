"""Two versions at once: a worker of before a migration with the schema after it, and the reverse.

Migrations add: a version that knows nothing of a column or a table works on beside it (`test_migrations`
has the code of before write in the tables of today). A version that came before its migration fails, loses
nothing, and goes on when the schema is there: with one column under another name, for what fails where, and
with the last migrations themselves taken back.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import LiteralString

import psycopg
import pytest
from django.db.migrations import AddField
from django.db.migrations.loader import MigrationLoader

from portal.local.stack import Stack
from tests.faults.conftest import A_MINUTE, arrivals, sweeps
from tests.stories.agency import ONE_OF_EACH, Agency
from tests.stories.conftest import NewCaller, Without
from tests.stories.waiting import is_delivered, one, until

pytestmark = pytest.mark.story

ADDED = """
    CREATE TABLE cases_of_tomorrow (id bigint PRIMARY KEY);
    ALTER TABLE cases_case ADD COLUMN of_tomorrow text NOT NULL DEFAULT '';
    ALTER TABLE cases_delivery ADD COLUMN of_tomorrow timestamptz;
    ALTER TABLE cases_statusupdate ADD COLUMN of_tomorrow boolean NOT NULL DEFAULT false;
    ALTER TABLE ledger_datause ADD COLUMN of_tomorrow jsonb;
"""
TAKEN_BACK = """
    DROP TABLE cases_of_tomorrow;
    ALTER TABLE cases_case DROP COLUMN of_tomorrow;
    ALTER TABLE cases_delivery DROP COLUMN of_tomorrow;
    ALTER TABLE cases_statusupdate DROP COLUMN of_tomorrow;
    ALTER TABLE ledger_datause DROP COLUMN of_tomorrow;
"""


def test_an_old_worker_delivers_with_the_schema_of_tomorrow(
    new_caller: NewCaller, stack: Stack, waterstad: Agency
) -> None:
    with _changed(stack, ADDED, TAKEN_BACK):
        caller = new_caller("Sanne Visser")
        caller.sends(caller.prepares())
        reference = caller.reference()
        until(lambda: is_delivered(stack, reference), seconds=A_MINUTE, what="the delivery")
        assert waterstad.has(reference) == ONE_OF_EACH
        assert arrivals(stack, reference) == 1
        assert "heeft uw aangifte" in caller.get(f"/aanvragen/{reference}/").text


def test_a_worker_that_came_before_its_schema_goes_on_when_that_is_there(
    new_caller: NewCaller, stack: Stack, waterstad: Agency
) -> None:
    caller = new_caller("Daan Bakker")
    seen = caller.prepares()
    # What the worker writes in its last transaction is not there yet: everything before it was done.
    missing = "ALTER TABLE cases_statusupdate RENAME COLUMN heard_from TO of_yesterday"
    there = "ALTER TABLE cases_statusupdate RENAME COLUMN of_yesterday TO heard_from"
    waterstad.breaks("gate", step="zaken", times=1)
    caller.sends(seen)
    reference = caller.reference()
    until(lambda: waterstad.has(reference), seconds=A_MINUTE, what="a worker in the middle")
    with _changed(stack, missing, there):
        waterstad.breaks("none")
        until(
            lambda: _error(stack, reference) == "unexpected", seconds=A_MINUTE, what="an attempt that failed"
        )
        assert not is_delivered(stack, reference)
    sweeps(stack)
    until(lambda: is_delivered(stack, reference), seconds=A_MINUTE, what="the delivery")
    assert waterstad.has(reference) == ONE_OF_EACH
    assert arrivals(stack, reference) == 1


def test_a_worker_that_cannot_even_claim_before_its_schema_loses_nothing(
    new_caller: NewCaller, stack: Stack, waterstad: Agency, without: Without
) -> None:
    caller = new_caller("Iris Vos")
    seen = caller.prepares()
    missing = "ALTER TABLE cases_delivery RENAME COLUMN progress TO of_yesterday"
    there = "ALTER TABLE cases_delivery RENAME COLUMN of_yesterday TO progress"
    with ExitStack() as changed:
        with without("worker"):
            caller.sends(seen)
            reference = caller.reference()
            changed.enter_context(_changed(stack, missing, there))
        until(lambda: "progress does not exist" in stack.logs(), seconds=A_MINUTE, what="a claim that failed")
        assert waterstad.has(reference) == {}
    sweeps(stack)
    until(lambda: is_delivered(stack, reference), seconds=A_MINUTE, what="the delivery")
    assert waterstad.has(reference) == ONE_OF_EACH
    assert arrivals(stack, reference) == 1


def test_todays_worker_with_the_schema_of_before_its_last_migrations_loses_nothing(
    new_caller: NewCaller, stack: Stack, waterstad: Agency, without: Without
) -> None:
    """The real migrations, taken back and made again: as when a worker is updated before the database."""
    caller = new_caller("Milan van Dijk")
    seen = caller.prepares()
    with ExitStack() as migrated:
        with without("worker"):
            caller.sends(seen)
            reference = caller.reference()
            migrated.callback(_migrate, stack)
            _migrate(stack, "cases", _before_the_last_column())
            until(lambda: not _has_todays_columns(stack), seconds=A_MINUTE, what="the schema of before")
        until(lambda: _failed_claims(stack) > 0, seconds=A_MINUTE, what="a claim that failed")
        assert waterstad.has(reference) == {}
        assert not is_delivered(stack, reference)
    assert _has_todays_columns(stack)
    sweeps(stack)
    until(lambda: is_delivered(stack, reference), seconds=A_MINUTE, what="the delivery")
    assert waterstad.has(reference) == ONE_OF_EACH
    assert arrivals(stack, reference) == 1
    assert "heeft uw aangifte" in caller.get(f"/aanvragen/{reference}/").text


def _migrate(stack: Stack, *target: str) -> None:
    stack.run("migrate", ["manage.py", "migrate", "--verbosity", "0", *target]).wait_for_success(seconds=60)


def _columns_of_cases() -> list[tuple[str, list[str]]]:
    """The migrations of `cases`, oldest first, each with the columns that it adds to a case."""
    disk = MigrationLoader(None).disk_migrations
    found = sorted((name, made) for (app, name), made in disk.items() if app == "cases")
    return [
        (name, [one.name for one in made.operations if isinstance(one, AddField) and _is_of_a_case(one)])
        for name, made in found
    ]


def _is_of_a_case(operation: AddField) -> bool:
    return operation.model_name_lower == "case"


def _before_the_last_column() -> str:
    found = _columns_of_cases()
    last = max(number for number, (_name, columns) in enumerate(found) if columns)
    return found[last - 1][0]


def _has_todays_columns(stack: Stack) -> bool:
    names = [name for _migration, names in _columns_of_cases() for name in names][-1:]
    query = """
        SELECT count(*) FROM information_schema.columns
        WHERE table_name = 'cases_case' AND column_name = ANY(%s)
    """
    return bool(one(stack, query, [*names, *(f"{name}_id" for name in names)]))


def _failed_claims(stack: Stack) -> int:
    (name,) = [name for _migration, names in _columns_of_cases() for name in names][-1:]
    return len(re.findall(rf"column [a-z]+\.{name}(?:_id)? does not exist", stack.logs()))


@contextmanager
def _changed(stack: Stack, statements: LiteralString, back: LiteralString) -> Iterator[None]:
    with psycopg.connect(stack.database_url, autocommit=True) as connection:
        connection.execute(statements)
        try:
            yield
        finally:
            connection.execute(back)


def _error(stack: Stack, reference: str) -> str:
    query = """
        SELECT last_error FROM cases_delivery JOIN cases_case ON cases_case.id = case_id
        WHERE reference = %s AND kind = 'file'
    """
    return str(one(stack, query, reference))
