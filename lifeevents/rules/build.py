"""From the mappings of a rule to a tree of nodes, each of a known kind; all mistakes with their line."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Any

from pydantic import TypeAdapter

from lifeevents.legal import Text
from lifeevents.rules.model import GIVES, Fact, Figure, Gives, Node, Says
from lifeevents.shape import parse
from lifeevents.yamlfile import Document, Part, Problem

Place = tuple[Part, ...]

MOST_DEPTH = 40
"""How many keys and items of lists may stand above a step."""
MOST_NODES = 400
"""How many nodes a tree may have."""
COMPARISONS = ("less", "at_most", "equal", "at_least", "more")
LISTS: dict[str, tuple[Gives, Gives, int, int]] = {
    "all": ("truth", "truth", 1, 30),
    "any": ("truth", "truth", 1, 30),
    "plus": ("number", "number", 2, 30),
    "minus": ("number", "number", 2, 2),
    "times": ("number", "number", 2, 30),
    "divide": ("number", "number", 2, 2),
    "lowest": ("number", "number", 2, 30),
    "highest": ("number", "number", 2, 30),
}
"""Operators on a list: what they give, what they take, and how many of them at least and at most."""
ALONE: dict[str, tuple[Gives, Gives]] = {
    "not": ("truth", "truth"),
    "years": ("number", "day"),
    "months": ("number", "day"),
    "cents": ("number", "number"),
    "cents_up": ("number", "number"),
    "euros_down": ("number", "number"),
}
"""Operators on one operand: what they give, and what they take."""
PERIODS = ("today", "month", "quarter", "year", "before_month")
NAMED = ("fact", "figure", "number", "word", "day", "count", "sum", "choose")
OPERATORS = (*LISTS, *ALONE, *COMPARISONS, *NAMED)
BESIDE = {
    "count": ("where",),
    "sum": ("each",),
    "choose": ("otherwise",),
    "years": ("on",),
    "months": ("on",),
}
"""Keys that some operators take beside their own."""
COMMON = ("article", "since", "until", "says")
"""Keys that every node may have."""
_NUMBER = re.compile(r"-?[0-9]{1,12}(\.[0-9]{1,6})?")
_DAY = TypeAdapter(date)


@dataclass(frozen=True)
class _SaysText:
    yes: Text
    no: Text


_SAYS = TypeAdapter(_SaysText)


_OVER: dict[str, tuple[str, Gives]] = {"count": ("where", "truth"), "sum": ("each", "number")}


@dataclass(frozen=True, slots=True)
class Spot:
    """Where in a file a step stands, the article that holds there, the list it is in, and how deep it is."""

    at: Place
    article: str = ""
    scope: str = ""
    depth: int = 0

    def into(self, part: Part) -> Spot:
        """A step further in."""
        return Spot((*self.at, part), self.article, self.scope, self.depth + 1)


@dataclass(frozen=True, slots=True)
class _Made:
    """What an operator and its operands make."""

    gives: Gives
    parts: tuple[Node, ...] = ()
    name: str = ""
    constant: Decimal | str | None = None


class Broken(Exception):
    """A part of a tree that cannot be made; its problem was noted."""


class Builder:
    """Makes the trees of one rule. `problems` gets every mistake; `used` and `figures` what they name."""

    def __init__(
        self, document: Document, facts: dict[str, Fact], figures: dict[str, Figure], problems: list[Problem]
    ) -> None:
        self._document = document
        self._facts = facts
        self._known = figures
        self._problems = problems
        self._count = 0
        self.used: set[str] = set()
        self.figures: dict[str, Figure] = {}

    def tree(self, data: Any, wanted: Gives, at: Place, article: str = "") -> Node | None:
        """The tree of `data`; None where something in it is wrong."""
        before = len(self._problems)
        try:
            node = self._node(data, wanted, Spot(at, article))
        except Broken:
            return None
        return node if len(self._problems) == before else None

    def _fail(self, message: str, at: Place) -> Broken:
        self._problems.append(self._document.problem(message, *at))
        return Broken()

    def _node(self, data: Any, wanted: Gives, spot: Spot) -> Node:
        self._count += 1
        if spot.depth > MOST_DEPTH or self._count > MOST_NODES:
            raise self._fail("this rule is too large: split it, or make it less deep", spot.at)
        if _is_number(data):
            data = {"number": str(data)}
        if not isinstance(data, dict):
            raise self._fail(_not_a_node(data, wanted), spot.at)
        op = self._operator(data, spot.at)
        spot = replace(spot, article=self._text(data, "article", spot.at) or spot.article)
        since, until = self._period(data, spot.at)
        made = self._operands(op, data, wanted, spot)
        if made.gives != wanted:
            message = f"'{op}' gives a {made.gives}, and here stands a {wanted}: use another operator"
            raise self._fail(message, (*spot.at, op))
        says = self._says(data, spot.at)
        node = Node(op, wanted, made.parts, made.name, made.constant, spot.article, since, until, says)
        self._check_article(node, spot.at)
        return node

    def _operator(self, data: dict[str, Any], at: Place) -> str:
        found = [key for key in data if key in OPERATORS]
        if len(found) != 1:
            what = "has no operator" if not found else f"has the operators {', '.join(found)}"
            raise self._fail(f"this step {what}: give it one of {', '.join(OPERATORS)}", at)
        for key in data.keys() - {found[0], *COMMON, *BESIDE.get(found[0], ())}:
            self._fail(
                f"unknown key '{key}' beside '{found[0]}': correct its spelling or remove it", (*at, key)
            )
        return found[0]

    def _operands(self, op: str, data: dict[str, Any], wanted: Gives, spot: Spot) -> _Made:
        value, here = data[op], spot.into(op)
        if op in LISTS:
            gives, takes, least, most = LISTS[op]
            items = self._list(value, least, most, here.at)
            return _Made(gives, tuple(self._node(one, takes, here.into(i)) for i, one in enumerate(items)))
        if op in COMPARISONS:
            return self._comparison(op, value, here)
        if op in ALONE:
            gives, takes = ALONE[op]
            more = (self._node(data["on"], "day", spot.into("on")),) if "on" in data else ()
            return _Made(gives, (self._node(value, takes, here), *more))
        if op in ("count", "sum"):
            return self._over_list(op, data, spot)
        if op == "choose":
            return _Made(wanted, self._choose(data, wanted, spot))
        return self._named(op, value, here)

    def _comparison(self, op: str, value: Any, here: Spot) -> _Made:
        pair = self._list(value, 2, 2, here.at)
        kind = self._kind_of(pair, here.at)
        if kind == "word" and op != "equal":
            raise self._fail("words can only be 'equal': use that", here.at)
        parts = tuple(self._node(one, kind, here.into(i)) for i, one in enumerate(pair))
        self._check_words(parts, here.at)
        return _Made("truth", parts)

    def _over_list(self, op: str, data: dict[str, Any], spot: Spot) -> _Made:
        name, here = data[op], spot.into(op)
        if spot.scope or name not in self._facts or self._facts[name].kind != "list":
            raise self._fail(
                f"'{name}' is no list that can be counted here: name a fact of that kind", here.at
            )
        self.used.add(name)
        key, takes = _OVER[op]
        if key not in data:
            raise self._fail(f"'{op}' has no key '{key}': add it", spot.at)
        part = self._node(data[key], takes, replace(spot.into(key), scope=name))
        return _Made("number", (part,), name)

    def _choose(self, data: dict[str, Any], wanted: Gives, spot: Spot) -> tuple[Node, ...]:
        here = spot.into("choose")
        parts: list[Node] = []
        seen: list[Any] = []
        for i, branch in enumerate(self._list(data["choose"], 1, 30, here.at)):
            inner = here.into(i)
            if not isinstance(branch, dict) or branch.keys() != {"when", "then"}:
                raise self._fail("a branch has the keys when and then, and no others", inner.at)
            if branch["when"] in seen:
                self._fail("this branch is never reached, an earlier one is equal: remove it", inner.at)
            seen.append(branch["when"])
            parts.append(self._node(branch["when"], "truth", inner.into("when")))
            parts.append(self._node(branch["then"], wanted, inner.into("then")))
        if "otherwise" not in data:
            raise self._fail("'choose' has no key 'otherwise': say what holds when no branch does", spot.at)
        return (*parts, self._node(data["otherwise"], wanted, spot.into("otherwise")))

    def _named(self, op: str, value: Any, spot: Spot) -> _Made:
        match op:
            case "number":
                if not _is_number(value):
                    raise self._fail("must be a number, such as 18 or '0.137'", spot.at)
                return _Made("number", constant=Decimal(str(value)))
            case "word":
                return _Made("word", constant=str(value))
            case "day":
                if value not in PERIODS:
                    raise self._fail(f"must be one of {', '.join(PERIODS)}", spot.at)
                return _Made("day", name=value)
            case "figure":
                if value not in self._known:
                    raise self._fail(f"figure '{value}' is not known: add it to parameters/figures", spot.at)
                self.figures[value] = self._known[value]
                return _Made("number", name=value)
        fact = self._fact(value, spot.scope)
        if fact is None:
            message = f"fact '{value}' is not known here: add it to 'facts' or correct its spelling"
            raise self._fail(message, spot.at)
        self.used.add(str(value).partition(".")[0])
        return _Made(GIVES[fact.kind], name=value)

    def _fact(self, name: Any, scope: str) -> Fact | None:
        outer, _, inner = str(name).partition(".")
        fact = self._facts.get(outer)
        if fact is None or not inner:
            return fact
        return fact.items.get(inner) if scope == outer else None

    def _kind_of(self, pair: list[Any], at: Place) -> Gives:
        """What two compared parts give: known from either of them."""
        for part in pair:
            if not isinstance(part, dict):
                return "number"
            if "word" in part:
                return "word"
            if "day" in part:
                return "day"
            if "fact" in part:
                fact = self._fact(part["fact"], str(part["fact"]).partition(".")[0])
                if fact is not None and fact.kind in ("yes_no", "list"):
                    raise self._fail("a yes or no is not compared: use the fact itself, or 'not'", at)
                return GIVES[fact.kind] if fact else "number"
        return "number"

    def _check_words(self, parts: tuple[Node, ...], at: Place) -> None:
        if all(not part.parts and part.constant is not None for part in parts):
            self._fail("compares two constants, so one outcome is never reached: remove it", at)
        words = {part.constant for part in parts if part.op == "word"}
        for part in parts:
            fact = self._fact(part.name, part.name.partition(".")[0]) if part.op == "fact" else None
            for word in words - set(fact.words) if fact and fact.kind == "choice" else ():
                self._fail(f"'{word}' is not among the words of '{part.name}', so this is never true", at)

    def _check_article(self, node: Node, at: Place) -> None:
        """A test that the citizen may read about has an article, and so says why."""
        tests = node.gives == "truth" and node.op not in ("all", "any", "not")
        if (tests or node.op == "figure") and not node.article:
            self._fail("has no article: add 'article' here or to a step above", at)

    def _list(self, value: Any, least: int, most: int, at: Place) -> list[Any]:
        if not isinstance(value, list) or not least <= len(value) <= most:
            many = str(least) if least == most else f"{least} to {most}"
            raise self._fail(f"must be a list of {many} steps", at)
        return value

    def _text(self, data: dict[str, Any], key: str, at: Place) -> str:
        value = data.get(key, "")
        if not isinstance(value, str) or (key in data and not value.strip()):
            raise self._fail(f"'{key}' must be text, such as 'AKW 7(1)'", (*at, key))
        return value

    def _period(self, data: dict[str, Any], at: Place) -> tuple[date | None, date | None]:
        days = [
            parse(_DAY, data[key], self._document, self._problems, (*at, key)) if key in data else None
            for key in ("since", "until")
        ]
        since, until = days
        if since and until and until < since:
            self._fail("ends before it begins, so it is never reached: correct the dates", (*at, "until"))
        return since, until

    def _says(self, data: dict[str, Any], at: Place) -> Says | None:
        if "says" not in data:
            return None
        found = parse(_SAYS, data["says"], self._document, self._problems, (*at, "says"))
        return Says(found.yes, found.no) if found else None


def _is_number(data: Any) -> bool:
    return isinstance(data, (int, str)) and not isinstance(data, bool) and bool(_NUMBER.fullmatch(str(data)))


def _not_a_node(data: Any, wanted: Gives) -> str:
    if wanted == "truth" and (isinstance(data, bool) or str(data).lower() in ("yes", "no", "true", "false")):
        return "is always the same, so another branch is never reached: name a fact or a test"
    return f"must be a step that gives a {wanted}, such as {{fact: …}}"
