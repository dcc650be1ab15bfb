"""Which open cases run on a definition that is not that of today, and what is other in it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Count, Min
from django.utils.timezone import localtime

from lifeevents.comparing import Change, changes
from lifeevents.model import Service
from portal.cases.models import Case, Journey, Phase

_FINAL = [phase for phase in Phase if phase.is_final]


@dataclass(frozen=True, slots=True)
class OlderVersion:
    """Open cases of a service that began under the same older definition.

    How many at which agency, since when, and what is other today.
    """

    by_agency: Mapping[str, int]
    since: date
    changed: list[Change]

    @property
    def count(self) -> int:
        """How many cases."""
        return sum(self.by_agency.values())


def older_versions(services: Mapping[str, Service]) -> dict[str, list[OlderVersion]]:
    """By service the definitions, other than those of `services`, under which cases are still open.

    Each set of definitions is read once, however many cases began under it.
    """
    found = list(
        Case.objects.exclude(phase__in=_FINAL)
        .filter(service__in=services)
        .values("journey__definitions_hash", "service", "agency")
        .annotate(count=Count("pk"), since=Min("created_at"))
        .order_by("since")
    )
    stored = _definitions({row["journey__definitions_hash"] for row in found})
    older: dict[tuple[str, str], list[dict[str, Any]]] = defaultdict(list)
    for row in found:
        name, whole = row["service"], row["journey__definitions_hash"]
        then = stored.get(whole, {}).get(name)
        if then is not None and then != services[name]:
            older[name, whole].append(dict(row))
    result: dict[str, list[OlderVersion]] = defaultdict(list)
    for (name, whole), lines in older.items():
        result[name].append(_version(lines, stored[whole][name], services[name]))
    return dict(result)


def _version(lines: list[dict[str, Any]], then: Service, now: Service) -> OlderVersion:
    return OlderVersion(
        by_agency={line["agency"]: line["count"] for line in lines},
        since=localtime(min(line["since"] for line in lines)).date(),
        changed=changes(then, now),
    )


def _definitions(hashes: set[str]) -> dict[str, dict[str, Service]]:
    """By hash the services as they were, read from one journey each."""
    journeys = Journey.objects.filter(definitions_hash__in=hashes).order_by("definitions_hash")
    return {
        one.definitions_hash: {service.id: service for service in one.services}
        for one in journeys.distinct("definitions_hash").only("definitions_hash", "definitions")
    }
