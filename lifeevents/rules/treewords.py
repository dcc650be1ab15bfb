"""A rule as a tree that a person reads: each step a line, with its article and what it means."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from lifeevents.rules.model import Fact, Figure, Node

_SIGNS = {"plus": " + ", "minus": " − ", "times": " × ", "divide": " ÷ "}
_WORDS: dict[str, dict[str, str]] = {
    "nl": {
        "all": "Dit moet allemaal zo zijn:",
        "any": "Minstens een hiervan:",
        "not": "Dit mag niet zo zijn:",
        "choose": "Het eerste hiervan dat past:",
        "below": "het eerste hieronder dat past",
        "then": "dan",
        "otherwise": "anders",
        "less": "is minder dan",
        "at_most": "is hooguit",
        "equal": "is gelijk aan",
        "at_least": "is ten minste",
        "more": "is meer dan",
        "lowest": "het laagste van",
        "highest": "het hoogste van",
        "years": "hele jaren sinds",
        "months": "hele maanden sinds",
        "on": "op",
        "cents": "afgerond op centen:",
        "cents_up": "naar boven afgerond op centen:",
        "euros_down": "naar beneden afgerond op euro’s:",
        "count": "aantal bij",
        "sum": "de som over",
        "where": "Geteld wordt waarvoor dit geldt:",
        "each": "Voor elk:",
        "today": "vandaag",
        "month": "de eerste dag van de maand",
        "quarter": "de eerste dag van het kwartaal",
        "year": "de eerste dag van het jaar",
        "before_month": "de laatste dag van de maand ervoor",
        "since": "vanaf",
        "until": "tot en met",
    },
    "en": {
        "all": "All of this must be so:",
        "any": "At least one of these:",
        "not": "This must not be so:",
        "choose": "The first of these that fits:",
        "below": "the first below that fits",
        "then": "then",
        "otherwise": "otherwise",
        "less": "is less than",
        "at_most": "is at most",
        "equal": "equals",
        "at_least": "is at least",
        "more": "is more than",
        "lowest": "the lowest of",
        "highest": "the highest of",
        "years": "whole years since",
        "months": "whole months since",
        "on": "on",
        "cents": "rounded to cents:",
        "cents_up": "rounded up to cents:",
        "euros_down": "rounded down to euros:",
        "count": "how many at",
        "sum": "the sum over",
        "where": "Counted are those of which this holds:",
        "each": "For each:",
        "today": "today",
        "month": "the first day of the month",
        "quarter": "the first day of the quarter",
        "year": "the first day of the year",
        "before_month": "the last day of the month before",
        "since": "from",
        "until": "until",
    },
}


@dataclass(frozen=True, slots=True)
class Line:
    """A step: how deep it stands, what it says, its article where that is another one, and its meaning."""

    depth: int
    text: str
    article: str = ""
    means: str = ""


def tree_lines(
    tree: Node, facts: Mapping[str, Fact], figures: Mapping[str, Figure], *, on: date, language: str = "nl"
) -> list[Line]:
    """The steps of a tree in their order. Figures stand with their value on that day."""
    lang = "en" if language.split("-")[0] == "en" else "nl"
    return list(_Reader(facts, figures, on, lang).lines(tree, 0, ""))


class _Reader:
    """One rule, in one language, with the figures of one day."""

    def __init__(self, facts: Mapping[str, Fact], figures: Mapping[str, Figure], on: date, lang: str) -> None:
        self._facts, self._figures, self._on, self._lang = facts, figures, on, lang
        self._words = _WORDS[lang]

    def lines(self, node: Node, depth: int, article: str) -> Iterator[Line]:
        """The node and what stands below it."""
        own = node.article if node.article != article else ""
        means = node.says.yes.in_language(self._lang) if node.says else ""
        text = self._heading(node) + self._period(node)
        yield Line(depth, text[:1].upper() + text[1:], own, means)
        if node.op in ("all", "any", "not"):
            for part in node.parts:
                yield from self.lines(part, depth + 1, node.article)
        elif node.op == "choose":
            yield from self._branches(node, depth + 1)
        else:
            for inner in self._below(node):
                yield from self._part(inner, depth + 1, node.article)

    def _part(self, inner: Node, depth: int, article: str) -> Iterator[Line]:
        if inner.op == "choose":
            yield from self._branches(inner, depth)
            return
        yield Line(depth, self._words["where" if inner.op == "count" else "each"])
        yield from self.lines(inner.parts[0], depth + 1, article)

    def _branches(self, node: Node, depth: int) -> Iterator[Line]:
        for i in range(0, len(node.parts) - 1, 2):
            yield from self.lines(node.parts[i], depth, node.article)
            yield from self._result("then", node.parts[i + 1], depth + 1, node.article)
        yield from self._result("otherwise", node.parts[-1], depth, node.article)

    def _result(self, word: str, node: Node, depth: int, article: str) -> Iterator[Line]:
        first, *rest = self.lines(node, depth, article)
        text = f"{self._words[word]}: {first.text}"
        yield Line(depth, text[:1].upper() + text[1:], first.article, first.means)
        yield from rest

    def _heading(self, node: Node) -> str:
        if node.op in ("all", "any", "not", "choose"):
            return self._words[node.op]
        return self._inline(node)

    def _period(self, node: Node) -> str:
        days = [(word, day) for word, day in (("since", node.since), ("until", node.until)) if day]
        told = " ".join(f"{self._words[word]} {day.isoformat()}" for word, day in days)
        return f" ({told})" if told else ""

    def _below(self, node: Node) -> Iterator[Node]:
        """What in a step is too long for its line, so that its own steps stand below it."""
        if node.op in ("count", "sum", "choose"):
            yield node
            return
        for part in node.parts:
            yield from self._below(part)

    def _inline(self, node: Node) -> str:
        if node.op in ("count", "sum"):
            return f"{self._words[node.op]} {self._fact(node.name)}"
        if node.op == "choose":
            return self._words["below"]
        parts = [self._inline(part) for part in node.parts]
        if node.op in _SIGNS:
            return f"({_SIGNS[node.op].join(parts)})"
        if node.op in ("less", "at_most", "equal", "at_least", "more"):
            return f"{parts[0]} {self._words[node.op]} {parts[1]}"
        if node.op in ("lowest", "highest"):
            return f"{self._words[node.op]} ({'; '.join(parts)})"
        if node.op in ("years", "months"):
            day = f" {self._words['on']} {parts[1]}" if len(parts) > 1 else ""
            return f"{self._words[node.op]} {parts[0]}{day}"
        if node.op in ("cents", "cents_up", "euros_down"):
            return f"{self._words[node.op]} {parts[0]}"
        if node.op in ("all", "any", "not"):
            return f"{self._words[node.op]} {'; '.join(parts)}"
        return self._leaf(node)

    def _leaf(self, node: Node) -> str:
        match node.op:
            case "fact":
                return self._fact(node.name)
            case "figure":
                figure = self._figures[node.name]
                value = figure.on(self._on)
                label = figure.label.in_language(self._lang)
                return f"{label} ({value.value}, {value.since.year})" if value else label
            case "day":
                return self._words[node.name]
        return str(node.constant)

    def _fact(self, name: str) -> str:
        outer, _, inner = name.partition(".")
        fact = self._facts[outer].items[inner] if inner else self._facts[outer]
        return f"“{fact.ask.in_language(self._lang)}”"
