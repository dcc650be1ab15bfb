"""What an outcome rests on: the steps of the rule with their articles and the facts, kept as it was then.

A rule changes, and an outcome does not: so everything that is read later is in the trace, in both languages.
Shape: `{"rule", "law", "title": {"nl", "en"}, "on", "proposes", "steps": [{"nl", "en", "article", "met"}],
"facts": [{"ask": {"nl", "en"}, "kind", "value", "source", "items"?: {name: {"ask", "kind"}}}]}`.
`proposes` is "granted" or "refused", and "" where too little was known. The source of a fact is a field of
a register, "answer" (the citizen's own) or "agency" (established by it). The value of a list is a list.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from django.utils.translation import gettext as _

from lifeevents.legal import Text
from lifeevents.rules import Fact
from portal.cases.deciding.grounds import ARTICLES
from portal.cases.judging.ruling import Ruling
from portal.cases.models import Case, Outcome
from portal.cases.reading.showing import field_label, not_for_you, says_where, source_name
from portal.cases.reading.values import day, euro, language
from portal.catalogue import catalogue
from portal.ledger.keys import KeyDestroyed, KeyRing

Trace = dict[str, Any]

ANSWER, AGENCY = "answer", "agency"


@dataclass(frozen=True, slots=True)
class Step:
    """A test of the rule in words, its article, and whether it was met."""

    text: str
    article: str
    met: bool


@dataclass(frozen=True, slots=True)
class UsedFact:
    """A fact that the rule rests on, as people read it."""

    label: str
    lines: list[str]
    source: str


@dataclass(frozen=True, slots=True)
class ShownTrace:
    """`words` is what the rule gives, `departs` whether the outcome is another one."""

    law: str
    on: date
    words: str
    steps: list[Step]
    facts: list[UsedFact]
    departs: bool


@dataclass(frozen=True, slots=True)
class Why:
    """What stands beside the motivation of an outcome: who judged it ("" where nobody says), the rule, and
    the article by which the citizen was not heard first ("" where that was done, or not due).
    """

    by: str
    trace: ShownTrace | None
    not_heard_article: str = ""


def why_of(case: Case, outcome: Outcome, ring: KeyRing | None = None) -> Why:
    """Who judged it, and on what it rests, in the language of the page."""
    return Why(by_words(outcome), shown_trace(case, outcome, ring), ARTICLES.get(outcome.not_heard, ""))


def trace_of(ruling: Ruling) -> Trace:
    """What the rule says now, to keep."""
    text, verdict = ruling.rule.text, ruling.verdict
    return {
        "rule": ruling.rule.id,
        "law": text.law,
        "title": _both(text.title),
        "on": ruling.on.isoformat(),
        "proposes": ruling.proposes or "",
        "steps": [{**_both(one.text), "article": one.article, "met": one.met} for one in verdict.reasons],
        "facts": [_used(ruling, name, fact) for name, fact in text.facts.items() if name in verdict.used],
    }


def facts_of(ruling: Ruling) -> list[UsedFact]:
    """All facts that are known for the rule, whether it rests on them or not."""
    facts = ruling.rule.text.facts
    used = [_used(ruling, name, fact) for name, fact in facts.items() if name in ruling.known]
    return [_shown_fact(one, language(), hides_places=False) for one in used]


def sealed(case: Case, trace: Trace, ring: KeyRing | None = None) -> bytes:
    """The trace as ciphertext, by the key that seals what was sent with the case."""
    return (ring or KeyRing(case.citizen)).seal(case.retention, _context(case), trace)


def opened(case: Case, outcome: Outcome, ring: KeyRing | None = None) -> Trace | None:
    """The trace of an outcome; None where no rule was looked at, and once its key was destroyed."""
    if outcome.sealed_trace is None:
        return None
    keys = ring or KeyRing(case.citizen)
    try:
        trace: Trace = keys.unseal(case.retention, _context(case), outcome.sealed_trace)
    except KeyDestroyed:
        return None
    return trace


def shown_trace(case: Case, outcome: Outcome, ring: KeyRing | None = None) -> ShownTrace | None:
    """The trace of an outcome in the language of the page; None as `opened`."""
    trace = opened(case, outcome, ring)
    if trace is None:
        return None
    lang = language()
    return ShownTrace(
        law=trace["law"],
        on=date.fromisoformat(trace["on"]),
        words=_gives(trace["proposes"], trace["title"][lang]),
        steps=[Step(one[lang], one["article"], one["met"]) for one in trace["steps"]],
        facts=[_shown_fact(one, lang, hides_places=case.hides_places) for one in trace["facts"]],
        departs=bool(trace["proposes"]) and trace["proposes"] != outcome.kind,
    )


def by_words(outcome: Outcome) -> str:
    """Who judged it; "" where the agency does not say."""
    return {
        Outcome.By.HUMAN: _("Een medewerker heeft dit bekeken en besloten."),
        Outcome.By.RULE: _("Een computer heeft dit besloten, met een vaste regel."),
    }.get(Outcome.By(outcome.decided_by), "")


def _gives(proposes: str, title: str) -> str:
    words = {
        "granted": _("Volgens de regel krijgt u %(title)s."),
        "refused": _("Volgens de regel krijgt u geen %(title)s."),
    }
    return words.get(proposes, _("De regel kan niet zeggen of u %(title)s krijgt.")) % {"title": title}


def _used(ruling: Ruling, name: str, fact: Fact) -> Trace:
    origin = fact.known_from
    source = AGENCY
    if origin is not None and name in ruling.sent:
        source = origin.field or ANSWER
    items = {key: {"ask": _both(one.ask), "kind": one.kind} for key, one in fact.items.items()}
    return {
        "ask": _both(fact.ask),
        "kind": fact.kind,
        "value": ruling.known[name],
        "source": source,
        **({"items": items} if items else {}),
    }


def _shown_fact(fact: Trace, lang: str, *, hides_places: bool) -> UsedFact:
    source = fact["source"]
    is_field = source not in (ANSWER, AGENCY)
    lines = [not_for_you()] if hides_places and is_field and says_where(source) else _lines(fact, lang)
    return UsedFact(fact["ask"][lang], lines, _source_words(source))


def _lines(fact: Trace, lang: str) -> list[str]:
    if fact["kind"] != "list":
        return [_value(fact["kind"], fact["value"])]
    return [
        f"{number}. {known['ask'][lang]} {_value(known['kind'], item[key])}"
        for number, item in enumerate(fact["value"], start=1)
        for key, known in fact["items"].items()
        if key in item
    ] or [_("Geen")]


def _value(kind: str, value: Any) -> str:
    match kind:
        case "yes_no":
            return _("Ja") if value else _("Nee")
        case "date":
            return day(str(value))
        case "euro":
            return _amount(value)
        case _:
            return str(value)


def _amount(value: Any) -> str:
    try:
        return euro(str(Decimal(str(value))))
    except InvalidOperation:
        return str(value)


def _source_words(source: str) -> str:
    if source == AGENCY:
        return _("vastgesteld door de organisatie")
    if source == ANSWER:
        return source_name("citizen")
    field = catalogue().fields.get(source)
    return f"{field_label(source)}, {source_name(field.source)}" if field else source


def _both(text: Text) -> dict[str, str]:
    return {"nl": text.nl, "en": text.en}


def _context(case: Case) -> str:
    return f"trace:{case.pk}"
