"""Checks the log from end to end: each chain in itself, and against every head that was published.

Up to the last published head, no line can be changed, removed, added or moved, nor a chain be made
anew, without being found here: whoever can write the database cannot sign. What came after is held
against the head in the database alone, which finds mistakes, and not somebody who changes both.
"""

from __future__ import annotations

import hashlib
import json
import uuid
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any, Final, NamedTuple

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from django.db import connection, transaction
from django.db.models import Max

from portal.ledger.log.chain import CONFIDENTIAL, START
from portal.ledger.log.heads import Publication, every_publication, heads_folder, parse_leaf, problem_of
from portal.ledger.log.signing import public_key
from portal.ledger.models import LogHead, PublishedHead

_MOMENT: Final = """to_char({} AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')"""
COLUMNS: Final = {
    "activities": "activities::text",
    "at": _MOMENT.format("at"),
    "chain": "chain::text",
    "commitment": "commitment",
    "fields": "fields::text",
    "ground": "ground",
    "moment": "moment",
    "number": "number",
    "operation": "operation",
    "operation_id": "operation_id::text",
    "outcome": "outcome",
    "recipient": "recipient",
    "retention": "retention",
    "source": "source",
    "started_at": _MOMENT.format("started_at"),
    "status": "status",
    "subject": "subject",
    "trace_id": "trace_id",
}
"""`chain.content_of` in SQL: the database writes moments and ids as they are hashed, and does that faster."""

_QUERY: Final = (
    f"SELECT id, citizen_id::text, previous_hash, line_hash, {', '.join(COLUMNS.values())} "  # noqa: S608  # nosec B608
    "FROM ledger_datause {where} ORDER BY chain, number, id"
)
_ROWS_AT_ONCE: Final = 2_000
_IN_DATABASE: Final = 0


@dataclass(frozen=True, slots=True)
class Finding:
    """What is wrong. `number` is the first line of the chain that is broken, or may be; 0 for none.

    `until` is the last line that it can be: the same one, unless a whole stretch was made anew. Then
    the lines before `number` are those of a published head, and `line_id` is the row of `number`.
    """

    what: str
    chain: str = ""
    number: int = 0
    until: int = 0
    line_id: int | None = None
    publication: int = 0

    def __str__(self) -> str:
        if not self.chain:
            return f"publication {self.publication}: {self.what}" if self.publication else self.what
        lines = f"line {self.number}" if self.until <= self.number else f"lines {self.number} to {self.until}"
        row = f" (id {self.line_id})" if self.line_id is not None else ""
        return f"chain {self.chain}, {lines}{row}: {self.what}"


@dataclass(slots=True)
class Report:
    """What was looked at, and what was found. `published` counts the lines that a signed head vouches for."""

    lines: int = 0
    chains: int = 0
    published: int = 0
    publications: int = 0
    last_published_at: str = ""
    findings: list[Finding] = field(default_factory=list)


class Point(NamedTuple):
    """What a chain's hash must be at a line, as a publication says (0: the head in the database)."""

    number: int
    newest: str
    publication: int


class Line(NamedTuple):
    """A row as it is checked."""

    id: int
    citizen: str
    previous_hash: str
    line_hash: str
    content: dict[str, Any]


def check_all(
    *, chain: uuid.UUID | None = None, folder: Path | None = None, key: Ed25519PublicKey | None = None
) -> Report:
    """Checks every chain, or one, and every publication of `folder` (that of the settings) with `key` (ours).

    Reads the lines as a stream: memory grows with the number of published heads, not with the log.
    """
    report = Report()
    # Heads first, lines after: a line that comes meanwhile is no missing one.
    points = _published(report, folder or heads_folder(), key or public_key(), chain)
    for head in LogHead.objects.filter(lines__gt=0, **({"chain": chain} if chain else {})):
        points.setdefault(str(head.chain), []).append(Point(head.lines, head.newest, _IN_DATABASE))
    current: _Chain | None = None
    for line in _lines(chain):
        name = line.content["chain"]
        if current is None or current.chain != name:
            _close(current, report)
            current = _Chain(name, points.pop(name, []))
            report.chains += 1
        current.take(line)
        report.lines += 1
    _close(current, report)
    for name, missing in points.items():
        _close(_Chain(name, missing), report)
    return report


