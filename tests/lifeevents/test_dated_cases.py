"""The legal clock against days that were worked out by hand from the law: `dated_cases.yaml`."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest
import yaml

from lifeevents.catalogue import load_catalogue
from lifeevents.legal import Article, ObjectionDecision, Term
from lifeevents.terms import (
    DecisionClock,
    Extended,
    Suspended,
    complaint_handled_by,
    decide_by,
    default_of,
    end_of_hours,
    first_day_before,
    is_in_time,
    last_day,
    not_treated_by,
    objection_decided_by,
    ombudsman_until,
    penalty_euros,
    received_on,
    remedy_until,
    suspended,
)
from lifeevents.terms.remedies import (
    DECISION_ON_APPEAL,
    DECISION_ON_APPEAL_WITHIN,
    DECISION_ON_OBJECTION,
    OBJECTION,
)

LAW = Article(name="a law", verified=True)
CASES: dict[str, list[dict[str, Any]]] = yaml.safe_load(
    (Path(__file__).parent / "dated_cases.yaml").read_text(encoding="utf-8")
)
UNITS = ("days", "weeks", "months", "years")


def cases(kind: str) -> pytest.MarkDecorator:
    rows = CASES[kind]
    return pytest.mark.parametrize("case", rows, ids=[f"{row['article']}: {row['why']}" for row in rows])


def term_of(case: dict[str, Any]) -> Term | None:
    length = {unit: case[unit] for unit in UNITS if unit in case}
    return Term(LAW, **length) if length else None


def events_of(case: dict[str, Any]) -> list[Suspended | Extended]:
    events: list[Suspended | Extended] = []
    for event in case.get("events", []):
        if "told" in event:
            events.append(Extended("a law", event["told"], by=term_of(event), to=event.get("to")))
        else:
            days = {name: event.get(name) for name in ("until", "ended")}
            found = suspended(event["ground"], since=event["since"], **days)
            events += [found] if found else []
    return events


def moment(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None


def test_there_are_enough_of_them_and_each_names_its_law() -> None:
    rows = [row for kind in CASES.values() for row in kind]
    assert len(rows) >= 80
    assert all(row["article"] and row["why"] for row in rows)


@cases("last_day")
def test_the_last_day_of_a_term(case: dict[str, Any]) -> None:
    term = term_of(case)
    assert term is not None
    assert last_day(case["start"], term) == case["end"]


@cases("backward")
def test_counting_backward(case: dict[str, Any]) -> None:
    term = term_of(case)
    assert term is not None
    assert first_day_before(case["event"], term) == case["first"]


@cases("hours")
def test_hours(case: dict[str, Any]) -> None:
    end = end_of_hours(datetime.fromisoformat(case["start"]), case["hours"])
    assert end.isoformat(timespec="minutes") == case["end"]


@cases("received")
def test_the_day_of_receipt(case: dict[str, Any]) -> None:
    submitted = datetime.fromisoformat(case["submitted"])
    found = received_on(case["intake"], submitted=submitted, arrived=moment(case.get("arrived")))
    assert found == case["day"]


@cases("decision")
def test_by_when_there_must_be_a_decision(case: dict[str, Any]) -> None:
    received = case.get("received", date(2026, 6, 9))
    clock = decide_by(received, term_of(case) or Term(LAW, weeks=8), events_of(case))
    assert_clock(clock, case)


@cases("objection")
def test_by_when_there_must_be_a_decision_on_an_objection(case: dict[str, Any]) -> None:
    laws: dict[str, ObjectionDecision | None] = {
        "awb": DECISION_ON_OBJECTION,
        "appeal": DECISION_ON_APPEAL,
        "appeal-within": DECISION_ON_APPEAL_WITHIN,
        "kinderbijslag": load_catalogue().services["kinderbijslag"].objection_decision,
        "wia-medical": ObjectionDecision(Term(LAW, weeks=17), with_committee=Term(LAW, weeks=21)),
    }
    law = laws[case["law"]]
    assert law is not None
    committee = case.get("committee", False)
    assert_clock(
        objection_decided_by(case["remedy_ends"], law, events_of(case), with_committee=committee), case
    )


def assert_clock(clock: DecisionClock, case: dict[str, Any]) -> None:
    assert clock.due == case["due"]
    assert clock.still_since == case.get("still_since")
    assert clock.days_left == case.get("days_left")


@cases("remedy")
def test_the_last_day_of_a_remedy(case: dict[str, Any]) -> None:
    assert remedy_until(case["made_known"], term_of(case) or OBJECTION) == case["until"]


@cases("in_time")
def test_what_came_in_time(case: dict[str, Any]) -> None:
    found = is_in_time(case["until"], received=case["received"], posted=case.get("posted"))
    assert found is case["is"]


@cases("other")
def test_other_terms(case: dict[str, Any]) -> None:
    start = case["start"]
    found = {
        "not-treated": lambda: not_treated_by(start),
        "complaint": lambda: complaint_handled_by(start),
        "complaint-committee": lambda: complaint_handled_by(start, with_committee=True),
        "complaint-longer": lambda: complaint_handled_by(start, longer=True),
        "ombudsman": lambda: ombudsman_until(start),
    }[case["what"]]()
    assert found == case["end"]


@cases("default")
def test_a_notice_of_default(case: dict[str, Any]) -> None:
    found = default_of(case["due"], received=case["received"], told=case.get("told"))
    assert (found is not None) is case["counts"]
    if found is not None:
        days = (found.decide_until, found.first_day, found.last_day, found.appeal_from, found.settle_by)
        assert days == tuple(case[name] for name in ("decide_until", "first", "last", "appeal", "settle"))


@cases("penalty")
def test_the_penalty(case: dict[str, Any]) -> None:
    found = default_of(case["due"], received=case["received"])
    assert found is not None
    assert penalty_euros(found, case["decided"]) == case["euros"]
