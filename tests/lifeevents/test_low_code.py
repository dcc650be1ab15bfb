"""A new service or event is begun, shown and compared without a line of code."""

from __future__ import annotations

import shutil
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from lifeevents.catalogue import ROOT, CatalogueError, load_catalogue
from lifeevents.comparing import Change, catalogue_changes, changes
from lifeevents.coverage import coverage, open_ends
from lifeevents.drafting import Exists, new_event, new_service
from lifeevents.legal import Text
from lifeevents.outline import event_outline, service_outline
from lifeevents.rules import load_rules
from lifeevents.rules.treewords import tree_lines
from tests.lifeevents.tree import BENEFIT, swap, write

ON = date(2025, 5, 20)
OWN, RULES = load_catalogue(), load_rules()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the whole catalogue, to write in."""
    copied = tmp_path / "catalogue"
    shutil.copytree(ROOT, copied, ignore=shutil.ignore_patterns("*.py", "__pycache__", "schemas", "*.json"))
    return copied


def test_a_new_service_passes_the_check_and_says_that_it_was_not_checked(folder: Path) -> None:
    files = new_service(folder, "energietoeslag", agency="uwv", title="Energietoeslag", event="schulden")
    assert [file.name for file in files] == ["energietoeslag.yaml", "schulden.yaml"]
    found = load_catalogue(folder)
    assert found.events["schulden"].services[-1] == "energietoeslag"
    assert ("energietoeslag", found.services["energietoeslag"].title) in [
        (name, title) for name, title, _note in open_ends(found)
    ]
    # What stood in the event's file by hand is still there.
    assert "# These come ticked." in (folder / "events" / "schulden.yaml").read_text(encoding="utf-8")


def test_a_new_event_passes_the_check(folder: Path) -> None:
    new_event(folder, "verbouwen", title="Verbouwen", services=("parkeervergunning",))
    assert load_catalogue(folder).events["verbouwen"].services == ("parkeervergunning",)


@pytest.mark.parametrize("name", ["Met Hoofdletters", "een.punt", "-"])
def test_a_name_that_is_none_leaves_everything_as_it_was(folder: Path, name: str) -> None:
    event = (folder / "events" / "schulden.yaml").read_text(encoding="utf-8")
    with pytest.raises(CatalogueError):
        new_service(folder, name, agency="uwv", title="Iets", event="schulden")
    assert (folder / "events" / "schulden.yaml").read_text(encoding="utf-8") == event
    assert load_catalogue(folder) == OWN


def test_what_is_there_is_not_written_over_and_what_is_not_there_is_named(folder: Path) -> None:
    with pytest.raises(Exists, match="zorgtoeslag"):
        new_service(folder, "zorgtoeslag", agency="uwv", title="Iets")
    with pytest.raises(KeyError, match="maan"):
        new_service(folder, "iets", agency="maan", title="Iets")
    with pytest.raises(KeyError, match="maan"):
        new_event(folder, "iets", title="Iets", services=("maan",))
    assert load_catalogue(folder) == OWN


def test_a_changed_text_and_one_more_question_are_two_changes() -> None:
    service = OWN.services["zorgtoeslag"]
    group = next(group for group in service.ask if len(group.questions) > 1)
    shorter = replace(group, questions=group.questions[1:])
    before = replace(
        service,
        title=Text(nl="Toeslag", en=service.title.en),
        ask=tuple(shorter if one is group else one for one in service.ask),
    )
    found = changes(before, service)
    assert [(one.sign, one.path) for one in found] == [
        ("+", f"ask.{group.id}.questions.{group.questions[0].id}"),
        ("~", "title.nl"),
    ]
    assert str(found[1]) == f"~ title.nl: Toeslag → {service.title.nl}"
    assert changes(service, service) == []


def test_what_came_and_went_in_a_whole_catalogue_is_named(tmp_path: Path) -> None:
    before = load_catalogue(write(tmp_path / "old"))
    after = load_catalogue(write(tmp_path / "new", swap(BENEFIT, "penalty: true", "penalty: false")))
    assert catalogue_changes(before, after) == {"services/benefit": [Change("penalty", True, False)]}
    gone = replace(after, corrections={}, events={})
    assert catalogue_changes(after, gone) == {"events/child": [Change("", "child", None)]}
    assert catalogue_changes(gone, after) == {"events/child": [Change("", None, "child")]}


def test_a_derived_field_says_what_it_is_worked_out_of_and_a_question_that_it_is_typed() -> None:
    found = coverage(OWN, OWN.services["kinderbijslag"])
    assert {one.field.name: one.out_of for one in found.known}["home.with_partner"] == (
        "brp.partner",
        "brp.household",
    )
    assert "iban" in [question.id for question in found.typed]
    assert 0 < found.required <= len(found.typed)


@pytest.mark.parametrize("name", sorted(RULES.rules))
@pytest.mark.parametrize("language", ["nl", "en"])
def test_every_rule_reads_as_a_tree_with_each_article_and_no_name_of_ours(name: str, language: str) -> None:
    rule = RULES.rules[name]
    lines = tree_lines(rule.when, rule.text.facts, rule.figures, on=ON, language=language)
    assert {line.article for line in lines} - {""}
    assert lines[0].depth == 0
    assert max(line.depth for line in lines) <= 8  # so many steps has the style sheet
    asked = " ".join(line.text for line in lines)
    assert "_" not in asked  # the name of a fact or figure of ours
    used = {name for name, fact in rule.text.facts.items() if fact.ask.in_language(language) in asked}
    assert used


def test_a_tree_stands_in_the_order_of_the_law_with_the_figure_of_the_day() -> None:
    rule = RULES.rules["zorgtoeslag"]
    lines = tree_lines(rule.when, rule.text.facts, rule.figures, on=ON)
    assert [line.depth for line in lines] == [0, 1, 1, 1, 1]
    asked, limit = lines[3].text.split(" is hooguit ")
    assert asked == "“Hoeveel vermogen had u op 1 januari?”"
    assert limit == "grens van het vermogen zonder partner (141896, 2025)"
    assert lines[3].article == "Wzt 3(1)"
    assert lines[3].means == "uw vermogen blijft onder de grens"


@pytest.mark.parametrize("name", sorted(OWN.services))
def test_every_service_reads_in_plain_lines(name: str) -> None:
    lines = list(service_outline(OWN, RULES, OWN.services[name], on=ON))
    assert lines[0].startswith(f"{name}: ")
    assert any(line.startswith("  agency: ") for line in lines)


def test_a_service_and_an_event_read_in_plain_lines() -> None:
    lines = "\n".join(service_outline(OWN, RULES, OWN.services["kinderbijslag"], on=ON))
    assert "waits for geboorteaangifte, and looks it up in brp.children" in lines
    assert "from derived: home.with_partner out of brp.partner, brp.household" in lines
    assert "rule kinderbijslag (Algemene Kinderbijslagwet):" in lines
    move = "\n".join(service_outline(OWN, RULES, OWN.services["verhuismelding"], on=ON))
    assert "citizen: within 5 days after move_date" in move
    assert "agencies of that kind: gemeente-duinzicht, gemeente-heidedorp" in move
    event = "\n".join(event_outline(OWN, OWN.events["kind-krijgen"]))
    assert "[x] kinderbijslag: Kinderbijslag, after geboorteaangifte" in event
    assert "[ ] naamskeuze" in event
