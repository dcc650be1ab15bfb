"""The books of the others: what registers and agencies saw of whom, kept by themselves and not by us.

The log of the portal must tell the same: a line for each of these, and no other (`test_differential.py`).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from django.utils import timezone

from connectors.base import Destination, Envelope, Once, Reading, Receipt, Report, Subject, Unavailable, Value
from portal.ledger.log.uses import uses_for_auditor, uses_of
from portal.ledger.models import DataUse
from portal.people.models import Citizen
from portal.people.verbs import find_or_create_citizen
from tests.registers import Register


class Crash(BaseException):
    """The process dies at this point: nothing after it is done, and nobody catches it."""


@dataclass(frozen=True, slots=True)
class Seen:
    """Something that was done with somebody's data, as whoever it was done with saw it.

    `whole`: it went well to the end. Otherwise the log may say that it failed, or that it began.
    """

    operation: str
    by: str
    fields: frozenset[str]
    whole: bool = True


Books = Counter[Seen]


def _people_in(facts: Mapping[str, Any]) -> set[str]:
    """The BSNs of whoever else stands in what was asked or sent."""
    listed = facts.get("brp.children") or []
    alone = facts.get("brp.partner") or {}
    return {person["bsn"] for person in [*listed, alone] if person.get("bsn")}


class Others:
    """What all of them wrote down: about whom (BSN), and apart what the law keeps from that person."""

    def __init__(self) -> None:
        self.shown: dict[str, Books] = {}
        self.hidden: dict[str, Books] = {}
        self.secret_traces: set[str] = set()
        """The journeys of which the law keeps everything from the person they are about."""
        self.in_danger: set[str] = set()
        """Those of whom nobody else may read anything."""

    def saw(self, seen: Seen, *, bsn: str, trace_id: str) -> None:
        """Writes it down."""
        books = self.hidden if trace_id in self.secret_traces else self.shown
        books.setdefault(bsn, Books())[seen] += 1

    def came_along(self, facts: Mapping[str, Any], by: str, *, of: str, whole: bool, trace_id: str) -> None:
        """Writes down who else was in it: name and birth of a partner or a child of whoever it was about."""
        hidden = of in self.in_danger or trace_id in self.secret_traces
        for bsn in _people_in(facts):
            books = self.hidden if hidden else self.shown
            seen = Seen("mention", by, frozenset({"brp.name", "brp.birth"}), whole)
            books.setdefault(bsn, Books())[seen] += 1

    def check(self) -> None:
        """Everybody's log tells what the others wrote down: none missing, none extra."""
        for bsn in {*self.shown, *self.hidden}:
            citizen = find_or_create_citizen(bsn)
            shown, hidden = self.shown.get(bsn, Books()), self.hidden.get(bsn, Books())
            _compare("the citizen reads", _told(uses_of(citizen)), shown)
            _compare("the auditor reads", _told(_last_of_each(citizen)), shown + hidden)

    def people(self) -> set[str]:
        """Everybody of whom something was seen."""
        return {*self.shown, *self.hidden}


def _compare(who: str, told: Books, seen: Books) -> None:
    assert told == seen, f"{who} what nobody saw: {told - seen}; not what was seen: {seen - told}"


def _last_of_each(citizen: Citizen) -> list[DataUse]:
    """The last line of each operation, of those that the auditor reads (newest first)."""
    newest: dict[Any, DataUse] = {}
    for line in uses_for_auditor(citizen):
        newest.setdefault(line.operation_id, line)
    return list(newest.values())


def _told(lines: Iterable[DataUse]) -> Books:
    return Books(
        Seen(
            operation=line.operation,
            by=line.source or line.recipient,
            fields=frozenset(line.fields),
            whole=line.moment == DataUse.Moment.END and line.status == DataUse.Status.OK,
        )
        for line in lines
    )


Fault = Callable[[], None]
"""Raises what goes wrong."""


def _nothing_wrong() -> None:
    pass


def crashes() -> None:
    """The process dies."""
    raise Crash


def is_down() -> None:
    """The other side cannot be reached."""
    raise Unavailable("down")


def has_a_bug() -> None:
    """Our connector meets something that nobody thought of."""
    raise KeyError("surprise")


class CountingRegister(Register):
    """A register that writes down who was asked about."""

    def __init__(self, others: Others) -> None:
        super().__init__()
        self.others = others
        self.fault: Fault = _nothing_wrong

    def fetch(self, subject: Subject, fields: Collection[str], *, trace_id: str) -> dict[str, Value]:
        fault, self.fault = self.fault, _nothing_wrong
        whole = False
        try:
            fault()
            values = super().fetch(subject, fields, trace_id=trace_id)
            whole = True
        finally:
            seen = Seen("fetch", "brp", frozenset(fields), whole)
            self.others.saw(seen, bsn=subject.bsn, trace_id=trace_id)
        found = {name: value.data for name, value in values.items()}
        self.others.came_along(found, "brp", of=subject.bsn, whole=True, trace_id=trace_id)
        return values


class CountingAgency(Destination):
    """An agency that writes down what it was sent about whom, also where it did not get to answer."""

    name: ClassVar[str] = "counting"
    pulls: ClassVar[bool] = True

    def __init__(self, agency: str, others: Others) -> None:
        self.agency, self.others = agency, others
        self.filed: Counter[str] = Counter()
        self.told: Counter[tuple[str, str]] = Counter()
        self.people: dict[str, str] = {}
        """Of each request that is here the BSN, by our own reference."""
        self.before: Fault = _nothing_wrong
        self.after: Fault = _nothing_wrong

    def file(self, envelope: Envelope, once: Once) -> Receipt:
        whole = False
        try:
            receipt = self._file(envelope, once)
            self.people[receipt.their_reference] = envelope.subject.bsn
            whole = True
        finally:
            seen = Seen("disclosure", self.agency, frozenset(envelope.payload["facts"]), whole)
            self.others.saw(seen, bsn=envelope.subject.bsn, trace_id=envelope.trace_id)
            sent = {name: fact["value"] for name, fact in envelope.payload["facts"].items()}
            self.others.came_along(
                sent, self.agency, of=envelope.subject.bsn, whole=whole, trace_id=envelope.trace_id
            )
        return receipt

    def _file(self, envelope: Envelope, once: Once) -> Receipt:
        before, after = self.before, self.after
        self.before = self.after = _nothing_wrong

        def effect() -> Any:
            before()
            self.filed[envelope.reference] += 1
            after()
            return {"number": self.filed.total()}

        def find() -> Any:
            return {"number": 1} if envelope.reference in self.filed else None

        step = once("file", effect, find)
        return Receipt(f"{self.agency}-{envelope.reference}-{step['number']}", timezone.now())

    def report(self, their_reference: str, report: Report, once: Once) -> None:
        whole = False
        try:
            self._hear((their_reference, report.reference), once)
            whole = True
        finally:
            seen = Seen("disclosure", self.agency, frozenset({report.about}), whole)
            self.others.saw(seen, bsn=self.people[their_reference], trace_id=report.trace_id)

    def _hear(self, news: tuple[str, str], once: Once) -> None:
        before, after = self.before, self.after
        self.before = self.after = _nothing_wrong

        def effect() -> Any:
            before()
            self.told[news] += 1
            after()
            return {}

        once("told", effect, lambda: {} if news in self.told else None)

    def read(self, their_reference: str, *, version: str, trace_id: str) -> Reading | None:
        return None

    def check(self) -> None:
        return None
