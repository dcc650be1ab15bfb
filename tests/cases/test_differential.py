"""What others saw of somebody and what that person's log tells are the same, whatever happens in between.

Two thousand acts in an order that nobody chose, by verbs of the portal alone. The other account is kept by
registers, agencies and officers themselves (`others_books.py`); neither is derived from the other.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from copy import deepcopy
from dataclasses import replace
from typing import Any
from uuid import uuid4

import pytest
from django.utils import timezone
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    rule,
    run_state_machine_as_test,
)

import portal.catalogue
from connectors.base import Subject
from lifeevents.model import Article, Catalogue, LifeEvent, Service
from portal.cases.back.concluding import conclude
from portal.cases.disputes.verbs import dispute, held_value, last_said, withdraw_dispute
from portal.cases.journey import journeys
from portal.cases.journey.answers import answers_of, save_answers
from portal.cases.journey.journeys import gather_facts
from portal.cases.journey.payloads import payload_of, requests_of
from portal.cases.journey.submit import NotReady, fingerprint, submit
from portal.cases.models import Case, Delivery, Journey, Outcome
from portal.cases.out.delivery import _envelope, deliver
from portal.cases.reading.at_agency import staff_case
from portal.catalogue import catalogue
from portal.ledger.log.uses import Begun
from portal.ledger.models import ConnectorState, SourceRound
from portal.people.actor import Actor
from portal.people.models import Citizen, User
from portal.people.verbs import bsn_of
from tests.cases.answers import ANSWERS, CHILD
from tests.cases.others_books import (
    CountingAgency,
    CountingRegister,
    Crash,
    Fault,
    Others,
    Seen,
    crashes,
    has_a_bug,
    is_down,
)
from tests.cast import citizen_of
from tests.factories import make_citizen_user, make_officer, spare_bsns
from tests.registers import NOOR

ACTS = 2_000
STEPS = 101
"""Of one sequence, its beginning included."""
FULL = 8
"""Cases of one sequence: to send is the slowest act, and more of them find nothing new."""
BIRTH, SECRET = "kind-krijgen", "onderzoek"
AGENCIES = ("gemeente-waterstad", "svb")

_BSNS = spare_bsns()


class World:
    """Some citizens, the agencies' officers, and everybody outside; made anew for each sequence of acts."""

    acts = 0

    def __init__(self, patch: pytest.MonkeyPatch) -> None:
        self.others = Others()
        self.register = CountingRegister(self.others)
        self.agencies = {name: CountingAgency(name, self.others) for name in AGENCIES}
        patch.setattr("connectors.registry.Connectors.source", lambda _self, _name: self.register)
        patch.setattr(
            "connectors.registry.Connectors.destination", lambda _self, name: self.agencies.get(name)
        )
        self.citizens = [make_citizen_user(next(_BSNS)) for _ in range(4)]
        self.officers = {name: make_officer(name) for name in AGENCIES}
        for user in self.citizens:
            self.register.people[_bsn(user)] = deepcopy(NOOR)
        # The second is in danger.
        self.others.in_danger.add(_bsn(self.citizens[1]))
        Citizen.objects.filter(pk=citizen_of(self.citizens[1]).pk).update(safety_flag=True)
        self.cases: list[Case] = []
        self.concluded: set[str] = set()

    # --- Acts -----------------------------------------------------------------------------------

    def fetch(
        self, who: int, event: str = BIRTH, *, fresh: bool = False, fault: Fault | None = None
    ) -> Journey:
        """The citizen begins, or goes on; what we hold is not asked again, unless it must be fresh."""
        told = catalogue().events[event]
        journey = journeys.begin_journey(
            actor=self._actor(who), event=told, chosen=told.services if event == SECRET else None
        )
        if event == SECRET:
            self.others.secret_traces.add(journey.trace_id)
        if fault:
            self.register.fault = fault
        try:
            gather_facts(journey=journey, fresh=fresh)
        except Crash:
            # Half a minute later: whoever held the round is known to be gone.
            SourceRound.objects.update(running_since=None)
        return Journey.objects.select_related("citizen").get(pk=journey.pk)

    def dispute(self, who: int, reason: str) -> None:
        """The citizen says that a value is wrong, or takes that back."""
        actor, field = self._actor(who), "brp.name"
        self.fetch(who)
        last = last_said(actor=actor, field=field)
        try:
            held = held_value(actor=actor, field=field)
        except LookupError:
            return  # the register was away when it was asked
        if reason:
            dispute(actor=actor, field=field, held=held, right="De Wit", explanation=reason)
        elif last is not None and last.is_open:
            withdraw_dispute(actor=actor, dispute=last)
        else:
            return
        seen = Seen("dispute", "brp", frozenset({field}))
        self.others.saw(seen, bsn=_bsn(self.citizens[who]), trace_id="")

    def send(self, who: int, event: str = BIRTH) -> None:
        """The citizen fills in everything and sends it."""
        journey = self.fetch(who, event)
        answers = answers_of(journey)
        for group in journeys.groups_of(journey):
            for index, item in enumerate(ANSWERS[group.id]):
                answers.put(group.id, index, item, {})
        save_answers(journey, answers)
        seen = fingerprint(requests_of(journey, answers))
        follow_ups = [service.id for service in journey.services if service.after]
        try:
            self.cases += submit(journey=journey, seen=seen, follow_ups=follow_ups, level="midden")
        except NotReady:
            return  # the register was away when it was asked

    def born(self, who: int) -> None:
        """The municipality registers the child."""
        self.register.born(_bsn(self.citizens[who]), next(_BSNS), CHILD["first_names"], CHILD["birth_date"])

    def work(self, number: int, *, before: Fault | None = None, after: Fault | None = None) -> None:
        """A worker takes a row of the outbox, due or not; `before` and `after` the effect things go wrong."""
        rows = Delivery.objects.filter(
            case__in=self.cases,
            delivered_at=None,
            needs_human="",
            case__phase__in=("sent", "waiting", "arrived"),
        )
        waiting = list(rows.order_by("created_at"))
        if not waiting:
            return
        row = waiting[number % len(waiting)]
        agency = self.agencies[row.destination]
        agency.before, agency.after = before or agency.before, after or agency.after
        ConnectorState.objects.all().delete()
        Delivery.objects.filter(pk=row.pk).update(not_before="2020-01-01T00:00Z", lease_until=None)
        try:
            deliver(delivery_id=row.pk)
        except Crash:
            SourceRound.objects.update(running_since=None)

    def look(self, number: int, *, colleague: bool = False) -> None:
        """An officer opens a case of their own agency, or tries one of another."""
        case = self._arrived(number)
        if case is None:
            return
        agency = next(name for name in AGENCIES if (name == case.agency) != colleague)
        try:
            _, payload = staff_case(actor=self._officer(agency), reference=case.reference)
        except Case.DoesNotExist:
            assert colleague
            return
        assert not colleague
        assert payload is not None
        self._note(Seen("view", agency, frozenset(payload["facts"])), case)

    def decide(self, number: int) -> None:
        """An officer ends a case; a second time nothing happens."""
        case = self._arrived(number)
        if case is None:
            return
        conclude(case=case, kind=Outcome.Kind.GRANTED, motivation="Ja.", actor=self._officer(case.agency))
        if case.reference not in self.concluded:
            self.concluded.add(case.reference)
            self._note(Seen("outcome", case.agency, frozenset()), case)

    # --- Afterwards -----------------------------------------------------------------------------

    def check(self) -> None:
        """Both accounts are the same, and nothing arrived twice."""
        self.others.check()
        for agency in self.agencies.values():
            assert {*agency.filed.values(), *agency.told.values()} <= {1}

    # --- Who and what ---------------------------------------------------------------------------

    def _actor(self, who: int) -> Actor:
        return Actor.of_user(self.citizens[who])

    def _officer(self, agency: str) -> Actor:
        return Actor.of_user(self.officers[agency])

    def _arrived(self, number: int) -> Case | None:
        cases = list(
            Case.objects.filter(pk__in=[case.pk for case in self.cases], phase__in=("arrived", "decided"))
            .select_related("citizen", "journey")
            .order_by("created_at")
        )
        return cases[number % len(cases)] if cases else None

    def _note(self, seen: Seen, case: Case) -> None:
        self.others.saw(seen, bsn=bsn_of(case.citizen), trace_id=case.journey.trace_id)


