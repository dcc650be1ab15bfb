"""Decides a rule on what is known: yes, no, or unknown because facts are missing (Kleene), with the reasons.

Pure, and bounded: a tree has at most `build.MOST_NODES` nodes, a list at most `model.MOST_ITEMS` items, and
lists do not nest. More knowledge never turns a yes into a no, nor a no into a yes.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import ROUND_CEILING, ROUND_FLOOR, ROUND_HALF_UP, Decimal
from functools import cache, reduce
from typing import Any, NamedTuple

from lifeevents.ages import whole_months
from lifeevents.legal import Text
from lifeevents.rules.facts import Span, accepted
from lifeevents.rules.model import Dated, Fact, Figure, Node, Rule

Value = Any
"""bool, Decimal, date, str, a Span of numbers or days, or None for unknown."""


@dataclass(frozen=True, slots=True)
class Reason:
    """A test that decided: its words, its article, and whether it was met."""

    text: Text
    article: str
    met: bool


class Found(NamedTuple):
    """What a node yields. `missing` are facts that would say more, `gaps` figures with no value then."""

    value: Value
    used: frozenset[str] = frozenset()
    missing: tuple[str, ...] = ()
    reasons: tuple[Reason, ...] = ()
    figures: tuple[tuple[str, Dated], ...] = ()
    gaps: tuple[str, ...] = ()


NOT_KNOWN = Found(None)


@dataclass(frozen=True, slots=True)
class Amount:
    """An indicative amount in euros. `year` is that of the oldest figure in it, None where it has none."""

    euros: Decimal
    per: str
    article: str
    year: int | None


@dataclass(frozen=True, slots=True)
class Outcome:
    """The verdict: True, False or None for unknown, and what it rests on.

    `used` are exactly the facts it rests on, `missing` those that would decide an unknown one, and `refused`
    those whose value cannot be (a negative amount, a birth in the future). `amount` is only there with a yes.
    `figures` are the dated values used. `gaps` are figures, or the rule itself, with nothing on that day.
    `beyond` says why the rule says nothing of this situation: then nothing more need be asked.
    """

    rule: Rule
    on: date
    verdict: bool | None
    used: frozenset[str]
    missing: tuple[str, ...]
    reasons: tuple[Reason, ...]
    refused: tuple[str, ...]
    amount: Amount | None
    amount_missing: tuple[str, ...]
    figures: tuple[tuple[str, Dated], ...]
    gaps: tuple[str, ...]
    beyond: tuple[Reason, ...] = ()


def evaluate(rule: Rule, known: Mapping[str, Any], *, on: date) -> Outcome:
    """The verdict of a rule on a day. `known` holds facts by name; a name that is not there is unknown.

    Values: bool, int, Decimal or amount as text, ISO date (also "2008-02" or "2008"), a word, or a list of
    mappings.
    """
    text = rule.text
    facts, refused = accepted(text.facts, known, on)
    if on < text.since or (text.until is not None and on > text.until):
        empty = Found(None, gaps=(rule.id,))
        return _outcome(rule, on, empty, None, refused)
    run = _Run(rule.figures, on)
    found, beyond = run.node(rule.when, facts), _beyond(run, rule, facts)
    if beyond.value is not False:
        return _left_aside(run, rule, facts, found, beyond, refused)
    found = found._replace(used=found.used | beyond.used)
    amount = run.node(rule.amount, facts) if rule.amount is not None and found.value is True else None
    return _outcome(rule, on, found, amount, refused)


def _left_aside(
    run: _Run, rule: Rule, facts: Mapping[str, Any], found: Found, beyond: Found, refused: tuple[str, ...]
) -> Outcome:
    """What is left of a rule in a situation that it leaves aside, or may leave aside.

    A no that needs nothing that counts otherwise there is one there too. Nothing is asked to find one: who is
    left aside hears so at once.
    """
    touched = {name for one in rule.text.beyond for name in one.touches}
    sure = run.node(rule.when, {name: value for name, value in facts.items() if name not in touched})
    if sure.value is False:
        return _outcome(rule, run.on, sure, None, refused)
    is_open = beyond.value is None and found.value is None
    nothing = Found(None, beyond.used, (*beyond.missing, *(found.missing if is_open else ())), beyond.reasons)
    return _outcome(rule, run.on, nothing, None, refused, beyond=beyond.reasons if beyond.value else ())


def decide(tree: Node, facts: Mapping[str, Fact], known: Mapping[str, Any], *, on: date) -> Found:
    """What a tree without figures yields on a day: the `when` of a service. `known` as in `evaluate`."""
    values, _refused = accepted(facts, known, on)
    return _Run({}, on).node(tree, values)


def _beyond(run: _Run, rule: Rule, facts: Mapping[str, Any]) -> Found:
    """Whether the situation is one that the rule leaves aside, and the first reason for that."""
    tried = []
    for node, text in zip(rule.beyond, rule.text.beyond, strict=True):
        found = run.node(node, facts)
        if found.value is True:
            return found._replace(missing=(), reasons=(Reason(text.says, text.article, met=True),))
        tried.append(found)
    open_ones = [one for one in tried if one.value is None]
    return merged(None if open_ones else False, open_ones or tried)._replace(reasons=())


def _outcome(
    rule: Rule,
    on: date,
    found: Found,
    amount: Found | None,
    refused: tuple[str, ...],
    *,
    beyond: tuple[Reason, ...] = (),
) -> Outcome:
    figures = (*found.figures, *(amount.figures if amount else ()))
    money = None
    if amount is not None and isinstance(amount.value, Decimal) and rule.text.amount is not None:
        euros = amount.value.quantize(Decimal("0.01"), ROUND_HALF_UP)
        year = min((one.since.year for _, one in amount.figures), default=None)
        money = Amount(euros, rule.text.amount.per, rule.text.amount.article, year)
    return Outcome(
        rule=rule,
        on=on,
        verdict=found.value if isinstance(found.value, bool) else None,
        used=found.used | (amount.used if amount else frozenset()),
        missing=_once(found.missing) if found.value is None else (),
        reasons=tuple(dict.fromkeys(found.reasons)),
        refused=refused,
        amount=money,
        amount_missing=_once(amount.missing) if amount is not None and money is None else (),
        figures=_once(figures),
        gaps=_once((*found.gaps, *(amount.gaps if amount else ()))),
        beyond=beyond,
    )


def _once(items: tuple[Any, ...]) -> tuple[Any, ...]:
    return tuple(dict.fromkeys(items))


_NOTHING = Found(None)[1:]


def merged(value: Value, parts: list[Found]) -> Found:
    """A value that rests on all of `parts`. Most of them bring little: constants bring nothing."""
    parts = [part for part in parts if part[1:] != _NOTHING]
    if len(parts) <= 1:
        return parts[0]._replace(value=value) if parts else Found(value)
    used, missing, reasons, figures, gaps = parts[0][1:]
    for part in parts[1:]:
        used |= part.used
        missing += part.missing
        reasons += part.reasons
        figures += part.figures
        gaps += part.gaps
    return Found(value, used, missing, reasons, figures, gaps)


@cache
def _outer(name: str) -> frozenset[str]:
    """The fact in which a fact stands: its list, or itself. Names come from rules, so they are few."""
    return frozenset((name.partition(".")[0],))


class _Run:
    """One evaluation, on one day."""

    def __init__(self, figures: Mapping[str, Figure], on: date) -> None:
        self._figures = figures
        self.on = on

    def node(self, node: Node, facts: Mapping[str, Any]) -> Found:
        """What a node yields with these facts."""
        found = self._yield(node, facts)
        if node.says is not None and isinstance(found.value, bool):
            text = node.says.yes if found.value else node.says.no
            return found._replace(reasons=(Reason(text, node.article, found.value),))
        return found

    def _yield(self, node: Node, facts: Mapping[str, Any]) -> Found:
        if node.op in _PLAIN:
            parts = [self.node(part, facts) for part in node.parts]
            return merged(self._worked_out(node.op, [part.value for part in parts]), parts)
        match node.op:
            case "fact":
                return self._fact(node.name, facts)
            case "number" | "word":
                return Found(node.constant)
            case "figure":
                value = self._figures[node.name].on(self.on)
                if value is None:
                    return Found(None, gaps=(node.name,))
                return Found(value.amount, figures=((node.name, value),))
            case "day":
                return Found(_named_day(node.name, self.on))
            case "all" | "any":
                return self._joined(node, facts, stop=node.op == "any")
            case "choose":
                return self._choose(node, facts)
        return self._over_list(node, facts)

    @staticmethod
    def _fact(name: str, facts: Mapping[str, Any]) -> Found:
        value = facts.get(name)
        if value is None:
            return Found(None, missing=(name,))
        vague = (name,) if isinstance(value, Span) else ()
        return Found(value, _outer(name), vague)

    def _joined(self, node: Node, facts: Mapping[str, Any], *, stop: bool) -> Found:
        """`all` (stop at a no) or `any` (stop at a yes); the one that stops is the whole reason."""
        parts = []
        for part in node.parts:
            if part.holds_on(self.on):
                found = self.node(part, facts)
                if found.value is stop:
                    return found
                parts.append(found)
        unknown = [part for part in parts if part.value is None]
        return merged(None, unknown) if unknown else merged(not stop, parts) if parts else Found(not stop)

    def _choose(self, node: Node, facts: Mapping[str, Any]) -> Found:
        tests = []
        for i in range(0, len(node.parts) - 1, 2):
            if not node.parts[i].holds_on(self.on):
                continue
            tests.append(self.node(node.parts[i], facts))
            if tests[-1].value is None:
                return merged(None, tests)
            if tests[-1].value:
                then = self.node(node.parts[i + 1], facts)
                return merged(then.value, [*tests, then])
        then = self.node(node.parts[-1], facts)
        return merged(then.value, [*tests, then])

    def _over_list(self, node: Node, facts: Mapping[str, Any]) -> Found:
        source = self._fact(node.name, facts)
        if source.value is None:
            return source
        items = [
            self.node(
                node.parts[0], {**facts, **{f"{node.name}.{key}": value for key, value in item.items()}}
            )
            for item in source.value
        ]
        if node.op == "sum":
            values = [item.value for item in items]
            total = None if any(not isinstance(v, Decimal) for v in values) else sum(values, Decimal(0))
            return merged(total, [source, *items])
        sure = sum(item.value is True for item in items)
        most = sure + sum(item.value is None for item in items)
        value = Decimal(sure) if sure == most else Span(Decimal(sure), Decimal(most))
        return merged(value, [source, *items])._replace(reasons=())

    def _worked_out(self, op: str, values: list[Value]) -> Value:
        if any(value is None for value in values):
            return None
        if op in _COMPARE:
            return _compare(op, *values)
        if op in ("years", "months"):
            return _ages(op, values[0], values[1] if len(values) > 1 else self.on)
        if any(isinstance(value, Span) for value in values):
            return None
        if op == "divide" and not values[1]:
            return None
        return _WORK[op](values)


def _named_day(period: str, on: date) -> date:
    match period:
        case "month":
            return on.replace(day=1)
        case "quarter":
            return date(on.year, (on.month - 1) // 3 * 3 + 1, 1)
        case "year":
            return date(on.year, 1, 1)
        case "before_month":
            return on.replace(day=1) - timedelta(days=1)
    return on


def _ends(value: Value) -> tuple[Value, Value]:
    return (value.low, value.high) if isinstance(value, Span) else (value, value)


def _compare(op: str, left: Value, right: Value) -> bool | None:
    (a, b), (c, d) = _ends(left), _ends(right)
    if op == "equal":
        if a == b == c == d:
            return True
        return False if isinstance(a, str) or b < c or d < a else None
    test = _COMPARE[op]
    outcomes = {test(a, d), test(b, c)}
    return outcomes.pop() if len(outcomes) == 1 else None


def _ages(op: str, born: Value, day: Value) -> Value:
    """Whole years or months from birth to a day, as far as both are known."""
    (first, last), (early, late) = _ends(born), _ends(day)
    young, old = whole_months(last, early), whole_months(first, late)
    low, high = (young // 12, old // 12) if op == "years" else (young, old)
    return Decimal(low) if low == high else Span(Decimal(low), Decimal(high))


def _rounded(value: Decimal, step: str, way: str) -> Decimal:
    return value.quantize(Decimal(step), way)


_COMPARE: dict[str, Callable[[Any, Any], bool]] = {
    "less": operator.lt,
    "at_most": operator.le,
    "equal": operator.eq,
    "at_least": operator.ge,
    "more": operator.gt,
}
_WORK: dict[str, Callable[[list[Value]], Value]] = {
    "not": lambda values: not values[0],
    "plus": sum,
    "minus": lambda values: values[0] - values[1],
    "times": lambda values: reduce(operator.mul, values),
    "divide": lambda values: values[0] / values[1],
    "lowest": min,
    "highest": max,
    "cents": lambda values: _rounded(values[0], "0.01", ROUND_HALF_UP),
    "cents_up": lambda values: _rounded(values[0], "0.01", ROUND_CEILING),
    "euros_down": lambda values: _rounded(values[0], "1", ROUND_FLOOR),
}
_PLAIN = frozenset((*_COMPARE, *_WORK, "years", "months"))
"""Operators that work on the values of all their parts."""
