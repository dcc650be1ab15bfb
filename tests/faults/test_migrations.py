"""A migration only adds, so that processes of before and after it work beside each other.

What a version still reads is taken away by the release after it; the list below then names what was allowed.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from typing import Any, ClassVar

import pytest
from django.db import connection, models
from django.db.migrations import Migration, operations
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.operations.base import Operation
from django.db.migrations.state import StateApps

from portal.cases.models import Case, InboxItem
from portal.people.actor import Actor
from tests.cases.steps import deliver_all, submitted
from tests.cast import NOOR_BSN
from tests.factories import make_citizen_user
from tests.registers import Register

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


@pytest.fixture
def noor(db: None, register: Register) -> Actor:
    return Actor.of_user(make_citizen_user(NOOR_BSN))


def _of_before() -> StateApps:
    """The models as the first version knew them, which may still run beside today's schema."""
    loader = MigrationLoader(connection)
    first = {
        key: max(name for app, name in loader.disk_migrations if app == key and int(name[:4]) <= number)
        for key, number in FIRST.items()
    }
    return loader.project_state(list(first.items())).apps


@pytest.mark.django_db
def test_no_table_asks_old_code_for_a_column_that_it_does_not_know() -> None:
    """In the database itself, so that what a migration does in SQL of its own counts too."""
    wrong: list[str] = []
    with connection.cursor() as cursor:
        for model in _of_before().get_models():
            if model._meta.app_label not in FIRST:
                continue
            table = model._meta.db_table
            cursor.execute(
                "SELECT column_name, is_nullable = 'YES' OR column_default IS NOT NULL OR is_identity = 'YES'"
                " FROM information_schema.columns WHERE table_name = %s",
                [table],
            )
            now, known = dict(cursor.fetchall()), {field.column for field in model._meta.concrete_fields}
            wrong += [f"{table}.{name} is gone" for name in known - now.keys()]
            wrong += [f"{table}.{name} must be given" for name in now.keys() - known if not now[name]]
    assert wrong == []


@pytest.mark.django_db
def test_old_code_writes_and_reads_cases_in_todays_schema(noor: Actor) -> None:
    case = submitted(noor)["geboorteaangifte"]
    deliver_all()
    apps = _of_before()
    made: dict[str, Any] = {}
    for name in ("Journey", "Case", "StatusUpdate", "Delivery"):
        old = apps.get_model("cases", name)
        by = {"Journey": {"pk": case.journey_id}, "Case": {"pk": case.pk}}.get(name, {"case_id": case.pk})
        row = old.objects.filter(**by).first()
        row.pk = None if name == "StatusUpdate" else uuid.uuid4()
        row._state.adding = True
        if name == "Case":
            row.reference, row.journey_id = "LL-0000-0000", made["Journey"].pk
        if name in ("StatusUpdate", "Delivery"):
            row.case_id = made["Case"].pk
        row.save(force_insert=True)
        made[name] = row
    # Triggers of later versions do their work for it, and today's code reads what it wrote.
    assert InboxItem.objects.filter(kind="case", source=made["Case"].pk).exists()
    made["Case"].phase = "handled"
    made["Case"].save()
    found = Case.objects.select_related("journey").get(pk=made["Case"].pk)
    assert (found.phase, found.forwarded_from, found.definition.id) == ("handled", "", "geboorteaangifte")


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
