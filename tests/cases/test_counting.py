"""The counter of the review page: what each agency gets, and what of it the citizen had to fill in."""

from __future__ import annotations

import random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.base import Unavailable
from lifeevents.catalogue import load_catalogue
from lifeevents.model import Question, QuestionGroup, Service
from portal.cases.journey.answers import answers_of
from portal.cases.journey.counting import Counted, count, together
from portal.cases.journey.journeys import enter
from portal.cases.journey.payloads import Payload, requests_of
from portal.cases.models import Journey
from portal.people.actor import Actor
from tests.cases.answers import CHILD, TWIN
from tests.cases.steps import answered
from tests.registers import Register

SERVICES = sorted(load_catalogue().services.values(), key=lambda one: len(one.needs) + len(one.ask))[:20]
"""The smaller half of them, so that many states can be made in little time."""


# --- What always holds ------------------------------------------------------------------------------


def _answer(question: Question) -> st.SearchStrategy[Any]:
    if question.choices:
        return st.sampled_from([choice.value for choice in question.choices])
    return st.sampled_from(["yes", "no"] if question.kind == "yes_no" else ["", "x"])


def _items(group: QuestionGroup) -> st.SearchStrategy[list[dict[str, Any]]]:
    item = st.fixed_dictionaries({}, optional={q.id: _answer(q) for q in group.questions})
    return st.lists(item, max_size=group.repeat or 1)


@st.composite
def _payloads(draw: st.DrawFn, service: Service) -> Payload:
    """Any state in which a request can be: fetched, typed, absent or not fetched; answered or not."""
    stands = {
        name: draw(st.sampled_from(["fetched", "typed", "absent", "not-fetched"])) for name in service.needs
    }
    return {
        "facts": {
            name: {"value": "x", "provisional": how == "typed"}
            for name, how in stands.items()
            if how in ("fetched", "typed")
        },
        "not_fetched": [name for name, how in stands.items() if how == "not-fetched"],
        "answers": {group.id: draw(_items(group)) for group in service.ask},
    }


@st.composite
def _counts(draw: st.DrawFn) -> list[Counted]:
    services = draw(st.lists(st.sampled_from(SERVICES), min_size=1, max_size=2, unique_by=lambda one: one.id))
    ids = [question.id for service in services for group in service.ask for question in group.questions]
    # Some ask nothing: who reports today types nothing.
    reused = draw(st.sets(st.sampled_from(ids)) if ids else st.just(set()))
    return [count(service, draw(_payloads(service)), reused) for service in services]


@given(_counts())
def test_nobody_fills_in_more_than_goes_out(counts: list[Counted]) -> None:
    for one in [*counts, together(counts)]:
        assert 0 <= one.typed <= one.total
        assert one.known == one.total - one.typed


@given(_counts(), st.randoms(use_true_random=False))
def test_the_order_does_not_matter_and_twice_is_once(counts: list[Counted], chance: random.Random) -> None:
    shuffled = [*counts, *counts]
    chance.shuffle(shuffled)
    assert together(shuffled) == together(counts)


@given(_counts())
def test_together_is_no_more_than_the_sum_and_no_less_than_the_largest(counts: list[Counted]) -> None:
    whole = together(counts)
    assert max(one.total for one in counts) <= whole.total <= sum(one.total for one in counts)
    assert max(one.typed for one in counts) <= whole.typed <= sum(one.typed for one in counts)


@given(_counts(), _counts())
def test_a_thing_that_two_agencies_get_counts_once(some: list[Counted], others: list[Counted]) -> None:
    one, other = together(some), together(others)
    both = one.things & other.things
    assert together([one, other]).total == one.total + other.total - len(both)


@given(st.data())
def test_taking_over_an_answer_spares_exactly_that_one(data: st.DataObject) -> None:
    service = data.draw(st.sampled_from(SERVICES))
    payload = data.draw(_payloads(service))
    before = count(service, payload)
    for kind, *name in sorted(before.filled_in):
        if kind == "question":
            after = count(service, payload, name)
            assert (after.total, after.typed) == (before.total, before.typed - 1)


# --- A birth ----------------------------------------------------------------------------------------


def _counted(journey: Journey) -> tuple[list[tuple[int, int]], tuple[int, int]]:
    """(M, N) of each agency, and of all together."""
    answers = answers_of(journey)
    counts = [count(one.service, one.payload, answers.reused) for one in requests_of(journey, answers)]
    whole = together(counts)
    return [(one.total, one.typed) for one in counts], (whole.total, whole.typed)


def test_a_birth_asks_eight_things_and_spares_six(noor: Actor) -> None:
    """Place, role, child, other parent, surname; recipient, account, work abroad. Name and
    address go to both agencies, and are known once; who the partner is goes to one of them."""
    assert _counted(answered(noor)) == ([(9, 5), (7, 3)], (14, 8))


def test_a_twin_is_one_thing_more(noor: Actor) -> None:
    assert _counted(answered(noor, child=[CHILD, TWIN]))[1] == (15, 9)


@pytest.mark.parametrize(("other_parent", "typed"), [("none", 8), ("other", 9)])
def test_what_was_hidden_does_not_count(noor: Actor, other_parent: str, typed: int) -> None:
    parents = {"other_parent": other_parent, "other_parent_name": "Mo Wit", "family_name": "Wit"}
    assert _counted(answered(noor, parents=[parents]))[1] == (6 + typed, typed)


def test_an_answer_of_an_earlier_journey_was_not_filled_in(noor: Actor) -> None:
    journey = answered(noor)
    answers = answers_of(journey)
    (benefit,) = (one for one in requests_of(journey, answers) if one.service.id == "kinderbijslag")
    assert count(benefit.service, benefit.payload, ["iban"]).typed == 2


def test_a_typed_address_is_one_thing_and_what_could_not_be_fetched_is_none(
    noor: Actor, register: Register
) -> None:
    register.failure = Unavailable("down")
    journey = answered(noor)
    address = {"street": "Gracht", "number": "1", "postcode": "9001 AA", "city": "Waterstad"}
    enter(journey=journey, field="brp.address", value=address)
    # Of the register there is only what is added later: the newborn.
    assert _counted(journey) == ([(6, 6), (5, 4)], (10, 9))
