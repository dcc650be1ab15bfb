"""Checks of `when`: its test is right, and everything that it looks at can be known without asking."""

from __future__ import annotations

from collections.abc import Iterator

from lifeevents.draft import Draft, Entry, questions_of
from lifeevents.fitting import when_tree
from lifeevents.model import Service
from lifeevents.yamlfile import Problem


def when_problems(entry: Entry[Service], draft: Draft) -> Iterator[Problem]:
    """What is wrong with the `when` of a service."""
    when = entry.item.when
    if when is None:
        return
    problems: list[Problem] = []
    tree = when_tree(when, entry.document, entry.item.activity.ground.name, problems)
    yield from problems
    if tree is not None and tree.says is None:
        yield entry.problem("says nothing to the citizen: add 'says' to the test", "when", "test")
    asked = _asked(draft)
    for name, fact in when.facts.items():
        origin, at = fact.known_from, ("when", "facts", name)
        if origin is None or not (origin.field or origin.answer):
            yield entry.problem("is known from nowhere: add known_from with a field or an answer", *at)
        elif origin.field and origin.field not in entry.item.activity.fields:
            message = f"no legal ground for '{origin.field}': add it to activity.fields, or do not look at it"
            yield entry.problem(message, *at, "known_from", "field")
        elif origin.answer and asked is not None and origin.answer not in asked:
            message = f"nobody asks '{origin.answer}': name a question of a service"
            yield entry.problem(message, *at, "known_from", "answer")


def _asked(draft: Draft) -> set[str] | None:
    """The ids of all questions; None where a file of a service could not be used."""
    if not draft.services.is_whole:
        return None
    entries = draft.services.entries.values()
    return {question.id for entry in entries for _group, question, _place in questions_of(entry.item)}
