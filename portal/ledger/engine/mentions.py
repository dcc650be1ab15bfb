"""The other people in somebody's data: each of them reads in their own log that theirs were used."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from lifeevents.derived import persons_at
from portal.catalogue import catalogue
from portal.ledger.log.uses import Mention
from portal.people.models import Citizen
from portal.people.verbs import find_or_create_citizens


def mentions_in(citizen: Citizen, several: Sequence[Mapping[str, Any]]) -> list[tuple[Mention, ...]]:
    """Who stands in each of several sets of values by field, the citizen aside.

    A field says where its persons stand and what they read of it (`lifeevents.model.Persons`).
    """
    found = [_read_by_bsn(values) for values in several]
    people = find_or_create_citizens({bsn for readable in found for bsn in readable})
    return [
        tuple(
            Mention(people[bsn], tuple(sorted(fields)))
            for bsn, fields in sorted(readable.items())
            if bsn in people and people[bsn].pk != citizen.pk
        )
        for readable in found
    ]


def _read_by_bsn(values: Mapping[str, Any]) -> dict[str, set[str]]:
    """By BSN the fields that this person reads."""
    found: dict[str, set[str]] = {}
    for name, value in values.items():
        field = catalogue().fields.get(name)
        if field and field.persons:
            for bsn in persons_at(field.persons, value):
                found.setdefault(bsn, set()).update(field.persons.reads_as)
    return found
