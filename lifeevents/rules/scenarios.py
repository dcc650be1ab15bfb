"""Situations worked out by hand from the law text, and whether the rules give what they say.

A file `<rule>.yaml` holds a list of mappings: `name`, `on` (a day), `known` (facts by name), `verdict` (true,
false or null), and where it matters `missing` (names of facts) and `amount` (text, in euros).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter
from pydantic.dataclasses import dataclass

from lifeevents.legal import STRICT, NonEmpty
from lifeevents.rules.evaluation import evaluate
from lifeevents.rules.loading import Rules
from lifeevents.rules.model import Amount, Rule
from lifeevents.shape import parse
from lifeevents.yamlfile import Problem, read

FEWEST = 6
"""How many situations a rule must have."""


@dataclass(config=STRICT)
class Scenario:
    """One situation and its outcome."""

    name: NonEmpty
    on: date
    known: dict[str, Any]
    verdict: bool | None
    missing: tuple[str, ...] | None = None
    amount: Amount | None = None


_SCENARIOS = TypeAdapter(tuple[Scenario, ...])


def scenario_problems(folder: Path, rules: Rules) -> list[Problem]:
    """What is wrong with the scenarios in `folder`, or with the rules by what they say."""
    problems: list[Problem] = []
    counted: Counter[str] = Counter()
    for file in sorted(folder.glob("*.yaml")):
        document = read(file, problems)
        if document is None:
            continue
        rule = rules.rules.get(file.stem)
        if rule is None:
            problems.append(
                document.problem(f"there is no rule '{file.stem}': rename this file, or remove it")
            )
            continue
        scenarios = parse(_SCENARIOS, document.data, document, problems) or ()
        counted[file.stem] = len(scenarios)
        for number, one in enumerate(scenarios):
            problems += (document.problem(said, number) for said in _wrong(rule, one))
    for name in sorted(rules.rules):
        if counted[name] < FEWEST:
            message = f"has {counted[name]} scenarios: work out {FEWEST} or more from the law text"
            problems.append(Problem(folder / f"{name}.yaml", 1, message))
    return problems


def _wrong(rule: Rule, scenario: Scenario) -> Iterator[str]:
    outcome = evaluate(rule, scenario.known, on=scenario.on)
    if outcome.verdict is not scenario.verdict:
        yield f"'{scenario.name}' gives {outcome.verdict}, not {scenario.verdict}: correct the rule or this"
    if scenario.missing is not None and outcome.missing != scenario.missing:
        missing = ", ".join(outcome.missing) or "nothing"
        yield f"'{scenario.name}' lacks {missing}: correct 'missing' or the rule"
    amount = outcome.amount.euros if outcome.amount else None
    if amount != (Decimal(scenario.amount) if scenario.amount else None):
        yield f"'{scenario.name}' gives {amount} euros, not {scenario.amount}: correct the rule or this"
