"""Checks of fields: what is derived has fields to derive from, and who stands in a value reads of fields."""

from __future__ import annotations

from collections.abc import Iterator

from lifeevents.draft import Draft, Entry
from lifeevents.model import Derived, FieldDefinition
from lifeevents.yamlfile import Problem

_BASES = {"at_least_years": 1, "present": 1, "among": 2}
"""How many fields a test looks at."""


def no_field(name: str) -> str:
    """What to do about a field that is named and not there."""
    return f"field '{name}' does not exist: add it to fields/ or correct it"


def field_problems(entry: Entry[FieldDefinition], draft: Draft) -> Iterator[Problem]:
    """What is wrong with a field beside its questions."""
    if entry.item.persons:
        for index, name in enumerate(entry.item.persons.reads_as):
            if not draft.fields.knows(name):
                yield entry.problem(no_field(name), "persons", "reads_as", index)
    if entry.item.derived:
        yield from _derived(entry, entry.item.derived, draft)


def _derived(entry: Entry[FieldDefinition], rule: Derived, draft: Draft) -> Iterator[Problem]:
    if entry.item.enter:
        yield entry.problem("the portal works this out, so nobody types it: remove enter", "enter")
    if len(rule.base) != _BASES[rule.test]:
        message = f"'{rule.test}' looks at {_BASES[rule.test]} field(s): name so many"
        yield entry.problem(message, "derived", "from")
    if bool(rule.years) != (rule.test == "at_least_years"):
        yield entry.problem("years goes with at_least_years, and only there: correct one", "derived", "test")
    for index, name in enumerate(rule.base):
        if wrong := _wrong_base(rule, name, draft):
            yield entry.problem(wrong, "derived", "from", index)


def _wrong_base(rule: Derived, name: str, draft: Draft) -> str | None:
    if not draft.fields.knows(name):
        return no_field(name)
    base = draft.fields.entries.get(name)
    if base and base.item.derived:
        return f"'{name}' is derived itself: name fields of a register"
    if base and rule.test == "among" and not base.item.persons:
        return f"'{name}' does not say where its persons stand: add persons there"
    return None
