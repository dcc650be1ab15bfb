"""A case under its lock, and what was heard of it: the two questions that every status begins with."""

from __future__ import annotations

from typing import Any, Final

from django.db import connection

from portal.cases.models import Case, StatusUpdate
from portal.rows import Columns

_CASE, _UPDATE = Columns(Case, "one"), Columns(StatusUpdate, "one")
_LOCK: Final = f"SELECT {_CASE.sql} FROM cases_case AS one WHERE id = %s FOR UPDATE"  # noqa: S608  # nosec B608
_HEARD: Final = f"SELECT {_UPDATE.sql} FROM cases_statusupdate AS one WHERE case_id = %s"  # noqa: S608  # nosec B608


def locked_case(case_id: Any) -> Case:
    """The case as it stands now, locked until the transaction ends. Raises `Case.DoesNotExist`."""
    with connection.cursor() as cursor:
        cursor.execute(_LOCK, [case_id])
        row = cursor.fetchone()
    if row is None:
        raise Case.DoesNotExist(case_id)
    return _CASE.read(iter(row))


def locked_again(case: Case) -> Case:
    """The same of a case at hand, with its journey and citizen where they are known already."""
    locked = locked_case(case.pk)
    known = case._state.fields_cache
    for name in known.keys() & {"journey", "citizen"}:
        setattr(locked, name, known[name])
    return locked


def updates_of(case: Case) -> list[StatusUpdate]:
    """Everything that was heard of it, in no order."""
    with connection.cursor() as cursor:
        cursor.execute(_HEARD, [case.pk])
        return [_UPDATE.read(iter(row)) for row in cursor]
