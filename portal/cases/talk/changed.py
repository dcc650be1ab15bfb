"""What a citizen changed after sending: opened, and laid over what was sent.

What was sent stays sealed as it was: the log proves exactly that. Each change stands beside it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from lifeevents.model import Service
from portal.cases.journey.payloads import Payload
from portal.cases.models import Case, Change
from portal.ledger.keys import KeyDestroyed, KeyRing

Values = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Opened:
    """One change: the answers before and after it, by question; one that is left empty is None."""

    at: datetime
    before: Values
    after: Values


def context_of(change: Change) -> str:
    """What its seal is bound to."""
    return f"change:{change.pk}"


def opened(change: Change, ring: KeyRing) -> Opened:
    """Raises `KeyDestroyed` after its term."""
    said = ring.unseal(change.case.retention, context_of(change), change.sealed)
    return Opened(change.made_at, said["before"], said["after"])


def changes_in(case: Case, ring: KeyRing | None = None) -> list[Opened]:
    """All of a case, oldest first; none where they were destroyed by term. `ring`: that of its citizen."""
    rows = sorted(case.changes.all(), key=lambda one: (one.made_at, one.pk))
    if not rows:
        return []
    keys = ring or KeyRing(case.citizen)
    for row in rows:
        row.case = case
    try:
        return [opened(row, keys) for row in rows]
    except KeyDestroyed:
        return []


def as_changed(case: Case, payload: Payload, ring: KeyRing | None = None) -> Payload:
    """What was sent with the answers of today, for who goes on with the case."""
    return with_changes(case.definition, payload, changes_in(case, ring))


def with_changes(service: Service, payload: Payload, changes: Sequence[Opened]) -> Payload:
    """The payload as if it had been answered so at once; the one that was sent is not touched."""
    if not changes:
        return payload
    newest: dict[str, Any] = {}
    for change in changes:
        newest |= change.after
    answers = {group: [dict(item) for item in items] for group, items in payload["answers"].items()}
    for group in service.ask:
        names = {question.id for question in group.questions} & newest.keys()
        if names:
            items = answers.setdefault(group.id, [])
            item = items[0] if items else {}
            items[:1] = [_put(item, {name: newest[name] for name in names})]
    return {**payload, "answers": answers}


def _put(item: dict[str, Any], values: Values) -> dict[str, Any]:
    merged = {**item, **values}
    return {name: value for name, value in merged.items() if value is not None}


def first_answers(changes: Sequence[Opened]) -> Values:
    """What was sent in answer to each question that was changed since and is not the same again."""
    first: dict[str, Any] = {}
    newest: dict[str, Any] = {}
    for change in changes:
        first = {**change.before, **first}
        newest |= change.after
    return {name: value for name, value in first.items() if newest[name] != value}
