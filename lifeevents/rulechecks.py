"""What must be true between rules and the rest of the catalogue: where a fact is known from is there."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from difflib import get_close_matches
from pathlib import Path

from lifeevents.model import Catalogue
from lifeevents.rules.loading import Rules
from lifeevents.rules.model import Origin, Rule
from lifeevents.yamlfile import Problem, read


def rule_problems(root: Path, catalogue: Catalogue, rules: Rules) -> list[Problem]:
    """Everything wrong with the facts of the rules in `root`, both already read; each with file and line.

    A fact is known from a field that exists and that a service with this rule may use, or from a question
    that a service asks.
    """
    asked = {
        question.id
        for service in catalogue.services.values()
        for group in service.ask
        for question in group.questions
    }
    return [problem for rule in rules.rules.values() for problem in _of_rule(root, catalogue, rule, asked)]


def _of_rule(root: Path, catalogue: Catalogue, rule: Rule, asked: set[str]) -> Iterator[Problem]:
    usable = {
        name
        for service in catalogue.services.values()
        if service.rule == rule.id
        for name in service.activity.fields
    }
    document = read(root / "rules" / f"{rule.id}.yaml", [])
    for name, fact in rule.text.facts.items():
        wrong = _wrong(fact.known_from, catalogue, usable, asked) if fact.known_from else None
        if wrong is not None and document is not None:
            key, message = wrong
            yield document.problem(message, "facts", name, "known_from", key)


def _wrong(origin: Origin, catalogue: Catalogue, usable: set[str], asked: set[str]) -> tuple[str, str] | None:
    """Which key is wrong, and what to do; None where all is right."""
    if origin.field and origin.field not in catalogue.fields:
        near = _near(origin.field, catalogue.fields)
        return "field", f"field '{origin.field}' does not exist: {near}add it to fields/ or remove known_from"
    if origin.field and origin.field not in usable:
        return "field", (
            f"no service with this rule may use '{origin.field}': add it to activity.fields of one, "
            "or remove known_from"
        )
    if origin.answer and origin.answer not in asked:
        near = _near(origin.answer, asked)
        return "answer", f"nobody asks '{origin.answer}': {near}name a question of a service"
    return None


def _near(name: str, names: Iterable[str]) -> str:
    found = get_close_matches(name, list(names), n=1)
    return f"did you mean '{found[0]}'? Otherwise " if found else ""
