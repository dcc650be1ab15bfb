"""Which services of a life event are for somebody, and why: yes, no, or not known yet.

`when` of a service says for whom it is, its rule who can get it by law. Both must be yes; one no is enough.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter

from lifeevents.legal import Text
from lifeevents.model import Service, When
from lifeevents.rules.build import Builder
from lifeevents.rules.evaluation import NOT_KNOWN, Found, Outcome, decide, evaluate
from lifeevents.rules.known import known_facts
from lifeevents.rules.model import Node, Rule
from lifeevents.yamlfile import CatalogueError, Document, Problem

_WHEN: TypeAdapter[When] = TypeAdapter(When)


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether a service is for somebody. `reasons` are pieces of a sentence, of what its `when` tested.

    `outcome` is that of its rule, None where it has none; `known` the facts of the rule that needed no
    question, and `missing` those that would still decide it.
    """

    service: Service
    verdict: bool | None
    reasons: tuple[Text, ...]
    outcome: Outcome | None
    known: dict[str, Any]

    @property
    def missing(self) -> tuple[str, ...]:
        """The facts of the rule that would still say whether it is for somebody."""
        return self.outcome.missing if self.outcome and self.verdict is None else ()


def applicable(
    services: Iterable[Service],
    values: Mapping[str, Any],
    answers: Mapping[str, Any],
    *,
    rules: Mapping[str, Rule],
    on: date,
) -> list[Verdict]:
    """A verdict on each service, in their order; pure. `values` and `answers` as `known_facts` takes them.

    Of the registers a service is judged by what may be used for it (its activity), and not by a field that it
    waits for: what stands there now is not what will.
    """
    return [_verdict(service, values, answers, rules, on) for service in services]


def when_tree(when: When, document: Document, article: str, problems: list[Problem]) -> Node | None:
    """The tree of a `when`; None, with its problems, where something in it is wrong."""
    builder = Builder(document, when.facts, {}, problems)
    tree = builder.tree(when.test, "truth", ("when", "test"), article)
    for name in when.facts.keys() - builder.used:
        problems.append(document.problem(f"fact '{name}' is used nowhere: use or remove it", "when", "facts"))
    return tree


def tree_of(when: When) -> Node:
    """The tree of a `when` that was checked when the catalogue was read."""
    return _tree(_WHEN.dump_json(when))


def _verdict(
    service: Service,
    values: Mapping[str, Any],
    answers: Mapping[str, Any],
    rules: Mapping[str, Rule],
    on: date,
) -> Verdict:
    awaited = {service.after.field} if service.after else set()
    usable = set(service.activity.fields) - awaited
    own = {name: value for name, value in values.items() if name in usable}
    when = _when(service, own, answers, on)
    rule = rules.get(service.rule) if service.rule else None
    known = known_facts(rule.text.facts, own, answers) if rule else {}
    outcome = evaluate(rule, known, on=on) if rule else None
    parts = [part for part in (when, outcome) if part is not None]
    found = [part.value if isinstance(part, Found) else part.verdict for part in parts]
    if False in found:
        verdict: bool | None = False
    else:
        verdict = True if found and all(found) else None
    return Verdict(service, verdict, tuple(one.text for one in when.reasons), outcome, known)


def _when(service: Service, own: Mapping[str, Any], answers: Mapping[str, Any], on: date) -> Found:
    if service.when is None:
        return NOT_KNOWN
    facts = service.when.facts
    return decide(tree_of(service.when), facts, known_facts(facts, own, answers), on=on)


@lru_cache(maxsize=1024)
def _tree(stored: bytes) -> Node:
    """Many journeys share one definition, so its tree is made once."""
    problems: list[Problem] = []
    tree = when_tree(_WHEN.validate_json(stored), Document(Path("when"), stored.decode(), {}), "-", problems)
    if tree is None:
        raise CatalogueError(problems)
    return tree