class _Chain:
    """One chain while its lines pass. Only the first thing that is wrong counts: the rest follows from it."""

    def __init__(self, chain: str, points: list[Point]) -> None:
        self.chain = chain
        self.finding: Finding | None = None
        self.number, self.newest, self.proven = 0, START, 0
        self._points = sorted(points)
        self._next = 0
        # The row after the last one that a published head vouches for.
        self._suspect: int | None = None
        self._may_differ = chain == str(CONFIDENTIAL)

    def take(self, line: Line) -> None:
        """Checks the next line."""
        if self.finding:
            return
        number: int = line.content["number"]
        if wrong := self._wrong(line, number):
            self.finding = wrong
            return
        self.number, self.newest = number, line.line_hash
        if number == self.proven + 1:
            self._suspect = line.id
        while self._next < len(self._points) and self._points[self._next].number == number:
            self._hold_against(self._points[self._next])
            self._next += 1

    def end(self) -> None:
        """After the last line: nothing that was published may be missing, nothing stand past the head."""
        if self.finding:
            return
        if self._next < len(self._points):
            first, last = self._points[self._next], self._points[-1]
            what = f"gone, or made anew without some; {_whose(last)} has {last.number} lines"
            self._found(what, self.proven + 1, first.number)
        elif not self._head_agrees():
            self._found("stands past the head in the database", self.proven + 1, self.number)

    def _wrong(self, line: Line, number: int) -> Finding | None:
        if number > self.number + 1:
            return self._at("missing", self.number + 1, number - 1)
        if number <= self.number:
            return self._at("the number is there twice", number, number, line.id)
        if line.previous_hash != self.newest:
            # The one before is not what it was, unless a published head vouches for it.
            first = max(self.number, self.proven + 1)
            return self._at("it does not follow the line before it", first, number, line.id)
        if hash_of(line) != line.line_hash:
            return self._at("it is not what was hashed", number, number, line.id)
        if line.citizen != self.chain and not self._may_differ:
            return self._at("it is filed under another citizen", number, number, line.id)
        return None

    def _hold_against(self, point: Point) -> None:
        if self.finding:
            return
        if point.newest != self.newest:
            one = point.number == self.proven + 1
            which = "it is not what it was" if one else "one of these is the first that is not what it was"
            self._found(
                f"made anew: {_whose(point)} has another hash; {which}",
                self.proven + 1,
                point.number,
                self._suspect,
            )
        elif point.publication != _IN_DATABASE:
            self.proven = point.number

    def _head_agrees(self) -> bool:
        """Whether the head counts the lines that came after it was read, too."""
        if any(point.publication == _IN_DATABASE and point.number == self.number for point in self._points):
            return True
        return LogHead.objects.filter(chain=self.chain, lines__gte=self.number).exists()

    def _found(self, what: str, number: int, until: int, line_id: int | None = None) -> None:
        self.finding = self._at(what, number, until, line_id)

    def _at(self, what: str, number: int, until: int, line_id: int | None = None) -> Finding:
        return Finding(what, chain=self.chain, number=number, until=until, line_id=line_id)


def hash_of(line: Line) -> str:
    """What the hash of this line should be, going by what it says it follows."""
    return hashlib.sha256(line.previous_hash.encode() + _ENCODE(line.content).encode()).hexdigest()


_ENCODE = json.JSONEncoder(sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode
"""As `keys.canonical`, made once."""


def _close(chain: _Chain | None, report: Report) -> None:
    if chain is None:
        return
    chain.end()
    report.published += chain.proven
    if chain.finding:
        report.findings.append(chain.finding)


def _whose(point: Point) -> str:
    return f"publication {point.publication}" if point.publication else "the head in the database"


def _published(
    report: Report, folder: Path, key: Ed25519PublicKey, chain: uuid.UUID | None
) -> dict[str, list[Point]]:
    """What every publication says of each chain; those that are not right vouch for nothing."""
    points: dict[str, list[Point]] = {}
    before: Publication | None = None
    for number, one in every_publication(folder):
        report.publications = number
        problem = problem_of(one, before, key) if one else "it is missing, or a file of it is"
        if one is None or problem:
            report.findings.append(Finding(problem, publication=number))
        else:
            report.last_published_at = one.says["at"]
            _add(points, one, str(chain) if chain else "")
        before = one
    known = PublishedHead.objects.aggregate(Max("publication"))["publication__max"] or 0
    if known > report.publications:
        report.findings.append(Finding("the last publications are gone", publication=known))
    return points


def _add(points: dict[str, list[Point]], one: Publication, only: str) -> None:
    for leaf in map(parse_leaf, one.leaves()):
        if not only or leaf.chain == only:
            points.setdefault(leaf.chain, []).append(Point(leaf.lines, leaf.newest, one.number))


def _lines(chain: uuid.UUID | None) -> Iterator[Line]:
    """All lines, chain by chain, through a cursor of the server: the log may be larger than memory."""
    query = _QUERY.format(where="WHERE chain = %s" if chain else "")
    with transaction.atomic(), connection.chunked_cursor() as cursor:
        cursor.execute(query, [chain] if chain else [])
        while rows := cursor.fetchmany(_ROWS_AT_ONCE):
            yield from _opened(rows)


def _opened(rows: Iterable[tuple[Any, ...]]) -> Iterator[Line]:
    names = tuple(COLUMNS)
    for row in rows:
        content = dict(zip(names, row[4:], strict=True))
        content["activities"] = _list(content["activities"])
        content["fields"] = _list(content["fields"])
        yield Line(row[0], row[1], row[2], row[3], content)


@lru_cache(maxsize=4096)
def _list(text: str) -> Any:
    """A list of names; there are few different ones."""
    return json.loads(text)
