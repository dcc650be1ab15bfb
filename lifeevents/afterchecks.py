"""Checks of what waits for another service (`after`), and of what goes out by itself later."""

from __future__ import annotations

from collections.abc import Iterator

from lifeevents.draft import Draft, Entry
from lifeevents.eventchecks import no_service
from lifeevents.fieldchecks import no_field
from lifeevents.model import Service
from lifeevents.yamlfile import Problem


def after_problems(draft: Draft) -> Iterator[Problem]:
    """Of each service, and of the circles that they make together."""
    for entry in draft.services.entries.values():
        yield from _after(entry, draft)
        yield from _by_itself(entry, draft)
    yield from _circles(draft)


def _after(entry: Entry[Service], draft: Draft) -> Iterator[Problem]:
    service, after = entry.item, entry.item.after
    if after is None:
        return
    if not draft.fields.knows(after.field):
        yield entry.problem(no_field(after.field), "after", "field")
    elif _is_derived(after.field, draft):
        yield entry.problem("what is awaited stands in a register: name no derived field", "after", "field")
    elif after.field not in service.needs:
        yield entry.problem(f"'{after.field}' is not among needs: add it there", "after", "field")
    if not draft.services.knows(after.service):
        yield entry.problem(no_service(after.service), "after", "service")
        return
    for event in draft.events.entries.values():
        if service.id in event.item.services and after.service not in event.item.services:
            message = f"'{after.service}' is not in event '{event.item.slug}': add it there, or remove after"
            yield entry.problem(message, "after", "service")
    if after.service in draft.services.entries:
        yield from _awaited(entry, draft.services.entries[after.service].item, after.match)


def _by_itself(entry: Entry[Service], draft: Draft) -> Iterator[Problem]:
    """What goes out by itself is looked at again first: nothing goes out after a death."""
    service = entry.item
    goes_later = service.after or (service.citizen_term and service.citizen_term.opens)
    if goes_later and "brp.alive" in draft.fields.entries and "brp.alive" not in service.activity.fields:
        message = "it may go out by itself later: add 'brp.alive', so that nothing goes out after a death"
        yield entry.problem(message, "activity", "fields")


def _is_derived(name: str, draft: Draft) -> bool:
    return name in draft.fields.entries and draft.fields.entries[name].item.derived is not None


def _awaited(entry: Entry[Service], awaited: Service, match: str) -> Iterator[Problem]:
    if awaited.produces is None:
        message = f"'{awaited.id}' yields nothing to wait for: add produces there, or remove after"
        yield entry.problem(message, "after", "service")
    repeating = [group.id for group in awaited.ask if group.repeat]
    if match not in repeating:
        what = (
            f"use {' or '.join(repeating)}" if repeating else "add 'repeat' to a page there, or remove after"
        )
        message = f"'{awaited.id}' has no repeating group '{match}': {what}"
        yield entry.problem(message, "after", "match")


def _circles(draft: Draft) -> Iterator[Problem]:
    """One problem per circle, at the service that comes first by name."""
    waits_for = {name: e.item.after.service for name, e in draft.services.entries.items() if e.item.after}
    for start in waits_for:
        circle, name = [start], waits_for[start]
        while name in waits_for and name not in circle:
            circle.append(name)
            name = waits_for[name]
        if name == start and start == min(circle):
            message = f"these wait for each other: {' → '.join([*circle, start])}; remove one after"
            yield draft.services.entries[start].problem(message, "after", "service")
