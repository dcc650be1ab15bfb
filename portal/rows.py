"""Objects of the ORM from SQL of our own, for the few statements that run with every delivery and status.

A query set takes longer to put its SQL together than the database takes to answer it. Here a model gives
its columns once; what is read, stored and added is the same as by the ORM. No signals are sent.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cache
from itertools import islice
from typing import Any, Generic, TypeVar

from django.db import connection, models

Row = TypeVar("Row", bound=models.Model)


class Columns(Generic[Row]):
    """The columns of a model under an alias (`sql`), and the object that they make (`read`).

    `without` are fields that stay deferred, as with `QuerySet.defer`.
    """

    def __init__(self, model: type[Row], alias: str, *, without: Sequence[str] = ()) -> None:
        fields = [field for field in model._meta.concrete_fields if field.attname not in without]
        self._model = model
        self._names = [field.attname for field in fields]
        self._converters = [
            (number, getattr(field, "from_db_value"))  # noqa: B009  (only some fields have it)
            for number, field in enumerate(fields)
            if hasattr(field, "from_db_value")
        ]
        self.sql = ", ".join(f"{alias}.{field.column}" for field in fields)

    def read(self, values: Iterator[Any]) -> Row:
        """The object of the next columns of a row, which is read from left to right."""
        own = list(islice(values, len(self._names)))
        for number, convert in self._converters:
            own[number] = convert(own[number], None, connection)
        return self._model.from_db(connection.alias, self._names, own)


def store(row: models.Model, *names: str, counts: str = "") -> None:
    """As `save(update_fields=names)`, for a row that is there. `counts` is a number that becomes one more."""
    values = [_value(row, name) for name in names]
    with connection.cursor() as cursor:
        cursor.execute(_update(type(row), names, counts), [*values, row.pk])
        if counts:
            (number,) = cursor.fetchone()
            setattr(row, counts, number)


def insert(row: models.Model, *, once: bool = False) -> bool:
    """As `save(force_insert=True)`. With `once`, False where a constraint says that it is there already."""
    with connection.cursor() as cursor:
        names = _inserted(type(row))
        cursor.execute(_insert(type(row), once), [_value(row, name) for name in names])
        made = cursor.fetchone()
    if made is None:
        return False
    _note_stored(row, made[0])
    return True


def insert_asking(row: models.Model, question: str, values: Sequence[Any]) -> tuple[Any, ...] | None:
    """Adds it where no constraint says that it is there already, and answers a question in the same breath.

    `question` is what `SELECT` would ask, with `values`; it does not see the new row. None: it was there.
    """
    names = _inserted(type(row))
    with connection.cursor() as cursor:
        statement = f"{_insert(type(row), once=True)}, {question}"
        cursor.execute(statement, [*(_value(row, name) for name in names), *values])
        answer = cursor.fetchone()
    if answer is None:
        return None
    _note_stored(row, answer[0])
    return tuple(answer[1:])


def _note_stored(row: models.Model, key: Any) -> None:
    row.pk, row._state.adding, row._state.db = key, False, connection.alias


def _value(row: models.Model, name: str) -> Any:
    field = _field(type(row), name)
    return field.get_db_prep_save(getattr(row, field.attname), connection)


@cache
def _field(model: type[models.Model], name: str) -> models.Field[Any, Any]:
    return next(field for field in model._meta.concrete_fields if field.name == name)


@cache
def _update(model: type[models.Model], names: tuple[str, ...], counts: str) -> str:
    sets = [f"{_field(model, name).column} = %s" for name in names]
    more = [f"{counts} = {counts} + 1"] if counts else []
    returning = f" RETURNING {counts}" if counts else ""
    table, key = model._meta.db_table, model._meta.pk.column
    # Names of the code's own models, and no values.
    return f"UPDATE {table} SET {', '.join([*sets, *more])} WHERE {key} = %s{returning}"  # noqa: S608  # nosec B608


@cache
def _inserted(model: type[models.Model]) -> tuple[str, ...]:
    """All but a key that the database numbers."""
    return tuple(one.name for one in model._meta.concrete_fields if not isinstance(one, models.AutoField))


@cache
def _insert(model: type[models.Model], once: bool) -> str:
    columns = [f'"{_field(model, name).column}"' for name in _inserted(model)]
    marks = ", ".join(["%s"] * len(columns))
    table, key, rest = model._meta.db_table, model._meta.pk.column, " ON CONFLICT DO NOTHING" if once else ""
    return f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({marks}){rest} RETURNING {key}"  # noqa: S608  # nosec B608
