"""Rules: what is wrong in a file is named with its line, and more knowledge only ever decides more."""

from __future__ import annotations

import dataclasses
import re
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lifeevents.rules import Fact, Rule, evaluate, load_rules, next_question, sentences
from lifeevents.rules.build import OPERATORS, PERIODS
from lifeevents.rules.model import AmountText, BeyondText, Dated, Figure, RuleText
from lifeevents.yamlfile import CatalogueError

ROOT = Path(__file__).parent.parent.parent
TODAY = date(2025, 5, 20)

FIGURES = """\
limit:
  label: {nl: grens, en: limit}
  values:
    - {since: 2025-01-01, value: "100.50", article: {name: art 1, verified: true}, source: the law}
    - {since: 2026-01-01, value: "200", article: {name: art 1, verified: true}, source: the law}
"""
RULE = """\
id: small
title: {nl: geld, en: money}
decides: {nl: De gemeente, en: The municipality}
law: Wet
bwb: BWBR0000001
since: 2025-01-01
facts:
  birth: {kind: date, not_future: true, ask: {nl: Geboren?, en: Born?}}
  income: {kind: euro, ask: {nl: Inkomen?, en: Income?}}
  lawful: {kind: yes_no, ask: {nl: Mag het?, en: Allowed?}}
  living: {kind: choice, words: [alone, together], ask: {nl: Woont u alleen?, en: Do you live alone?}}
  children: {kind: list, ask: {nl: Wie?, en: Who?}, items: {birth: {kind: date, ask: {nl: a, en: a}}}}
when:
  all:
    - {fact: lawful, article: W 1, says: {yes: {nl: het mag, en: ok}, no: {nl: het mag niet, en: not ok}}}
    - any:
        - at_most: [{fact: income}, {figure: limit}]
        - all:
            - equal: [{fact: living}, {word: alone}]
            - at_least: [{count: children, where: {less: [{years: {fact: children.birth}}, 18]}}, 1]
      article: W 2
      says: {yes: {nl: u hebt weinig, en: you have little}, no: {nl: u hebt genoeg, en: you have enough}}
    - at_least: [{years: {fact: birth}}, 18]
      article: W 3
      says: {yes: {nl: u bent 18, en: you are 18}, no: {nl: u bent jonger, en: you are younger}}
"""


def _folder(root: Path, rule: str = RULE, figures: str = FIGURES) -> Path:
    (root / "rules").mkdir(parents=True)
    (root / "parameters" / "figures").mkdir(parents=True)
    (root / "rules" / "small.yaml").write_text(rule, encoding="utf-8")
    (root / "parameters" / "figures" / "small.yaml").write_text(figures, encoding="utf-8")
    return root


@pytest.fixture
def small(tmp_path: Path) -> Rule:
    return load_rules(_folder(tmp_path)).rules["small"]


AGE = "at_least: [{years: {fact: birth}}, 18]"
_SAYS = "says: {yes: {nl: u bent 18, en: you are 18}, no: {nl: u bent jonger, en: you are younger}}"
_EXTRA = "{kind: yes_no, ask: {nl: a, en: a}}"
_ENDS = "since: 2026-01-01\n      until: 2025-01-01"
MISTAKES: dict[str, tuple[str, str, int, str]] = {
    "key twice": ("law: Wet", "law: Wet\nlaw: Wet", 5, "stands here twice"),
    "tab": ("  birth: {", "\tbirth: {", 8, "not correct YAML"),
    "no for false": ("not_future: true", "not_future: no", 8, "true or false"),
    "unknown key": ("law: Wet", "low: x\nlaw: Wet", 4, "unknown key 'low'"),
    "unknown key in a step": ("article: W 3", "artikle: W 3", 24, "unknown key 'artikle'"),
    "unknown fact": ("{years: {fact: birth}}", "{years: {fact: brith}}", 23, "fact 'brith' is not known"),
    "unknown figure": ("{figure: limit}", "{figure: limits}", 17, "figure 'limits' is not known"),
    "missing article": ("      article: W 3\n", "", 23, "has no article"),
    "no words": (_SAYS, "since: 2025-01-01", 13, "has no words"),
    "always the same": (AGE, "at_least: [18, 18]", 23, "two constants"),
    "yes as a test": ("      article: W 2", "        - yes\n      article: W 2", 21, "always the same"),
    "word that is not there": ("{word: alone}", "{word: single}", 19, "'single' is not among the words"),
    "ends before it begins": ("article: W 3", f"article: W 3\n      {_ENDS}", 26, "never reached"),
    "a number for a yes or no": (AGE, "plus: [1, 2]", 23, "gives a number"),
    "two operators": (AGE, AGE + "\n      fact: lawful", 23, "has the operators"),
    "fact used nowhere": ("facts:\n", f"facts:\n  extra: {_EXTRA}\n", 8, "fact 'extra' is used nowhere"),
    "touches what is no fact": (
        "when:",
        "beyond:\n  - when: {fact: lawful}\n    article: W 9\n    touches: [moon]\n"
        "    says: {nl: a, en: a}\nwhen:",
        16,
        "fact 'moon' is not known",
    ),
    "item out of its list": ("{fact: birth}", "{fact: children.birth}", 23, "is not known here"),
}


