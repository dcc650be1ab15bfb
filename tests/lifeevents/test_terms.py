"""The legal clock against the calendar, the law and known cases."""

from __future__ import annotations

import json
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lifeevents import terms
from lifeevents.model import Article, Term
from lifeevents.terms import holidays, is_working_day, last_day
from tests.plugin import WITHOUT_STANDARDS

CASES = Path(__file__).parents[3] / "shared" / "standards" / "derived" / "awb-termijnen.json"
LAW = Article(name="a law", verified=True)
DAY = timedelta(days=1)

DATES = st.dates(date(1990, 1, 1), date(2100, 12, 31))
WITHIN_SCOPE = st.one_of(
    st.integers(1, 12).map(lambda n: Term(LAW, weeks=n)), st.integers(1, 90).map(lambda n: Term(LAW, days=n))
)
OUT_OF_SCOPE = st.one_of(
    st.integers(13, 104).map(lambda n: Term(LAW, weeks=n)),
    st.integers(91, 800).map(lambda n: Term(LAW, days=n)),
)


@pytest.mark.parametrize(
    ("year", "days"),
    [
        (2014, {"04-26": "Koningsdag", "05-29": "Hemelvaartsdag"}),  # 27 April 2014 was a Sunday
        (2024, {"03-29": "Goede Vrijdag", "04-01": "Tweede Paasdag", "05-20": "Tweede Pinksterdag"}),
        (2025, {"04-26": "Koningsdag", "04-18": "Goede Vrijdag", "05-29": "Hemelvaartsdag"}),
        (2026, {"01-01": "Nieuwjaarsdag", "01-02": "Gelijkgestelde dag", "04-03": "Goede Vrijdag",
                "04-06": "Tweede Paasdag", "04-27": "Koningsdag", "05-05": "Bevrijdingsdag",
                "05-14": "Hemelvaartsdag", "05-15": "Gelijkgestelde dag", "05-25": "Tweede Pinksterdag",
                "12-25": "Eerste Kerstdag", "12-26": "Tweede Kerstdag"}),
        (2027, {"03-29": "Tweede Paasdag", "05-06": "Hemelvaartsdag", "05-07": "Gelijkgestelde dag"}),
        (2028, {"04-27": "Koningsdag", "04-28": "Gelijkgestelde dag", "05-26": "Gelijkgestelde dag"}),
        (2031, {"04-26": "Koningsdag", "04-14": "Tweede Paasdag"}),
        (2038, {"04-26": "Tweede Paasdag"}),  # the latest Easter there is
        (2013, {"04-30": "Koningsdag"}),  # before 2014 on 30 April
    ],
)  # fmt: skip
def test_holidays(year: int, days: dict[str, str]) -> None:
    found = {day.strftime("%m-%d"): name for day, name in holidays(year).items()}
    assert days.items() <= found.items()


def test_all_holidays_of_2026_are_named_above() -> None:
    assert len(holidays(2026)) == 11
    assert len(holidays(2025)) == 9


def test_holidays_can_be_changed_by_nobody() -> None:
    holidays(2026).clear()
    assert holidays(2026)


@pytest.mark.parametrize(
    ("day", "works"),
    [
        (date(2026, 8, 4), True),
        (date(2026, 8, 8), False),  # Saturday
        (date(2026, 8, 9), False),  # Sunday
        (date(2026, 4, 3), False),  # Good Friday
        (date(2026, 4, 5), False),  # Easter Sunday
        (date(2026, 5, 15), False),  # decreed
        (date(2025, 5, 30), True),  # the Friday after Ascension Day, not decreed that year
        (date(2026, 12, 24), True),
        (date(2026, 12, 31), True),
    ],
)
def test_working_days(day: date, works: bool) -> None:
    assert is_working_day(day) is works


