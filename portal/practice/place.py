"""Which database may be used: one for practice holds no real person, and a real one is not practised in.

What a database is for stands in it since its tables were made (`Place`). Settings that were copied from one
installation to the other so do no harm: the first connection is refused.
"""

from __future__ import annotations

from typing import Any, Final

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db.backends.base.base import BaseDatabaseWrapper

_QUESTION: Final = "SELECT is_practice FROM practice_place WHERE id = 1"
_IS_THERE: Final = "SELECT to_regclass('practice_place')"


class WrongPlace(ImproperlyConfigured):
    """This database is for something else than this process."""


class _Kept:
    """What was found out in this process: the databases that are right; whether one must say what it is."""

    right: set[tuple[str, ...]] = set()
    must_say = False


def require_right_place() -> None:
    """For a process that serves: from now on a database that says nothing is refused too where one practises.

    Before its tables are made none says anything, so that a command may use it.
    """
    _Kept.must_say = settings.PRACTICE


def look(*, connection: BaseDatabaseWrapper, **_: Any) -> None:
    """At a new connection. Raises `WrongPlace`, and closes it, so that nothing can be asked over it."""
    name = tuple(str(connection.settings_dict.get(key)) for key in ("HOST", "PORT", "NAME"))
    if name in _Kept.right:
        return
    found = kind_of(connection)
    if found is not None and found == settings.PRACTICE:
        _Kept.right.add(name)
    elif found is not None or _Kept.must_say:
        connection.close()
        raise WrongPlace(_WHY[found])


_WHY: Final = {
    True: "this database is one to practise in, and PRACTICE is not set: choose another one in DATABASE_URL",
    False: "PRACTICE is set, and this database holds real people: choose another one in DATABASE_URL",
    None: "PRACTICE is set, and this database does not say what it is for: run manage.py migrate",
}


def kind_of(connection: BaseDatabaseWrapper) -> bool | None:
    """Whether it is for practice; None where its tables were not made yet."""
    with connection.cursor() as cursor:
        cursor.execute(_IS_THERE)
        if cursor.fetchone()[0] is None:
            return None
        cursor.execute(_QUESTION)
        row = cursor.fetchone()
    return None if row is None else bool(row[0])
