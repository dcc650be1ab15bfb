"""A page of a long list: the one way in which the portal's lists of cases and messages are read page by page.

A page begins after a mark (the place of the last row of the page before), and not at a number: what comes in
meanwhile moves nothing from one page to another, and the last page costs what the first one does. For that
the database needs an index in the order of the list.
"""

from __future__ import annotations

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Generic, TypeVar

from django.core.exceptions import ValidationError
from django.db.models import Field, Model, Q, QuerySet
from django.utils.timezone import is_naive

Row = TypeVar("Row", bound=Model)


class WrongMark(ValueError):
    """This is no mark in this list."""


@dataclass(frozen=True, slots=True)
class Page(Generic[Row]):
    """`rows` in the order of the list. `before` and `after` are marks: by them the pages on both sides are
    asked. "" where there is none.
    """

    rows: list[Row]
    before: str
    after: str


def page_of(
    rows: QuerySet[Row], *, keys: Sequence[str], size: int, after: str = "", before: str = ""
) -> Page[Row]:
    """The first page; or the one after a mark, or before it. Raises `WrongMark`.

    `keys` are what the list is sorted by, as Django writes it ("-place"): columns or annotations that are
    never NULL, and together never the same for two rows. Where less than a page stands before a mark, it is
    the first page, with what came meanwhile.
    """
    if before:
        back = [_turned(key) for key in keys]
        found = list(_past(rows, back, before).order_by(*back)[: size + 1])
        if len(found) > size:
            shown = found[:size][::-1]
            return Page(shown, _mark(shown[0], keys), _mark(shown[-1], keys))
        after = ""
    found = list((_past(rows, keys, after) if after else rows).order_by(*keys)[: size + 1])
    page = first_page(found, keys=keys, size=size)
    return Page(page.rows, _mark(page.rows[0], keys), page.after) if page.rows and after else page


def first_page(found: list[Row], *, keys: Sequence[str], size: int) -> Page[Row]:
    """The first page, of rows that were read in order: one more than fits on it, where there are so many."""
    page = found[:size]
    return Page(page, before="", after=_mark(page[-1], keys) if len(found) > size else "")


def read_mark(rows: QuerySet[Any], keys: Sequence[str], mark: str) -> list[Any]:
    """The values of the keys in a mark. Raises `WrongMark`."""
    try:
        written = json.loads(urlsafe_b64decode(f"{mark}{'=' * (-len(mark) % 4)}"))
        pairs = zip(keys, written, strict=True)
        return [_value(_field(rows, _name(key)), value) for key, value in pairs]
    except (ValueError, TypeError, AttributeError, OverflowError, RecursionError, ValidationError) as error:
        raise WrongMark(mark) from error


def _mark(row: Model, keys: Sequence[str]) -> str:
    values = [getattr(row, _name(key)) for key in keys]
    written = json.dumps([value if isinstance(value, (bool, int)) else str(value) for value in values])
    return urlsafe_b64encode(written.encode()).decode().rstrip("=")


def _field(rows: QuerySet[Any], name: str) -> Field[Any, Any]:
    annotation = rows.query.annotations.get(name)
    return annotation.output_field if annotation is not None else rows.model._meta.get_field(name)


def _value(field: Field[Any, Any], written: Any) -> Any:
    value = field.to_python(written)
    if value is None or (isinstance(value, datetime) and is_naive(value)):
        raise ValueError("no place of a row")
    return value


def _past(rows: QuerySet[Row], keys: Sequence[str], mark: str) -> QuerySet[Row]:
    """What stands past a mark. The first condition is for the index: that is where it begins to read."""
    values = read_mark(rows, keys, mark)
    past = Q()
    for key, value in reversed(list(zip(keys, values, strict=True))):
        further, same = Q(**{f"{_name(key)}__{_way(key)}": value}), Q(**{_name(key): value})
        past = further | (same & past) if past else further
    return rows.filter(Q(**{f"{_name(keys[0])}__{_way(keys[0])}e": values[0]}) & past)


def _name(key: str) -> str:
    return key.removeprefix("-")


def _way(key: str) -> str:
    return "lt" if key.startswith("-") else "gt"


def _turned(key: str) -> str:
    return key.removeprefix("-") if key.startswith("-") else f"-{key}"
