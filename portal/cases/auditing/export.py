"""A list as a file, as long as it is: CSV for a spreadsheet, JSON for a program.

A spreadsheet takes a cell that begins with one of a few signs for a formula, and what stands in a cell may
have been typed by anybody; so an apostrophe goes before it, by which it stays text.
"""

from __future__ import annotations

import csv
import json
from collections.abc import Iterable, Iterator
from typing import Any, Final, Literal

from portal.cases.auditing.looking import note
from portal.cases.auditing.models import Kind
from portal.cases.auditing.records import Record, Value, record_of
from portal.cases.auditing.rows import Wanted, in_order, require_auditor
from portal.people.actor import Actor

Form = Literal["csv", "json"]
_BEGINS_A_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
_AT_ONCE: Final = 500
_BYTE_ORDER_MARK: Final = "\ufeff"
"""By which a spreadsheet knows that it is UTF-8."""


def export(*, auditor: Actor, wanted: Wanted, form: Form) -> Iterator[str]:
    """The file in pieces; that it was taken is written down before the first. Raises `PermissionError`."""
    require_auditor(auditor)
    note(auditor=auditor, what=f"export-{form}", wanted=wanted)
    records = (record_of(wanted.kind, row) for row in in_order(wanted).iterator(chunk_size=_AT_ONCE))
    return as_csv(wanted.kind, records) if form == "csv" else as_json(records)


def as_csv(kind: Kind, records: Iterable[Record]) -> Iterator[str]:
    """With a line of names on top, also where there is nothing else."""
    writer = csv.writer(_Line(), delimiter=";", quoting=csv.QUOTE_ALL)
    yield _BYTE_ORDER_MARK + str(writer.writerow(COLUMNS[kind]))
    for record in records:
        yield str(writer.writerow([_cell(value) for value in record.values()]))


def as_json(records: Iterable[Record]) -> Iterator[str]:
    """One list of objects."""
    before = "["
    for record in records:
        yield before + json.dumps(record, ensure_ascii=False)
        before = ",\n"
    yield "]" if before != "[" else "[]"


def _cell(value: Value) -> str:
    if isinstance(value, bool):
        return "1" if value else "0"
    text = "" if value is None else str(value)
    return f"'{text}" if text.lstrip(" ").startswith(_BEGINS_A_FORMULA) else text


_WHO: Final = ("staff", "staff_id", "role", "agency")
COLUMNS: Final[dict[Kind, tuple[str, ...]]] = {
    Kind.ASSIST: (
        "id",
        "began",
        *_WHO,
        "reason",
        "agreement",
        "ticket",
        "ends",
        "extended",
        "ended",
        "ended_by",
        "filled_in",
        "messages_shown",
        "places_hidden",
        "pages",
    ),
    Kind.SEARCH: ("id", "at", *_WHO, "by", "result", "reference"),
    Kind.DENIAL: ("id", "minute", *_WHO, "program", "capacity", "route", "why", "times"),
    Kind.EXCEPTION: ("id", "at", *_WHO, "program", "what", "ground", "then", "reference"),
}
"""The names of the columns, in the order of a record."""


class _Line:
    """Gives back what is written to it: a file with no more than the last line in it."""

    @staticmethod
    def write(line: str) -> Any:
        """The line itself."""
        return line
