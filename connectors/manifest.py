"""Which connectors exist: a folder with a manifest is a registration.

`find` reads `sources/<name>/manifest.yaml` and `destinations/<name>/manifest.yaml`; their keys are in
README.md here.
"""

from __future__ import annotations

import importlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any, Literal, TypeVar

from connectors.base import Destination, Source
from connectors.mapping import Rest, read_rest, refuse_unawaited
from connectors.marked import Marked, read, refuse_unknown
from connectors.rest import RestSource, rest_source

Kind = Literal["sources", "destinations"]
Contract = Literal["standard", "assumed", "own"]
About = Literal["person", "thing"]
SettingKind = Literal["url", "secret", "text", "seconds", "bytes", "file"]

_HERE = Path(__file__).resolve().parent
_Word = TypeVar("_Word", bound=str)
_BASES: dict[Kind, type[Source | Destination]] = {"sources": Source, "destinations": Destination}
_CONTRACTS: tuple[Contract, ...] = ("standard", "assumed", "own")
_ABOUT: tuple[About, ...] = ("person", "thing")
_SETTING_KINDS: tuple[SettingKind, ...] = ("url", "secret", "text", "seconds", "bytes", "file")
_SHARED_KEYS = {"class", "contract", "specification", "settings"}
_MANIFEST_KEYS: dict[Kind, set[str]] = {
    "sources": _SHARED_KEYS | {"rest", "title", "about", "fields", "waits_for"},
    "destinations": _SHARED_KEYS,
}
_FROM_REST = ("fields", "settings")
_LANGUAGES = ("nl", "en")


@dataclass(frozen=True, slots=True)
class Setting:
    """One key that a connector takes; one that is `optional` may be left out."""

    kind: SettingKind
    about: str
    optional: bool = False


@dataclass(frozen=True, slots=True)
class Registration:
    """One connector that exists: its manifest, read and checked.

    `title` is what people call a source, by language. `about`: whether a source is asked about a person,
    or about a thing (an address), without a BSN.
    `waits_for` names per field what must be in `Subject.given` before it is asked: fields of any
    source (with a dot) and what the citizen typed; a name that ends in "?" may be left out.
    """

    name: str
    kind: Kind
    folder: Path
    connector: type[Source | Destination]
    contract: Contract
    specification: str
    fields: Mapping[str, str]
    settings: Mapping[str, Setting]
    about: About = "person"
    waits_for: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    title: Mapping[str, str] = field(default_factory=dict)

    @property
    def has_code(self) -> bool:
        """False for a source that is nothing but its manifest."""
        return not issubclass(self.connector, RestSource)

    def build(self, settings: Mapping[str, Any]) -> Source | Destination:
        """The connector with these settings. Raises `ValueError` when they can never work."""
        return self.connector(**settings)


@cache
def find(kind: Kind) -> dict[str, Registration]:
    """Every connector of a kind, by name. Raises `ConfigError` for a manifest that is wrong."""
    manifests = sorted((_HERE / kind).glob("*/manifest.yaml"))
    return {path.parent.name: read_manifest(kind, path) for path in manifests}


def read_manifest(kind: Kind, path: Path) -> Registration:
    """One manifest, with the class that it names, or that is made of it."""
    whole = read(path)
    parts = whole.mapping("a manifest")
    refuse_unknown(parts, _MANIFEST_KEYS[kind], "a manifest")
    for key in ("contract", "specification", *(["title"] if kind == "sources" else [])):
        if key not in parts:
            raise whole.error(f"'{key}' is missing: add it")
    if ("class" in parts) == ("rest" in parts):
        raise whole.error("'class' is missing: add it, or 'rest' for a source without code, and never both")
    about = _one_of(_ABOUT, parts["about"], "about") if "about" in parts else "person"
    name = path.parent.name
    connector, fields, settings = (
        _without_code(name, parts, about) if "rest" in parts else _with_code(kind, name, parts)
    )
    waits_for = _waits_for(parts["waits_for"], fields) if "waits_for" in parts else {}
    if issubclass(connector, RestSource):
        refuse_unawaited(parts["rest"], connector.rest, waits_for)
    return Registration(
        name=name,
        kind=kind,
        folder=path.parent,
        connector=connector,
        contract=_one_of(_CONTRACTS, parts["contract"], "contract"),
        specification=parts["specification"].text("'specification'"),
        fields=fields,
        settings=settings,
        about=about,
        waits_for=waits_for,
        title=_title(parts["title"]) if "title" in parts else {},
    )


