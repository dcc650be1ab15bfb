"""When a mail or SMS goes: never by night, never before its news, and what is formal within 48 hours."""

from __future__ import annotations

from datetime import datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from portal.cases.notices.planning import HERE, LONGEST, Quiet, Rhythm, send_at

_MOMENTS = st.datetimes(
    min_value=datetime(2024, 1, 1), max_value=datetime(2030, 12, 31), timezones=st.just(HERE)
)
_HOURS = st.integers(min_value=0, max_value=23)
_NIGHTS = st.builds(Quiet, begin=_HOURS, end=_HOURS, weekend=st.booleans()).filter(
    # At least an hour in which somebody may be told something.
    lambda quiet: any(not quiet.holds_by_night(datetime(2026, 6, 3, hour, tzinfo=HERE)) for hour in range(24))
)
_GATHER = timedelta(minutes=10)


@given(at=_MOMENTS, rhythm=st.sampled_from(Rhythm), quiet=_NIGHTS)
def test_a_formal_message_goes_within_48_hours_and_never_by_night(
    at: datetime, rhythm: Rhythm, quiet: Quiet
) -> None:
    sent = send_at(at, formal=True, rhythm=rhythm, quiet=quiet, gather=_GATHER)
    assert sent - at <= LONGEST
    assert sent >= at
    assert not quiet.holds_by_night(sent)


@given(at=_MOMENTS, rhythm=st.sampled_from(Rhythm), quiet=_NIGHTS)
def test_what_is_not_formal_waits_for_its_rhythm_and_for_the_weekend(
    at: datetime, rhythm: Rhythm, quiet: Quiet
) -> None:
    sent = send_at(at, formal=False, rhythm=rhythm, quiet=quiet, gather=_GATHER)
    assert sent >= at
    assert not quiet.holds(sent)
    assert sent - at <= timedelta(days=10)


@given(at=_MOMENTS, rhythm=st.sampled_from(Rhythm))
def test_what_comes_later_never_goes_earlier(at: datetime, rhythm: Rhythm) -> None:
    first, second = (
        send_at(moment, formal=False, rhythm=rhythm, quiet=Quiet(), gather=_GATHER)
        for moment in (at, at + timedelta(hours=5))
    )
    assert first <= second


def test_the_examples_on_the_page() -> None:
    def when(at: datetime, **chosen: object) -> datetime:
        given: dict[str, object] = {"formal": True, "quiet": Quiet(), "gather": _GATHER}
        return send_at(at, **(given | chosen)).astimezone(HERE)  # type: ignore[arg-type]

    by_day = datetime(2026, 11, 25, 14, 0, tzinfo=HERE)
    assert when(by_day) == by_day + _GATHER
    # In the evening: the next morning.
    assert when(by_day.replace(hour=22)) == datetime(2026, 11, 26, 8, 0, tzinfo=HERE)
    assert when(by_day, rhythm=Rhythm.DAILY) == datetime(2026, 11, 26, 10, 0, tzinfo=HERE)
    # Wednesday, once a week: a formal message does not wait for Monday, another one does.
    assert when(by_day, rhythm=Rhythm.WEEKLY) == datetime(2026, 11, 27, 14, 0, tzinfo=HERE)
    monday = datetime(2026, 11, 30, 10, 0, tzinfo=HERE)
    assert when(by_day, rhythm=Rhythm.WEEKLY, formal=False) == monday
    # Friday evening, and no weekends: the last waking minute before the 48 hours are over.
    friday = datetime(2026, 11, 27, 22, 30, tzinfo=HERE)
    assert when(friday, quiet=Quiet(weekend=True)) == datetime(2026, 11, 29, 20, 59, tzinfo=HERE)


def test_48_hours_are_48_hours_over_summer_time() -> None:
    before = datetime(2026, 3, 28, 12, 0, tzinfo=HERE)
    sent = send_at(before, formal=True, rhythm=Rhythm.WEEKLY, quiet=Quiet(0, 0), gather=_GATHER)
    # Monday at ten is 45 hours later in real time.
    assert sent.astimezone(HERE) == datetime(2026, 3, 30, 10, 0, tzinfo=HERE)