@pytest.mark.parametrize("name", MISTAKES)
def test_a_mistake_is_named_with_its_line_and_what_to_do(name: str, tmp_path: Path) -> None:
    old, new, line, words = MISTAKES[name]
    assert RULE.count(old) == 1
    with pytest.raises(CatalogueError) as found:
        load_rules(_folder(tmp_path, RULE.replace(old, new)))

    named = [one for one in found.value.problems if words in one.message]
    assert [one.line for one in named] == [line], found.value
    assert named[0].file.name == "small.yaml"


def test_an_equal_branch_is_said_to_be_never_reached(tmp_path: Path) -> None:
    branch = "        - {when: {fact: lawful}, then: 1}\n"
    amount = (
        f"amount:\n  per: month\n  article: W 4\n  value:\n    choose:\n{branch}{branch}    otherwise: 2\n"
    )
    with pytest.raises(CatalogueError, match=r"small\.yaml:32: this branch is never reached"):
        load_rules(_folder(tmp_path, RULE + amount))


def test_overlapping_figures_are_named(tmp_path: Path) -> None:
    with pytest.raises(CatalogueError, match=r"small\.yaml:5: overlaps the value before it"):
        load_rules(_folder(tmp_path, figures=FIGURES.replace("2026-01-01", "2025-01-01")))


def test_a_bomb_of_aliases_is_refused_before_it_is_written_out(tmp_path: Path) -> None:
    rows = "".join(f"a{i}: &a{i} [{', '.join([f'*a{i - 1}'] * 9)}]\n" for i in range(1, 30))
    with pytest.raises(CatalogueError, match="write it out plainly"):
        load_rules(_folder(tmp_path, "a0: &a0 [x]\n" + rows))


def test_a_file_of_ten_megabytes_is_refused(tmp_path: Path) -> None:
    with pytest.raises(CatalogueError, match="larger than 1 MB"):
        load_rules(_folder(tmp_path, "x" * 10_000_000))


@pytest.mark.parametrize(
    "step", ["{not: " * 200 + "{fact: lawful}" + "}" * 200, "{any: [" + "{fact: lawful}, " * 500 + "]}"]
)
def test_a_rule_without_end_is_refused(step: str, tmp_path: Path) -> None:
    with pytest.raises(CatalogueError, match=r"too large|too deep|a list of 1 to 30"):
        load_rules(_folder(tmp_path, RULE.replace(AGE, f"any: [{step}]")))


def test_a_no_needs_one_fact_and_says_only_that(small: Rule) -> None:
    outcome = evaluate(small, {"lawful": False, "income": "5"}, on=TODAY)

    assert (outcome.verdict, outcome.used) == (False, {"lawful"})
    assert sentences(outcome) == [
        "U kunt waarschijnlijk geen geld krijgen, want het mag niet (W 1).",
        "De gemeente beslist.",
    ]


def test_a_partial_birth_date_decides_only_where_it_leaves_nothing_open(small: Rule) -> None:
    known = {"lawful": True, "income": "1"}

    assert evaluate(small, {**known, "birth": "2006"}, on=TODAY).verdict is True
    assert evaluate(small, {**known, "birth": "2008"}, on=TODAY).verdict is False
    assert evaluate(small, {**known, "birth": "2007"}, on=TODAY).missing == ("birth",)


def test_what_cannot_be_is_refused_and_asked_again(small: Rule) -> None:
    known = {"lawful": True, "income": "-1", "birth": "2030-01-01", "living": "x", "children": "x"}
    outcome = evaluate(small, known, on=TODAY)

    assert outcome.verdict is None
    assert set(outcome.refused) == {"income", "birth", "living", "children"}


def test_a_figure_is_that_of_the_day(small: Rule) -> None:
    known = {"lawful": True, "income": "150", "birth": "1990", "living": "together"}

    assert evaluate(small, known, on=date(2025, 12, 31)).verdict is False
    assert evaluate(small, known, on=date(2026, 1, 1)).verdict is True


