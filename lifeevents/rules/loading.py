"""Reads rules and dated figures, and raises `CatalogueError` with everything that is wrong with them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

from pydantic import TypeAdapter

from lifeevents.rules.build import Builder
from lifeevents.rules.model import Figure, Node, Rule, RuleText
from lifeevents.shape import parse
from lifeevents.yamlfile import CatalogueError, Document, Problem, read

ROOT = Path(__file__).parent.parent
"""The folder of the catalogue that comes with this package."""

_RULE = TypeAdapter(RuleText)
_FIGURE = TypeAdapter(Figure)


@dataclass(frozen=True, slots=True)
class Rules:
    """All rules by id, and all figures by name."""

    rules: dict[str, Rule]
    figures: dict[str, Figure]


def load_rules(root: Path = ROOT) -> Rules:
    """The rules in `rules/*.yaml` of `root`, with the figures in `parameters/figures/*.yaml`.

    Raises `CatalogueError` with every problem found.
    """
    problems: list[Problem] = []
    figures: dict[str, Figure] = {}
    for document in _documents(root / "parameters" / "figures", problems):
        _read_figures(document, figures, problems)
    rules: dict[str, Rule] = {}
    for document in _documents(root / "rules", problems):
        rule = _read_rule(document, figures, problems)
        if rule is not None:
            rules[rule.id] = rule
    if problems:
        raise CatalogueError(problems)
    return Rules(rules, figures)


def _documents(folder: Path, problems: list[Problem]) -> Iterator[Document]:
    for file in sorted(folder.glob("*.yaml")):
        document = read(file, problems)
        if document is not None:
            yield document


def _read_figures(document: Document, figures: dict[str, Figure], problems: list[Problem]) -> None:
    if not isinstance(document.data, dict):
        problems.append(document.problem("this file must hold figures by name, such as 'akw_basic:'"))
        return
    for name, data in document.data.items():
        figure = parse(_FIGURE, data, document, problems, (name,))
        if figure is None:
            continue
        if name in figures:
            problems.append(document.problem(f"figure '{name}' exists already: rename one", name))
        figures[name] = figure
        for i, (earlier, later) in enumerate(pairwise(figure.values)):
            if later.since <= (earlier.until or earlier.since):
                message = "overlaps the value before it: order them by 'since' and let none overlap"
                problems.append(document.problem(message, name, "values", i + 1, "since"))


def _read_rule(document: Document, figures: dict[str, Figure], problems: list[Problem]) -> Rule | None:
    text = parse(_RULE, document.data, document, problems)
    if text is None:
        return None
    if text.id != document.file.stem:
        message = f"id '{text.id}' and the name of the file differ: make them equal"
        problems.append(document.problem(message, "id"))
    builder = Builder(document, text.facts, figures, problems)
    when = builder.tree(text.when, "truth", ("when",))
    amount: Node | None = None
    if text.amount is not None:
        amount = builder.tree(text.amount.value, "number", ("amount", "value"), text.amount.article)
    beyond = [
        builder.tree(one.when, "truth", ("beyond", number, "when"), one.article)
        for number, one in enumerate(text.beyond)
    ]
    for number, one in enumerate(text.beyond):
        for name in set(one.touches) - text.facts.keys():
            message = f"fact '{name}' is not known: use one of {', '.join(text.facts)}"
            problems.append(document.problem(message, "beyond", number, "touches"))
    if when is None or None in beyond or (text.amount is not None and amount is None):
        return None
    for name in text.facts.keys() - builder.used:
        problems.append(document.problem(f"fact '{name}' is used nowhere: use or remove it", "facts", name))
    _check_sentences(when, document, problems)
    return Rule(text, when, amount, builder.figures, tuple(node for node in beyond if node is not None))


def _check_sentences(node: Node, document: Document, problems: list[Problem]) -> None:
    """Every test under `when` has words, of its own or of a step above it."""
    if node.says is not None:
        return
    if node.op not in ("all", "any", "not"):
        message = f"the test '{node.op}' of {node.article} has no words: add 'says' to it or to a step above"
        problems.append(document.problem(message, "when"))
        return
    for part in node.parts:
        _check_sentences(part, document, problems)
