"""The once-only engine: one question to each source, and every answer kept while it is valid.

A failure is never an empty value: a field is `Known`, `Absent` (the source says that there is
none), `Failed` (the source could not say) or `Pending` (being asked at this moment).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Any

import structlog
from django.db import transaction
from django.utils import timezone

from connectors.base import JSON, ConnectorError, Subject, Unavailable, Value
from lifeevents.model import Activity, FieldDefinition
from portal.catalogue import catalogue, connectors
from portal.ledger.keys import canonical, seal, unseal
from portal.ledger.models import DataUse, Fact, SourceRound
from portal.ledger.states import mark_down, mark_up, source_key
from portal.ledger.uses import Use, activities_covering, begin_use, end_use, require_ground
from portal.people.keys import keyed_hmac
from portal.people.models import Citizen
from portal.people.verbs import bsn_of

log = structlog.get_logger(__name__)

RETENTION = "facts"
Given = Mapping[str, JSON]
"""What the citizen typed that a field waits for, by the names in the source's manifest."""
_NOTHING: Given = MappingProxyType({})
_ROUND_LEASE = timedelta(seconds=20)
"""A round that runs longer than this lost its process; another request may take it over."""


@dataclass(frozen=True, slots=True)
class Known:
    """A value, from whom, and since when we know it."""

    value: Any
    source: str
    observed_at: datetime
    under_investigation: bool = False
    secret: bool = False


@dataclass(frozen=True, slots=True)
class Absent:
    """The source was asked and has none."""

    source: str
    observed_at: datetime


@dataclass(frozen=True, slots=True)
class Failed:
    """The source could not be asked; `kind` is that of the `ConnectorError`."""

    source: str
    kind: str


@dataclass(frozen=True, slots=True)
class Pending:
    """Not asked yet, or being asked at this moment."""

    source: str


Answer = Known | Absent | Failed | Pending


def gather(
    *,
    citizen: Citizen,
    fields: Collection[str],
    activities: Collection[Activity],
    trace_id: str,
    fresh: bool = False,
    given: Given = _NOTHING,
) -> dict[str, Answer]:
    """Asks the sources, in parallel, for those fields that we do not hold, and says how each field stands.

    Every field needs an activity that covers it (`NoLegalGround` otherwise). With `fresh`, what we
    hold counts as out of date. A source that is being asked at this moment for the same journey is
    not asked twice. `given` is what the citizen typed for fields that wait for it: what was answered
    to something else is asked again, and a field that lacks what it waits for stays `Pending`.
    """
    for field in fields:
        require_ground(field, activities)
    missing = set(fields) if fresh else set(fields) - _held(citizen, fields, activities, given)
    groups = _by_source(name for name in missing if _is_complete(name, given))
    claimed = {source: names for source, names in groups.items() if _claim(citizen, trace_id, source)}
    failed = _ask_all(citizen, claimed, activities, trace_id, given) if claimed else {}
    found = standing(citizen=citizen, fields=fields, activities=activities, trace_id=trace_id, given=given)
    # What had to be asked and was not, is not what we happened to hold before.
    unasked: dict[str, Answer] = {name: Pending(_definition(name).source) for name in missing}
    answered = {name for source in claimed if source not in failed for name in groups[source]}
    failures: dict[str, Answer] = {
        name: Failed(source, kind) for source, kind in failed.items() for name in groups[source]
    }
    return {**found, **{name: unasked[name] for name in missing - answered}, **failures}


def standing(
    *,
    citizen: Citizen,
    fields: Collection[str],
    activities: Collection[Activity],
    trace_id: str,
    given: Given = _NOTHING,
) -> dict[str, Answer]:
    """How each field stands now for these activities, from our own tables alone.

    A fact that was fetched on the ground of others only does not count: it is asked again (Wet BRP 3.2).
    """
    rows = Fact.objects.filter(citizen=citizen, field__in=fields)
    facts = {row.field: row for row in rows if _fits(row, activities, given)}
    rounds = {row.source: row for row in SourceRound.objects.filter(citizen=citizen, trace_id=trace_id)}
    return {name: _stands(citizen, _definition(name), facts.get(name), rounds) for name in fields}


def facts_of(citizen: Citizen) -> dict[str, Known | Absent]:
    """Everything that we hold of a citizen, also what is no longer valid (with its date)."""
    return {
        fact.field: _open(citizen, fact) for fact in Fact.objects.filter(citizen=citizen).order_by("field")
    }


def expire(citizen: Citizen, field: str) -> None:
    """What we hold of one field counts no more: the next round asks the source again."""
    Fact.objects.filter(citizen=citizen, field=field).update(valid_until=timezone.now())


def fact_of(citizen: Citizen, field: str) -> Known | Absent | None:
    """One field that we hold, also when it is no longer valid; None when we never had it."""
    fact = Fact.objects.filter(citizen=citizen, field=field).first()
    return _open(citizen, fact) if fact else None


def _stands(
    citizen: Citizen, definition: FieldDefinition, fact: Fact | None, rounds: dict[str, SourceRound]
) -> Answer:
    if fact and fact.valid_until >= timezone.now():
        return _open(citizen, fact)
    asked = rounds.get(definition.source)
    if asked and asked.failure:
        return Failed(definition.source, asked.failure)
    return Pending(definition.source)


def _open(citizen: Citizen, fact: Fact) -> Known | Absent:
    if fact.absent or fact.sealed is None:
        return Absent(fact.source, fact.observed_at)
    value = unseal(citizen, RETENTION, fact.field, fact.sealed)
    return Known(value, fact.source, fact.observed_at, fact.under_investigation, fact.secret)


