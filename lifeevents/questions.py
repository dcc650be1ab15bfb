"""Checks of questions: ids, choices, and which question depends on which."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from lifeevents.draft import Entry, questions_of
from lifeevents.model import Question, QuestionGroup, Service
from lifeevents.yamlfile import Part, Problem


def group_problems(entry: Entry[Service]) -> Iterator[Problem]:
    """Problems of the question groups of a service."""
    service = entry.item
    yield from _unique_ids(entry)
    for number, group in enumerate(service.ask):
        if group.id in {earlier.id for earlier in service.ask[:number]}:
            yield entry.problem(f"group '{group.id}' exists twice: rename one", "ask", number, "id")
        if group.repeat and group.id in {question.id for _, question, _ in questions_of(service)}:
            message = f"a question is called '{group.id}' too: rename one, for both name an answer"
            yield entry.problem(message, "ask", number, "id")
        yield from _problems(entry, group.questions, ("ask", number, "questions"))
        if group.repeat and any(question.kind == "address" for question in group.questions):
            message = "an address cannot be asked several times: remove repeat"
            yield entry.problem(message, "ask", number, "repeat")
        if group.repeat and group.document_questions:
            message = "a document cannot be asked several times: remove repeat, for it takes five files"
            yield entry.problem(message, "ask", number, "repeat")
        yield from _reuse(entry, group, number)


def _reuse(entry: Entry[Service], group: QuestionGroup, number: int) -> Iterator[Problem]:
    """Free text and sensitive answers are never offered again; an item of several cannot be told apart."""
    for index, question in enumerate(group.questions):
        if not question.reusable:
            continue
        reasons = {
            "free text is never offered again": question.kind == "long_text",
            "a sensitive answer is never offered again": bool(question.sensitive or group.sensitive),
            "an answer of a repeating group belongs to one item": bool(group.repeat),
            "an address is looked up each time": question.kind == "address",
            "a document is chosen each time": question.kind == "document",
        }
        for reason in (reason for reason, holds in reasons.items() if holds):
            path = ("ask", number, "questions", index, "reusable")
            yield entry.problem(f"{reason}: remove reusable", *path)


def form_problems(
    entry: Entry[Any], questions: Sequence[Question], at: tuple[Part, ...]
) -> Iterator[Problem]:
    """Problems of a loose list of questions, which stands at `at`."""
    for index, question in enumerate(questions):
        if question.id in {earlier.id for earlier in questions[:index]}:
            yield entry.problem(f"question '{question.id}' exists twice: rename one", *at, index, "id")
        if question.reusable:
            message = "what a register holds is asked of the register again: remove reusable"
            yield entry.problem(message, *at, index, "reusable")
        if question.kind == "document":
            message = "only a service asks for a document: correct kind"
            yield entry.problem(message, *at, index, "kind")
    yield from _problems(entry, questions, at)


def _unique_ids(entry: Entry[Service]) -> Iterator[Problem]:
    seen: set[str] = set()
    for _, question, path in questions_of(entry.item):
        if question.id in seen:
            message = f"question '{question.id}' exists twice in this service: rename one"
            yield entry.problem(message, *path, "id")
        seen.add(question.id)


def _problems(entry: Entry[Any], questions: Sequence[Question], at: tuple[Part, ...]) -> Iterator[Problem]:
    for index, question in enumerate(questions):
        path = (*at, index)
        yield from _choices(entry, question, path)
        yield from _address(entry, question, path, alone=len(questions) == 1)
        if question.not_future and question.kind != "date":
            yield entry.problem("not_future is for a date: remove it", *path, "not_future")
        yield from _condition(entry, question.only_if, questions[:index], (*path, "only_if"))
        yield from _condition(entry, question.of_another_if, questions[:index], (*path, "of_another_if"))
        if question.of_another_if and question.kind != "iban":
            yield entry.problem("of_another_if is for an iban: remove it", *path, "of_another_if")


def _address(
    entry: Entry[Any], question: Question, path: tuple[Part, ...], *, alone: bool
) -> Iterator[Problem]:
    """An address takes more than one step, so it has its page for itself."""
    if question.kind != "address":
        if question.lookup:
            yield entry.problem("lookup is for kind address: remove it, or correct kind", *path, "lookup")
        return
    if not question.lookup:
        message = f"'{question.id}' needs a field that finds addresses: add lookup, such as bag.addresses"
        yield entry.problem(message, *path, "kind")
    if not alone:
        yield entry.problem("an address is a page of its own: give it a group for itself", *path, "kind")
    if not question.required:
        yield entry.problem("an address is always asked: remove required", *path, "required")


def _choices(entry: Entry[Any], question: Question, path: tuple[Part, ...]) -> Iterator[Problem]:
    if question.kind == "choice" and not question.choices:
        yield entry.problem(f"choice question '{question.id}' has no choices: add them", *path, "kind")
    if question.kind != "choice" and question.choices:
        yield entry.problem("choices are for kind choice: remove them, or correct kind", *path, "choices")
    values = [choice.value for choice in question.choices]
    for number, value in enumerate(values):
        if value in values[:number]:
            message = f"value '{value}' exists twice: rename one"
            yield entry.problem(message, *path, "choices", number, "value")


def _condition(
    entry: Entry[Any],
    condition: Mapping[str, Sequence[str]],
    earlier: Sequence[Question],
    path: tuple[Part, ...],
) -> Iterator[Problem]:
    """A condition looks back within its group, so that a page can be read from top to bottom."""
    for name, wanted in condition.items():
        other = next((q for q in earlier if q.id == name), None)
        if other is None:
            message = f"'{name}' is no earlier question of this group: correct it or move it up"
            yield entry.problem(message, *path, name)
            continue
        values = ["yes", "no"] if other.kind == "yes_no" else [choice.value for choice in other.choices]
        for number, value in enumerate(wanted):
            if value not in values:
                message = f"'{value}' is no answer to '{name}': use one of {values}"
                yield entry.problem(message, *path, name, number)
