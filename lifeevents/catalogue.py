"""Reads the catalogue: every agency, field, service and life event, from YAML into `lifeevents.model`.

All problems of all files are found in one go and raised together, each with its file, its line and
what to do about it.
"""

from __future__ import annotations

from collections.abc import Iterator
from operator import attrgetter
from pathlib import Path
from typing import TypeVar

from pydantic import TypeAdapter

from lifeevents import checks, retention
from lifeevents.draft import Draft, Entry, Shelf
from lifeevents.model import (
    Activity,
    Agency,
    Catalogue,
    Correction,
    FieldDefinition,
    Guidance,
    LifeEvent,
    Service,
)
from lifeevents.shape import parse
from lifeevents.terms import late
from lifeevents.terms.calendar import read_decreed_days
from lifeevents.yamlfile import CatalogueError, Document, Problem, read

__all__ = ["CatalogueError", "Problem", "load_catalogue"]

ROOT = Path(__file__).parent
"""The folder of the catalogue that comes with this package."""

Item = TypeVar("Item")

_AGENCY = TypeAdapter(Agency)
_FIELD = TypeAdapter(FieldDefinition)
_SERVICE = TypeAdapter(Service)
_EVENT = TypeAdapter(LifeEvent)
_CORRECTION = TypeAdapter(Correction)
_ACTIVITY = TypeAdapter(Activity)
_GUIDANCE = TypeAdapter(Guidance)
_FILLED_IN = ("name", "source")
"""Keys of a field that follow from where it stands."""


def load_catalogue(root: Path = ROOT) -> Catalogue:
    """The catalogue in the folders agencies, fields, services, events, corrections, activities and guidance.

    They stand below `root`, and the last three may be missing.

    Reads files and does nothing else. Raises `CatalogueError` with every problem found.
    """
    problems: list[Problem] = []
    draft = Draft(rules=frozenset(file.stem for file in (root / "rules").glob("*.yaml")))
    _read_whole(root / "agencies", _AGENCY, "id", draft.agencies, problems)
    _read_fields(root / "fields", draft.fields, problems)
    _read_whole(root / "services", _SERVICE, "id", draft.services, problems)
    _read_whole(root / "events", _EVENT, "slug", draft.events, problems)
    if (root / "corrections").exists():
        _read_whole(root / "corrections", _CORRECTION, "source", draft.corrections, problems)
    if (root / "activities").exists():
        _read_whole(root / "activities", _ACTIVITY, "id", draft.activities, problems)
    if (root / "guidance").exists():
        _read_whole(root / "guidance", _GUIDANCE, "id", draft.guidance, problems)
    read_decreed_days(root / "parameters" / "decreed-days.yaml", problems)
    if (root / "parameters" / "penalty.yaml").exists():
        late.read_penalties(root / "parameters" / "penalty.yaml", problems)
    if (root / "parameters" / "retention.yaml").exists():
        retention.read_retention(root / "parameters" / "retention.yaml", problems)
    problems.extend(checks.all_problems(draft))
    if problems:
        raise CatalogueError(problems)
    return Catalogue(
        agencies=draft.agencies.items(),
        fields=draft.fields.items(),
        services=draft.services.items(),
        events=draft.events.items(),
        corrections=draft.corrections.items(),
        activities=draft.activities.items(),
        guidance=draft.guidance.items(),
    )


def _files(folder: Path, problems: list[Problem]) -> Iterator[Path]:
    if not folder.is_dir():
        problems.append(Problem(folder, 1, "this folder is missing: make it"))
        return
    for file in sorted(folder.iterdir()):
        if file.suffix == ".yaml":
            yield file
        elif file.suffix in (".yml", ".json"):
            problems.append(Problem(file, 1, "is not read: rename it to .yaml or remove it"))


def _read_whole(
    folder: Path, adapter: TypeAdapter[Item], key: str, shelf: Shelf[Item], problems: list[Problem]
) -> None:
    """Files that hold one part each and are called after it."""
    name_of = attrgetter(key)
    for file in _files(folder, problems):
        document = read(file, problems)
        item = parse(adapter, document.data, document, problems) if document else None
        if document is None or item is None:
            shelf.broken.add(file.stem)
            continue
        name = name_of(item)
        if name != file.stem:
            message = f"{key} '{name}' and the name of the file differ: make them equal"
            problems.append(document.problem(message, key))
        _put(shelf, name, Entry(item, document), problems, key)


def _read_fields(folder: Path, shelf: Shelf[FieldDefinition], problems: list[Problem]) -> None:
    """Files that hold the fields of one source, by name, and are called after the source."""
    for file in _files(folder, problems):
        document = read(file, problems)
        if document is None or not isinstance(document.data, dict):
            shelf.unknown_content = True
            if document is not None:
                problems.append(document.problem("this file must hold fields by name, such as 'brp.name:'"))
            continue
        for name, definition in document.data.items():
            _read_field(name, definition, document, shelf, problems)


def _read_field(
    name: str, definition: object, document: Document, shelf: Shelf[FieldDefinition], problems: list[Problem]
) -> None:
    if not isinstance(definition, dict):
        problems.append(document.problem(f"'{name}' must be a mapping (key: value)", name))
        shelf.broken.add(name)
        return
    for key in definition.keys() & set(_FILLED_IN):
        message = f"unknown key '{key}': remove it, it is filled in by itself"
        problems.append(document.problem(message, name, key))
    data = {**definition, "name": name, "source": document.file.stem}
    field = parse(_FIELD, data, document, problems, at=(name,))
    if field is None:
        shelf.broken.add(name)
    else:
        _put(shelf, name, Entry(field, document, (name,)), problems)


def _put(shelf: Shelf[Item], name: str, entry: Entry[Item], problems: list[Problem], *key: str) -> None:
    first = shelf.entries.setdefault(name, entry)
    if first is not entry:
        message = f"'{name}' exists already in {first.document.file.name}: rename one"
        problems.append(entry.problem(message, *key))
