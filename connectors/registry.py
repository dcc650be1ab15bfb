"""Which connectors exist, and which are set up. A folder is a registration; one YAML file sets them up.

`find` reads `sources/<name>/manifest.yaml` and `destinations/<name>/manifest.yaml`; `load` reads the
settings, fills in `${ENV_NAME}`, and builds the connectors. The keys of both are in README.md here.
"""

from __future__ import annotations

import importlib
import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any, Literal, TypeVar, cast

from connectors.base import Destination, Source
from connectors.marked import ConfigError, Marked, read

__all__ = ["ConfigError", "Connectors", "Registration", "Setting", "find", "load"]

Kind = Literal["sources", "destinations"]
Contract = Literal["standard", "assumed", "own"]
About = Literal["person", "thing"]
SettingKind = Literal["url", "secret", "text", "seconds", "file"]

_HERE = Path(__file__).resolve().parent
_Word = TypeVar("_Word", bound=str)
_BASES: dict[Kind, type[Source | Destination]] = {"sources": Source, "destinations": Destination}
_CONTRACTS: tuple[Contract, ...] = ("standard", "assumed", "own")
_ABOUT: tuple[About, ...] = ("person", "thing")
_SETTING_KINDS: tuple[SettingKind, ...] = ("url", "secret", "text", "seconds", "file")
_MANIFEST_KEYS = {"class", "contract", "specification", "about", "fields", "waits_for", "settings"}
_VARIABLE = re.compile(r"\$\{([A-Za-z_][A-Za-z0-9_]*)\}")
_LONGEST_SECONDS = 600.0


@dataclass(frozen=True, slots=True)
class Setting:
    """One key that a connector takes; one that is `optional` may be left out."""

    kind: SettingKind
    about: str
    optional: bool = False


