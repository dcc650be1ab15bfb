"""Rows of several tables in one question to the database, for pages that show a little of each.

A page that asks for each table by itself waits for as many answers in turn; its time is theirs. A page that
is opened all day asks by a `Question`: to put the SQL of a dozen query sets together takes longer than the
database needs to answer it, and so does planning it; and it is the same SQL every time.
"""

from __future__ import annotations

import json
import re
import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from functools import cache
from itertools import count
from typing import Any, Final

from django.core.exceptions import EmptyResultSet
from django.db import connection, models
from psycopg import sql

from portal.people.actor import Actor
from portal.people.models import Citizen
from portal.prepared import prepared

Rows = dict[str, list[Any]]
Wanted = Mapping[str, models.QuerySet[Any]]


def together(**wanted: models.QuerySet[Any]) -> Rows:
    """The rows of each query set, in its own order, by the name that it was given.

    For rows of one table each, without `select_related`. Columns that were annotated are attributes of the
    rows, as JSON has them.
    """
    return _answer([Part.of(wanted)])


@dataclass(frozen=True, slots=True)
class Part:
    """Some of the query sets of a question, in SQL, with what is asked by them this time."""

    asked: _Asked
    given: Mapping[str, Any]

    @classmethod
    def of(cls, wanted: Wanted) -> Part:
        """Of query sets that are put together for this one time."""
        return cls(_put_together(wanted), {})

    @property
    def names(self) -> list[str]:
        """What the query sets are called."""
        return [*self.asked.sets, *self.asked.empty]


class Question:
    """The same, of query sets that are asked again and again: their SQL is put together once a process, and
    planned once a connection.

    `wanted` makes them of what differs from one time to the next. It is called once, with stand-ins of the
    same types, which it may only hand on to filters: an id, a text, a day, or a list (with `among`). It reads
    no clock: a day that was not given is refused, because it would stay that of the first time. Only the last
    day of all, which stands for none, is no day of a clock.

    With `by_values` it is planned each time: where one value is rare and another is not, one plan is not good
    for both.
    """

    def __init__(self, wanted: Callable[..., Wanted], *, by_values: bool = False) -> None:
        self._wanted, self._by_values = wanted, by_values
        self._asked: _Asked | None = None

    def __call__(self, *also: Part, **given: Any) -> Rows:
        """The rows, as `together` gives them; of the parts `also` too, which are asked along with them.

        Raises `ValueError` for a `wanted` that does not keep to the rule.
        """
        return _answer([self.part(**given), *also])

    def part(self, **given: Any) -> Part:
        """The same, to be asked along with another question."""
        if self._asked is None:
            self._asked = self._with_stand_ins(given)
        return Part(self._asked, given)

    def _with_stand_ins(self, given: Mapping[str, Any]) -> _Asked:
        instead = {name: _stand_in(value) for name, value in given.items()}
        asked = _put_together(self._wanted(**instead))
        values = [_known(value, instead) for value in asked.values]
        for name in set(instead) - {value.name for value in values if isinstance(value, _Given)}:
            raise ValueError(f"{name} was not handed on as it is")
        if any(isinstance(value, date) and value != date.max for value in values):
            raise ValueError("a day was not given")
        return _in_place(replace(asked, values=values, has_plan=not self._by_values))


class OwnQuestion:
    """About what an actor may see (`portal.cases.own`): `wanted` makes the query sets of the actor.

    Of citizens who act for themselves nothing is in it but who they are, so that for all of them it is one
    `Question`. What anybody else may see, and who joined what they arranged before they had a BSN, differs
    from one actor to the next: that is put together each time.
    """

    def __init__(self, wanted: Callable[..., Wanted], *, by_values: bool = False) -> None:
        self._wanted = wanted
        self._of_themselves = Question(self._of_citizen, by_values=by_values)

    def _of_citizen(self, *, citizen_id: Any, **given: Any) -> Wanted:
        return self._wanted(Actor(user=None, citizen=Citizen(pk=citizen_id), capacity="self"), **given)

    def __call__(self, *also: Part, actor: Actor, **given: Any) -> Rows:
        """The rows, as those of a `Question`."""
        return _answer([self.part(actor=actor, **given), *also])

    def part(self, *, actor: Actor, **given: Any) -> Part:
        """The same, to be asked along with another question."""
        if actor.capacity == "self" and not actor.joined:
            return self._of_themselves.part(citizen_id=actor.require_citizen().pk, **given)
        return Part.of(self._wanted(actor, **given))


class Counted(models.Subquery):
    """How many rows a query set has, as an annotation; of one that was cut off, no more than that."""

    template = "(SELECT count(*) FROM (%(subquery)s) AS counted)"
    output_field = models.IntegerField()


class Among(models.Lookup):
    """`id__among=[…]`: as `in`, but the list is one value, so that the SQL is the same for any number."""

    lookup_name = "among"
    prepare_rhs = False

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, Any]:
        """The condition."""
        column, values = self.process_lhs(compiler, connection)
        return f"{column} = ANY(%s)", (*values, self.rhs)


models.Field.register_lookup(Among)


def keep(row: models.Model, **related: Sequence[models.Model]) -> None:
    """As if `prefetch_related` had fetched these, so that `row.<name>.all()` asks nobody."""
    kept: dict[str, Any] = row.__dict__.setdefault("_prefetched_objects_cache", {})
    for name, rows in related.items():
        found = getattr(row, name).all()
        found._result_cache, found._prefetch_done = list(rows), True
        kept[name] = found


