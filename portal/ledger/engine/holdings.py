"""How each field of a plan stands: by what we hold, by what was just answered, by what follows from both."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime, time, timedelta

from django.utils import timezone

from connectors.base import JSON, Value
from lifeevents.derived import derive, next_base
from lifeevents.model import Derived, Persons
from portal import clock
from portal.catalogue import catalogue, connectors
from portal.ledger.engine.facts import (
    NO_BSN,
    RETENTION,
    UNDECIDED,
    Absent,
    Answer,
    Failed,
    Known,
    Pending,
    ToStore,
    answer_of,
    opened,
    store,
    valid_facts,
)
from portal.ledger.engine.homes import Home, cover_others, covered, home_in
from portal.ledger.engine.plan import Given, Plan, bases, definition, source_of, typed_for
from portal.ledger.keys import KeyRing, canonical
from portal.ledger.models import Fact
from portal.people.keys import keyed_hmac
from portal.people.models import Citizen


class Holdings:
    """The answers to a plan about one citizen, read from the database once. With `fresh` we hold nothing.

    What was fetched on the ground of others only does not count: it is asked again (Wet BRP 3.2).
    Nor does what was answered to another `given`.
    """

    def __init__(self, citizen: Citizen, plan: Plan, given: Given, *, fresh: bool = False) -> None:
        self.citizen, self.plan = citizen, plan
        self.ring = KeyRing(citizen)
        self._given = given
        self._rows = {} if fresh else valid_facts(citizen, plan.grounds)
        self._answers: dict[str, Answer] = _without_bsn(citizen, plan)
        self._unstored: dict[str, ToStore] = {}

    def look(self, name: str) -> Answer | None:
        """How a field stands; None where somebody must be asked."""
        if name not in self._answers:
            found = self._derived(name) if bases(name) else self._of_register(name)
            if found is None:
                return None
            self._answers[name] = found
        return self._answers[name]

    def to_ask(self) -> set[str]:
        """The fields of registers that can and must be asked now, for what is wanted."""
        found: set[str] = set()
        for name in self.plan.wanted:
            self._collect(name, found)
        return found

    def given_for(self, name: str) -> dict[str, JSON]:
        """What a field waited for, as far as it is known."""
        found = {other: self._answers.get(other) for other in self.plan.awaited.get(name, ())}
        fields = {other: answer.value for other, answer in found.items() if isinstance(answer, Known)}
        return fields | {typed: self._given[typed] for typed in typed_for(name) if typed in self._given}

    def put(self, answers: Mapping[str, Answer]) -> None:
        """How fields stand that were, or were not, asked. Nothing of it is stored."""
        self._answers |= answers

    def take(self, source: str, names: Collection[str], values: Mapping[str, Value], now: datetime) -> None:
        """What a source answered; `save` stores it."""
        for name in names:
            answer = answer_of(name, values.get(name), source=source, now=now)
            home = home_in(name, answer)
            if home and isinstance(answer, Known):
                answer = covered(answer, home, self.citizen)
            self._answers[name] = answer
            if name in self.plan.kept:
                self._keep(name, answer, answer.valid_until, home)

    def prepare(self) -> None:
        """What storing will need, made while somebody else has to think."""
        self.ring.ensure(RETENTION)

    def save(self) -> None:
        """Stores what came in since the last time, and what can be worked out of it."""
        for name in self.plan.wanted:
            self.look(name)
        if self._unstored:
            store(self.citizen, self.ring, self._unstored.values())
            for one in self._unstored.values():
                if one.home_hmac and one.asked_secrecy:
                    cover_others(one.home_hmac, self.citizen)
            self._unstored = {}

    def _of_register(self, name: str) -> Answer | None:
        waited = [self.look(other) for other in self.plan.awaited.get(name, ())]
        failed = next((one for one in waited if isinstance(one, Failed)), None)
        if failed or None in waited:
            return failed
        lacks = any(typed not in self._given and not may for typed, may in typed_for(name).items())
        if lacks or any(isinstance(one, Pending) for one in waited):
            return Pending(definition(name).source)
        return self._held(name)

    def _derived(self, name: str) -> Answer | None:
        held = self._held(name)
        if held:
            return held
        found, missing = self._bases(name)
        return self.look(missing) if missing else self._work_out(name, found)

    def _bases(self, name: str) -> tuple[dict[str, Known | Absent], str | None]:
        """What is known for a derived field, and the field of which more must be known before it follows."""
        rule, found = _rule(name), dict[str, Known | Absent]()
        while missing := next_base(rule, _values(found), _persons(rule)):
            stands = self.look(missing)
            if not isinstance(stands, Known | Absent):
                return found, missing
            found[missing] = stands
        return found, None

    def _work_out(self, name: str, bases: dict[str, Known | Absent]) -> Known | Failed:
        rule, answers = _rule(name), list(bases.values())
        answer = derive(rule, _values(bases), _persons(rule), today=clock.today())
        source, seen = answers[0].source, min(one.observed_at for one in answers)
        longest = seen + timedelta(seconds=definition(name).max_age)
        until = min([longest, *_midnight(rule), *(one.valid_until for one in answers)])
        found: Known | Failed = Failed(source, UNDECIDED, seen)
        if answer is not None:
            known = [one for one in answers if isinstance(one, Known)]
            doubted = any(one.under_investigation for one in known)
            secret = any(one.secret for one in known)
            found = Known({"answer": answer}, source, seen, until, doubted, secret)
        self._keep(name, found, until)
        return found

    def _held(self, name: str) -> Known | Absent | Failed | None:
        row = self._rows.get(name)
        return opened(row, self.ring) if row and self._fits(row) else None

    def _fits(self, row: Fact) -> bool:
        covered = self.plan.grounds[row.field] <= set(row.activities)
        return covered and row.given_hmac == self._given_hmac(row.field)

    def _given_hmac(self, name: str) -> str:
        """What was given for a field, as one value that cannot be turned back; "" where it waits for none."""
        waits = [one for one in catalogue().bases_of(name) if self.plan.awaited.get(one) or typed_for(one)]
        if not waits:
            return ""
        for one in waits:
            for other in self.plan.awaited.get(one, ()):
                self.look(other)
        given = {one: self.given_for(one) for one in waits}
        return keyed_hmac("given", canonical(given).decode())

    def _collect(self, name: str, found: set[str]) -> None:
        if self.look(name) is not None:
            return
        below = [one for one in self._below(name) if self.look(one) is None]
        for one in below:
            self._collect(one, found)
        if not below:
            found.add(name)

    def _below(self, name: str) -> tuple[str, ...]:
        """What must be known before a field can be."""
        if not bases(name):
            return self.plan.awaited.get(name, ())
        missing = self._bases(name)[1]
        return (missing,) if missing else ()

    def _keep(
        self, name: str, answer: Known | Absent | Failed, until: datetime, home: Home | None = None
    ) -> None:
        activities = sorted(self.plan.grounds[name])
        where = (home.hmac, home.asked) if home else (None, None)
        self._unstored[name] = ToStore(name, answer, activities, self._given_hmac(name), until, *where)


def _without_bsn(citizen: Citizen, plan: Plan) -> dict[str, Answer]:
    """No register of persons can be asked about who has no BSN: that is a failure, and no empty answer."""
    if citizen.bsn is not None:
        return {}
    return {
        name: Failed(source_of(name), NO_BSN, citizen.created_at)
        for name in plan.grounds
        if not bases(name) and connectors().about(source_of(name)) == "person"
    }


def _rule(name: str) -> Derived:
    rule = definition(name).derived
    assert rule  # noqa: S101 -- asked of derived fields only
    return rule


def _values(answers: Mapping[str, Known | Absent]) -> dict[str, JSON]:
    return {name: one.value if isinstance(one, Known) else None for name, one in answers.items()}


def _persons(rule: Derived) -> dict[str, Persons]:
    return {name: persons for name in rule.base if (persons := definition(name).persons)}


def _midnight(rule: Derived) -> list[datetime]:
    """When an answer about an age may be another one: when the day is over."""
    if rule.test != "at_least_years":
        return []
    tomorrow = timezone.localdate() + timedelta(days=1)
    return [timezone.make_aware(datetime.combine(tomorrow, time()))]
