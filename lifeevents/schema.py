"""JSON Schemas of the catalogue's files, for editors that complete keys; made from the classes."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter

from lifeevents.catalogue import ROOT
from lifeevents.model import Activity, Agency, Correction, FieldDefinition, Guidance, LifeEvent, Service
from lifeevents.ruleschema import figures_schema, rule_schema

FOLDER = ROOT / "schemas"
_WHOLE: dict[str, type[Any]] = {
    "agency": Agency,
    "service": Service,
    "event": LifeEvent,
    "guidance": Guidance,
    "correction": Correction,
    "activity": Activity,
}
_FILLED_IN = ("name", "source")
"""Keys of a field that follow from where it stands."""


def schemas() -> dict[str, str]:
    """The text of each schema by the name of its file."""
    made = {name: TypeAdapter(kind).json_schema() for name, kind in _WHOLE.items()}
    made |= {"fields": _fields(), "rule": rule_schema(), "figures": figures_schema()}
    return {f"{name}.json": json.dumps(_named(name, one), indent=2) + "\n" for name, one in made.items()}


def write_schemas(folder: Path = FOLDER) -> list[Path]:
    """Writes them, and returns the files."""
    folder.mkdir(exist_ok=True)
    written = []
    for name, text in schemas().items():
        (folder / name).write_text(text, encoding="utf-8")
        written.append(folder / name)
    return written


def _named(name: str, schema: dict[str, Any]) -> dict[str, Any]:
    head = {"$schema": "https://json-schema.org/draft/2020-12/schema", "title": f"Levensloket: {name}"}
    return head | {key: value for key, value in schema.items() if key != "title"}


def _fields() -> dict[str, Any]:
    """A file of fields: any number of definitions by name, without what the file itself says."""
    field = TypeAdapter(FieldDefinition).json_schema()
    parts = field.pop("$defs", {})
    for key in _FILLED_IN:
        field["properties"].pop(key)
        field["required"].remove(key)
    return {"type": "object", "additionalProperties": field, "$defs": parts}
