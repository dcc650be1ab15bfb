"""Checks a record against the published shape of the BRP's answer."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml
from jsonschema import Draft202012Validator, FormatChecker
from referencing import Registry, Resource
from referencing.jsonschema import DRAFT202012

SPECIFICATION = "urn:brp"


class Shapes:
    """The published schemas. JSON Schema knows no discriminator, so what it points at is checked apart."""

    def __init__(self, path: Path) -> None:
        document = yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)
        resource = Resource.from_contents(document, default_specification=DRAFT202012)
        self._registry: Registry[Any] = Registry().with_resource(SPECIFICATION, resource)
        self._concrete: dict[str, str] = {}
        for schema in document["components"]["schemas"].values():
            self._concrete |= schema.get("discriminator", {}).get("mapping", {})

    def errors(self, schema: str, instance: Any) -> list[str]:
        """What is wrong with an instance of a named schema, with the place where."""
        found = self._check(f"#/components/schemas/{schema}", instance, "")
        for place, part in _objects(instance, ""):
            kind = part.get("type")
            if kind is None or "inOnderzoek" in place:
                continue
            if kind not in self._concrete:
                found.append(f"{place}: unknown type {kind}")
            else:
                found += self._check(self._concrete[kind], part, place)
        return found

    def _check(self, reference: str, instance: Any, place: str) -> list[str]:
        validator = Draft202012Validator(
            {"$ref": f"{SPECIFICATION}{reference}"}, registry=self._registry, format_checker=FormatChecker()
        )
        return [f"{place}{error.json_path}: {error.message}" for error in validator.iter_errors(instance)]


def _objects(instance: Any, place: str) -> Iterator[tuple[str, dict[str, Any]]]:
    if isinstance(instance, dict):
        yield place, instance
        for name, part in instance.items():
            yield from _objects(part, f"{place}.{name}")
    elif isinstance(instance, list):
        for index, part in enumerate(instance):
            yield from _objects(part, f"{place}[{index}]")


def paths_of(instance: Any, place: str = "") -> Iterator[str]:
    """Every path in a record, lists left out, as `fields` would name it."""
    if isinstance(instance, dict):
        for name, part in instance.items():
            path = f"{place}.{name}" if place else name
            yield path
            yield from paths_of(part, path)
    elif isinstance(instance, list):
        for part in instance:
            yield from paths_of(part, place)
