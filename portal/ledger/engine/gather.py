"""The once-only engine: one question to each source, in parallel, and every answer kept while it is valid.

What is still valid, and was fetched on a ground of each that wants it now, is not asked again. The
network is in threads, the database in the thread of the caller. A field that waits for another one
is asked as soon as that one is there. The wait is that of the slowest source, not the sum.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from concurrent.futures import Future
from dataclasses import dataclass, field
from datetime import datetime
from queue import Empty, SimpleQueue
from time import monotonic

import structlog
from django.db import transaction
from django.utils import timezone

from connectors.base import ConnectorError, Malformed, Subject, Unavailable, UnknownSubject, Value
from lifeevents.model import Activity
from portal.catalogue import connectors
from portal.ledger.engine.calls import calls
from portal.ledger.engine.facts import (
    RETENTION,
    Absent,
    Answer,
    Failed,
    Known,
    Pending,
    expire,
    fact_of,
    facts_of,
)
from portal.ledger.engine.holdings import Holdings
from portal.ledger.engine.mentions import mentions_in
from portal.ledger.engine.plan import NOTHING, Given, Plan, definition, source_of
from portal.ledger.engine.rounds import Rounds, is_running
from portal.ledger.keys import canonical
from portal.ledger.log.uses import PORTAL, Begun, Ending, Use, begin_uses, end_uses
from portal.ledger.models import ConnectorState, DataUse
from portal.ledger.states import claim_trial, note_rounds, source_key, states_of
from portal.people.models import Citizen
from portal.people.verbs import bsn_of

__all__ = [
    "Absent",
    "Answer",
    "Failed",
    "Given",
    "Known",
    "Pending",
    "expire",
    "fact_of",
    "facts_of",
    "gather",
    "standing",
]

log = structlog.get_logger(__name__)

TOGETHER = 0.005
"""Seconds: answers that come so soon after each other are written in one go."""

LONGEST_TOGETHER = 0.025
"""Seconds that the first of them waits for the others at most."""

_ANSWERED = {"", UnknownSubject.kind}
"""After these the source itself is up; an answer that we cannot use is an answer."""
_SILENT = {Unavailable.kind, Malformed.kind}


def gather(
    *,
    citizen: Citizen,
    fields: Collection[str],
    activities: Collection[Activity],
    trace_id: str,
    fresh: bool = False,
    given: Given = NOTHING,
) -> dict[str, Answer]:
    """Asks the sources for those fields that we do not hold, and says how each field stands.

    Every field needs an activity that covers it, and so does what it waits for (`NoLegalGround`
    otherwise, before anybody is asked). With `fresh`, what we hold counts as out of date. A source that
    is being asked at this moment for the same journey is not asked twice: its fields are `Pending`.
    `given` is what the citizen typed for fields that wait for it: what was answered to something else
    is asked again, and a field that lacks what it waits for stays `Pending`.
    """
    held = Holdings(citizen, Plan.of(fields, activities), given, fresh=fresh)
    if held.to_ask():
        _Asking(held, Rounds(citizen, trace_id)).run()
    held.save()
    return _stands(held, fields)


def standing(
    *,
    citizen: Citizen,
    fields: Collection[str],
    activities: Collection[Activity],
    trace_id: str,
    given: Given = NOTHING,
) -> dict[str, Answer]:
    """How each field stands now for these activities, from our own tables alone."""
    held = Holdings(citizen, Plan.of(fields, activities), given)
    if missing := held.to_ask():
        rounds = Rounds(citizen, trace_id).newest()
        now, states = timezone.now(), states_of(source_of(name) for name in held.plan.grounds)
        while missing:
            for name in missing:
                source = source_of(name)
                row = rounds.get(source)
                failure = None if row and is_running(row, now) else _down(source, states.get(source))
                if failure is None and row and row.failure and row.finished_at:
                    failure = Failed(source, row.failure, row.finished_at)
                held.put({name: failure or Pending(source)})
            missing = held.to_ask()
    return _stands(held, fields)


def _stands(held: Holdings, fields: Iterable[str]) -> dict[str, Answer]:
    return {name: held.look(name) or Pending(source_of(name)) for name in fields}


def _down(source: str, state: ConnectorState | None) -> Failed | None:
    return Failed(source, Unavailable.kind, state.down_since) if state and state.down_since else None


@dataclass(frozen=True, slots=True)
class _Question:
    """What one source is asked, and the line that says so."""

    source: str
    fields: tuple[str, ...]
    begun: Begun


@dataclass(frozen=True, slots=True)
class _Result:
    """What came of it: values, or the kind of failure."""

    question: _Question
    values: Mapping[str, Value] = field(default_factory=dict)
    failure: str = ""


_Call = Future[dict[str, Value]]


class _Asking:
    """One call of `gather`: waves of questions, each begun when what it waits for is there."""

    def __init__(self, held: Holdings, rounds: Rounds) -> None:
        self._held, self._rounds = held, rounds
        self._bsn = bsn_of(held.citizen) if held.citizen.bsn is not None else ""
        self._running: dict[_Call, _Question] = {}
        self._done: SimpleQueue[_Call] = SimpleQueue()
        self._states: dict[str, ConnectorState] = {}

    def run(self) -> None:
        """Until nothing is left to ask, and every answer is written."""
        while (groups := self._groups()) or self._running:
            if groups:
                self._start(groups)
            if self._running:
                self._held.prepare()
                self._settle(self._arrived())

    def _groups(self) -> dict[str, tuple[str, ...]]:
        """What can be asked now, by source; not of a source that is answering us at this moment."""
        busy = {question.source for question in self._running.values()}
        groups: dict[str, list[str]] = {}
        for name in sorted(self._held.to_ask()):
            groups.setdefault(definition(name).source, []).append(name)
        return {source: tuple(names) for source, names in groups.items() if source not in busy}

    def _start(self, groups: dict[str, tuple[str, ...]]) -> None:
        allowed = self._not_down(groups)
        claimed = self._rounds.claim(allowed) if allowed else set()
        for source in allowed - claimed:
            self._held.put({name: Pending(source) for name in groups[source]})
        if not claimed:
            return
        for question in self._begin({source: groups[source] for source in sorted(claimed)}):
            subject = self._subject(question)
            future = calls().submit(_fetch, question, subject, self._rounds.trace_id)
            self._running[future] = question
            future.add_done_callback(self._done.put)

    def _not_down(self, groups: dict[str, tuple[str, ...]]) -> set[str]:
        """The sources that may be asked; those that are down fail at once, but for a trial now and then."""
        self._states |= states_of(groups.keys() - self._states.keys())
        refused: dict[str, Failed] = {}
        for source in groups:
            failure = _down(source, self._states.get(source))
            if failure and not claim_trial(source_key(source)):
                refused[source] = failure
                self._held.put(dict.fromkeys(groups[source], failure))
        if refused:
            self._rounds.refuse({source: one.kind for source, one in refused.items()}, timezone.now())
        return groups.keys() - refused.keys()

    def _begin(self, groups: dict[str, tuple[str, ...]]) -> list[_Question]:
        """A line for each before the call; if it cannot be written, nobody is called."""
        uses = [self._use(source, names) for source, names in groups.items()]
        try:
            begun = begin_uses(uses)
        except Exception:
            self._rounds.finish(dict.fromkeys(groups, ""), timezone.now())
            raise
        return [_Question(one.use.source, one.use.fields, one) for one in begun]

    def _use(self, source: str, names: tuple[str, ...]) -> Use:
        return Use(
            citizen=self._held.citizen,
            trace_id=self._rounds.trace_id,
            operation=DataUse.Operation.FETCH,
            activities=self._held.plan.covering(names),
            fields=names,
            recipient=PORTAL,
            source=source,
            retention=RETENTION,
        )

    def _subject(self, question: _Question) -> Subject:
        """Whom or what the source is asked about; a register of things never gets a BSN."""
        about_person = connectors().about(question.source) == "person"
        given = {name: value for one in question.fields for name, value in self._held.given_for(one).items()}
        return Subject(self._bsn if about_person else "", given)

    def _arrived(self) -> list[_Result]:
        """Waits for an answer, and takes those that come in the same breath."""
        done = [self._done.get()]
        latest = monotonic() + LONGEST_TOGETHER
        while len(done) < len(self._running) and monotonic() < latest:
            try:
                done.append(self._done.get(timeout=TOGETHER))
            except Empty:
                break
        return [_result(future, self._running.pop(future)) for future in done]

    def _settle(self, results: list[_Result]) -> None:
        """Writes facts, rounds, log and state: all of it, or none."""
        now = timezone.now()
        kinds = {result.question.source: result.failure for result in results}
        with transaction.atomic():
            for result in results:
                self._take(result, now)
            self._held.save()
            self._rounds.finish(kinds, now)
            end_uses(_endings(self._held.citizen, results), ring=self._held.ring)
            # Last: these rows are shared by everybody.
            note_rounds(
                answered=[source for source, kind in kinds.items() if kind in _ANSWERED],
                failed=[source for source, kind in kinds.items() if kind in _SILENT],
                before=self._states,
                now=now,
            )

    def _take(self, result: _Result, now: datetime) -> None:
        source, names = result.question.source, result.question.fields
        if result.failure:
            state = self._states.get(source)
            since = state.down_since if state and state.down_since else now
            self._held.put(dict.fromkeys(names, Failed(source, result.failure, since)))
        else:
            self._held.take(source, names, result.values, now)


def _fetch(question: _Question, subject: Subject, trace_id: str) -> dict[str, Value]:
    """In a thread: the network, and nothing of the database."""
    source = connectors().source(question.source)
    values = source.fetch(subject, question.fields, trace_id=trace_id)
    try:
        canonical([value.data for value in values.values()])
    except (AttributeError, TypeError, ValueError):
        raise Malformed(f"{question.source}: gave what is no JSON") from None
    return {name: value for name, value in values.items() if name in question.fields}


def _result(future: Future[dict[str, Value]], question: _Question) -> _Result:
    try:
        return _Result(question, future.result())
    except ConnectorError as error:
        return _Result(question, failure=error.kind)
    except Exception:
        # A fault in one connector must not take the page down; the citizen can retry or type it.
        log.exception("source failed unexpectedly", source=question.source)
        return _Result(question, failure=ConnectorError.kind)


def _endings(citizen: Citizen, results: list[_Result]) -> list[Ending]:
    values = [{name: value.data for name, value in result.values.items()} for result in results]
    mentions = mentions_in(citizen, values)
    return [
        Ending(
            result.question.begun,
            outcome=result.failure or "answered",
            ok=not result.failure,
            values=data or None,
            mentions=found,
        )
        for result, data, found in zip(results, values, mentions, strict=True)
    ]