@pytest.mark.parametrize(
    ("start", "length", "end"),
    [
        ("2026-06-09", {"weeks": 8}, "2026-08-04"),  # Tuesday to Tuesday
        ("2026-06-13", {"weeks": 8}, "2026-08-10"),  # ends on Saturday
        ("2026-03-09", {"weeks": 4}, "2026-04-07"),  # ends on Easter Monday
        ("2026-02-20", {"weeks": 6}, "2026-04-07"),  # Good Friday, weekend, Easter Monday
        ("2026-11-13", {"weeks": 6}, "2026-12-28"),  # Christmas Day on a Friday, then Saturday and Sunday
        ("2026-05-07", {"weeks": 1}, "2026-05-18"),  # Ascension Day and the decreed Friday after it
        ("2025-12-04", {"weeks": 4}, "2026-01-05"),  # New Year's Day and the decreed Friday after it
        ("2026-09-05", {"weeks": 12}, "2026-11-30"),  # exactly twelve is inside: Saturday moves
        ("2026-09-05", {"weeks": 13}, "2026-12-05"),  # thirteen is outside: stays on Saturday
        ("2026-08-30", {"days": 90}, "2026-11-30"),  # ninety is inside: Saturday 28 November moves
        ("2026-08-29", {"days": 91}, "2026-11-28"),  # ninety-one is outside
        ("2026-08-03", {"days": 3}, "2026-08-06"),  # born on Monday: Thursday
        ("2026-08-06", {"days": 3}, "2026-08-10"),  # born on Thursday: Sunday moves to Monday
        ("2026-08-07", {"days": 3}, "2026-08-11"),  # born on Friday: Monday alone is not two working days
        ("2026-08-08", {"days": 3}, "2026-08-11"),  # born on Saturday
        ("2026-04-02", {"days": 3}, "2026-04-08"),  # born on Maundy Thursday
        ("2026-12-24", {"days": 3}, "2026-12-29"),  # born on Christmas Eve
        ("2026-08-07", {"days": 2}, "2026-08-10"),  # two days: moves, but article 2 does not hold
    ],
)
def test_last_day(start: str, length: dict[str, int], end: str) -> None:
    assert last_day(date.fromisoformat(start), Term(LAW, **length)) == date.fromisoformat(end)


def test_the_public_cases() -> None:
    if not CASES.exists():
        pytest.skip(WITHOUT_STANDARDS)
    cases: list[dict[str, Any]] = json.loads(CASES.read_text(encoding="utf-8"))["testgevallen"]
    for case in cases:
        received, made_known = case.get("ontvangen"), case.get("bekendgemaakt")
        term = Term(LAW, weeks=8) if received else Term(LAW, weeks=6)
        end = last_day(date.fromisoformat(str(received or made_known)), term)
        assert end.isoformat() == case["uiterlijk"], case["wat"]
    assert len(cases) >= 4


@given(DATES, WITHIN_SCOPE)
def test_a_term_within_scope_ends_on_a_working_day_and_never_early(start: date, term: Term) -> None:
    end = last_day(start, term)
    nominal = start + timedelta(weeks=term.weeks, days=term.days)
    assert is_working_day(end)
    assert nominal <= end <= nominal + timedelta(days=9)


@given(DATES, WITHIN_SCOPE)
def test_a_term_of_three_days_or_more_holds_two_working_days(start: date, term: Term) -> None:
    end = last_day(start, term)
    working = sum(is_working_day(start + DAY * n) for n in range(1, (end - start).days + 1))
    assert working >= (2 if term.weeks or term.days >= 3 else 1)


@given(DATES, WITHIN_SCOPE)
def test_a_term_is_not_longer_than_it_must_be(start: date, term: Term) -> None:
    """A day less would be too short by count, end on a day off, or hold too few working days."""
    end = last_day(start, term)
    for shorter in (end - DAY * n for n in range(1, 8)):
        working = sum(is_working_day(start + DAY * n) for n in range(1, (shorter - start).days + 1))
        too_few = working < 2 and bool(term.weeks or term.days >= 3)
        too_short = shorter < start + timedelta(weeks=term.weeks, days=term.days)
        assert too_short or too_few or not is_working_day(shorter)


@given(DATES, st.integers(0, 30), WITHIN_SCOPE)
def test_who_starts_later_is_never_due_earlier(start: date, later: int, term: Term) -> None:
    assert last_day(start, term) <= last_day(start + DAY * later, term)


@given(DATES, OUT_OF_SCOPE)
def test_a_term_out_of_scope_does_not_move(start: date, term: Term) -> None:
    assert last_day(start, term) == start + timedelta(weeks=term.weeks, days=term.days)


@given(st.integers(1600, 4000))
def test_easter_is_a_sunday_in_its_season(year: int) -> None:
    good_friday = next(day for day, name in holidays(year).items() if name == "Goede Vrijdag")
    easter = good_friday + DAY * 2
    assert easter.weekday() == 6
    assert date(year, 3, 22) <= easter <= date(year, 4, 25)


@pytest.mark.parametrize(
    "length", [{}, {"weeks": 0}, {"weeks": 1, "days": 1}, {"months": 1, "years": 1}, {"days": -1}]
)
def test_a_term_has_one_length(length: dict[str, int]) -> None:
    with pytest.raises(ValueError, match=r"weeks|days"):
        Term(LAW, **length)


def test_without_a_file_there_are_no_decreed_days(tmp_path: Path) -> None:
    found = terms.read_decreed_days(tmp_path / "none.yaml", [])
    assert found is not None
    assert found.days == ()
