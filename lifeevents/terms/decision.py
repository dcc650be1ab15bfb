"""By when an agency must decide: the term of its law, every suspension, every extension.

Readings of the law, each here and nowhere else:

- An extension in weeks counts from the end of the term by the calendar (Awb 7:10(3) too); the Atw moves the
  new end once. Whether it moves it, follows from the length of the extension itself.
- A day that the agency names itself ("a reasonable term") is no term set by law: it does not move.
- What begins or is told after the last day changes nothing: the term is over.
- Where the last day is only there because the Atw moved the end, the term still runs on it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date

from lifeevents.legal import Term
from lifeevents.terms.calendar import DAY
from lifeevents.terms.counting import add, moved
from lifeevents.terms.suspension import Suspended


@dataclass(frozen=True, slots=True)
class Extended:
    """A notice, told on a day, that it takes longer: by a term of the law, or to a day that is named."""

    article: str
    told_on: date
    by: Term | None = None
    to: date | None = None

    def __post_init__(self) -> None:
        if (self.by is None) == (self.to is None):
            raise ValueError("an extension has a term or a day, one of the two")


@dataclass(frozen=True, slots=True)
class Step:
    """Something that counted, and the last day after it; None as long as the term stands still.

    `days` is how many it added, by the calendar; 0 as long as that is open.
    """

    what: Suspended | Extended
    days: int
    end: date | None


@dataclass(frozen=True, slots=True)
class DecisionClock:
    """A term with everything that happened to it.

    `plain` is the last day as it would have been, `due` the one that counts: None while the term stands
    still without an end in sight. Then `still_since` is the first day that does not count, and `days_left`
    says how many days there are from the day on which it runs again, that day included. `ignored` came
    too late, or had no effect.
    """

    plain: date
    due: date | None
    still_since: date | None = None
    days_left: int | None = None
    steps: tuple[Step, ...] = ()
    ignored: tuple[Suspended | Extended, ...] = ()

    def stands_still_on(self, day: date) -> Suspended | None:
        """The suspension in which a day falls; None where the term runs."""
        for step in self.steps:
            what = step.what
            if isinstance(what, Suspended) and what.first <= day <= (what.last or date.max):
                return what
        return None


@dataclass(frozen=True, slots=True)
class _Running:
    """The count so far: the end by the calendar, which term covers it (None: a named day), the last
    suspended day, and since when it stands still.
    """

    start: date
    end: date
    covered_by: Term | None
    counted_to: date
    still_since: date | None = None

    @property
    def last_day(self) -> date:
        return moved(self.start, self.end, self.covered_by) if self.covered_by else self.end


def decide_by(start: date, term: Term, events: Iterable[Suspended | Extended] = ()) -> DecisionClock:
    """The clock of a decision. `start` is the day of receipt, or for an objection the last day of its term.

    The order of `events` does not matter; days that two suspensions share count once.
    """
    run = _Running(start, add(start, term), term, counted_to=start)
    plain, steps, ignored = run.last_day, list[Step](), list[Suspended | Extended]()
    for event in sorted(events, key=_when):
        after = _suspend(run, event) if isinstance(event, Suspended) else _extend(run, event)
        if after == run:
            ignored.append(event)
            continue
        due = None if after.still_since else after.last_day
        steps.append(Step(event, (after.end - run.end).days, due))
        run = after
    still = run.still_since
    return DecisionClock(
        plain=plain,
        due=None if still else run.last_day,
        still_since=still,
        days_left=(run.end - still).days + 1 if still else None,
        steps=tuple(steps),
        ignored=tuple(ignored),
    )


def _when(event: Suspended | Extended) -> tuple[date, int, date]:
    if isinstance(event, Suspended):
        return event.first, 1, event.last or date.max
    return event.told_on, 0, event.to or date.min


def _suspend(run: _Running, event: Suspended) -> _Running:
    """The end moves by the days that fall inside the term and did not count as suspended already.

    Days after the end by the calendar, to which the Termijnenwet moved the last day, are no days of the
    term: there it moves only where the last day itself stands still, to the first day that runs.
    """
    first = max(event.first, run.counted_to + DAY)
    if run.still_since or first > run.last_day or (event.last is not None and event.last < first):
        return run
    is_counted_out = first > run.end
    if event.last is None:
        return replace(run, end=first if is_counted_out else run.end, still_since=first)
    if is_counted_out:
        return run if event.last < run.last_day else replace(run, end=event.last + DAY, counted_to=event.last)
    return replace(run, end=run.end + (event.last - first + DAY), counted_to=event.last)


def _extend(run: _Running, event: Extended) -> _Running:
    if event.told_on > run.last_day and run.still_since is None:
        return run
    if event.by is not None:
        return replace(run, end=add(run.end, event.by), covered_by=event.by)
    assert event.to is not None  # noqa: S101 -- one of the two, see `Extended`
    if event.to <= run.last_day:
        return run
    return replace(run, end=event.to, covered_by=None)
