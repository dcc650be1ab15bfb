"""What we hold of people: four answers that are never mixed, and how they are read and stored.

A failure is never an empty value: a field is `Known`, `Absent` (the source says that there is none),
`Failed` (the source could not say) or `Pending` (not asked yet, or being asked at this moment).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.db import connection
from django.utils import timezone

from connectors.base import Value
from portal.ledger.engine.plan import definition, derived_from
from portal.ledger.keys import KeyRing, canonical
from portal.ledger.models import Fact
from portal.people.models import Citizen
from portal.rows import Columns

RETENTION = "facts"
UNDECIDED = "undecided"
"""The register answered, and its answer leaves a yes or no open: a person must look."""

NO_BSN = "no-bsn"
"""The kind of a failure in which no register can be asked: the person has no BSN."""

RESTRICTED = "restricted"
"""The citizen asked that it is not used (AVG 18): nobody is asked, and it goes nowhere."""

_MAY_PASS = {"unavailable", "malformed", "unknown"}
"""Kinds of failure after which another try may find another answer."""


@dataclass(frozen=True, slots=True)
class Known:
    """A value, from whom, since when we know it, and until when it may be used again."""

    value: Any = field(repr=False)
    source: str
    observed_at: datetime
    valid_until: datetime
    under_investigation: bool = False
    secret: bool = False


@dataclass(frozen=True, slots=True)
class Absent:
    """The source was asked and has none."""

    source: str
    observed_at: datetime
    valid_until: datetime


@dataclass(frozen=True, slots=True)
class Failed:
    """The source could not say. `kind` is that of the `ConnectorError`, or `UNDECIDED`; `since` when."""

    source: str
    kind: str
    since: datetime

    @property
    def may_pass(self) -> bool:
        """Whether asking again may help."""
        return self.kind in _MAY_PASS


@dataclass(frozen=True, slots=True)
class Pending:
    """Not asked yet, or being asked at this moment."""

    source: str


Answer = Known | Absent | Failed | Pending


def answer_of(name: str, value: Value | None, *, source: str, now: datetime) -> Known | Absent:
    """What a source just said of a field; None: it has none."""
    until = now + timedelta(seconds=definition(name).max_age)
    if value is None:
        return Absent(source, now, until)
    return Known(value.data, source, now, until, value.under_investigation, value.secret)


def opened(fact: Fact, ring: KeyRing) -> Known | Absent | Failed:
    """A stored fact. What is sealed in it opens with its citizen's keys alone (`keys.KeyRing.unseal`)."""
    if fact.absent:
        return Absent(fact.source, fact.observed_at, fact.valid_until)
    if fact.sealed is None:
        return Failed(fact.source, UNDECIDED, fact.observed_at)
    return Known(
        ring.unseal(RETENTION, fact.field, fact.sealed),
        fact.source,
        fact.observed_at,
        fact.valid_until,
        fact.under_investigation,
        fact.secret,
    )


@dataclass(frozen=True, slots=True)
class ToStore:
    """An answer on its way to its row. `until` bounds one that has no date of its own (`UNDECIDED`)."""

    field: str
    answer: Known | Absent | Failed
    activities: list[str]
    given_hmac: str
    until: datetime
    home_hmac: str | None = None
    asked_secrecy: bool | None = None


_STORE = """
INSERT INTO ledger_fact (
    id, citizen_id, field, sealed, absent, source, activities, given_hmac, under_investigation, secret,
    home_hmac, asked_secrecy, observed_at, valid_until
)
SELECT gen_random_uuid(), %s, field, sealed, absent, source, activities, given_hmac, doubted, secret,
    home_hmac, asked_secrecy, observed_at, valid_until
FROM jsonb_to_recordset(%s::jsonb) AS said(
    field text, sealed bytea, absent bool, source text, activities jsonb, given_hmac text, doubted bool,
    secret bool, home_hmac text, asked_secrecy bool, observed_at timestamptz, valid_until timestamptz
)
ON CONFLICT (citizen_id, field) DO UPDATE SET
    sealed = excluded.sealed, absent = excluded.absent, source = excluded.source,
    activities = CASE
        WHEN ledger_fact.valid_until >= excluded.observed_at AND ledger_fact.given_hmac = excluded.given_hmac
        THEN (
            SELECT jsonb_agg(DISTINCT ground ORDER BY ground)
            FROM jsonb_array_elements(ledger_fact.activities || excluded.activities) AS ground
        )
        ELSE excluded.activities
    END,
    given_hmac = excluded.given_hmac,
    under_investigation = excluded.under_investigation, secret = excluded.secret,
    home_hmac = excluded.home_hmac, asked_secrecy = excluded.asked_secrecy,
    observed_at = excluded.observed_at, valid_until = excluded.valid_until
"""


