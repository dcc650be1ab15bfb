"""Every field of every source reads as people write, in both languages, with nothing of the machine in it."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.utils import translation

from connectors.mapping import Rest
from connectors.registry import find
from connectors.rest import RestSource
from portal.cases.reading.showing import source_name
from portal.cases.reading.values import euro, value_lines
from portal.catalogue import catalogue
from tests.contract.samples import Sample, samples

SHOWN = [
    pytest.param(field, value, id=f"{sample.id}-{field}")
    for sample in samples("sources")
    if sample.connector.name in find("sources") and "values" in sample.expect
    for field, value in sample.expect["values"].items()
]
WITHOUT_CODE = [one for one in find("sources").values() if not one.has_code]
BSN = re.compile(r"\b\d{9}\b")


def rest_of(source: str) -> Rest:
    made = find("sources")[source].connector
    assert issubclass(made, RestSource)
    return made.rest


def keys_of(value: Any) -> set[str]:
    """The keys of a value, and the words of ours in it."""
    if isinstance(value, list):
        return set().union(*map(keys_of, value))
    if not isinstance(value, dict):
        return set()
    return set(value) | set().union(*map(keys_of, value.values()))


@pytest.mark.parametrize("language", ["nl", "en"])
@pytest.mark.parametrize(("field", "value"), SHOWN)
def test_a_value_reads_as_people_write(field: str, value: Any, language: str) -> None:
    with translation.override(language):
        lines = value_lines(field, value)
    assert lines
    text = "\n".join(lines)
    assert all(line.strip() for line in lines)
    assert not re.search(r"[{}\[\]_]|None|True|False|true|false", text), text
    assert not BSN.search(text), text
    # An ISO date or month is for machines; so is a key, unless it is a word of its own.
    assert not re.search(r"\b\d{4}-\d{2}\b", text), text
    assert not [key for key in keys_of(value) if "_" in key and key in text]


@pytest.mark.parametrize(
    "sample", [one for one in samples("sources") if one.kind == "happy"], ids=lambda one: one.id
)
def test_dutch_and_english_differ_where_a_source_without_code_has_labels(sample: Sample) -> None:
    for field, value in sample.expect["values"].items():
        definition = catalogue().fields.get(field)
        if definition is None or not any(shown.label for shown in definition.show):
            continue
        with translation.override("nl"):
            dutch = value_lines(field, value)
        with translation.override("en"):
            assert value_lines(field, value) != dutch


@pytest.mark.parametrize("source", [one.name for one in WITHOUT_CODE])
def test_each_key_and_each_word_of_a_source_without_code_has_its_text(source: str) -> None:
    for name, field in rest_of(source).fields.items():
        shown = {one.key: one for one in catalogue().fields[name].show}
        # By an id two things are told apart; nobody reads it.
        read = {key: leaf for key, leaf in field.leaves.items() if key != "id"}
        assert shown.keys() == read.keys()
        for key, leaf in read.items():
            assert {choice.value for choice in shown[key].choices} == set(leaf.words.values()), (
                f"{name} {key}"
            )
        assert bool(catalogue().fields[name].none) is field.none_is_empty


@pytest.mark.parametrize("source", [*find("sources"), "citizen"])
def test_each_source_has_a_name_in_both_languages(source: str) -> None:
    for language in ("nl", "en"):
        with translation.override(language):
            assert source_name(source) not in ("", source)


def test_amounts_are_in_euros_with_a_comma_in_dutch() -> None:
    with translation.override("nl"):
        assert [euro("291.49"), euro("34086.00"), euro("-1250.75")] == [
            "€ 291,49",
            "€ 34.086,00",
            "€ -1.250,75",
        ]
    with translation.override("en"):
        assert euro("34086.00") == "€ 34,086.00"


def test_a_job_a_month_and_an_income_read_as_a_person_would_say_it() -> None:
    job = {"employer": "Bakkerij De Korst", "contract": "permanent", "start": "2019-03-01"}
    with translation.override("nl"):
        assert value_lines("polis.employments", [job]) == [
            "Bakkerij De Korst, contract: vast, begin: 1 maart 2019"
        ]
        wage = {"month": "2026-10", "employer": "Bakkerij De Korst", "amount": "2840.50"}
        assert value_lines("polis.wages", [wage]) == ["oktober 2026, Bakkerij De Korst, € 2.840,50"]
        income = {"year": 2025, "amount": "34086.00", "assessed": True}
        assert value_lines("bri.income", income) == [
            "Jaar: 2025",
            "Inkomen in dat jaar: € 34.086,00",
            "Vastgesteld door de Belastingdienst: Ja",
        ]
        assert value_lines("rdw.vehicles", []) == ["Geen voertuigen op uw naam"]


def test_a_field_that_the_catalogue_has_no_more_shows_what_it_held_and_no_bsn() -> None:
    people = [
        {"bsn": "999990007", "name": "Sam"},
        {"minor_bsn": "999990019", "name": "Mia", "more": {"x": 1}},
    ]
    assert value_lines("old.people", people) == ["name: Sam", "name: Mia"]
    assert value_lines("old.word", "ja") == ["ja"]


UNSHOWN = ["Wij kunnen dit hier niet laten zien."]
LISTS = sorted({param.values[0] for param in SHOWN if isinstance(param.values[1], list)})  # type: ignore[type-var]


@pytest.mark.parametrize("field", LISTS)
def test_that_there_is_none_is_said_in_words_of_the_field(field: str) -> None:
    (line,) = value_lines(field, [])
    assert line not in ("", *UNSHOWN)


@pytest.mark.parametrize(
    ("field", "value"),
    [("polis.employments", [{}]), ("home.with_partner", {}), ("gone.since", {"bsn": "1"})],
)
def test_a_value_of_which_nothing_can_be_shown_says_so_and_is_no_empty_place(field: str, value: Any) -> None:
    assert value_lines(field, value) == UNSHOWN
