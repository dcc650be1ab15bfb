"""Every rule of law gives what its scenarios say, which were worked out by hand from the law text."""

from __future__ import annotations

from collections import Counter
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from lifeevents.rules import Later, Rules, evaluate, in_a_row, later, load_rules, next_question, sentences
from lifeevents.rules.scenarios import scenario_problems
from lifeevents.yamlfile import Problem, read

FOLDER = Path(__file__).parent.parent / "scenarios"


def _scenarios() -> list[tuple[str, dict[str, Any]]]:
    problems: list[Problem] = []
    found = []
    for file in sorted(FOLDER.glob("*.yaml")):
        document = read(file, problems)
        found += [(file.stem, one) for one in (document.data if document else [])]
    assert problems == []
    return found


SCENARIOS = _scenarios()


@pytest.fixture(scope="module")
def rules() -> Rules:
    return load_rules()


@pytest.mark.parametrize(
    ("law", "scenario"), SCENARIOS, ids=[f"{law}: {one['name']}" for law, one in SCENARIOS]
)
def test_a_situation_has_the_outcome_of_the_law_text(
    law: str, scenario: dict[str, Any], rules: Rules
) -> None:
    outcome = evaluate(rules.rules[law], scenario["known"], on=date.fromisoformat(scenario["on"]))

    assert outcome.verdict is scenario["verdict"]
    assert outcome.missing == tuple(scenario.get("missing", outcome.missing))
    amount = scenario.get("amount")
    assert (outcome.amount.euros if outcome.amount else None) == (Decimal(amount) if amount else None)
    for language, probably in (("nl", "waarschijnlijk"), ("en", "probably")):
        text = sentences(outcome, language)
        assert text[-1].endswith(("beslist.", "decides."))
        assert outcome.verdict is None or probably in text[0]


def test_every_rule_has_six_scenarios_or_more(rules: Rules) -> None:
    counted = Counter(law for law, _ in SCENARIOS)

    assert {law for law in rules.rules if counted[law] < 6} == set()
    assert counted.keys() <= rules.rules.keys()


def test_a_rule_reads_as_a_sentence_with_articles_year_and_agency(rules: Rules) -> None:
    child = {"birth": "2022-03-01", "in_household": True}
    known = {"lives_in_nl": True, "lawful_stay": True, "children": [child]}

    dutch = sentences(evaluate(rules.rules["kinderbijslag"], known, on=date(2026, 5, 20)))

    assert dutch[0] == (
        "U kunt waarschijnlijk kinderbijslag krijgen, want u woont of werkt in Nederland (AKW 6(1)), "
        "u mag in Nederland wonen (AKW 6(2)) en op de eerste dag van dit kwartaal was uw kind jonger dan 18 "
        "en woonde het bij u of betaalde u ervoor (AKW 7, 11(2))."
    )
    assert dutch[1] == "Dat is waarschijnlijk ongeveer € 286,45 per kwartaal (AKW 12(3), cijfers van 2025)."
    assert dutch[-1] == "De SVB beslist."


@pytest.mark.parametrize(
    ("name", "known", "day", "sure"),
    [
        # In the quarter of the birth there is none yet (AKW 11(2)).
        (
            "kinderbijslag",
            {
                "lives_in_nl": True,
                "lawful_stay": True,
                "children": [{"birth": "2026-11-10", "in_household": True}],
            },
            date(2027, 1, 1),
            True,
        ),
        # 18 on 20 December: from the month after (Wzt 1(1)(c)); of income and assets nobody asked yet.
        ("zorgtoeslag", {"insured": True, "birth": "2008-12-20"}, date(2027, 1, 1), False),
        # 67 on a day in the middle of a month (AOW 7a).
        ("aow", {"birth": "1960-03-17", "years_insured": 50, "married": False}, date(2027, 3, 17), True),
    ],
)
def test_a_no_that_time_ends_says_from_when(
    rules: Rules, name: str, known: dict[str, Any], day: date, sure: bool
) -> None:
    rule, on = rules.rules[name], date(2026, 11, 29)
    outcome, found = evaluate(rule, known, on=on), later(rule, known, on=on)

    assert outcome.verdict is False
    assert found == Later(day, sure)
    dutch = f"Vanaf {day.day} {'maart' if day.month == 3 else 'januari'} 2027 kunt u het "
    assert (
        sentences(outcome, later=found)[1]
        == dutch + f"{'waarschijnlijk' if sure else 'misschien'} wel krijgen."
    )
    english = f"From {day.day} {'March' if day.month == 3 else 'January'} 2027 you can "
    assert (
        sentences(outcome, "en", later=found)[1] == english + f"{'probably' if sure else 'perhaps'} get it."
    )


