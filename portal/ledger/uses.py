"""The citizen's log: a line when a use of data begins, and one when it ends.

Each line carries SHA-256(previous hash + the line in canonical JSON), appended under a lock on the
citizen's head row, so that a line cannot be changed or taken out unseen.
"""

from __future__ import annotations

import hashlib
import hmac
import os
import uuid
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils import timezone

from lifeevents.model import Activity
from portal.ledger.keys import canonical
from portal.ledger.models import DataUse, LogHead, StaffAction
from portal.people.models import Citizen, User


class NoLegalGround(Exception):
    """No activity of this recipient covers the field, so it may not go there (Wet BRP 3.2, AVG 6)."""


@dataclass(frozen=True, slots=True)
class Use:
    """What the lines of one operation have in common. `recipient` is an agency id or "levensloket"."""

    citizen: Citizen
    trace_id: str
    operation: DataUse.Operation
    activities: tuple[Activity, ...]
    fields: tuple[str, ...]
    recipient: str
    source: str = ""


def require_ground(field: str, activities: Iterable[Activity]) -> Activity:
    """The activity on which a field may be used; raises `NoLegalGround` when none covers it."""
    for activity in activities:
        if field in activity.fields:
            return activity
    raise NoLegalGround(field)


def begin_use(use: Use) -> uuid.UUID:
    """Writes the first line, before the call, and returns the operation's id for `end_use`."""
    operation_id = uuid.uuid4()
    _append(use, operation_id, DataUse.Moment.BEGIN)
    return operation_id


def end_use(use: Use, operation_id: uuid.UUID, *, outcome: str, values: Any = None) -> None:
    """Writes the second line. `values` are not stored: only a salted commitment to them is."""
    _append(use, operation_id, DataUse.Moment.END, outcome=outcome, commitment=_commitment(values))


def record_staff_view(use: Use, *, staff: User, what: str, reference: str) -> None:
    """A member of staff saw this: a line for the citizen without a name, and one with it for the auditor."""
    operation_id = uuid.uuid4()
    with transaction.atomic():
        _append(use, operation_id, DataUse.Moment.END, outcome=what)
        record_staff_action(operation_id, staff=staff, what=what, reference=reference)


def record_staff_action(operation_id: uuid.UUID, *, staff: User, what: str, reference: str) -> None:
    """Who of the staff did it; joined to the citizen's log by the operation alone."""
    StaffAction.objects.create(
        user=staff, at=timezone.now(), operation_id=operation_id, what=what, reference=reference
    )


def uses_of(citizen: Citizen) -> list[DataUse]:
    """The citizen's log, newest first: each operation once, by its last line."""
    newest: dict[uuid.UUID, DataUse] = {}
    for line in DataUse.objects.filter(citizen=citizen).order_by("-id"):
        newest.setdefault(line.operation_id, line)
    return list(newest.values())


def broken_lines(citizen: Citizen) -> list[int]:
    """The ids of lines whose hash does not follow from the one before. Empty: the log is whole."""
    previous, broken = "0" * 64, []
    for line in DataUse.objects.filter(citizen=citizen).order_by("id"):
        if line.previous_hash != previous or line.line_hash != _hash(line):
            broken.append(line.pk)
        previous = line.line_hash
    head = LogHead.objects.filter(citizen=citizen).first()
    if head and head.newest != previous:
        broken.append(0)
    return broken


@transaction.atomic
def _append(
    use: Use, operation_id: uuid.UUID, moment: DataUse.Moment, *, outcome: str = "", commitment: str = ""
) -> None:
    LogHead.objects.get_or_create(citizen=use.citizen)
    head = LogHead.objects.select_for_update().get(citizen=use.citizen)
    line = DataUse(
        citizen=use.citizen,
        at=timezone.now(),
        trace_id=use.trace_id,
        operation_id=operation_id,
        operation=use.operation,
        moment=moment,
        activities=[activity.id for activity in use.activities],
        ground="; ".join(dict.fromkeys(activity.ground.name for activity in use.activities)),
        fields=sorted(use.fields),
        source=use.source,
        recipient=use.recipient,
        outcome=outcome,
        commitment=commitment,
        previous_hash=head.newest,
    )
    line.line_hash = _hash(line)
    line.save(force_insert=True)
    head.newest, head.lines = line.line_hash, head.lines + 1
    head.save(update_fields=["newest", "lines"])


def _hash(line: DataUse) -> str:
    content = {
        "citizen": str(line.citizen_id),
        "at": line.at.isoformat(),
        "trace_id": line.trace_id,
        "operation_id": str(line.operation_id),
        "operation": str(line.operation),
        "moment": str(line.moment),
        "activities": line.activities,
        "ground": line.ground,
        "fields": line.fields,
        "source": line.source,
        "recipient": line.recipient,
        "outcome": line.outcome,
        "commitment": line.commitment,
    }
    return hashlib.sha256(line.previous_hash.encode() + canonical(content)).hexdigest()


def _commitment(values: Any) -> str:
    if values is None:
        return ""
    salt = os.urandom(16)
    digest = hmac.new(salt, canonical(values), hashlib.sha256).digest()
    return (salt + digest[:16]).hex()


def activities_covering(fields: Collection[str], activities: Iterable[Activity]) -> tuple[Activity, ...]:
    """Those activities that give a ground for at least one of the fields."""
    return tuple(activity for activity in activities if set(activity.fields) & set(fields))
