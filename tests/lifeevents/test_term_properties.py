"""What holds for every term, whatever the day: tried on thousands of them."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

from hypothesis import example, given
from hypothesis import strategies as st

from lifeevents.model import Article, Term
from lifeevents.terms import (
    GROUNDS,
    Extended,
    Suspended,
    decide_by,
    default_of,
    end_of_hours,
    first_day_before,
    is_covered,
    is_in_time,
    is_working_day,
    last_day,
    legal_date,
    objection_decided_by,
    penalty_euros,
    received_on,
    suspended,
)

LAW = Article(name="a law", verified=True)
DAY = timedelta(days=1)
DATES = st.dates(date(2009, 10, 1), date(2060, 12, 31))
LATER = st.integers(0, 400).map(timedelta)
TERMS = st.one_of(
    st.integers(1, 30).map(lambda n: Term(LAW, weeks=n)),
    st.integers(1, 200).map(lambda n: Term(LAW, days=n)),
    st.integers(1, 12).map(lambda n: Term(LAW, months=n)),
    st.integers(1, 5).map(lambda n: Term(LAW, years=n)),
)
COVERED = TERMS.filter(is_covered)
START = date(2026, 6, 9)


@st.composite
def suspensions(draw: st.DrawFn) -> Suspended:
    """A stretch of days that has an end."""
    first = START + DAY * draw(st.integers(-30, 200))
    last = first + DAY * draw(st.integers(0, 60))
    return Suspended("4:15", first, last)


@st.composite
def extensions(draw: st.DrawFn) -> Extended:
    """A notice, of a number of weeks or of a day."""
    told = START + DAY * draw(st.integers(0, 200))
    if draw(st.booleans()):
        return Extended("a law", told, by=Term(LAW, weeks=draw(st.integers(1, 12))))
    return Extended("a law", told, to=told + DAY * draw(st.integers(1, 200)))


SUSPENSIONS = st.lists(suspensions(), max_size=5)
EVENTS = st.lists(st.one_of(suspensions(), extensions()), max_size=5)


@given(DATES, COVERED)
def test_a_covered_term_never_ends_on_a_day_off(start: date, term: Term) -> None:
    assert is_working_day(last_day(start, term))


@given(DATES, LATER, TERMS)
def test_what_starts_later_never_ends_earlier(start: date, later: timedelta, term: Term) -> None:
    assert last_day(start, term) <= last_day(start + later, term)


@given(DATES, TERMS)
def test_counting_backward_ends_before_and_moves_for_nothing(day: date, term: Term) -> None:
    first = first_day_before(day, term)
    assert first < day
    if term.weeks:
        assert first.weekday() == day.weekday()


@given(st.dates(date(2026, 5, 1), date(2026, 8, 1)), COVERED, SUSPENSIONS)
def test_a_suspended_term_never_ends_on_a_day_off(start: date, term: Term, events: list[Suspended]) -> None:
    due = decide_by(start, term, events).due
    assert due is not None
    assert is_working_day(due)


@given(st.dates(date(2026, 5, 1), date(2026, 8, 1)), TERMS, EVENTS, suspensions())
@example(
    # The last day moves from Saturday to Monday, and stands still on the Sunday between.
    date(2026, 8, 1),
    Term(LAW, weeks=2),
    [Suspended("4:15", date(2026, 8, 16), date(2026, 8, 16))],
    Suspended("4:15", date(2026, 6, 9), date(2026, 8, 2)),
)
def test_a_suspension_never_shortens(
    start: date, term: Term, events: list[Suspended | Extended], more: Suspended
) -> None:
    without, with_it = decide_by(start, term, events).due, decide_by(start, term, [*events, more]).due
    assert without is not None
    assert with_it is not None
    assert without <= with_it


@given(st.dates(date(2026, 5, 1), date(2026, 8, 1)), TERMS, EVENTS, extensions())
def test_an_extension_never_shortens(
    start: date, term: Term, events: list[Suspended | Extended], more: Extended
) -> None:
    without, with_it = decide_by(start, term, events).due, decide_by(start, term, [*events, more]).due
    assert without is not None
    assert with_it is not None
    assert without <= with_it


@given(st.dates(date(2026, 5, 1), date(2026, 8, 1)), st.integers(0, 60).map(timedelta), TERMS, EVENTS)
def test_who_was_received_later_is_never_due_earlier(
    start: date, later: timedelta, term: Term, events: list[Suspended | Extended]
) -> None:
    """Whatever happens to a term happens after its receipt, to both of them the same."""
    after = [one for one in events if _begins(one) > start + later]
    first, second = decide_by(start, term, after).due, decide_by(start + later, term, after).due
    assert first is not None
    assert second is not None
    assert first <= second


def _begins(event: Suspended | Extended) -> date:
    return event.first if isinstance(event, Suspended) else event.told_on


@given(TERMS, EVENTS, st.randoms())
def test_the_order_in_which_it_was_heard_makes_no_difference(
    term: Term, events: list[Suspended | Extended], shuffle: st.DataObject
) -> None:
    mixed = list(events)
    shuffle.shuffle(mixed)  # type: ignore[attr-defined]
    assert decide_by(START, term, mixed).due == decide_by(START, term, events).due


@given(TERMS.filter(lambda term: not is_covered(term)), SUSPENSIONS)
def test_days_that_stand_still_count_once(term: Term, events: list[Suspended]) -> None:
    """What was added is exactly the suspended days inside the term, however they overlap."""
    clock = decide_by(START, term, events)
    assert clock.due is not None
    days = (START + DAY * n for n in range(1, (clock.due - START).days + 1))
    inside = [day for day in days if any(one.first <= day <= (one.last or date.max) for one in events)]
    assert sum(step.days for step in clock.steps) == len(inside) == (clock.due - clock.plain).days


@given(TERMS, suspensions(), st.integers(0, 300))
def test_what_has_no_end_leaves_the_days_that_are_still_there_when_it_ends(
    term: Term, event: Suspended, wait: int
) -> None:
    """Standing still with so many days left, and running again on a day: that is when they are used up."""
    still = decide_by(START, term, [Suspended(event.article, event.first, None)])
    if still.still_since is None:
        assert still.due == still.plain
        return
    assert still.due is None
    assert still.days_left is not None
    assert still.days_left >= 1
    resumed = still.still_since + DAY * (wait + 1)
    ended = decide_by(START, term, [Suspended(event.article, event.first, resumed - DAY)])
    assert ended.due is not None
    assert ended.due >= resumed + DAY * (still.days_left - 1)
    if not is_covered(term):
        assert ended.due == resumed + DAY * (still.days_left - 1)


@given(st.sampled_from(sorted(GROUNDS)), st.integers(0, 60), st.integers(0, 60))
def test_no_suspension_begins_before_its_day_or_lasts_past_what_ended_it(
    article: str, until: int, ended: int
) -> None:
    end, limit = START + DAY * ended, START + DAY * until
    found = suspended(article, since=START, until=limit, ended=end)
    if found is None:
        return
    assert found.first >= START
    assert found.last is not None
    assert found.first <= found.last < end
    if GROUNDS[article].limit != "none":
        assert found.last <= limit


@given(DATES, st.integers(-20, 200))
def test_a_notice_of_default_counts_from_the_day_after_the_term(due: date, days: int) -> None:
    received = due + DAY * days
    found = default_of(due, received=received)
    assert (found is not None) is (days > 0)
    if found is None:
        return
    assert found.decide_until >= received + 14 * DAY
    assert is_working_day(found.decide_until)
    assert found.first_day == found.decide_until + DAY
    assert (found.last_day - found.first_day).days == 41
    assert is_working_day(found.settle_by)


@given(st.dates(date(2019, 1, 1), date(2060, 1, 1)), st.integers(0, 120), st.integers(0, 60))
def test_a_later_decision_never_costs_less_and_never_more_than_the_most(
    due: date, days: int, more: int
) -> None:
    found = default_of(due, received=due + DAY)
    assert found is not None
    early, late = (penalty_euros(found, due + DAY * wait) for wait in (days, days + more))
    assert 0 <= early <= late <= 1442
    assert penalty_euros(found, found.last_day + DAY) == 1442


@given(DATES, st.booleans())
def test_an_objection_is_decided_on_after_the_term_for_objecting(ends: date, committee: bool) -> None:
    due = objection_decided_by(ends, with_committee=committee).due
    assert due is not None
    assert due >= ends + timedelta(weeks=12 if committee else 6)


@given(DATES, st.integers(0, 20), st.integers(0, 20))
def test_what_is_received_in_time_is_in_time_however_it_came(until: date, posted: int, received: int) -> None:
    came = until - DAY * 10 + DAY * received
    by_post = is_in_time(until, received=came, posted=until - DAY * 10 + DAY * posted)
    assert by_post or not is_in_time(until, received=came)


MOMENTS = st.datetimes(datetime(2020, 1, 1), datetime(2035, 1, 1)).map(lambda one: one.replace(tzinfo=UTC))


@given(MOMENTS, st.integers(0, 500))
def test_hours_are_hours_over_every_night(start: datetime, hours: int) -> None:
    assert end_of_hours(start, hours) - start == timedelta(hours=hours)


@given(MOMENTS)
def test_a_legal_date_is_the_utc_date_or_the_day_after(moment: datetime) -> None:
    assert legal_date(moment) - moment.date() in (timedelta(0), DAY)
    # From eleven in the evening it is the next day, in winter; in summer from ten.
    if moment.hour >= 23:
        assert legal_date(moment) == moment.date() + DAY
    if moment.hour < 22:
        assert legal_date(moment) == moment.date()


@given(MOMENTS, st.integers(0, 10_000))
def test_an_agency_that_takes_its_own_post_never_has_it_earlier(moment: datetime, minutes: int) -> None:
    arrived = moment + timedelta(minutes=minutes)
    here = received_on("portal", submitted=moment, arrived=None)
    there = received_on("agency", submitted=moment, arrived=arrived)
    assert here is not None
    assert there is not None
    assert here <= there
