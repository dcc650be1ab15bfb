"""Statements that the database plans once for each connection, and not each time that they are asked.

A page asks for a little of a dozen tables in one statement, and that is the same statement every time. To
plan it takes the database five times as long as to answer it.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
from django.conf import settings
from django.db import connection
from django.db.backends.utils import CursorWrapper


class _Prepared(psycopg.Cursor[Any]):
    """Hands the values on beside the statement, so that no value is kept with what is prepared."""

    def execute(self, query: Any, params: Any = None, **_: Any) -> _Prepared:
        """As any cursor's. Django's own statements on this connection are not prepared."""
        self.connection.prepare_threshold = 0 if settings.DATABASE_PREPARES else None
        try:
            return super().execute(query, params, prepare=True)
        finally:
            self.connection.prepare_threshold = None


@contextmanager
def prepared() -> Iterator[CursorWrapper]:
    """A cursor for a statement that is the same every time but for its values.

    Where Django keeps what was asked, the values must stand in it: then it is asked as any other.
    """
    with connection.cursor() as cursor:
        if not connection.queries_logged:
            cursor.cursor.close()
            cursor.cursor = _Prepared(connection.connection)
        yield cursor