@pytest.mark.parametrize(
    ("name", "known"),
    [
        ("zorgtoeslag", {"insured": False, "birth": "2008-12-20"}),
        ("aow", {"birth": "1961-06-01", "years_insured": 50, "married": False}),
        ("zorgtoeslag", {"insured": True, "birth": "1990-01-01"}),
        ("studiefinanciering", {"dutch_or_equal": True, "birth": "1980-01-01"}),
    ],
    ids=["another reason", "too far off", "no no", "over for good"],
)
def test_where_time_alone_changes_nothing_there_is_no_such_day(
    rules: Rules, name: str, known: dict[str, Any]
) -> None:
    assert later(rules.rules[name], known, on=date(2026, 11, 29)) is None


def test_reasons_read_as_a_row_with_one_and() -> None:
    assert in_a_row([], "nl") == ""
    assert in_a_row(["a"], "nl") == "a"
    assert in_a_row(["a", "b"], "nl") == "a en b"
    assert in_a_row(["a", "b", "c"], "en-gb") == "a, b and c"


def test_a_scenario_that_the_rule_does_not_give_is_named_with_its_line(tmp_path: Path, rules: Rules) -> None:
    right = (FOLDER / "zorgtoeslag.yaml").read_text(encoding="utf-8")
    for rule in rules.rules:
        text = (FOLDER / f"{rule}.yaml").read_text(encoding="utf-8")
        (tmp_path / f"{rule}.yaml").write_text(text, encoding="utf-8")
    assert scenario_problems(tmp_path, rules) == []

    wrong = right.replace("verdict: true", "verdict: false", 1)
    (tmp_path / "zorgtoeslag.yaml").write_text(wrong, encoding="utf-8")
    (tmp_path / "unknown.yaml").write_text("[]\n", encoding="utf-8")
    (tmp_path / "aow.yaml").write_text("- {name: x, on: 2025-01-01, known: {}, verdict: maybe}\n", "utf-8")
    said = [f"{one.file.name}:{one.line}: {one.message}" for one in scenario_problems(tmp_path, rules)]

    assert any(line.startswith("zorgtoeslag.yaml:") and "not False: correct" in line for line in said)
    assert any(line.startswith("unknown.yaml:1: there is no rule") for line in said)
    assert any(line.startswith("aow.yaml:1: 'verdict' must be true or false") for line in said)
    assert any(line.startswith("aow.yaml:1: has 0 scenarios") for line in said)


@pytest.mark.parametrize("name", ["zorgtoeslag", "kindgebonden-budget", "huurtoeslag"])
@pytest.mark.parametrize(
    ("partners", "nl", "en"),
    [
        (1, "u had dit jaar een toeslagpartner", "you had a benefits partner this year"),
        (2, "u had dit jaar meer dan één toeslagpartner", "you had more than one benefits partner"),
        (4, "u had dit jaar meer dan één toeslagpartner", "you had more than one benefits partner"),
    ],
)
def test_with_partners_in_a_year_there_is_guidance_and_no_amount(
    rules: Rules, name: str, partners: int, nl: str, en: str
) -> None:
    # Who counts, and for how long, stands in a law that is not at hand.
    outcome = evaluate(rules.rules[name], {"partners": partners}, on=date(2025, 5, 20))
    assert (outcome.verdict, outcome.amount, outcome.missing) == (None, None, ())
    said = sentences(outcome)
    assert said[0].startswith("Wij kunnen niet uitrekenen of u ")
    assert nl in said[0]
    assert said[0].endswith("(Awir 3).")
    assert said[1:] == ["U kunt het wel aanvragen.", "Dienst Toeslagen beslist."]
    assert en in sentences(outcome, "en")[0]
    assert next_question(rules.rules[name], {"partners": partners}, on=date(2025, 5, 20)) is None


@pytest.mark.parametrize("name", ["zorgtoeslag", "kindgebonden-budget", "huurtoeslag"])
def test_without_partners_an_answer_still_says_that_it_leaves_them_aside(rules: Rules, name: str) -> None:
    lines = sentences(evaluate(rules.rules[name], {}, on=date(2025, 5, 20)))
    assert any("toeslagpartner" in line for line in lines)
