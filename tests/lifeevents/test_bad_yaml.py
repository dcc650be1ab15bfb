"""Every mistake that people make in YAML, as `catalogue check` names it: file, line, and what to do."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from lifeevents.catalogue import ROOT

HEALTH, CHILD_BENEFIT, BIRTH = (
    "services/zorgtoeslag.yaml",
    "services/kinderbijslag.yaml",
    "services/geboorteaangifte.yaml",
)
RULE, FIGURES = "rules/zorgtoeslag.yaml", "parameters/figures/toeslagen.yaml"
_BOMB = "a0: &a0 [x]\n" + "".join(f"a{i}: &a{i} [{', '.join([f'*a{i - 1}'] * 9)}]\n" for i in range(1, 30))
_DATED = """    - since: 2025-01-01
      value: "141896"
      article: {name: x, verified: false}
      source: x
"""
_TWICE = "- {when: {fact: insured}, then: 1}"
_CIRCLE = (
    "after:\n  service: kinderbijslag\n  field: brp.children\n  match: child\n"
    "  reason: {nl: Eerst dat., en: That first.}\nproduces: child"
)

MISTAKES: dict[str, tuple[str, str, str, str, str]] = {
    "duplicate key": (HEALTH, "noun:", "noun: melding\n'noun':", "'noun'", "keep one"),
    "tab": (HEALTH, "noun:", "\tnoun:", "", "a tab cannot indent: use spaces"),
    "no as a boolean": (HEALTH, "penalty: false", "penalty: no", "penalty", "true or false, without quotes"),
    "4:13 as a number": (HEALTH, "retention_days: ", "retention_days: 4:13 # ", "retention_days", "number"),
    "unknown field": (HEALTH, "needs: [", "needs: [brp.moon, ", "needs", "add it to fields/ or"),
    "unknown service in after": (
        CHILD_BENEFIT,
        "service: geboorteaangifte",
        "service: moon",
        "service: moon",
        "'moon' does not exist",
    ),
    "circle in after": (
        BIRTH,
        "produces: ",
        _CIRCLE + " # ",
        "service: kinderbijslag",
        "wait for each other",
    ),
    "missing translation": (HEALTH, "title: {nl: Zorgtoeslag, en: ", "title: {nl: ", "title", "no key 'en'"),
    "overlapping dated parameters": (
        FIGURES,
        '  values:\n    - since: 2025-01-01\n      value: "141896"',
        f'  values:\n{_DATED}    - since: 2024-06-01\n      value: "141896"',
        "- since: 2024-06-01",
        "order them by 'since'",
    ),
    "unreachable branch": (
        RULE,
        "value: {divide:",
        f"value:\n    choose:\n      {_TWICE}\n      {_TWICE}\n    otherwise:\n      {{divide:",
        "- {when: {fact: insured}",
        "never reached",
    ),
    "missing article": (RULE, "      article: Wzt 3(1)\n", "", "- at_most", "has no article"),
    "field of a fact that is not there": (
        RULE,
        "{field: brp.birth, at",
        "{field: brp.brith, at",
        "known_from",
        "did you mean 'brp.birth'?",
    ),
    "field of a fact that no service may use": (
        RULE,
        "{field: brp.birth, at",
        "{field: rdw.vehicles, at",
        "known_from",
        "activity.fields",
    ),
    "answer of a fact that nobody asks": (
        RULE,
        "{field: brp.birth, at",
        "{answer: moon, at",
        "known_from",
        "name a question",
    ),
    "rule that is not there": (HEALTH, "rule: zorgtoeslag", "rule: zorgtoeslga", "rule", "correct it"),
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the catalogue of this repository."""
    ignore = shutil.ignore_patterns("*.py", "__pycache__", "*.json")
    return Path(shutil.copytree(ROOT, tmp_path / "catalogue", ignore=ignore))


def told(folder: Path) -> list[str]:
    with pytest.raises(CommandError) as caught:
        call_command("catalogue", "check", root=folder)
    return str(caught.value).splitlines()


@pytest.mark.parametrize("name", MISTAKES)
def test_a_mistake_is_named_with_file_line_and_what_to_do(folder: Path, name: str) -> None:
    where, old, new, start, advice = MISTAKES[name]
    file = folder / where
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new, 1), encoding="utf-8")
    lines = file.read_text(encoding="utf-8").splitlines()
    starts = [n for n, line in enumerate(lines, 1) if line.strip(" ").startswith(start)]
    named = [line for line in told(folder) if advice in line]
    assert [line for line in named if line.startswith(tuple(f"{file}:{n}: " for n in starts))], told(folder)


@pytest.mark.parametrize(
    ("content", "advice"),
    [(_BOMB, "write it out plainly"), ("x" * 10_000_000, "larger than 1 MB")],
    ids=["bomb of aliases", "10 MB"],
)
@pytest.mark.parametrize("where", ["services", "rules", "parameters/figures"])
def test_what_would_eat_all_memory_is_named_and_never_written_out(
    folder: Path, where: str, content: str, advice: str
) -> None:
    file = folder / where / "huge.yaml"
    file.write_text(content, encoding="utf-8")
    (line,) = told(folder)
    assert line.startswith(f"{file}:1: ")
    assert advice in line
