"""How long a service really takes, of our own cases: counted at night, read from a small table."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from django.db import connection, transaction

from portal import clock
from portal.cases.models import ServiceDuration

DAYS: Final = 90
"""How far back it looks, from the day of the decision."""
FEWEST: Final = 20
"""Of fewer cases nothing is said: one of them would be somebody's own."""

# An outcome of every agency together has agency "".
_COUNT = """
SELECT c.service, coalesce(c.agency, '') AS agency, count(*) AS cases,
       percentile_disc(0.5) WITHIN GROUP (ORDER BY o.effective_on - c.received_on) AS median_days,
       percentile_disc(0.9) WITHIN GROUP (ORDER BY o.effective_on - c.received_on) AS most_days
  FROM cases_outcome o
  JOIN cases_case c ON c.id = o.case_id
 WHERE o.effective_on > %s AND o.effective_on <= %s AND c.received_on <= o.effective_on
 GROUP BY GROUPING SETS ((c.service, c.agency), (c.service))
HAVING count(*) >= %s
"""


def count_durations() -> int:
    """Fills the table anew: of what was decided in the last 90 days. Returns how many rows it has now."""
    today = clock.today()
    with connection.cursor() as cursor:
        cursor.execute(_COUNT, [today - timedelta(days=DAYS), today, FEWEST])
        found = cursor.fetchall()
    rows = [
        ServiceDuration(
            service=service,
            agency=agency,
            cases=cases,
            median_days=median,
            most_days=most,
            counted_on=today,
        )
        for service, agency, cases, median, most in found
    ]
    with transaction.atomic():
        ServiceDuration.objects.all().delete()
        ServiceDuration.objects.bulk_create(rows)
    return len(rows)


def duration_of(service: str, agency: str = "") -> ServiceDuration | None:
    """What was counted for a service at an agency; without one, at all agencies that do it."""
    return ServiceDuration.objects.filter(service=service, agency=agency).first()