def _bsn(user: User) -> str:
    return bsn_of(citizen_of(user))


# --- The catalogue, with a service that the law keeps secret ----------------------------------------


@pytest.fixture
def with_a_secret_service(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A life event beside the birth, of which the citizen may read nothing (Wet BRP 3.22)."""
    made = _with_secret(catalogue())
    monkeypatch.setattr(portal.catalogue, "load_catalogue", lambda _folder: made)
    portal.catalogue.forget()
    yield
    monkeypatch.undo()
    portal.catalogue.forget()


def _with_secret(own: Catalogue) -> Catalogue:
    law = Article(name="artikel 3.22 Wet basisregistratie personen", verified=True)
    benefit: Service = own.services["kinderbijslag"]
    activity = replace(benefit.activity, id=SECRET, confidential=law)
    secret = replace(benefit, id=SECRET, after=None, activity=activity, needs=("brp.name", "brp.address"))
    event: LifeEvent = replace(own.events[BIRTH], slug=SECRET, services=(SECRET,))
    return Catalogue(
        agencies=dict(own.agencies),
        fields=dict(own.fields),
        services={**own.services, SECRET: secret},
        events={**own.events, SECRET: event},
    )


# --- Two thousand acts --------------------------------------------------------------------------------

WHO = st.integers(0, 3)
EVENT = st.sampled_from([BIRTH, BIRTH, SECRET])
NUMBER = st.integers(0, 9)
AT_THE_REGISTER = st.sampled_from([None, None, None, is_down, has_a_bug, crashes])
AT_THE_AGENCY = st.sampled_from([None, None, None, None, is_down, has_a_bug, crashes])


class Acts(RuleBasedStateMachine):
    """One sequence of acts."""

    patch: pytest.MonkeyPatch

    @initialize()
    def begin(self) -> None:
        self.world = World(self.patch)

    @rule(who=WHO, event=EVENT, fresh=st.booleans(), fault=AT_THE_REGISTER)
    def fetch(self, who: int, event: str, fresh: bool, fault: Fault | None) -> None:
        self._act(lambda: self.world.fetch(who, event, fresh=fresh, fault=fault))

    @rule(who=WHO, reason=st.sampled_from(["Het is De Wit", ""]))
    def dispute(self, who: int, reason: str) -> None:
        self._act(lambda: self.world.dispute(who, reason))

    @rule(who=WHO, event=EVENT)
    def send(self, who: int, event: str) -> None:
        if len(self.world.cases) < FULL:
            self._act(lambda: self.world.send(who, event))
        else:
            self._act(lambda: self.world.look(who))

    @rule(who=WHO)
    def born(self, who: int) -> None:
        self._act(lambda: self.world.born(who))

    @rule(number=NUMBER, before=AT_THE_AGENCY, after=AT_THE_AGENCY)
    def work(self, number: int, before: Fault | None, after: Fault | None) -> None:
        self._act(lambda: self.world.work(number, before=before, after=after))

    @rule(number=NUMBER)
    def work_well(self, number: int) -> None:
        self._act(lambda: self.world.work(number))

    @rule(number=NUMBER, colleague=st.booleans())
    def look(self, number: int, colleague: bool) -> None:
        self._act(lambda: self.world.look(number, colleague=colleague))

    @rule(number=NUMBER)
    def decide(self, number: int) -> None:
        self._act(lambda: self.world.decide(number))

    def teardown(self) -> None:
        if hasattr(self, "world"):
            self.world.check()

    def _act(self, act: Callable[[], object]) -> None:
        if World.acts < ACTS:
            act()
            World.acts += 1


@pytest.mark.timeout(300)
def test_two_thousand_acts_leave_a_line_for_each_disclosure_and_no_other(
    db: None, monkeypatch: pytest.MonkeyPatch, with_a_secret_service: None
) -> None:
    World.acts = 0
    machine = type("Acts", (Acts,), {"patch": monkeypatch})
    run_state_machine_as_test(
        machine,
        settings=settings(
            # More than it takes: now and then a sequence is a short one.
            max_examples=2 * ACTS // STEPS,
            stateful_step_count=STEPS,
            # The same acts every time: a test that fails now and then tells nobody anything.
            derandomize=True,
            database=None,
            deadline=None,
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        ),
    )
    assert World.acts == ACTS


# --- It can fail --------------------------------------------------------------------------------------


def _a_whole_story(world: World) -> None:
    """Each kind of act once."""
    for event in (BIRTH, SECRET):
        world.send(0, event)
    world.work(0, after=crashes)
    for _ in range(4):
        world.work(0)
    world.dispute(0, "Het is De Wit")
    for _ in range(4):
        world.work(0)
    for number in range(2):
        world.look(number)
        world.decide(number)
    world.born(0)
    world.work(0)
    world.work(0)


@pytest.fixture
def world(db: None, monkeypatch: pytest.MonkeyPatch, with_a_secret_service: None) -> World:
    return World(monkeypatch)


def test_the_story_has_every_kind_of_act_in_it(world: World) -> None:
    _a_whole_story(world)
    world.check()
    books = [*world.others.shown.values(), *world.others.hidden.values()]
    seen = {(one.operation, one.whole) for book in books for one in book}
    assert seen >= {
        ("fetch", True),
        ("disclosure", True),
        ("disclosure", False),
        ("view", True),
        ("outcome", True),
    }
    assert world.others.hidden


def _nothing(*_: Any, **__: Any) -> None:
    pass


def _twice(verb: Callable[..., Any]) -> Callable[..., Any]:
    def act(*args: Any, **options: Any) -> Any:
        verb(*args, **options)
        return verb(*args, **options)

    return act


def _unlogged(uses: Any, **_: object) -> Any:
    """What `begin_uses` gives, without a line."""
    return [Begun(use, uuid4(), timezone.now()) for use in uses]


@pytest.mark.parametrize(
    ("where", "broken"),
    [
        ("portal.cases.out.delivery.end_uses", lambda real: _nothing),
        ("portal.cases.out.delivery.begin_uses", lambda real: _unlogged),
        ("portal.cases.out.delivery.begin_uses", _twice),
        ("portal.cases.reading.at_agency.record_staff_view", lambda real: _nothing),
        ("portal.cases.reading.at_agency.record_staff_view", _twice),
        ("portal.cases.back.concluding._log_outcome", lambda real: _nothing),
        ("portal.ledger.log.uses._is_confidential", lambda real: lambda use: False),
        ("portal.ledger.log.uses._is_confidential", lambda real: lambda use: True),
    ],
    ids=[
        "no-end",
        "no-beginning",
        "one-delivery-two-lines",
        "a-look-without-a-line",
        "one-look-two-lines",
        "an-outcome-without-a-line",
        "a-secret-in-the-citizens-log",
        "an-open-line-kept-from-the-citizen",
    ],
)
def test_a_line_too_few_or_too_many_is_found(
    world: World, monkeypatch: pytest.MonkeyPatch, where: str, broken: Callable[[Any], Any]
) -> None:
    module, name = where.rsplit(".", 1)
    real = getattr(__import__(module, fromlist=[name]), name)
    monkeypatch.setattr(where, broken(real))
    _a_whole_story(world)
    with pytest.raises(AssertionError, match="what nobody saw"):
        world.check()


def test_a_question_outside_the_log_is_found(world: World) -> None:
    world.fetch(0)
    world.register.fetch(Subject(_bsn(world.citizens[0])), ["brp.name"], trace_id="1" * 32)
    with pytest.raises(AssertionError, match="not what was seen"):
        world.check()


def test_a_disclosure_outside_the_log_is_found(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """Somebody calls an agency on another road than `deliver`."""
    world.send(0)
    case = world.cases[0]
    envelope = _envelope(case, payload_of(case), ())
    world.agencies[case.agency].file(envelope, lambda name, call, find: call())
    with pytest.raises(AssertionError, match="not what was seen"):
        world.check()