def _held(
    citizen: Citizen, fields: Collection[str], activities: Collection[Activity], given: Given
) -> set[str]:
    """The fields that are still valid and were fetched on a ground of each activity that wants them now."""
    rows = Fact.objects.filter(citizen=citizen, field__in=fields, valid_until__gte=timezone.now())
    return {fact.field for fact in rows if _fits(fact, activities, given)}


def _fits(fact: Fact, activities: Collection[Activity], given: Given) -> bool:
    """Fetched on a ground of each activity that wants it now, and with the same typed beside it."""
    covered = _grounds(fact.field, activities) <= set(fact.activities)
    return covered and fact.given_hmac == _given_hmac(fact.field, given)


def _awaited(field: str) -> tuple[str, ...]:
    return connectors().waits_for(_definition(field).source).get(field, ())


def _is_complete(field: str, given: Given) -> bool:
    """Whether everything typed that the field must have is there."""
    return all(name.endswith("?") or name in given for name in _awaited(field))


def _given_hmac(field: str, given: Given) -> str:
    """What was given for a field as one value that cannot be turned back; "" where it waits for nothing."""
    names = [name.removesuffix("?") for name in _awaited(field)]
    if not names:
        return ""
    values = {name: given[name] for name in names if name in given}
    return keyed_hmac("given", canonical(values).decode())


def _grounds(field: str, activities: Iterable[Activity]) -> set[str]:
    return {activity.id for activity in activities if field in activity.fields}


def _by_source(fields: Iterable[str]) -> dict[str, list[str]]:
    groups: dict[str, list[str]] = {}
    for name in sorted(fields):
        groups.setdefault(_definition(name).source, []).append(name)
    return groups


def _definition(field: str) -> FieldDefinition:
    return catalogue().fields[field]


def _claim(citizen: Citizen, trace_id: str, source: str) -> bool:
    """Takes the round of this journey and source, unless another request has it."""
    now = timezone.now()
    key: dict[str, Any] = {"citizen": citizen, "trace_id": trace_id, "source": source}
    with transaction.atomic():
        SourceRound.objects.get_or_create(**key)
        row = SourceRound.objects.select_for_update().get(**key)
        if row.running_since and row.running_since > now - _ROUND_LEASE:
            return False
        row.running_since, row.finished_at, row.failure = now, None, ""
        row.save()
    return True


def _ask_all(
    citizen: Citizen,
    groups: dict[str, list[str]],
    activities: Collection[Activity],
    trace_id: str,
    given: Given,
) -> dict[str, str]:
    """One round: the network in threads, the database in this one, each answer written as it comes.

    Gives the sources that failed, each with the kind of failure.
    """
    failed: dict[str, str] = {}
    bsn = bsn_of(citizen)
    subjects = {source: _subject(source, bsn, names, given) for source, names in groups.items()}
    uses = {
        source: Use(
            citizen=citizen,
            trace_id=trace_id,
            operation=DataUse.Operation.FETCH,
            activities=activities_covering(names, activities),
            fields=tuple(names),
            recipient="levensloket",
            source=source,
            retention=RETENTION,
        )
        for source, names in groups.items()
    }
    begun = {source: begin_use(use) for source, use in uses.items()}
    with ThreadPoolExecutor(max_workers=len(groups)) as pool:
        futures = {
            pool.submit(connectors().source(source).fetch, subjects[source], names, trace_id=trace_id): source
            for source, names in groups.items()
        }
        for future in as_completed(futures):
            source = futures[future]
            failure, values = _result(future)
            _note_state(source, failure)
            if failure:
                failed[source] = failure
            with transaction.atomic():
                if not failure:
                    _store(citizen, source, groups[source], values, activities, given)
                _finish(citizen, trace_id, source, failure)
                end_use(
                    begun[source],
                    outcome=failure or "answered",
                    ok=not failure,
                    values={name: value.data for name, value in values.items()} or None,
                )
    return failed


def _subject(source: str, bsn: str, fields: Iterable[str], given: Given) -> Subject:
    """Whom or what the source is asked about; a register of things never gets a BSN."""
    names = {name.removesuffix("?") for field in fields for name in _awaited(field)}
    own = {name: given[name] for name in names if name in given}
    return Subject(bsn, own) if connectors().about(source) == "person" else Subject("", own)


def _result(future: Any) -> tuple[str, dict[str, Value]]:
    try:
        return "", future.result()
    except ConnectorError as error:
        return error.kind, {}
    except Exception:
        # A fault in one connector must not take the page down; the citizen can retry or type it.
        log.exception("source failed unexpectedly")
        return ConnectorError.kind, {}


def _note_state(source: str, failure: str) -> None:
    """Whether the source itself answers; an answer that we cannot use is an answer."""
    if failure == Unavailable.kind:
        mark_down(source_key(source))
    elif not failure:
        mark_up(source_key(source))


def _store(
    citizen: Citizen,
    source: str,
    names: list[str],
    values: dict[str, Value],
    activities: Collection[Activity],
    given: Given,
) -> None:
    now = timezone.now()
    for name in names:
        value = values.get(name)
        Fact.objects.update_or_create(
            citizen=citizen,
            field=name,
            defaults={
                "sealed": seal(citizen, RETENTION, name, value.data) if value else None,
                "absent": value is None,
                "source": source,
                "activities": sorted(_grounds(name, activities)),
                "given_hmac": _given_hmac(name, given),
                "under_investigation": bool(value and value.under_investigation),
                "secret": bool(value and value.secret),
                "observed_at": now,
                "valid_until": now + timedelta(seconds=_definition(name).max_age),
            },
        )


def _finish(citizen: Citizen, trace_id: str, source: str, failure: str) -> None:
    SourceRound.objects.filter(citizen=citizen, trace_id=trace_id, source=source).update(
        running_since=None, finished_at=timezone.now(), failure=failure
    )
