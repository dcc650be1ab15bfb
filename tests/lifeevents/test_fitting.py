"""Whether a service is for somebody follows from what registers and answers say, and from nothing else."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from lifeevents.catalogue import ROOT, load_catalogue
from lifeevents.fitting import Verdict, applicable
from lifeevents.model import dump, load
from lifeevents.rulechecks import rule_problems
from lifeevents.rules import load_rules
from lifeevents.rules.known import known_facts
from lifeevents.rules.model import Fact, Origin

CATALOGUE, RULES = load_catalogue(), load_rules()
ON = date(2026, 11, 20)
NL = {"kind": "address", "municipality": "9001"}


def verdict(service: str, values: Any = None, answers: Any = None) -> Verdict:
    services = [CATALOGUE.services[service]]
    (found,) = applicable(services, values or {}, answers or {}, rules=RULES.rules, on=ON)
    return found


def test_nothing_known_is_unknown_for_every_service() -> None:
    found = applicable(CATALOGUE.services.values(), {}, {}, rules=RULES.rules, on=ON)
    assert [one.service.id for one in found] == list(CATALOGUE.services)
    assert {one.verdict for one in found} == {None}


@pytest.mark.parametrize(
    ("service", "values", "answers", "expected"),
    [
        ("huurtoeslag", {}, {"lives_in": "tenant"}, None),
        ("huurtoeslag", {}, {"lives_in": "owner"}, False),
        ("parkeervergunning", {"rdw.vehicles": [{"plate": "XX-101-X"}]}, {}, True),
        ("parkeervergunning", {"rdw.vehicles": []}, {}, None),
        ("kinderbijslag-wijzigen", {"svb.child_benefit": {"amount": "1.00"}}, {}, True),
        ("kinderbijslag-wijzigen", {"svb.child_benefit": None}, {}, False),
        ("aow", {"brp.birth": {"date": "1994-03-02"}}, {}, False),
        ("aow", {"brp.birth": {"date": "1958-03"}}, {}, None),
        ("tegemoetkoming-scholieren", {"duo.enrolment": [{"level": "secondary"}]}, {}, True),
        ("tegemoetkoming-scholieren", {"duo.enrolment": [{"level": "applied"}]}, {}, False),
        ("tegemoetkoming-scholieren", {"duo.enrolment": []}, {}, False),
        ("echtscheiding-inschrijving", {"brp.partner": None}, {}, False),
        ("ziektewet", {"polis.employments": []}, {}, None),
    ],
)
def test_what_is_known_decides(service: str, values: Any, answers: Any, expected: bool | None) -> None:
    assert verdict(service, values, answers).verdict is expected


def test_a_field_without_ground_for_the_service_says_nothing_of_it() -> None:
    # Nobody may look at vehicles for a birth certificate, nor at child benefit for student finance.
    before = verdict("studiefinanciering")
    assert verdict("studiefinanciering", {"svb.child_benefit": {"amount": "1.00"}}) == before


def test_what_is_awaited_is_not_known_by_what_stands_there_now() -> None:
    found = verdict("kinderbijslag", {"brp.children": [], "brp.address": NL})
    assert found.verdict is None
    assert "lives_in_nl" in found.known
    assert "lives_in_nl" not in found.missing


def test_a_rule_that_says_no_gives_its_reasons() -> None:
    found = verdict("aow", {"brp.birth": {"date": "1994-03-02"}})
    assert found.outcome is not None
    assert [reason.met for reason in found.outcome.reasons] == [False]


def test_a_stored_definition_judges_as_the_one_it_was_made_of() -> None:
    service = CATALOGUE.services["huurtoeslag"]
    stored = load(dump((service,)))
    for answers in ({}, {"lives_in": "tenant"}, {"lives_in": "owner"}):
        (then,) = applicable(stored, {}, answers, rules=RULES.rules, on=ON)
        (now,) = applicable([service], {}, answers, rules=RULES.rules, on=ON)
        assert then == now


def test_every_fact_of_a_rule_is_known_from_a_field_or_question_that_exists() -> None:
    facts = [fact for rule in RULES.rules.values() for fact in rule.text.facts.values()]
    assert len([fact for fact in facts if fact.known_from]) > 10
    assert rule_problems(ROOT, CATALOGUE, RULES) == []


ASK = {"nl": "?", "en": "?"}


def fact(kind: Any, **origin: Any) -> Fact:
    return Fact(kind=kind, ask=ASK, known_from=Origin(**origin))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("one", "value", "expected"),
    [
        (fact("yes_no", field="reg.x", at="/answer", presence="proves"), {"answer": False}, {}),
        (fact("yes_no", field="reg.x", at="/answer", presence="proves"), {"answer": True}, {"one": True}),
        (fact("yes_no", field="reg.x", at="/answer"), {"answer": False}, {"one": False}),
        (fact("yes_no", field="reg.x", among=("a",)), "b", {"one": False}),
        (fact("yes_no", field="reg.x", among=("a",)), None, {}),
        (fact("date", field="reg.x", at="/date"), {"date": "2008-02"}, {"one": "2008-02"}),
        (fact("date", field="reg.x", at="/date"), None, {}),
        (fact("date", field="reg.x", at="/date"), "text", {}),
    ],
)
def test_a_fact_is_taken_from_its_place_or_not_at_all(one: Fact, value: Any, expected: Any) -> None:
    assert known_facts({"one": one}, {"reg.x": value}, {}) == expected
    assert known_facts({"one": one}, {}, {}) == {}
