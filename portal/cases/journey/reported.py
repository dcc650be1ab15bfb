"""What the citizen reported before applying: the day counts for what is granted (Participatiewet 44)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

from lifeevents.model import Service
from portal.cases.models import Case, Phase
from portal.people.models import Citizen

_VOID: Final = (Phase.WITHDRAWN, Phase.STOPPED)


def standing_reports(citizen: Citizen, services: Iterable[Service]) -> dict[str, Case]:
    """By service the report that its next application carries, without any where there is none.

    The newest that was not taken back, nor refused, and that no other application carries already.
    """
    wanted = {service.id: service.report.service for service in services if service.report}
    if not wanted:
        return {}
    rows = Case.objects.filter(citizen=citizen, service__in=set(wanted.values())).exclude(phase__in=_VOID)
    carried = Case.objects.filter(report__isnull=False).exclude(phase__in=_VOID).values("report")
    rows = rows.exclude(pk__in=carried.filter(citizen=citizen)).exclude(outcome__kind="refused")
    newest: dict[str, Case] = {}
    for row in rows.order_by("created_at"):
        newest[row.service] = row
    return {service: newest[report] for service, report in wanted.items() if report in newest}


def reported_entry(report: Case) -> dict[str, Any]:
    """As it stands in a payload: on which day, by which reference, at whom."""
    on = report.received_on
    return {"on": on.isoformat() if on else None, "reference": report.reference, "agency": report.agency}
