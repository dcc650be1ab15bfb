"""When a mail or SMS may go: gathered, not in quiet hours, and a formal message within 48 hours.

Real time in Europe/Amsterdam, over summer time too: 48 hours are 48 hours.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from enum import StrEnum
from typing import Final
from zoneinfo import ZoneInfo

HERE: Final = ZoneInfo("Europe/Amsterdam")
LONGEST: Final = timedelta(hours=48)
"""A formal message goes within this time, whatever was chosen."""
DIGEST_HOUR: Final = 10
"""At which hour a digest goes, out of quiet hours for everybody."""
_MONDAY: Final = 0
_SATURDAY: Final = 5
_MARGIN: Final = timedelta(minutes=1)


class Rhythm(StrEnum):
    """How often somebody wants to hear from us."""

    SOON = "soon"
    DAILY = "daily"
    WEEKLY = "weekly"


@dataclass(frozen=True, slots=True)
class Quiet:
    """No message from `begin` in the evening to `end` in the morning; with `weekend` none on those days.

    Equal hours: the night is not quiet.
    """

    begin: int = 21
    end: int = 8
    weekend: bool = False

    def holds_by_night(self, at: datetime) -> bool:
        """Whether this moment is in the night."""
        hour = at.astimezone(HERE).hour
        if self.begin == self.end:
            return False
        if self.begin > self.end:
            return hour >= self.begin or hour < self.end
        return self.begin <= hour < self.end

    def holds(self, at: datetime) -> bool:
        """Whether this moment is quiet."""
        return self.holds_by_night(at) or (self.weekend and at.astimezone(HERE).weekday() >= _SATURDAY)


def send_at(
    at: datetime, *, formal: bool, rhythm: Rhythm = Rhythm.SOON, quiet: Quiet, gather: timedelta
) -> datetime:
    """When news of this moment goes out; never before it, and never in the quiet hours of the night.

    What is formal goes within 48 hours: where the rhythm, or a quiet weekend, would have it later, it goes at
    the last waking minute before that.
    """
    wanted = _after_quiet(_by_rhythm(at, rhythm, gather), quiet)
    latest = at.astimezone(UTC) + LONGEST
    if formal and wanted > latest:
        wanted = _before_night(latest, quiet)
    return max(wanted, at).astimezone(UTC)


def _by_rhythm(at: datetime, rhythm: Rhythm, gather: timedelta) -> datetime:
    if rhythm is Rhythm.SOON:
        return at + gather
    here = at.astimezone(HERE)
    day = here.date()
    if here.time() >= time(DIGEST_HOUR):
        day += timedelta(days=1)
    while rhythm is Rhythm.WEEKLY and day.weekday() != _MONDAY:
        day += timedelta(days=1)
    return datetime.combine(day, time(DIGEST_HOUR), tzinfo=HERE)


def _after_quiet(at: datetime, quiet: Quiet) -> datetime:
    """The first moment from here that is not quiet: now, or the hour at which it ends."""
    at = at.astimezone(UTC)
    while quiet.holds(at):
        at = _next_hour(at)
    return at


def _before_night(at: datetime, quiet: Quiet) -> datetime:
    """The last moment up to here that is not in the night."""
    while quiet.holds_by_night(at):
        # The minute before this hour began: time zones here differ by whole hours.
        at = at.replace(minute=0, second=0, microsecond=0) - _MARGIN
    return at


def _next_hour(at: datetime) -> datetime:
    return at.replace(minute=0, second=0, microsecond=0) + timedelta(hours=1)