def test_before_the_law_there_is_no_verdict(small: Rule) -> None:
    outcome = evaluate(small, {"lawful": False}, on=date(2024, 12, 31))

    assert (outcome.verdict, outcome.gaps) == (None, ("small",))
    assert "missen" in sentences(outcome)[0]


def test_a_step_counts_from_its_own_day(tmp_path: Path) -> None:
    later = RULE.replace("article: W 3", "article: W 3\n      since: 2026-01-01")
    rule = load_rules(_folder(tmp_path, later)).rules["small"]
    known = {"lawful": True, "income": "1", "birth": "2020"}

    assert evaluate(rule, known, on=TODAY).verdict is True
    assert evaluate(rule, known, on=date(2026, 1, 1)).verdict is False


def test_what_decides_most_is_asked_first_and_what_is_decided_is_not_asked(small: Rule) -> None:
    assert next_question(small, {}, on=TODAY) in ("lawful", "birth")
    assert next_question(small, {"lawful": True, "birth": "1990"}, on=TODAY) == "income"
    assert next_question(small, {"lawful": False}, on=TODAY) is None


@cache
def _rules() -> dict[str, Rule]:
    return load_rules().rules


def _values(fact: Fact) -> st.SearchStrategy[Any]:
    match fact.kind:
        case "yes_no":
            return st.booleans()
        case "choice":
            return st.sampled_from(fact.words)
        case "date":
            days = st.dates(date(1930, 1, 1), date(2025, 5, 20)).map(str)
            return st.builds(lambda day, cut: day[:cut], days, st.sampled_from((4, 7, 10)))
        case "list":
            item = st.fixed_dictionaries({}, optional={k: _values(v) for k, v in fact.items.items()})
            return st.lists(item, max_size=4)
    return st.integers(0, 400_000).map(lambda cents: str(cents)) | st.integers(0, 60)


@st.composite
def _situations(draw: st.DrawFn) -> tuple[Rule, dict[str, Any], dict[str, Any]]:
    rule = draw(st.sampled_from(sorted(_rules().values(), key=lambda one: one.id)))
    everything = {name: draw(_values(fact)) for name, fact in rule.text.facts.items()}
    kept = draw(st.sets(st.sampled_from(sorted(everything))))
    return rule, everything, {name: everything[name] for name in kept}


@settings(deadline=None, max_examples=100)
@given(_situations())
def test_more_knowledge_never_turns_a_verdict(situation: tuple[Rule, dict[str, Any], dict[str, Any]]) -> None:
    rule, everything, some = situation
    before = evaluate(rule, some, on=TODAY)

    if before.verdict is not None:
        assert evaluate(rule, everything, on=TODAY).verdict is before.verdict


@settings(deadline=None, max_examples=100)
@given(_situations())
def test_the_facts_named_are_known_and_enough(
    situation: tuple[Rule, dict[str, Any], dict[str, Any]],
) -> None:
    rule, _, some = situation
    outcome = evaluate(rule, some, on=TODAY)

    assert outcome.used <= some.keys()
    if outcome.verdict is not None:
        again = evaluate(rule, {name: some[name] for name in outcome.used}, on=TODAY)
        assert (again.verdict, again.reasons, again.used) == (outcome.verdict, outcome.reasons, outcome.used)


@settings(deadline=None, max_examples=40)
@given(_situations())
def test_asking_on_ends_in_the_verdict_of_all_facts(
    situation: tuple[Rule, dict[str, Any], dict[str, Any]],
) -> None:
    rule, everything, known = situation
    while (asked := next_question(rule, known, on=TODAY)) is not None:
        if asked.partition(".")[0] in known:
            return  # a partial date, or an item without the answer, leaves it open
        known = {**known, asked: everything[asked]}

    outcome = evaluate(rule, known, on=TODAY)
    # Who is left aside is asked nothing more, not even for what would be a no.
    assert outcome.beyond or outcome.verdict is evaluate(rule, everything, on=TODAY).verdict


def test_every_key_and_operator_is_in_the_document() -> None:
    text = (ROOT / "docs" / "rules.md").read_text(encoding="utf-8")
    named = set(re.findall(r"`([a-z_]+)`", text))
    kinds = (RuleText, AmountText, BeyondText, Fact, Figure, Dated)
    keys = {field.name for one in kinds for field in dataclasses.fields(one)}

    assert keys | {*OPERATORS, *PERIODS, "says", "where", "each", "otherwise", "on", "when", "then"} <= named
