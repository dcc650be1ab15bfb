"""Checks of life events: what they name exists, and what several of their services ask is asked once."""

from __future__ import annotations

from collections.abc import Iterator

from lifeevents.draft import Draft, Entry, questions_of
from lifeevents.model import LifeEvent, QuestionGroup, Service
from lifeevents.yamlfile import Problem


def no_service(name: str) -> str:
    """What to do about a service that is named and not there."""
    return f"service '{name}' does not exist: add services/{name}.yaml or correct it"


def event_problems(entry: Entry[LifeEvent], draft: Draft) -> Iterator[Problem]:
    """What is wrong with an event: what it names, what comes ticked, and what is asked once."""
    asked: dict[str, tuple[str, object]] = {}
    groups: dict[str, tuple[str, QuestionGroup]] = {}
    for index, name in enumerate(entry.item.services):
        if not draft.services.knows(name):
            yield entry.problem(no_service(name), "services", index)
        elif name in entry.item.services[:index]:
            yield entry.problem(f"'{name}' stands in this list twice: remove one", "services", index)
        elif name in draft.services.entries:
            yield from _asked_once(draft.services.entries[name], asked)
            yield from _one_page(draft.services.entries[name], groups)
    for index, name in enumerate(entry.item.chosen or ()):
        if name not in entry.item.services:
            message = f"'{name}' is not among the services of this event: add it there, or remove it here"
            yield entry.problem(message, "chosen", index)
    for index, name in enumerate(entry.item.guidance):
        if not draft.guidance.knows(name):
            message = f"guidance '{name}' does not exist: add guidance/{name}.yaml or correct it"
            yield entry.problem(message, "guidance", index)

    yield from _also(entry, draft)


def _also(entry: Entry[LifeEvent], draft: Draft) -> Iterator[Problem]:
    for index, also in enumerate(entry.item.also):
        if not draft.events.knows(also.event) or also.event == entry.item.slug:
            message = f"event '{also.event}' does not exist, or is this one: name another"
            yield entry.problem(message, "also", index, "event")


def _asked_once(entry: Entry[Service], asked: dict[str, tuple[str, object]]) -> Iterator[Problem]:
    """Questions with one id in two services of an event are asked once, so they must be the same question."""
    for group, question, path in questions_of(entry.item):
        service, known = asked.setdefault(question.id, (entry.item.id, (question, group.repeat)))
        if service != entry.item.id and known != (question, group.repeat):
            message = f"'{service}' asks '{question.id}' in another way: make them equal or rename one"
            yield entry.problem(message, *path, "id")


def _one_page(entry: Entry[Service], groups: dict[str, tuple[str, QuestionGroup]]) -> Iterator[Problem]:
    """A group with one id in two services of an event is one page, so it must ask the same."""
    for number, group in enumerate(entry.item.ask):
        service, known = groups.setdefault(group.id, (entry.item.id, group))
        same = {one.id for one in known.questions} == {one.id for one in group.questions}
        if service != entry.item.id and not same:
            message = f"'{service}' has a group '{group.id}' with other questions: rename one"
            yield entry.problem(message, "ask", number, "id")
