""" "Meld u vandaag": where money runs from the first sign, a life event offers this before any form."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from lifeevents.model import Agency, Service
from portal.cases.journey.reported import standing_reports
from portal.cases.models import Case
from portal.cases.reading.names import title_of
from portal.catalogue import catalogue
from portal.people.actor import Actor


@dataclass(frozen=True, slots=True)
class ReportOffer:
    """One report: `service` is what one applies for afterwards, `case` the report where it was made."""

    service: Service
    title: str
    article: str
    agency: Agency
    case: Case | None

    @property
    def day(self) -> date | None:
        """Since when it counts, where it was made."""
        return self.case.received_on if self.case else None


def report_offers(services: Iterable[Service], actor: Actor | None) -> list[ReportOffer]:
    """What can be reported for these services, each report once; for an actor who may not, none."""
    found: dict[str, ReportOffer] = {}
    wanted = [one for one in services if one.report and _may(actor, one)]
    made = standing_reports(actor.citizen, wanted) if actor and actor.citizen else {}
    for service in wanted:
        assert service.report is not None  # noqa: S101 -- of those only
        agency = catalogue().services[service.report.service].agency
        if service.report.service not in found and isinstance(agency, str):
            found[service.report.service] = ReportOffer(
                service=service,
                title=title_of(service),
                article=service.report.article.name,
                agency=catalogue().agencies[agency],
                case=made.get(service.id),
            )
    return list(found.values())


def _may(actor: Actor | None, service: Service) -> bool:
    if actor is None or actor.citizen is None or service.report is None:
        return True
    return not actor.reads_only and actor.covers([service.id, service.report.service])