@dataclass(frozen=True, slots=True)
class Registration:
    """One connector that exists: its manifest, read and checked.

    `about`: whether a source is asked about a person, or about a thing (an address), without a BSN.
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

    def build(self, settings: Mapping[str, Any]) -> Source | Destination:
        """The connector with these settings. Raises `ValueError` when they can never work."""
        return self.connector(**settings)


@dataclass(frozen=True, slots=True)
class Connectors:
    """What is set up: sources by name, destinations by the id of the agency they lead to."""

    sources: dict[str, Source]
    destinations: dict[str, Destination]

    def source(self, name: str) -> Source:
        """The source of that name; raises `KeyError` when the settings have none."""
        return self.sources[name]

    def destination(self, agency_id: str) -> Destination | None:
        """The way to that agency; None when it is not connected."""
        return self.destinations.get(agency_id)

    def waits_for(self, source: str) -> Mapping[str, tuple[str, ...]]:
        """Per field of a source the names that it waits for (`Registration.waits_for`)."""
        return find("sources")[self.sources[source].name].waits_for

    def about(self, source: str) -> About:
        """Whether a source is asked about a person, or about a thing and without a BSN."""
        return find("sources")[self.sources[source].name].about

    def fields_of(self, source: str) -> tuple[str, ...]:
        """The names of the fields that a source offers, in the order of its manifest."""
        return tuple(find("sources")[self.sources[source].name].fields)


@cache
def find(kind: Kind) -> dict[str, Registration]:
    """Every connector of a kind, by name. Raises `ConfigError` for a manifest that is wrong."""
    manifests = sorted((_HERE / kind).glob("*/manifest.yaml"))
    return {path.parent.name: read_manifest(kind, path) for path in manifests}


def read_manifest(kind: Kind, path: Path) -> Registration:
    """One manifest, with the class it names imported and checked."""
    whole = read(path)
    parts = whole.mapping("a manifest")
    _refuse_unknown(parts, _MANIFEST_KEYS, "a manifest")
    for key in ("class", "contract", "specification"):
        if key not in parts:
            raise whole.error(f"'{key}' is missing: add it")
    contract = _one_of(_CONTRACTS, parts["contract"], "contract")
    about = _one_of(_ABOUT, parts["about"], "about") if "about" in parts else "person"
    fields = parts["fields"].mapping("'fields'") if "fields" in parts else {}
    settings = parts["settings"].mapping("'settings'") if "settings" in parts else {}
    return Registration(
        name=path.parent.name,
        kind=kind,
        folder=path.parent,
        connector=_import(kind, path.parent.name, parts["class"]),
        contract=contract,
        specification=parts["specification"].text("'specification'"),
        fields={name: part.text(f"field '{name}'") for name, part in fields.items()},
        settings={name: _setting(name, part) for name, part in settings.items()},
        about=about,
        waits_for=_waits_for(parts["waits_for"], fields) if "waits_for" in parts else {},
    )


def _one_of(known: tuple[_Word, ...], part: Marked, key: str) -> _Word:
    written = part.text(f"'{key}'")
    found = next((one for one in known if one == written), None)
    if found is None:
        raise part.error(f"'{key}' is one of {', '.join(known)}: choose one")
    return found


def _waits_for(part: Marked, fields: Mapping[str, Marked]) -> dict[str, tuple[str, ...]]:
    """Per field what it waits for, written as words with spaces: `brp.household: brp.address`."""
    waiting = part.mapping("'waits_for'")
    for name, names in waiting.items():
        if name not in fields:
            raise names.error(f"'{name}' is not among fields: add it there, or correct it")
    return {name: tuple(names.text(f"'{name}'").split()) for name, names in waiting.items()}


def load(path: str | Path, environment: Mapping[str, str] | None = None) -> Connectors:
    """The connectors that a settings file sets up; `environment` is that of the process by default.

    Raises `ConfigError` with file, line and what to do.
    """
    variables = os.environ if environment is None else environment
    parts = read(Path(path)).mapping("the file")
    _refuse_unknown(parts, {"sources", "destinations"}, "the file")
    sources = {
        name: _build_source(name, part, variables) for name, part in _entries(parts, "sources").items()
    }
    destinations = {
        agency: _build_destination(agency, part, variables)
        for agency, part in _entries(parts, "destinations").items()
    }
    return Connectors(sources, destinations)


def _build_source(name: str, part: Marked, variables: Mapping[str, str]) -> Source:
    registration = _registration("sources", name, part)
    return cast(Source, _build(registration, part.mapping(f"'{name}'"), part, variables))


def _build_destination(agency: str, part: Marked, variables: Mapping[str, str]) -> Destination:
    keys = part.mapping(f"'{agency}'")
    if "connector" not in keys:
        raise part.error(f"'{agency}' needs 'connector': one of {_names('destinations')}")
    chosen = keys.pop("connector")
    registration = _registration("destinations", chosen.text("'connector'"), chosen)
    return cast(Destination, _build(registration, keys, part, variables))


def _entries(parts: Mapping[str, Marked], kind: Kind) -> dict[str, Marked]:
    return parts[kind].mapping(f"'{kind}'") if kind in parts else {}


def _registration(kind: Kind, name: str, part: Marked) -> Registration:
    if name not in find(kind):
        raise part.error(f"there is no connector '{name}' in {kind}: choose one of {_names(kind)}")
    return find(kind)[name]


def _names(kind: Kind) -> str:
    return ", ".join(find(kind)) or "none"


def _build(
    registration: Registration, keys: Mapping[str, Marked], whole: Marked, variables: Mapping[str, str]
) -> Source | Destination:
    _refuse_unknown(keys, set(registration.settings), f"connector '{registration.name}'")
    for name, setting in registration.settings.items():
        if name not in keys and not setting.optional:
            raise whole.error(f"'{name}' is missing for connector '{registration.name}': {setting.about}")
    values = {name: _value(name, registration.settings[name], part, variables) for name, part in keys.items()}
    try:
        return registration.build(values)
    except ValueError as error:
        raise whole.error(f"connector '{registration.name}' cannot work so: {error}") from None


def _value(name: str, setting: Setting, part: Marked, variables: Mapping[str, str]) -> str | float:
    text = _expand(part.text(f"'{name}'"), part, variables)
    if not text.strip():
        raise part.error(f"'{name}' is empty: {setting.about}")
    if setting.kind == "file":
        return str(part.path.parent / text)
    if setting.kind != "seconds":
        return text
    try:
        seconds = float(text)
    except ValueError:
        seconds = 0.0
    if not 0 < seconds <= _LONGEST_SECONDS:
        raise part.error(f"'{name}' must be seconds, above 0 and at most {_LONGEST_SECONDS:g}: correct it")
    return seconds


def _expand(text: str, part: Marked, variables: Mapping[str, str]) -> str:
    def value(match: re.Match[str]) -> str:
        if match[1] not in variables:
            raise part.error(f"environment variable {match[1]} is not set: set it before starting")
        return variables[match[1]]

    if "${" in _VARIABLE.sub("", text):
        raise part.error("'${' must be followed by the name of an environment variable and '}'")
    return _VARIABLE.sub(value, text)


def _setting(name: str, part: Marked) -> Setting:
    parts = part.mapping(f"setting '{name}'")
    _refuse_unknown(parts, {"kind", "about", "optional"}, f"setting '{name}'")
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


def _refuse_unknown(parts: Mapping[str, Marked], known: set[str], what: str) -> None:
    for key, part in parts.items():
        if key not in known:
            choice = ", ".join(sorted(known)) or "none"
            raise part.error(f"'{key}' is not a key of {what}: remove it or use one of: {choice}")
