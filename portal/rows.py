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
from django.db.backends.utils import CursorWrapper

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


Values = tuple[Any, ...]
"""One row as the database gives it."""

Statement = tuple[str, Sequence[Any]]
"""SQL with `%s` for each of the values beside it."""


def in_one_go(*statements: Statement) -> list[list[Values]]:
    """The rows that each of several statements gives, [] where it gives none; one message to the database.

    They run one after another: each sees what those before it did, and what others committed before it began.
    """
    with connection.cursor() as cursor:
        values = [value for _, own in statements for value in own]
        cursor.execute(";".join(sql for sql, _ in statements), values)
        found = [_rows_of(cursor)]
        while cursor.nextset():
            found.append(_rows_of(cursor))
    return found


def _rows_of(cursor: CursorWrapper) -> list[Values]:
    return cursor.fetchall() if cursor.description else []


def store(row: models.Model, *names: str, counts: str = "") -> None:
    """As `save(update_fields=names)`, for a row that is there. `counts` is a number that becomes one more."""
    (counted,) = in_one_go(_storing(row, names, counts))
    if counts:
        setattr(row, counts, counted[0][0])


def insert_and_store(new: models.Model, row: models.Model, *names: str, counts: str) -> None:
    """`insert` of the one and `store` of the other, in one go."""
    made, counted = in_one_go(_inserting(new), _storing(row, names, counts))
    _note_stored(new, made[0][0])
    setattr(row, counts, counted[0][0])


def _storing(row: models.Model, names: tuple[str, ...], counts: str) -> Statement:
    return _update(type(row), names, counts), [*(_value(row, name) for name in names), row.pk]


def _inserting(row: models.Model, *, once: bool = False) -> Statement:
    return _insert(type(row), once), [_value(row, name) for name in _inserted(type(row))]


def insert(row: models.Model, *, once: bool = False) -> bool:
    """As `save(force_insert=True)`. With `once`, False where a constraint says that it is there already."""
    (made,) = in_one_go(_inserting(row, once=once))
    if not made:
        return False
    _note_stored(row, made[0][0])
    return True


def insert_asking(row: models.Model, question: str, values: Sequence[Any]) -> Values | None:
    """Adds it where no constraint says that it is there already, and answers a question in the same breath.

    `question` is what `SELECT` would ask, with `values`; it does not see the new row. None: it was there.
    """
    statement, own = _inserting(row, once=True)
    (made,) = in_one_go((f"{statement}, {question}", [*own, *values]))
    if not made:
        return None
    key, *answer = made[0]
    _note_stored(row, key)
    return tuple(answer)


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
