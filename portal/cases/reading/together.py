"""Rows of several tables in one question to the database, for pages that show a little of each.

A page that asks for each table by itself waits for as many answers in turn; its time is theirs.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import connection, models

Rows = dict[str, list[Any]]


def together(**wanted: models.QuerySet[Any]) -> Rows:
    """The rows of each query set, in its own order, by the name that it was given.

    For rows of one table each, without `select_related`. Columns that were annotated are attributes of the
    rows, as JSON has them.
    """
    rows: Rows = {name: [] for name in wanted}
    asked, parts, values = dict[str, models.QuerySet[Any]](), list[str](), list[Any]()
    for name, found in wanted.items():
        try:
            sql, given = found.query.sql_with_params()
        except EmptyResultSet:
            continue
        asked[name] = found
        # `sql` is Django's own; every value stands in `given`.
        part = f"(SELECT coalesce(json_agg(one), '[]')::text FROM ({sql}) AS one)"  # noqa: S608  # nosec B608
        parts.append(part)
        values += given
    if not asked:
        return rows
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {', '.join(parts)}", values)
        answers = cursor.fetchone()
    for (name, found), answer in zip(asked.items(), answers, strict=True):
        rows[name] = [_row(found.model, one) for one in json.loads(answer)]
    return rows


def _row(model: type[models.Model], columns: Mapping[str, Any]) -> models.Model:
    """As the query set would have made it; what was not asked for is fetched when somebody wants it."""
    left = dict(columns)
    fields = {field.attname: field for field in model._meta.concrete_fields if field.column in left}
    values = [_value(field, left.pop(str(field.column))) for field in fields.values()]
    row = model.from_db(connection.alias, list(fields), values)
    for name, value in left.items():
        setattr(row, name, value)
    return row


def _value(field: models.Field[Any, Any], value: Any) -> Any:
    if isinstance(field, models.BinaryField):
        return None if value is None else bytes.fromhex(value.removeprefix(r"\x"))
    return field.to_python(value)


def keep(row: models.Model, **related: Sequence[models.Model]) -> None:
    """As if `prefetch_related` had fetched these, so that `row.<name>.all()` asks nobody."""
    kept: dict[str, Any] = row.__dict__.setdefault("_prefetched_objects_cache", {})
    for name, rows in related.items():
        found = getattr(row, name).all()
        found._result_cache, found._prefetch_done = list(rows), True
        kept[name] = found
