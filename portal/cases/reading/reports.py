"""How a report reads that counts before the application: its day, and what to do next."""

from __future__ import annotations

from datetime import date

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from lifeevents.model import Service
from portal.cases.journey.payloads import Payload
from portal.cases.models import Case, Journey, Phase
from portal.catalogue import catalogue
from portal.days import day_words


def is_report(service: Service) -> bool:
    """Whether with this service one reports before applying for another."""
    return bool(catalogue().applied_for_after(service.id))


def is_only_report(journey: Journey) -> bool:
    """Whether nothing was asked for yet: the citizen only reported."""
    return all(is_report(service) for service in journey.services)


def counts_sentence(case: Case) -> str:
    """ "You reported on Monday 3 August 2026. That day counts."; "" of what is no report, or void."""
    if case.received_on is None or not is_report(case.definition):
        return ""
    day = day_words(case.received_on)
    if case.phase == Phase.DONE:
        return _("U meldde zich op %(day)s. Uw aanvraag telt vanaf die dag.") % {"day": day}
    outcome = getattr(case, "outcome", None)
    if case.phase in (Phase.WITHDRAWN, Phase.STOPPED) or (outcome and outcome.kind == "refused"):
        return ""
    return _("U meldde zich op %(day)s. Die dag telt.") % {"day": day}


def next_sentence(case: Case) -> str:
    """What the citizen does after reporting, in the words of the catalogue."""
    return case.definition.next_step.in_language(get_language() or "nl")


def reported_words(service: Service, payload: Payload) -> str:
    """From which day an application counts, for who sends it and who reads it; "" without a report."""
    reported = payload.get("reported")
    if not reported or not reported["on"]:
        return ""
    words = _("Telt vanaf de melding van %(day)s, kenmerk %(reference)s.") % {
        "day": day_words(date.fromisoformat(reported["on"])),
        "reference": reported["reference"],
    }
    if service.report is None:
        return words
    return f"{words} {_('Dat staat in %(article)s.') % {'article': service.report.article.name}}"
