"""A source with an OpenAPI file of its own keeps to it, in what it asks, and in what its samples answer."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from contextlib import nullcontext
from pathlib import Path
from typing import Any

import pytest
import yaml
from openapi_spec_validator import validate

from connectors.base import ConnectorError, Malformed
from connectors.registry import Kind, Registration, find
from tests.connectors.openapi import Specification
from tests.connectors.other_side import OtherSide, answer
from tests.contract.samples import TRACE, Sample, build_source, samples

PUBLISHED: dict[Kind, set[str]] = {"sources": {"brp", "bag"}, "destinations": {"zgw"}}
"""Connectors whose specification somebody else published: these alone may call their contract a standard."""

SPECIFIED = [one for one in find("sources").values() if (one.folder / "openapi.yaml").exists()]
SAMPLES = [one for one in samples("sources") if one.connector in SPECIFIED]
HAPPY = [one for one in SAMPLES if one.kind == "happy"]

every_specified = pytest.mark.parametrize("connector", SPECIFIED, ids=lambda connector: connector.name)
every_happy_sample = pytest.mark.parametrize("sample", HAPPY, ids=lambda sample: sample.id)


def file_of(connector: Registration) -> Path:
    return connector.folder / "openapi.yaml"


def test_no_contract_is_called_a_standard_unless_it_is_one() -> None:
    for kind, published in PUBLISHED.items():
        assert {name for name, one in find(kind).items() if one.contract == "standard"} == published


def test_a_source_without_a_published_specification_has_one_of_its_own() -> None:
    assert {one.name for one in SPECIFIED} == set(find("sources")) - PUBLISHED["sources"]


@every_specified
def test_the_specification_is_valid_and_says_that_it_is_assumed(connector: Registration) -> None:
    document = yaml.load(file_of(connector).read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)
    validate(document)
    assert connector.contract == "assumed"
    assert connector.specification.startswith(f"connectors/sources/{connector.name}/openapi.yaml")
    assert document["info"]["description"].startswith("Assumed: ")
    assert "(aangenomen)" in document["info"]["title"]


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda sample: sample.id)
def test_questions_and_answers_are_as_the_specification_says(sample: Sample) -> None:
    specification = Specification(file_of(sample.connector), "")
    with OtherSide(*sample.replies) as side:
        source = build_source(sample.connector, side.url)
        fails = pytest.raises(ConnectorError) if sample.kind == "failing" else nullcontext()
        with fails:
            source.fetch(sample.subject, sample.content["fields"], trace_id=TRACE)
    (asked,) = side.asked
    assert specification.errors(asked) == []
    assert asked.headers["x-api-key"]
    given = sample.content["answer"]
    wrong = specification.answer_errors("POST", asked.target, given["json"], given["status"])
    assert wrong == [] or sample.expect.get("error") == "malformed"


@every_happy_sample
def test_what_breaks_the_specification_is_malformed(sample: Sample) -> None:
    """A key that must be there and is not, a value of another type: never left out in silence."""
    specification, tried = Specification(file_of(sample.connector), ""), 0
    for broken in mutations(sample.content["answer"]["json"]):
        with OtherSide(answer(broken)) as side:
            source = build_source(sample.connector, side.url)
            try:
                source.fetch(sample.subject, sample.content["fields"], trace_id=TRACE)
            except Malformed:
                outcome = "malformed"
            else:
                outcome = "read"
        if specification.answer_errors("POST", side.asked[0].target, broken):
            assert outcome == "malformed", broken
            tried += 1
    assert tried > 3


def mutations(document: Any) -> Iterator[Any]:
    """The document once without each of its keys, and once with each value replaced by an empty object."""
    for path in paths(document, ()):
        for is_gone in (True, False):
            changed = copy.deepcopy(document)
            place = changed
            for part in path[:-1]:
                place = place[part]
            if is_gone:
                del place[path[-1]]
            else:
                place[path[-1]] = {}
            yield changed


def paths(part: Any, above: tuple[Any, ...]) -> Iterator[tuple[Any, ...]]:
    """Where each key of each object stands."""
    if isinstance(part, dict):
        for key, value in part.items():
            yield (*above, key)
            yield from paths(value, (*above, key))
    elif isinstance(part, list):
        for number, item in enumerate(part):
            yield from paths(item, (*above, number))
