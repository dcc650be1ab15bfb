"""Yes or no is worked out of what registers hold, and what they leave open stays open."""

from __future__ import annotations

from calendar import isleap
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lifeevents.ages import birthday, has_years, whole_years
from lifeevents.catalogue import CatalogueError, load_catalogue
from lifeevents.derived import derive, next_base, persons_at
from lifeevents.model import Derived, Persons
from tests.lifeevents.tree import BENEFIT, FILES, REG, write

DAYS = st.dates(date(1900, 1, 1), date(2100, 12, 31))
YEARS = st.integers(1, 67)
TODAY = date(2026, 11, 25)
PERSONS = {
    "reg.partner": Persons(at="/bsn", reads_as=("reg.name",)),
    "reg.household": Persons(at="/*/bsn", reads_as=("reg.name",)),
}


def rule(test: Any, *bases: str, years: int = 0) -> Derived:
    """As it stands in YAML."""
    return Derived(test=test, years=years, **{"from": bases})


@given(born=DAYS, years=YEARS, today=DAYS)
def test_an_age_goes_up_on_the_birthday_and_on_the_first_of_march_where_there_is_none(
    born: date, years: int, today: date
) -> None:
    turns = (born.month, born.day)
    if turns == (2, 29) and not isleap(today.year):
        turns = (3, 1)
    age = today.year - born.year - ((today.month, today.day) < turns)
    assert has_years(born.isoformat(), years, today) is (age >= years)
    assert whole_years(born, today) == age
    assert (birthday(born, years) <= today) is (age >= years)


@given(born=DAYS, years=YEARS, today=DAYS, known=st.sampled_from([4, 7]))
def test_a_partial_date_answers_only_what_all_its_days_answer(
    born: date, years: int, today: date, known: int
) -> None:
    partial = born.isoformat()[:known]
    first = date(born.year, born.month if known == 7 else 1, 1)
    days = [first + timedelta(days=number) for number in range(366)]
    answers = {
        has_years(day.isoformat(), years, today) for day in days if day.isoformat().startswith(partial)
    }
    expected = answers.pop() if len(answers) == 1 else None
    assert has_years(partial, years, today) is expected


@pytest.mark.parametrize("value", [None, {"date": None}, {"place": "Waterstad"}])
def test_who_has_no_known_date_of_birth_is_of_no_age(value: Any) -> None:
    assert (
        derive(rule("at_least_years", "reg.birth", years=18), {"reg.birth": value}, {}, today=TODAY) is None
    )


def test_an_age_is_that_of_the_day_in_the_value() -> None:
    grown = rule("at_least_years", "reg.birth", years=18)
    for born, answer in [("2008-11-25", True), ("2008-11-26", False), ("2008-11", None), ("2007", True)]:
        assert derive(grown, {"reg.birth": {"date": born}}, {}, today=TODAY) is answer


@pytest.mark.parametrize(
    ("value", "answer"), [(None, False), ([], False), ({}, False), ([1], True), (0, True)]
)
def test_present_is_whether_the_register_has_any(value: Any, answer: bool) -> None:
    assert derive(rule("present", "reg.a"), {"reg.a": value}, {}, today=TODAY) is answer


TOGETHER = rule("among", "reg.partner", "reg.household")


@pytest.mark.parametrize(
    ("partner", "household", "answer"),
    [
        ({"bsn": "1"}, [{"bsn": "2"}, {"bsn": "1"}], True),
        ({"bsn": "1"}, [{"bsn": "2"}], False),
        ({"bsn": "1"}, [], False),
        ({"bsn": "1"}, [{"bsn": "2"}, {"full": "somebody without a number"}], None),
        ({"bsn": "1"}, None, None),
    ],
)
def test_a_partner_among_the_household_is_found_by_number(
    partner: Any, household: Any, answer: bool | None
) -> None:
    values = {"reg.partner": partner, "reg.household": household}
    assert next_base(TOGETHER, values, PERSONS) is None
    assert derive(TOGETHER, values, PERSONS, today=TODAY) is answer


def test_of_who_has_no_partner_nobody_asks_the_household() -> None:
    assert next_base(TOGETHER, {}, PERSONS) == "reg.partner"
    assert next_base(TOGETHER, {"reg.partner": {"bsn": "1"}}, PERSONS) == "reg.household"
    for partner, answer in [(None, False), ({"full": "without a number"}, None)]:
        values = {"reg.partner": partner}
        assert next_base(TOGETHER, values, PERSONS) is None
        assert derive(TOGETHER, values, PERSONS, today=TODAY) is answer


def test_the_people_in_a_value_are_found_once_each() -> None:
    household = [{"bsn": "1"}, {"full": "nobody"}, {"bsn": "1"}, {"bsn": ""}, "odd"]
    assert persons_at(PERSONS["reg.household"], household) == ["1"]
    assert persons_at(PERSONS["reg.partner"], {"bsn": "2"}) == ["2"]
    assert persons_at(None, {"bsn": "2"}) == []


def test_what_a_service_awaits_stands_in_a_register(tmp_path: Path) -> None:
    derived = "reg.yes:\n  subject: home\n  label: {nl: a, en: a}\n  max_age: 1\n"
    files = {
        **FILES,
        REG: FILES[REG] + derived + "  derived: {from: [reg.name], test: present}\n",
        BENEFIT: FILES[BENEFIT].replace("reg.children", "reg.yes"),
    }
    with pytest.raises(CatalogueError, match="name no derived field"):
        load_catalogue(write(tmp_path, files))


def test_the_partner_at_home_is_worked_out_of_the_register_of_persons() -> None:
    field = load_catalogue().fields["home.with_partner"]
    assert field.derived == Derived(test="among", **{"from": ("brp.partner", "brp.household")})  # type: ignore[arg-type]
