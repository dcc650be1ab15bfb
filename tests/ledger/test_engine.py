"""Questions in parallel and in waves, sources that are down, the people in an answer, and what it costs."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, connection
from django.db.backends.utils import CursorWrapper
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from connectors.base import Malformed, Refused, Unavailable, Value
from lifeevents.model import Derived, Persons
from portal.ledger.engine import gather as engine
from portal.ledger.engine.gather import Absent, Answer, Failed, Known, Pending, expire, gather, standing
from portal.ledger.log.uses import NoLegalGround
from portal.ledger.models import ConnectorState, DataUse, Fact, SourceRound
from portal.ledger.states import OPENS_AFTER
from portal.people.models import Citizen
from tests.factories import make_citizen, spare_bsns
from tests.ledger.world import World, activity

BSNS = spare_bsns()
LONG = 20.0
"""Seconds that nobody waits, unless something is wrong."""


@pytest.fixture
def citizen(db: None) -> Citizen:
    return make_citizen(next(BSNS))


def ask(citizen: Citizen, *fields: str, trace: str = "1" * 32, **more: Any) -> dict[str, Answer]:
    """One round for one service that may have all of it."""
    more.setdefault("activities", [activity("all", *fields)])
    return gather(citizen=citizen, fields=fields, trace_id=trace, **more)


def fail(error: Exception) -> Callable[..., None]:
    """Something that raises it, whatever it is called with."""

    def does(*_: Any, **__: Any) -> None:
        raise error

    return does


# --- In parallel ----------------------------------------------------------------------------------


def test_all_sources_are_asked_at_the_same_time(citizen: Citizen, world: World) -> None:
    names = [f"reg{number}.a" for number in range(6)]
    everybody = threading.Barrier(len(names), timeout=LONG)

    def meet() -> None:
        everybody.wait()

    for name in names:
        world.add(name, 1)
        world.sources[name.partition(".")[0]].does = meet
    assert all(isinstance(answer, Known) for answer in ask(citizen, *names).values())


def test_a_slow_source_and_one_that_crashes_hold_up_no_others_answer(
    citizen: Citizen, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    written = threading.Event()
    for name in ("quick.a", "slow.a", "wrong.a", "odd.a"):
        world.add(name, 1)
    world.sources["slow"].does = lambda: None if written.wait(LONG) else fail(Unavailable("held up"))()
    world.sources["wrong"].does = fail(KeyError("a bug"))
    world.sources["odd"].does = lambda: {"odd.a": Value(object())}
    write = engine.note_rounds

    def note(**more: Any) -> None:
        write(**more)
        if Fact.objects.filter(field="quick.a").exists():
            written.set()

    monkeypatch.setattr(engine, "note_rounds", note)
    found = ask(citizen, "quick.a", "slow.a", "wrong.a", "odd.a")
    assert isinstance(found["quick.a"], Known)
    assert isinstance(found["slow.a"], Known)
    assert [getattr(found[name], "kind", "") for name in ("wrong.a", "odd.a")] == ["unknown", "malformed"]
    assert DataUse.objects.filter(moment="end").count() == 4


def test_threads_leave_the_database_alone(
    citizen: Citizen, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    threads = set()
    execute = CursorWrapper.execute

    def watched(self: CursorWrapper, *args: Any) -> Any:
        threads.add(threading.current_thread())
        return execute(self, *args)

    for name in ("a.a", "b.b"):
        world.add(name, 1)
    monkeypatch.setattr(CursorWrapper, "execute", watched)
    ask(citizen, "a.a", "b.b")
    assert threads == {threading.current_thread()}


@contextmanager
def _a_log_that_takes_no_line() -> Iterator[None]:
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE ledger_datause ADD CONSTRAINT is_full CHECK (false) NOT VALID")
        try:
            yield
        finally:
            cursor.execute("ALTER TABLE ledger_datause DROP CONSTRAINT is_full")


@pytest.mark.django_db(transaction=True)
def test_where_the_line_cannot_be_written_nobody_is_called(world: World) -> None:
    world.add("reg.a", 1)
    citizen = make_citizen(next(BSNS))
    with _a_log_that_takes_no_line(), pytest.raises(IntegrityError):
        ask(citizen, "reg.a")
    assert world.asked("reg") == 0
    assert not DataUse.objects.exists()
    assert isinstance(ask(citizen, "reg.a")["reg.a"], Known)


# --- One after the other --------------------------------------------------------------------------


@pytest.fixture
def waiting(world: World) -> World:
    """A household that waits for an address at another source."""
    world.add("home.address", {"id": "1"})
    world.add("people.household", ["a"])
    world.add("people.name", "Noor")
    world.waiting["people.household"] = ("home.address",)
    return world


def test_a_field_that_waits_for_another_gets_its_value(citizen: Citizen, waiting: World) -> None:
    found = ask(citizen, "people.household", "home.address", "people.name")
    assert all(isinstance(answer, Known) for answer in found.values())
    first, second = waiting.sources["people"].asked
    assert (first[1], dict(first[0].given)) == ({"people.name"}, {})
    assert (second[1], dict(second[0].given)) == ({"people.household"}, {"home.address": {"id": "1"}})


def test_what_it_waits_for_is_asked_too_where_there_is_a_ground_for_it(
    citizen: Citizen, waiting: World
) -> None:
    both = [activity("both", "people.household", "home.address")]
    assert list(ask(citizen, "people.household", activities=both)) == ["people.household"]
    with pytest.raises(NoLegalGround):
        ask(citizen, "people.household")
    assert waiting.asked("home") == 1


def test_a_failure_is_passed_on_under_its_own_name(citizen: Citizen, waiting: World) -> None:
    waiting.sources["home"].does = fail(Unavailable("down"))
    both = [activity("both", "people.household", "home.address")]
    found = ask(citizen, "people.household", activities=both)["people.household"]
    assert isinstance(found, Failed)
    assert (found.source, found.kind, waiting.asked("people")) == ("home", "unavailable", 0)
    stands = standing(citizen=citizen, fields=["people.household"], activities=both, trace_id="1" * 32)
    assert stands["people.household"] == found


def test_what_is_absent_is_left_out_of_what_is_given(citizen: Citizen, waiting: World) -> None:
    del waiting.sources["home"].values["home.address"]
    found = ask(citizen, "people.household", "home.address")
    assert isinstance(found["home.address"], Absent)
    assert isinstance(found["people.household"], Known)
    assert dict(waiting.sources["people"].asked[0][0].given) == {}


def test_another_address_makes_it_asked_again_and_the_same_one_does_not(
    citizen: Citizen, waiting: World
) -> None:
    both = ("people.household", "home.address")
    ask(citizen, *both)
    Fact.objects.filter(field="home.address").update(valid_until=timezone.now() - timedelta(seconds=1))
    ask(citizen, *both, trace="2" * 32)
    assert (waiting.asked("home"), waiting.asked("people")) == (2, 1)
    waiting.sources["home"].values["home.address"] = {"id": "2"}
    ask(citizen, *both, trace="3" * 32, fresh=True)
    Fact.objects.filter(field="people.household").update(given_hmac="another")
    ask(citizen, *both, trace="4" * 32)
    assert (waiting.asked("home"), waiting.asked("people")) == (3, 3)


def test_fields_that_wait_for_each_other_are_a_mistake_of_the_manifest(
    citizen: Citizen, waiting: World
) -> None:
    waiting.waiting["home.address"] = ("people.household",)
    with pytest.raises(ValueError, match="wait for each other"):
        ask(citizen, "people.household", "home.address")


# --- A source that is down ------------------------------------------------------------------------


def _down(citizen: Citizen, world: World, error: Exception | None = None) -> None:
    world.sources["reg"].does = fail(error or Unavailable("down"))
    for number in range(OPENS_AFTER):
        ask(citizen, "reg.a", trace=f"{number}" * 32)


@pytest.mark.parametrize("error", [Unavailable("down"), Malformed("html")])
def test_a_source_that_fails_three_times_is_not_called_any_more(
    citizen: Citizen, world: World, error: Exception
) -> None:
    world.add("reg.a", 1)
    _down(citizen, world, error)
    found = ask(citizen, "reg.a", trace="9" * 32)["reg.a"]
    state = ConnectorState.objects.get()
    assert isinstance(found, Failed)
    assert (found.kind, found.since, found.may_pass) == ("unavailable", state.down_since, True)
    assert world.asked("reg") == OPENS_AFTER
    stands = standing(
        citizen=citizen, fields=["reg.a"], activities=[activity("all", "reg.a")], trace_id="9" * 32
    )
    assert stands["reg.a"] == found


def test_one_trial_now_and_then_and_a_good_answer_opens_the_way_again(citizen: Citizen, world: World) -> None:
    world.add("reg.a", 1)
    _down(citizen, world)
    ConnectorState.objects.update(probed_at=timezone.now() - timedelta(minutes=1))
    world.sources["reg"].does = lambda: None
    assert isinstance(ask(citizen, "reg.a", trace="8" * 32)["reg.a"], Known)
    assert ConnectorState.objects.get().down_since is None
    assert isinstance(ask(make_citizen(next(BSNS)), "reg.a")["reg.a"], Known)


def test_only_one_of_all_gets_the_trial(citizen: Citizen, world: World) -> None:
    world.add("reg.a", 1)
    _down(citizen, world)
    ConnectorState.objects.update(probed_at=timezone.now() - timedelta(minutes=1))
    for number in range(3):
        ask(citizen, "reg.a", trace=f"{number + 5}" * 32)
    assert world.asked("reg") == OPENS_AFTER + 1


def test_a_refusal_does_not_count_as_down(citizen: Citizen, world: World) -> None:
    world.add("reg.a", 1)
    _down(citizen, world, Refused("no"))
    found = ask(citizen, "reg.a", trace="9" * 32)["reg.a"]
    assert isinstance(found, Failed)
    assert not found.may_pass
    assert world.asked("reg") == OPENS_AFTER + 1


def test_a_good_answer_between_two_failures_begins_the_count_again(citizen: Citizen, world: World) -> None:
    world.add("reg.a", 1)
    source = world.sources["reg"]
    for number in range(6):
        source.does = fail(Unavailable("down")) if number % 3 else lambda: None
        ask(citizen, "reg.a", trace=f"{number}" * 32, fresh=True)
    assert world.asked("reg") == 6
    assert ConnectorState.objects.get().down_since is None


# --- Yes or no ------------------------------------------------------------------------------------


@pytest.fixture
def together(world: World) -> World:
    """Whether the partner lives here, worked out of two fields that nobody may have."""
    world.add("reg.partner", {"bsn": "1"}, persons=Persons(at="/bsn", reads_as=("reg.partner",)))
    world.add("reg.household", [{"bsn": "1"}], persons=Persons(at="/*/bsn", reads_as=("reg.partner",)))
    rule = Derived(test="among", **{"from": ("reg.partner", "reg.household")})  # type: ignore[arg-type]
    world.add("reg.together", derived=rule)
    return world


def test_the_answer_is_kept_and_what_it_was_made_of_is_not(citizen: Citizen, together: World) -> None:
    found = ask(citizen, "reg.together")["reg.together"]
    assert isinstance(found, Known)
    assert found.value == {"answer": True}
    assert [fact.field for fact in Fact.objects.all()] == ["reg.together"]
    asked = [line.fields for line in DataUse.objects.filter(moment="end", operation="fetch").order_by("id")]
    assert asked == [["reg.partner"], ["reg.household"]]
    assert ask(citizen, "reg.together", trace="2" * 32)["reg.together"] == found
    assert together.asked("reg") == 2


def test_no_more_is_asked_than_the_answer_takes(citizen: Citizen, together: World) -> None:
    del together.sources["reg"].values["reg.partner"]
    found = ask(citizen, "reg.together")["reg.together"]
    assert isinstance(found, Known)
    assert found.value == {"answer": False}
    assert [fields for _subject, fields in together.sources["reg"].asked] == [{"reg.partner"}]


def test_a_base_is_no_ground_for_the_field_itself(citizen: Citizen, together: World) -> None:
    with pytest.raises(NoLegalGround):
        ask(citizen, "reg.partner", activities=[activity("yes-or-no", "reg.together")])


def test_what_is_left_open_is_for_a_person_and_is_not_asked_again(citizen: Citizen, together: World) -> None:
    together.sources["reg"].values["reg.household"] = [{"name": "without a number"}]
    for trace in ("1" * 32, "2" * 32):
        found = ask(citizen, "reg.together", trace=trace)["reg.together"]
        assert isinstance(found, Failed)
        assert (found.kind, found.may_pass) == ("undecided", False)
    assert together.asked("reg") == 2


def test_a_base_that_failed_is_no_answer(citizen: Citizen, together: World) -> None:
    together.sources["reg"].does = fail(Unavailable("down"))
    found = ask(citizen, "reg.together")["reg.together"]
    assert isinstance(found, Failed)
    assert found.source == "reg"
    assert not Fact.objects.exists()


def test_what_one_may_have_whole_and_another_as_yes_or_no_is_asked_once(
    citizen: Citizen, together: World
) -> None:
    mixed = [activity("whole", "reg.partner"), activity("yes-or-no", "reg.together")]
    found = ask(citizen, "reg.partner", "reg.together", activities=mixed)
    assert all(isinstance(answer, Known) for answer in found.values())
    assert together.asked("reg") == 2
    assert ask(citizen, "reg.partner", "reg.together", activities=mixed, trace="2" * 32) == found
    assert together.asked("reg") == 2
    assert Fact.objects.get(field="reg.partner").activities == ["whole", "yes-or-no:reg.together"]
    assert Fact.objects.get(field="reg.together").activities == ["yes-or-no"]


# --- The people in an answer ----------------------------------------------------------------------


def test_everybody_in_an_answer_reads_of_it_once_and_the_citizen_not_twice(world: World, db: None) -> None:
    mine, partner, child = (next(BSNS) for _ in range(3))
    citizen = make_citizen(mine)
    reads = ("reg.name",)
    world.add("reg.name", "Noor")
    world.add("reg.partner", {"bsn": partner}, persons=Persons(at="/bsn", reads_as=reads))
    household = [{"bsn": one} for one in (partner, child, mine, "123456789")]
    world.add("reg.household", household, persons=Persons(at="/*/bsn", reads_as=reads))
    ask(citizen, "reg.partner", "reg.household")
    for bsn in (partner, child):
        line = DataUse.objects.get(chain=make_citizen(bsn).pk)
        assert (line.operation, line.fields, line.moment) == ("mention", ["reg.name"], "end")
    assert Citizen.objects.count() == 3
    assert {line.operation for line in DataUse.objects.filter(chain=citizen.pk)} == {"fetch"}


# --- What it costs --------------------------------------------------------------------------------


def _cost(world: World, monkeypatch: pytest.MonkeyPatch, *, services: int, known: bool) -> int:
    """The questions to the database of one round: 40 fields at 8 sources, a partner and a child in it."""
    monkeypatch.setattr(engine, "TOGETHER", LONG)  # all come in one breath, however busy the machine is
    citizen = make_citizen(next(BSNS))
    names = [f"reg{source}.f{number}" for source in range(8) for number in range(5)]
    others = [{"bsn": next(BSNS)} for _ in range(2)]
    for name in names:
        world.add(name, name)
    world.add("reg0.f0", others, persons=Persons(at="/*/bsn", reads_as=("reg1.f1",)))
    all_of_it = [activity(f"service-{number}", *names) for number in range(services)]
    for somebody in [make_citizen(next(BSNS)), *([citizen] if known else [])]:
        ask(somebody, *names, activities=all_of_it, trace="0" * 32)
    with CaptureQueriesContext(
        connection,
    ) as queries:
        found = ask(citizen, *names, activities=all_of_it, fresh=True)
    assert all(isinstance(answer, Known) for answer in found.values())
    return len(queries)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("known", [False, True])
def test_a_round_costs_few_questions_to_the_database_however_many_services(
    world: World, monkeypatch: pytest.MonkeyPatch, known: bool
) -> None:
    one, eight = (_cost(world, monkeypatch, services=services, known=known) for services in (1, 8))
    assert one == eight <= 25


@pytest.mark.django_db(transaction=True)
def test_what_is_held_costs_two(world: World) -> None:
    world.add("reg.a", 1)
    citizen = make_citizen(next(BSNS))
    ask(citizen, "reg.a")
    with CaptureQueriesContext(connection) as queries:
        ask(citizen, "reg.a")
    assert len(queries) == 2


def test_a_round_that_another_request_runs_leaves_its_fields_pending(citizen: Citizen, world: World) -> None:
    world.add("reg.a", 1)
    world.add("other.a", 1)
    SourceRound.objects.create(trace_id="1" * 32, citizen=citizen, source="reg", running_since=timezone.now())
    found = ask(citizen, "reg.a", "other.a")
    assert found["reg.a"] == Pending("reg")
    assert isinstance(found["other.a"], Known)


def test_what_was_worked_out_of_an_expired_value_counts_no_more(citizen: Citizen, together: World) -> None:
    ask(citizen, "reg.together")
    expire(citizen, "reg.household")
    ask(citizen, "reg.together", trace="2" * 32)
    assert together.asked("reg") == 4
