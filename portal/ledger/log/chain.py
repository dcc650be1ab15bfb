"""Lines that hang together: each carries the hash of the one before, so that none can be changed unseen.

Every citizen has a chain, and there is one for what the law keeps from the citizen (`CONFIDENTIAL`).
A line's hash is SHA-256 over the hash before it (64 hexadecimal digits) and the line's content in
canonical JSON (`content_of`): checkable with nothing but Python's standard library.
"""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

from django.db import transaction
from django.utils import timezone

from portal.ledger.keys import canonical
from portal.ledger.models import DataUse
from portal.rows import Statement, Values, in_one_go

START: Final = "0" * 64
"""What the first line of a chain follows."""

CONFIDENTIAL: Final = uuid.UUID("5ec2e7c0-0000-4000-8000-000000000000")
"""The chain of lines that the law keeps from the citizen they are about; the auditor reads them."""


_SEEN: Final = "SELECT chain, newest, lines FROM ledger_loghead WHERE chain = ANY(%s::uuid[])"
_LOCK: Final = f"{_SEEN} ORDER BY chain FOR UPDATE"

_BEGIN: Final = """
INSERT INTO ledger_loghead (chain, newest, lines, changed_at)
SELECT chain, %s, 0, %s FROM unnest(%s::uuid[]) AS new(chain) ORDER BY chain
ON CONFLICT (chain) DO NOTHING
"""
"""Who meets a head that another is making waits for that one, and locks it next."""

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
FROM unnest(%s::uuid[], %s::text[], %s::text[], %s::bigint[]) AS now_at(chain, seen, newest, lines)
WHERE head.chain = now_at.chain AND head.newest = now_at.seen
RETURNING head.chain
"""

_WRITE: Final = f"""
WITH moved AS ({_MOVE}), written AS (
    INSERT INTO ledger_datause ({", ".join(_COLUMNS)}) SELECT {", ".join(_COLUMNS)}
    FROM jsonb_to_recordset(%s::jsonb) AS line({", ".join(map(" ".join, _COLUMNS.items()))})
    WHERE (SELECT count(*) FROM moved) = %s
)
SELECT count(*) FROM moved
"""  # noqa: S608  # nosec B608
"""As they were hashed, with where their chains end now; in SQL of our own and in one statement, because
somebody waits for it, and models would take twice as long."""


@dataclass(frozen=True, slots=True)
class Head:
    """Where a chain ends: the hash of its last line, and how many lines it has."""

    newest: str
    lines: int


Heads = Mapping[uuid.UUID, Head]
"""By chain."""


def append(lines: Sequence[DataUse], *, seen: Heads | None = None) -> Heads:
    """Numbers and hashes new lines in their order, and stores them all or none. Returns where they end.

    The lock on the head of each chain (taken in the order of their ids) puts its lines in one order,
    so that citizens do not wait for each other. Inside a transaction of the caller's it is part of that one.
    `seen` is where the chain ended a moment ago: where it still ends there, nobody need ask.
    """
    if not lines:
        return {}
    chains = {line.chain for line in lines}
    # Of several chains one may have moved meanwhile, and the others would move without it.
    if seen and len(chains) == 1 and chains <= seen.keys() and (heads := _write(lines, seen)):
        return heads
    with transaction.atomic(savepoint=False):
        heads = _write(lines, _locked_heads(chains))
        if heads is None:
            raise RuntimeError("a chain moved under its lock")
    return heads


def _write(lines: Sequence[DataUse], seen: Heads) -> Heads | None:
    """Where the chains of these lines end now; None, and nothing is written, where they had moved on."""
    ends, rows = dict(seen), []
    for line in lines:
        rows.append(_hung(line, ends[line.chain]))
        ends[line.chain] = Head(line.line_hash, line.number)
    moved = sorted({line.chain for line in lines})
    columns = (
        moved,
        [seen[chain].newest for chain in moved],
        [ends[chain].newest for chain in moved],
        [ends[chain].lines for chain in moved],
    )
    ((count,),) = in_one_go((_WRITE, [timezone.now(), *columns, canonical(rows).decode(), len(moved)]))
    return ends if count[0] == len(moved) else None


def _hung(line: DataUse, head: Head) -> dict[str, Any]:
    """The row of a line after the one with which its chain ended."""
    line.number, line.previous_hash = head.lines + 1, head.newest
    content = content_of(line)
    line.line_hash = line_hash(line.previous_hash, content)
    own = {"previous_hash": line.previous_hash, "line_hash": line.line_hash}
    return content | own | {"citizen_id": str(line.citizen_id)}


def heads_statement(chains: Sequence[uuid.UUID]) -> Statement:
    """Asks where these chains end now; for `heads_of`."""
    return _SEEN, [list(chains)]


def heads_of(rows: Iterable[Values]) -> Heads:
    """What `heads_statement` found; a chain without a line may be missing."""
    return {chain: Head(newest, lines) for chain, newest, lines in rows}


def _locked_heads(chains: set[uuid.UUID]) -> Heads:
    ids = sorted(chains)
    _, found = in_one_go((_BEGIN, [START, timezone.now(), ids]), (_LOCK, [ids]))
    return heads_of(found)


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
