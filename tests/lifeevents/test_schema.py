"""The published schemas are those of the code and take every file; the document explains every key."""

from __future__ import annotations

import dataclasses
import json
import re

import jsonschema
import pytest

from lifeevents import legal, model
from lifeevents.catalogue import ROOT
from lifeevents.model.event import SearchWords
from lifeevents.schema import FOLDER, schemas
from lifeevents.yamlfile import read

DOCUMENT = (ROOT.parent / "docs" / "catalogue.md").read_text(encoding="utf-8")
SCHEMA_OF = {
    "agencies": "agency",
    "services": "service",
    "events": "event",
    "guidance": "guidance",
    "corrections": "correction",
    "fields": "fields",
    "activities": "activity",
    "rules": "rule",
    "parameters/figures": "figures",
}
CLASSES = [
    *(getattr(model, name) for name in model.__all__ if dataclasses.is_dataclass(getattr(model, name))),
    SearchWords,
    legal.Extension,
    legal.ObjectionDecision,
]
WHOLE = {"Catalogue"}
"""No file holds it."""


@pytest.mark.parametrize("name", sorted(schemas()))
def test_the_published_schema_is_that_of_the_code(name: str) -> None:
    assert (FOLDER / name).read_text(encoding="utf-8") == schemas()[name], "run `manage.py catalogue schema`"


@pytest.mark.parametrize("folder", sorted(SCHEMA_OF))
def test_a_schema_takes_every_file_and_refuses_an_unknown_key(folder: str) -> None:
    check = jsonschema.Draft202012Validator(json.loads(schemas()[f"{SCHEMA_OF[folder]}.json"]))
    files = sorted((ROOT / folder).glob("*.yaml"))
    assert files
    for file in files:
        document = read(file, [])
        assert document
        assert [error.message for error in check.iter_errors(document.data)] == [], file
        assert list(check.iter_errors({**document.data, "unheard_of": 1}))


@pytest.mark.parametrize(
    "step",
    [
        {"fact": "insured", "atricle": "W 1"},
        {"at_leats": [1, 2]},
        {"less": [1]},
        {"day": "week"},
        {"all": "x"},
    ],
)
def test_a_wrong_step_of_a_rule_is_marked_while_it_is_typed(step: dict[str, object]) -> None:
    check = jsonschema.Draft202012Validator(json.loads(schemas()["rule.json"]))
    document = read(ROOT / "rules" / "zorgtoeslag.yaml", [])
    assert document
    deep = {**document.data, "when": {"all": [{"not": step}]}}
    assert list(check.iter_errors(deep))


@pytest.mark.parametrize(
    "kind", [one for one in CLASSES if one.__name__ not in WHOLE], ids=lambda one: one.__name__
)
def test_every_key_is_explained(kind: type) -> None:
    section = re.search(rf"^## {kind.__name__}\n(.*?)(?=^## |\Z)", DOCUMENT, re.DOTALL | re.MULTILINE)
    assert section, f"docs/catalogue.md has no section {kind.__name__}"
    missing = [f.name for f in dataclasses.fields(kind) if f"`{f.name}`" not in section[1]]
    assert missing == []