_Made = tuple[type[Source | Destination], dict[str, str], dict[str, Setting]]
"""The class of a connector, its fields with their shapes, and its settings."""


def _with_code(kind: Kind, name: str, parts: Mapping[str, Marked]) -> _Made:
    fields = parts["fields"].mapping("'fields'") if "fields" in parts else {}
    settings = parts["settings"].mapping("'settings'") if "settings" in parts else {}
    return (
        _import(kind, name, parts["class"]),
        {field: part.text(f"field '{field}'") for field, part in fields.items()},
        {key: _setting(key, part) for key, part in settings.items()},
    )


def _without_code(name: str, parts: Mapping[str, Marked], about: About) -> _Made:
    for key in _FROM_REST:
        if key in parts:
            raise parts[key].error(f"'{key}' follows from 'rest': remove it")
    rest = read_rest(parts["rest"], is_about_person=about == "person")
    fields = {field: one.described for field, one in rest.fields.items()}
    return rest_source(name, rest), fields, _settings_of(rest)


def _settings_of(rest: Rest) -> dict[str, Setting]:
    """What every source without code takes; a key only where its register wants one."""
    key = {"api_key": Setting("secret", f"the key sent as {rest.key}")} if rest.key else {}
    return {
        "url": Setting("url", "address of the API, without the paths of the manifest"),
        **key,
        "deadline": Setting("seconds", "total time for one question (default 5)", optional=True),
        "ca_file": Setting(
            "file", "PEM file with the certificates to trust, beside this file", optional=True
        ),
    }


def _title(part: Marked) -> dict[str, str]:
    parts = part.mapping("'title'")
    refuse_unknown(parts, set(_LANGUAGES), "'title'")
    for language in _LANGUAGES:
        if language not in parts:
            raise part.error(f"'title' has no '{language}': add it")
    return {language: one.text(f"'{language}'") for language, one in parts.items()}


def _one_of(known: tuple[_Word, ...], part: Marked, key: str) -> _Word:
    written = part.text(f"'{key}'")
    found = next((one for one in known if one == written), None)
    if found is None:
        raise part.error(f"'{key}' is one of {', '.join(known)}: choose one")
    return found


def _waits_for(part: Marked, fields: Mapping[str, str]) -> dict[str, tuple[str, ...]]:
    """Per field what it waits for, written as words with spaces: `brp.household: brp.address`."""
    waiting = part.mapping("'waits_for'")
    for name, names in waiting.items():
        if name not in fields:
            raise names.error(f"'{name}' is not among fields: add it there, or correct it")
    return {name: tuple(names.text(f"'{name}'").split()) for name, names in waiting.items()}


def _setting(name: str, part: Marked) -> Setting:
    parts = part.mapping(f"setting '{name}'")
    refuse_unknown(parts, {"kind", "about", "optional"}, f"setting '{name}'")
    if "kind" not in parts or "about" not in parts:
        raise part.error(f"setting '{name}' needs 'kind' and 'about': add them")
    kind = _one_of(_SETTING_KINDS, parts["kind"], "kind")
    optional = "optional" in parts and parts["optional"].text("'optional'") == "true"
    return Setting(kind, parts["about"].text("'about'"), optional)


def _import(kind: Kind, name: str, part: Marked) -> type[Source | Destination]:
    module, _, class_name = part.text("'class'").rpartition(".")
    try:
        found = getattr(importlib.import_module(f"connectors.{kind}.{name}.{module}"), class_name)
    except (ImportError, AttributeError):
        raise part.error("'class' cannot be imported: write module.Class of this folder") from None
    base = _BASES[kind]
    if not (isinstance(found, type) and issubclass(found, base)):
        raise part.error(f"'class' must be a {base.__name__}: see connectors/base.py")
    if getattr(found, "name", None) != name:
        raise part.error(f"the class must have name = '{name}', as its folder")
    return found
