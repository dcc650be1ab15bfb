"""Up or down: what we know of each connector, shared by all processes.

A source is known as "source:<name>", an agency's intake as "agency:<catalogue id>". A source that
fails three rounds in a row is taken for down: then it is asked no more but for one trial now and
then, until an answer comes. An agency's intake is down at once, when it does not answer a probe.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime, timedelta

from django.db.models import Case, F, Q, QuerySet, Value, When
from django.utils import timezone

from portal.ledger.models import ConnectorState
from portal.rows import Columns, Statement, in_one_go

OPENS_AFTER = 3
"""So many failed rounds in a row, and a source is down."""

TRIAL_EVERY = timedelta(seconds=15)
"""How often somebody may try a source that is down."""

_REMEMBER_EVERY = timedelta(seconds=60)
"""How exact `last_success` is: not each good answer is worth a write."""


def source_key(name: str) -> str:
    """The key of a source."""
    return f"source:{name}"


def agency_key(agency: str) -> str:
    """The key of an agency's intake."""
    return f"agency:{agency}"


def mark_up(key: str, known: ConnectorState | None = None) -> bool:
    """It answered. True where it was down until now. Writes nothing where that is no news.

    `known` is what was read of it just now, where it was.
    """
    now = timezone.now()
    if not _is_news(known or state_of(key), now):
        return False
    was_down = ConnectorState.objects.filter(name=key, down_since__isnull=False).update(
        failures=0, down_since=None, probed_at=now, last_success=now
    )
    if not was_down:
        ConnectorState.objects.update_or_create(name=key, defaults={"failures": 0, "last_success": now})
    return bool(was_down)


_STATE = Columns(ConnectorState, "state")
_ONE = f"SELECT {_STATE.sql} FROM ledger_connectorstate AS state WHERE name = %s"  # noqa: S608  # nosec B608
_LOCK = f"{_ONE} FOR UPDATE"
"""In SQL of our own: every delivery asks this, and the query set would take longer than the database."""


def locked(key: str) -> ConnectorState:
    """What is known of it, locked until the transaction ends: who asks for this waits for who has it."""
    state = _read(_LOCK, key)
    if state is None:
        ConnectorState.objects.bulk_create([ConnectorState(name=key)], ignore_conflicts=True)
        state = _read(_LOCK, key)
    if state is None:
        raise ConnectorState.DoesNotExist(key)
    return state


def locked_counting(key: str, count: Statement) -> tuple[ConnectorState, int]:
    """The same, and the number that a statement gives under this lock, so that nobody counts beside it."""
    found, ((number,),) = in_one_go((_LOCK, [key]), count)
    if found:
        return _STATE.read(iter(found[0])), int(number)
    state, ((number,),) = locked(key), in_one_go(count)[0]
    return state, int(number)


def state_of(key: str) -> ConnectorState | None:
    """What is known of it; None where it was never asked."""
    return _read(_ONE, key)


def _read(statement: str, key: str) -> ConnectorState | None:
    (found,) = in_one_go((statement, [key]))
    return _STATE.read(iter(found[0])) if found else None


def note_waiting(key: str) -> None:
    """Something is due there and could not go yet; since when, is kept from the first time."""
    now = timezone.now()
    ConnectorState.objects.bulk_create([ConnectorState(name=key)], ignore_conflicts=True)
    ConnectorState.objects.filter(name=key, waiting_since=None).update(waiting_since=now)


def note_nothing_waits(key: str) -> None:
    """Nothing is due there any more."""
    ConnectorState.objects.filter(name=key).update(waiting_since=None)


def mark_down(key: str) -> None:
    """It did not answer; since when, is kept from the first time."""
    now = timezone.now()
    ConnectorState.objects.update_or_create(
        name=key, defaults={"probed_at": now}, create_defaults={"probed_at": now, "down_since": now}
    )
    ConnectorState.objects.filter(name=key, down_since=None).update(down_since=now)


def is_down(key: str) -> bool:
    """Whether it is taken for down."""
    return ConnectorState.objects.filter(name=key, down_since__isnull=False).exists()


def down_agencies() -> list[str]:
    """The catalogue ids of the agencies whose intake is down, the one probed longest ago first."""
    return _down(agency_key(""))


def agencies_down() -> QuerySet[ConnectorState]:
    """What is known of the agencies whose intake is down, as a query; the name is the key."""
    return ConnectorState.objects.filter(name__startswith=agency_key(""), down_since__isnull=False)


def down_sources() -> list[str]:
    """The names of the sources that are down, the one tried longest ago first."""
    return _down(source_key(""))


def _down(prefix: str) -> list[str]:
    rows = ConnectorState.objects.filter(Q(name__startswith=prefix), down_since__isnull=False).order_by(
        F("probed_at").asc(nulls_first=True)
    )
    return [row.name.removeprefix(prefix) for row in rows]


def states_of(sources: Iterable[str]) -> dict[str, ConnectorState]:
    """What is known of sources, by name; one that was never asked is not there."""
    rows = ConnectorState.objects.filter(name__in=[source_key(name) for name in sources])
    return {row.name.removeprefix(source_key("")): row for row in rows}


def claim_trial(key: str, *, every: timedelta = TRIAL_EVERY) -> bool:
    """Whether this process, and no other, may try what is down now."""
    now = timezone.now()
    free = Q(probed_at=None) | Q(probed_at__lte=now - every)
    down = ConnectorState.objects.filter(free, name=key, down_since__isnull=False)
    return bool(down.update(probed_at=now))


def note_rounds(
    *, answered: Collection[str], failed: Collection[str], before: dict[str, ConnectorState], now: datetime
) -> None:
    """How a round went: an answer closes what was open, and too many failures in a row open it.

    `before` is what `states_of` said of these sources. Writes nothing where nothing changed.
    """
    _note_answers([name for name in sorted(answered) if _is_news(before.get(name), now)], now)
    if failed:
        _note_failures(sorted(source_key(name) for name in failed), now)


def _is_news(state: ConnectorState | None, now: datetime) -> bool:
    if state is None or state.failures or state.down_since or state.last_success is None:
        return True
    return state.last_success < now - _REMEMBER_EVERY


def _note_answers(sources: list[str], now: datetime) -> None:
    ConnectorState.objects.bulk_create(
        [ConnectorState(name=source_key(name), probed_at=now, last_success=now) for name in sources],
        update_conflicts=True,
        unique_fields=["name"],
        update_fields=["failures", "down_since", "probed_at", "last_success"],
    )


def _note_failures(keys: list[str], now: datetime) -> None:
    ConnectorState.objects.bulk_create([ConnectorState(name=key) for key in keys], ignore_conflicts=True)
    opens = When(down_since=None, failures__gte=OPENS_AFTER - 1, then=Value(now))
    ConnectorState.objects.filter(name__in=keys).update(
        failures=F("failures") + 1, probed_at=now, down_since=Case(opens, default=F("down_since"))
    )