def keep_one(row: models.Model, name: str, other: models.Model | None) -> None:
    """The same of the one row that refers to this one, where there is one."""
    row._state.fields_cache[name] = other


# --- The SQL --------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Asked:
    """`sets`: the model of each that is asked, by name; `empty`: the names of those that can have no row.

    `has_plan`: it is asked again and again, and planned once.
    """

    sets: dict[str, type[models.Model]]
    empty: list[str]
    parts: list[str]
    values: list[Any]
    has_plan: bool = False


def _put_together(wanted: Wanted) -> _Asked:
    sets, empty, parts, values = dict[str, type[models.Model]](), list[str](), list[str](), list[Any]()
    for name, found in wanted.items():
        try:
            sql, given = found.query.sql_with_params()
        except EmptyResultSet:
            empty.append(name)
            continue
        sets[name] = found.model
        # `sql` is Django's own; every value stands in `given`.
        part = f"(SELECT coalesce(json_agg(one), '[]')::text FROM ({sql}) AS one)"  # noqa: S608  # nosec B608
        parts.append(part)
        values += given
    return _Asked(sets, empty, parts, values)


def _answer(parts: Sequence[Part]) -> Rows:
    rows: Rows = {name: [] for part in parts for name in part.asked.empty}
    named = [each for part in parts for each in part.asked.sets.items()]
    if len({name for name, _ in named}) < len(named):
        raise ValueError("two are called the same")
    if not named:
        return rows
    values = [
        part.given[value.name] if isinstance(value, _Given) else value
        for part in parts
        for value in part.asked.values
    ]
    have_plan = all(part.asked.has_plan for part in parts)
    with prepared() if have_plan else connection.cursor() as cursor:
        cursor.execute(f"SELECT {', '.join(sql for part in parts for sql in part.asked.parts)}", values)
        answers = cursor.fetchone()
    for (name, model), answer in zip(named, answers, strict=True):
        rows[name] = [] if answer == "[]" else [_row(model, one) for one in json.loads(answer)]
    return rows


def _in_place(asked: _Asked) -> _Asked:
    """What is the same every time stands in the SQL itself, where the database goes by it when it plans."""
    values = iter(asked.values)

    def written(mark: re.Match[str]) -> str:
        if mark[0] == "%%" or isinstance(value := next(values), _Given):
            return mark[0]
        return sql.Literal(value).as_string(connection.connection).replace("%", "%%")

    parts = [_MARK.sub(written, part) for part in asked.parts]
    given = [value for value in asked.values if isinstance(value, _Given)]
    return replace(asked, parts=parts, values=given)


_MARK: Final = re.compile("%s|%%")


# --- Stand-ins ------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Given:
    """The place of a value that is given each time."""

    name: str


_DAYS: Final = count(1)


def _stand_in(value: Any) -> Any:
    """A value of this type that no query set has by itself."""
    match value:
        case str():
            return uuid.uuid4().hex
        case uuid.UUID():
            return uuid.uuid4()
        case date():
            return date.min + timedelta(days=next(_DAYS))
        case list():
            return [uuid.uuid4()]
        case _:
            raise ValueError(f"there is no stand-in for {type(value).__name__}")


def _known(value: Any, instead: Mapping[str, Any]) -> Any:
    for name, stand_in in instead.items():
        if value == stand_in:
            return _Given(name)
    return value


# --- The rows -------------------------------------------------------------------------------------


def _row(model: type[models.Model], columns: dict[str, Any]) -> models.Model:
    """As the query set would have made it; what was not asked for is fetched when somebody wants it."""
    names, readers, more = _reading(model, tuple(columns))
    values = list(columns.values())
    read = [values[number] if reader is None else reader(values[number]) for number, reader in readers]
    row = model.from_db(connection.alias, names, read)
    for name in more:
        setattr(row, name, columns[name])
    return row


_Reader = Callable[[Any], Any]


@cache
def _reading(
    model: type[models.Model], columns: tuple[str, ...]
) -> tuple[list[str], list[tuple[int, _Reader | None]], list[str]]:
    """How rows with these columns are read: the fields, where and how each is found, and what is no field."""
    fields = [field for field in model._meta.concrete_fields if field.column in columns]
    own = {str(field.column) for field in fields}
    readers = [(columns.index(str(field.column)), _reader(field)) for field in fields]
    return [field.attname for field in fields], readers, [name for name in columns if name not in own]


def _reader(field: models.Field[Any, Any]) -> _Reader | None:
    if isinstance(field, models.BinaryField):
        return lambda value: None if value is None else bytes.fromhex(value.removeprefix(r"\x"))
    if isinstance(field, (models.CharField, models.TextField, models.BooleanField, models.IntegerField)):
        return None  # as JSON has them
    plain = getattr(field, "target_field", field)  # of a foreign key
    for kind, read in _READ:
        if type(plain) is kind:
            return read
    return field.to_python


def _or_none(read: Callable[[str], Any]) -> _Reader:
    return lambda value: None if value is None else read(value)


_READ: Final = (
    (models.UUIDField, _or_none(uuid.UUID)),
    (models.DateTimeField, _or_none(datetime.fromisoformat)),
    (models.DateField, _or_none(date.fromisoformat)),
)
"""As Django's fields read what JSON has, without asking each time what it is."""
