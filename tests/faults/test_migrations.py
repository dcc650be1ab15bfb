"""A migration only adds, so that processes of before and after it work beside each other.

What a version still reads is taken away by the release after it; the list below then names what was allowed.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

import pytest
from django.db import models
from django.db.migrations import Migration, operations
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.operations.base import Operation

FIRST = {"access": 1, "cases": 12, "ledger": 9, "people": 1}
"""By app, the number of the last migration that no running installation can have been without."""

ALLOWED: frozenset[str] = frozenset()
"""What takes something away that the release before did not read any more, as the test names it."""


def _breaks_old_code(operation: Operation) -> str:
    """Why a process that does not know of the operation could fail after it; "" where it could not."""
    match operation:
        case operations.AddField(field=field):
            if not (field.null or field.many_to_many or field.db_default is not models.NOT_PROVIDED):
                return "old code leaves the column out: it must be null, or have a db_default"
        case operations.RemoveField() | operations.DeleteModel():
            return "old code still reads it"
        case operations.RenameField() | operations.RenameModel() | operations.AlterModelTable():
            return "old code knows the old name"
    return ""


def _found() -> Iterator[str]:
    loader = MigrationLoader(None)
    for app, name in sorted(loader.disk_migrations):
        if app in FIRST and int(name[:4]) > FIRST[app]:
            yield from _wrong(loader.disk_migrations[app, name])


def _wrong(migration: Migration) -> Iterator[str]:
    # Old code knows nothing of a table that is made here, whatever is added to it next.
    new = {
        operation.name_lower
        for operation in migration.operations
        if isinstance(operation, operations.CreateModel)
    }
    for operation in migration.operations:
        if isinstance(operation, operations.AddField) and operation.model_name_lower in new:
            continue
        if why := _breaks_old_code(operation):
            yield f"{migration.app_label}.{migration.name}: {operation.describe()}: {why}"


def test_every_migration_only_adds() -> None:
    assert sorted(set(_found()) - ALLOWED) == []


def test_the_check_itself_lets_a_table_that_is_made_grow() -> None:
    class OfTomorrow(Migration):
        operations: ClassVar[list[Operation]] = [
            operations.CreateModel("Tomorrow", []),
            operations.AddField("tomorrow", "x", models.TextField()),
            operations.AddField("case", "x", models.TextField()),
        ]

    assert len(list(_wrong(OfTomorrow("9999_tomorrow", "cases")))) == 1


@pytest.mark.parametrize(
    ("operation", "breaks"),
    [
        (operations.AddField("case", "x", models.TextField(null=True)), False),
        (operations.AddField("case", "x", models.TextField(db_default="")), False),
        (operations.AddField("case", "x", models.TextField(default="")), True),
        (operations.RemoveField("case", "phase"), True),
        (operations.RenameField("case", "phase", "stage"), True),
        (operations.DeleteModel("Case"), True),
        (operations.CreateModel("Tomorrow", []), False),
    ],
)
def test_the_check_itself_knows_what_old_code_cannot_bear(operation: Operation, breaks: bool) -> None:
    assert bool(_breaks_old_code(operation)) is breaks
