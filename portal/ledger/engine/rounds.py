"""Rounds: a journey's question to a source, claimed before the call so that a double click asks once."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import connection
from django.db.models import Q, QuerySet
from django.utils import timezone

from portal.ledger.models import SourceRound
from portal.people.models import Citizen

LEASE = timedelta(seconds=20)
"""A round that runs longer than this lost its process; another request may take it over."""

_CLAIM = """
INSERT INTO ledger_sourceround (trace_id, citizen_id, source, running_since, failure)
SELECT %s, %s, unnest(%s::text[]), %s, ''
ON CONFLICT (trace_id, citizen_id, source) DO UPDATE
    SET running_since = excluded.running_since, finished_at = NULL, failure = ''
    WHERE ledger_sourceround.running_since IS NULL OR ledger_sourceround.running_since < %s
RETURNING source
"""

_FINISH = """
UPDATE ledger_sourceround AS round SET running_since = NULL, finished_at = %s, failure = over.failure
FROM unnest(%s::text[], %s::text[]) AS over(source, failure)
WHERE round.citizen_id = %s AND round.trace_id = %s AND round.source = over.source
"""


@dataclass(frozen=True, slots=True)
class Rounds:
    """The rounds of one journey (`trace_id`) about one citizen."""

    citizen: Citizen
    trace_id: str

    def claim(self, sources: Iterable[str]) -> set[str]:
        """Those of the sources that may be asked now; another request has the others."""
        now = timezone.now()
        with connection.cursor() as cursor:
            cursor.execute(_CLAIM, [self.trace_id, self.citizen.pk, sorted(sources), now, now - LEASE])
            return {source for (source,) in cursor.fetchall()}

    def finish(self, failures: Mapping[str, str], now: datetime) -> None:
        """They are over: by source the kind of failure, "" where it answered."""
        with connection.cursor() as cursor:
            cursor.execute(
                _FINISH, [now, list(failures), list(failures.values()), self.citizen.pk, self.trace_id]
            )

    def refuse(self, failures: Mapping[str, str], now: datetime) -> None:
        """They were not begun, for the sources are down; a round of another request is left alone."""
        rows = [
            SourceRound(
                trace_id=self.trace_id, citizen=self.citizen, source=source, finished_at=now, failure=kind
            )
            for source, kind in failures.items()
        ]
        SourceRound.objects.bulk_create(rows, ignore_conflicts=True)
        free = Q(running_since=None) | Q(running_since__lt=now - LEASE)
        for source, kind in failures.items():
            self._rows([source]).filter(free).update(running_since=None, finished_at=now, failure=kind)

    def newest(self) -> dict[str, SourceRound]:
        """How it went the last time, by source."""
        return {
            row.source: row
            for row in SourceRound.objects.filter(citizen=self.citizen, trace_id=self.trace_id)
        }

    def _rows(self, sources: Collection[str]) -> QuerySet[SourceRound]:
        return SourceRound.objects.filter(citizen=self.citizen, trace_id=self.trace_id, source__in=sources)


def is_running(row: SourceRound, now: datetime) -> bool:
    """Whether somebody is being asked at this moment."""
    return row.running_since is not None and row.running_since > now - LEASE
