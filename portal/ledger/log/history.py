"""Reading a citizen's log: each operation once, by its last line, newest first.

Only what stands in the citizen's own chain: what the law keeps from them is in another one. Every
function asks the database a fixed number of times, however long the log is.
"""

from __future__ import annotations

import json
import uuid
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from django.db import connection
from django.db.models import Exists, OuterRef, QuerySet, TextField
from django.db.models.functions import Cast

from portal.ledger.models import DataUse
from portal.people.models import Citizen

Lines = QuerySet[DataUse]


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which part of the log: of one recipient, about one field, from and until a day (both included)."""

    recipient: str = ""
    field: str = ""
    since: date | None = None
    until: date | None = None


@dataclass(frozen=True, slots=True)
class Ended:
    """A fetch or a disclosure of which the end is known. `ok` says whether it did what it was for."""

    operation_id: uuid.UUID
    operation: str
    trace_id: str
    recipient: str
    activities: tuple[str, ...]
    fields: tuple[str, ...]
    ok: bool


_EVERYTHING = Wanted()


def operations_of(citizen: Citizen, wanted: Wanted = _EVERYTHING) -> Lines:
    """The last line of each operation, newest first. A query: slice it for a page, filter it further."""
    later = DataUse.objects.filter(
        operation_id=OuterRef("operation_id"), chain=OuterRef("chain"), number__gt=OuterRef("number")
    )
    found = DataUse.objects.filter(~Exists(later), chain=citizen.pk)
    if wanted.recipient:
        found = found.filter(recipient=wanted.recipient)
    if wanted.field:
        found = found.filter(fields__contains=[wanted.field])
    # By the day in the Netherlands, as the page shows it.
    if wanted.since:
        found = found.filter(at__date__gte=wanted.since)
    if wanted.until:
        found = found.filter(at__date__lte=wanted.until)
    return found.order_by("-number")


_NEWEST = """
SELECT field, max(number) FROM ledger_datause AS line CROSS JOIN jsonb_array_elements_text(fields) AS field
WHERE chain = %s AND field = ANY(%s) AND (moment = 'end' OR NOT EXISTS (
    SELECT FROM ledger_datause AS later WHERE later.operation_id = line.operation_id
    AND later.chain = line.chain AND later.number > line.number
))
GROUP BY field, operation, recipient, source, moment, status
"""
"""Grouped by the database, in one pass over the chain: as models ten thousand lines take a second."""


def newest_by_field(citizen: Citizen, fields: Collection[str]) -> Mapping[str, list[DataUse]]:
    """For each field who did what with it, newest first, in two questions to the database.

    What the same one did more often, with the same end, is there once, by the newest time: whoever
    looks every day hides nobody else.
    """
    with connection.cursor() as cursor:
        cursor.execute(_NEWEST, [citizen.pk, sorted(fields)])
        newest = cursor.fetchall()
    lines = DataUse.objects.filter(chain=citizen.pk, number__in={number for _field, number in newest})
    by_number = {line.number: line for line in lines}
    found: dict[str, list[DataUse]] = {name: [] for name in fields}
    for field, number in sorted(newest, key=lambda one: one[1], reverse=True):
        found[field].append(by_number[number])
    return found


def recipients_of(citizen: Citizen) -> list[str]:
    """Everybody who is named in the log: agencies, and the portal itself."""
    rows = DataUse.objects.filter(chain=citizen.pk).order_by("recipient")
    return list(rows.values_list("recipient", flat=True).distinct())


def ended_of(citizen: Citizen) -> list[Ended]:
    """Every fetch and disclosure that ended, oldest first."""
    rows = DataUse.objects.filter(
        chain=citizen.pk,
        moment=DataUse.Moment.END,
        operation__in=[DataUse.Operation.FETCH, DataUse.Operation.DISCLOSURE],
    ).order_by("number")
    found = rows.values_list(
        "operation_id",
        "operation",
        "trace_id",
        "recipient",
        Cast("activities", TextField()),
        Cast("fields", TextField()),
        "status",
    )
    return [
        Ended(
            operation_id, operation, trace_id, recipient, _names(activities), _names(fields), status == "Ok"
        )
        for operation_id, operation, trace_id, recipient, activities, fields, status in found
    ]


@lru_cache(maxsize=4096)
def _names(text: str) -> tuple[str, ...]:
    """A list of names; there are few different ones."""
    return tuple(json.loads(text))
