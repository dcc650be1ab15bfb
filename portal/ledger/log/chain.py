"""Lines that hang together: each carries the hash of the one before, so that none can be changed unseen.

Every citizen has a chain, and there is one for what the law keeps from the citizen (`CONFIDENTIAL`).
A line's hash is SHA-256 over the hash before it (64 hexadecimal digits) and the line's content in
canonical JSON (`content_of`): checkable with nothing but Python's standard library.
"""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

from django.db import connection, transaction
from django.db.backends.utils import CursorWrapper
from django.utils import timezone

from portal.ledger.keys import canonical
from portal.ledger.models import DataUse

START: Final = "0" * 64
"""What the first line of a chain follows."""

CONFIDENTIAL: Final = uuid.UUID("5ec2e7c0-0000-4000-8000-000000000000")
"""The chain of lines that the law keeps from the citizen they are about; the auditor reads them."""


_LOCK: Final = """
SELECT chain, newest, lines FROM ledger_loghead WHERE chain = ANY(%s::uuid[]) ORDER BY chain FOR UPDATE
"""

_BEGIN: Final = """
INSERT INTO ledger_loghead (chain, newest, lines, changed_at)
SELECT chain, %s, 0, %s FROM unnest(%s::uuid[]) AS new(chain) ORDER BY chain
ON CONFLICT (chain) DO UPDATE SET changed_at = excluded.changed_at
RETURNING chain, newest, lines
"""

_COLUMNS: Final = {
    "chain": "uuid",
    "number": "bigint",
    "subject": "text",
    "at": "timestamptz",
    "started_at": "timestamptz",
    "trace_id": "text",
    "operation_id": "uuid",
    "operation": "text",
    "moment": "text",
    "status": "text",
    "activities": "jsonb",
    "ground": "text",
    "fields": "jsonb",
    "source": "text",
    "recipient": "text",
    "outcome": "text",
    "retention": "text",
    "commitment": "text",
    "citizen_id": "uuid",
    "previous_hash": "text",
    "line_hash": "text",
}

_MOVE: Final = """
UPDATE ledger_loghead AS head SET newest = now_at.newest, lines = now_at.lines, changed_at = %s
FROM unnest(%s::uuid[], %s::text[], %s::bigint[]) AS now_at(chain, newest, lines)
WHERE head.chain = now_at.chain
"""

_WRITE: Final = f"""
WITH moved AS ({_MOVE})
INSERT INTO ledger_datause ({", ".join(_COLUMNS)}) SELECT {", ".join(_COLUMNS)}
FROM jsonb_to_recordset(%s::jsonb) AS line({", ".join(map(" ".join, _COLUMNS.items()))})
"""  # noqa: S608  # nosec B608
"""As they were hashed, with where their chains end now; in SQL of our own and in one statement, because
somebody waits for it, and models would take twice as long."""


@dataclass(slots=True)
class _Head:
    """Where a chain ends."""

    chain: uuid.UUID
    newest: str
    lines: int


def append(lines: Sequence[DataUse]) -> None:
    """Numbers and hashes new lines in their order, and stores them all or none.

    The lock on the head of each chain (taken in the order of their ids) puts its lines in one order,
    so that citizens do not wait for each other. Inside a transaction of the caller's it is part of that one.
    """
    if not lines:
        return
    with transaction.atomic(savepoint=False), connection.cursor() as cursor:
        heads = _locked_heads(cursor, {line.chain for line in lines})
        rows = [_hung(line, heads[line.chain]) for line in lines]
        columns = zip(*((head.chain, head.newest, head.lines) for head in heads.values()), strict=True)
        cursor.execute(_WRITE, [timezone.now(), *map(list, columns), canonical(rows).decode()])


def _hung(line: DataUse, head: _Head) -> dict[str, Any]:
    """The row of a line at the end of its chain, which ends there from now on."""
    line.number, line.previous_hash = head.lines + 1, head.newest
    content = content_of(line)
    line.line_hash = line_hash(line.previous_hash, content)
    head.lines, head.newest = line.number, line.line_hash
    own = {"previous_hash": line.previous_hash, "line_hash": line.line_hash}
    return content | own | {"citizen_id": str(line.citizen_id)}


def _locked_heads(cursor: CursorWrapper, chains: set[uuid.UUID]) -> dict[uuid.UUID, _Head]:
    cursor.execute(_LOCK, [sorted(chains)])
    found = [_Head(*row) for row in cursor]
    if missing := chains - {head.chain for head in found}:
        # Made or met, a new head is locked by this: nobody else moves it before we have.
        cursor.execute(_BEGIN, [START, timezone.now(), sorted(missing)])
        found += [_Head(*row) for row in cursor]
    return {head.chain: head for head in found}


def content_of(line: DataUse) -> dict[str, Any]:
    """What a line says, as it is hashed: moments in UTC with microseconds, ids as text."""
    return {
        "chain": str(line.chain),
        "number": line.number,
        "subject": line.subject,
        "at": moment(line.at),
        "started_at": moment(line.started_at),
        "trace_id": line.trace_id,
        "operation_id": str(line.operation_id),
        "operation": str(line.operation),
        "moment": str(line.moment),
        "status": str(line.status),
        "activities": line.activities,
        "ground": line.ground,
        "fields": line.fields,
        "source": line.source,
        "recipient": line.recipient,
        "outcome": line.outcome,
        "retention": line.retention,
        "commitment": line.commitment,
    }


def line_hash(previous: str, content: dict[str, Any]) -> str:
    """The hash of a line with this content after a line with that hash."""
    return hashlib.sha256(previous.encode() + canonical(content)).hexdigest()


def moment(at: datetime) -> str:
    """A moment as a line has it: 2026-11-25T15:04:05.000000Z."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
