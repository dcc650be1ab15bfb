"""The editor's pages: every service as the citizen sees it, by which law, and what is still open."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from lifeevents.coverage import coverage
from lifeevents.fitting import tree_of
from lifeevents.model import AgencyByKind, AnyAgency, Service
from lifeevents.rules.model import BeyondText, Dated, Figure
from lifeevents.rules.treewords import Line, tree_lines
from portal import clock
from portal.cases.reading.versions import older_versions
from portal.catalogue import catalogue, problems, rules


@require_safe
def service_list(request: HttpRequest) -> HttpResponse:
    """Every service: where it belongs, what nobody checked, and how many cases run on an older version."""
    found = catalogue()
    older = older_versions(found.services)
    rows = [
        {
            "service": service,
            "who": _who(service),
            "events": [event for event in found.events.values() if service.id in event.services],
            "older": sum(version.count for version in older.get(service.id, [])),
        }
        for service in found.services.values()
    ]
    unchecked = [one for one in found.guidance.values() if not one.verified]
    context = {"rows": rows, "unchecked": unchecked, "problems": problems()}
    return render(request, "backoffice/catalogue.html", context)


@require_safe
def service(request: HttpRequest, service: str) -> HttpResponse:
    """One service: as the citizen sees it, its rule, where everything comes from, and its older versions."""
    found = catalogue().services.get(service)
    if found is None:
        raise Http404
    context = {
        "service": found,
        "who": _who(found),
        "coverage": coverage(catalogue(), found),
        "when": _when(found),
        "rule": _rule(found),
        "amount": _amount(found),
        "figures": _figures(found),
        "beyond": _beyond(found),
        "older": older_versions({found.id: found}).get(found.id, []),
        "problems": problems(),
    }
    return render(request, "backoffice/catalogue_service.html", context)


def _who(service: Service) -> str:
    if isinstance(service.agency, AnyAgency):
        return _("elke organisatie")
    if isinstance(service.agency, AgencyByKind):
        return _("een gemeente, volgens %(by)s") % {"by": service.agency.by}
    return catalogue().agencies[service.agency].name


def _when(service: Service) -> list[Line]:
    if service.when is None:
        return []
    tree, language = tree_of(service.when), get_language() or "nl"
    lines = tree_lines(tree, service.when.facts, {}, on=clock.today(), language=language)
    return [Line(line.depth, line.text, means=line.means) for line in lines]


def _amount(service: Service) -> list[Line]:
    rule = rules().rules.get(service.rule) if service.rule else None
    if rule is None or rule.amount is None:
        return []
    language = get_language() or "nl"
    return tree_lines(rule.amount, rule.text.facts, rule.figures, on=clock.today(), language=language)


def _figures(service: Service) -> list[tuple[Figure, Dated | None]]:
    """What the rule looks up, with the value of today; None where the law has none for today."""
    rule = rules().rules.get(service.rule) if service.rule else None
    return [(figure, figure.on(clock.today())) for figure in rule.figures.values()] if rule else []


def _beyond(service: Service) -> tuple[BeyondText, ...]:
    """The situations of which the rule says nothing."""
    rule = rules().rules.get(service.rule) if service.rule else None
    return rule.text.beyond if rule else ()


def _rule(service: Service) -> list[Line]:
    rule = rules().rules.get(service.rule) if service.rule else None
    if rule is None:
        return []
    language = get_language() or "nl"
    return tree_lines(rule.when, rule.text.facts, rule.figures, on=clock.today(), language=language)