def store(citizen: Citizen, ring: KeyRing, facts: Iterable[ToStore]) -> None:
    """Writes them in one go, each over what was there.

    Who had a ground for the one before, and might still use it, keeps that ground for the new one.

    In SQL of our own: a citizen waits for this, and as rows of models forty of them take three times as long.
    """
    rows = [_row(ring, fact) for fact in sorted(facts, key=lambda fact: fact.field)]
    with connection.cursor() as cursor:
        cursor.execute(_STORE, [citizen.pk, canonical(rows).decode()])


def _row(ring: KeyRing, fact: ToStore) -> dict[str, object]:
    """A fact as `_STORE` takes it."""
    answer = fact.answer
    known = answer if isinstance(answer, Known) else None
    seen = answer.since if isinstance(answer, Failed) else answer.observed_at
    return {
        "field": fact.field,
        "sealed": rf"\x{ring.seal(RETENTION, fact.field, known.value).hex()}" if known else None,
        "absent": isinstance(answer, Absent),
        "source": answer.source,
        "activities": fact.activities,
        "given_hmac": fact.given_hmac,
        "doubted": bool(known and known.under_investigation),
        "secret": bool(known and known.secret),
        "home_hmac": fact.home_hmac,
        "asked_secrecy": fact.asked_secrecy,
        "observed_at": seen.isoformat(),
        "valid_until": fact.until.isoformat(),
    }


def facts_of(citizen: Citizen) -> dict[str, Known | Absent | Failed]:
    """Everything that we hold of a citizen, also what is no longer valid (with its date).

    `Failed` is a yes or no that the registers left open (`UNDECIDED`): we hold that, too.
    """
    ring = KeyRing(citizen)
    return {row.field: opened(row, ring) for row in Fact.objects.filter(citizen=citizen).order_by("field")}


_FACT = Columns(Fact, "fact")
_WITH_KEY = f"""
SELECT {_FACT.sql}, key.wrapped FROM ledger_fact AS fact
LEFT JOIN ledger_datakey AS key ON key.citizen_id = fact.citizen_id AND key.retention = %s
WHERE fact.citizen_id = %s AND fact.field = %s
"""  # noqa: S608  # nosec B608
"""In SQL of our own, with its key: the name of who is logged in stands on every page."""


def fact_of(citizen: Citizen, field: str) -> Known | Absent | None:
    """One field that we hold, also when it is no longer valid; None when we never had it."""
    with connection.cursor() as cursor:
        cursor.execute(_WITH_KEY, [RETENTION, citizen.pk, field])
        row = cursor.fetchone()
    if row is None:
        return None
    values = iter(row)
    fact, wrapped = _FACT.read(values), next(values)
    answer = opened(fact, KeyRing(citizen, {RETENTION: bytes(wrapped)} if wrapped is not None else {}))
    return None if isinstance(answer, Failed) else answer


def expire(citizen: Citizen, field: str) -> None:
    """What we hold of one field, and what was worked out of it, counts no more: it is asked again."""
    fields = [field, *derived_from(field)]
    Fact.objects.filter(citizen=citizen, field__in=fields).update(valid_until=timezone.now())


def valid_facts(citizen: Citizen, fields: Iterable[str]) -> dict[str, Fact]:
    """The rows of those fields that may still be used, sealed as they are."""
    rows = Fact.objects.filter(citizen=citizen, field__in=list(fields), valid_until__gte=timezone.now())
    return {row.field: row for row in rows}
