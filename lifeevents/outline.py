"""A service or event in plain lines, for a terminal: what it asks, from whom, by which law, and its rule."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from lifeevents.coverage import coverage
from lifeevents.fitting import tree_of
from lifeevents.model import AgencyByKind, Catalogue, LifeEvent, Service, Term
from lifeevents.rules import Rules
from lifeevents.rules.treewords import Line, tree_lines


def service_outline(catalogue: Catalogue, rules: Rules, service: Service, *, on: date) -> Iterator[str]:
    """The lines of one service. `on`: the day of which the figures of its rule are shown."""
    yield f"{service.id}: {service.title.nl} / {service.title.en}"
    yield f"  {service.summary.nl}"
    yield f"  {service.kind}, ends in a {service.outcome}; remedy: {service.remedy}; level: {service.level}"
    yield f"  agency: {_agency(service)}"
    yield f"  ground: {service.activity.ground.name}"
    if service.decision_term:
        yield f"  decides within {_length(service.decision_term)} ({service.decision_term.article.name})"
    if service.citizen_term:
        term = service.citizen_term.term
        yield f"  citizen: within {_length(term)} after {service.citizen_term.since} ({term.article.name})"
    if service.after:
        yield f"  waits for {service.after.service}, and looks it up in {service.after.field}"
    if not service.verified:
        yield f"  NOT VERIFIED: {service.note}"
    covered = coverage(catalogue, service)
    for one in covered.known:
        out_of = f" out of {', '.join(one.out_of)}" if one.out_of else ""
        yield f"  from {one.source}: {one.field.name}{out_of}"
    for question in covered.typed:
        yield f"  typed: {question.id} ({question.kind}{'' if question.required else ', optional'})"
    yield from _rule(rules, service, on)
    if isinstance(service.agency, AgencyByKind):
        found = sorted(one.id for one in catalogue.agencies.values() if service.is_for(one))
        yield f"  agencies of that kind: {', '.join(found) or 'none'}"


def event_outline(catalogue: Catalogue, event: LifeEvent) -> Iterator[str]:
    """The lines of one life event."""
    yield f"{event.slug}: {event.title.nl} / {event.title.en}"
    yield f"  {event.summary.nl}"
    for service in catalogue.services_of(event):
        ticked = event.chosen is None or service.id in event.chosen
        waits = f", after {service.after.service}" if service.after else ""
        yield f"  {'[x]' if ticked else '[ ]'} {service.id}: {service.title.nl}{waits}"
    for guidance in catalogue.guidance_of(event):
        yield f"  ({guidance.kind}) {guidance.id}: {guidance.title.nl}"
    for also in event.also:
        yield f"  also: {also.event}"


def _rule(rules: Rules, service: Service, on: date) -> Iterator[str]:
    if service.when is not None:
        yield "  for whom:"
        yield from _indented(tree_lines(tree_of(service.when), service.when.facts, {}, on=on))
    rule = rules.rules.get(service.rule) if service.rule else None
    if rule is not None:
        yield f"  rule {rule.id} ({rule.text.law}):"
        yield from _indented(tree_lines(rule.when, rule.text.facts, rule.figures, on=on))
        yield from (f"    says nothing where {one.says.nl} ({one.article})" for one in rule.text.beyond)


def _indented(lines: list[Line]) -> Iterator[str]:
    for line in lines:
        article = f" [{line.article}]" if line.article not in ("", "-") else ""
        yield f"    {'  ' * line.depth}{line.text}{article}"


def _agency(service: Service) -> str:
    if isinstance(service.agency, str):
        return service.agency
    if isinstance(service.agency, AgencyByKind):
        return f"{service.agency.kind} by {service.agency.by}"
    return "any"


def _length(term: Term) -> str:
    units = ("weeks", "days", "months", "years")
    return next(f"{getattr(term, unit)} {unit}" for unit in units if getattr(term, unit))
